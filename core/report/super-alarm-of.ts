import type { AlarmLevel, AlarmPlace } from '../contracts/alarm.ts';
import type { AlarmThread, Incident } from '../contracts/incident.ts';
import { TOLD_MAX, type SuperAlarm } from '../contracts/super-alarm.ts';
import type { ActionDecision } from '../incidents/choose-actions.ts';
import type { IncidentImpact } from '../incidents/incident-impact.ts';
import type { Hypothesis } from '../incidents/rank-hypotheses.ts';
import type { Suppressed } from '../incidents/suppression.ts';
import { oneLine } from './plain-text.ts';

/** What is known of an incident beside its alarms. Whatever is absent is left out of the message. */
export interface KnownOfIncident {
  readonly impact?: IncidentImpact;
  /** the likeliest first */
  readonly hypotheses?: readonly Hypothesis[];
  /** first responses; `do`: done */
  readonly actions?: readonly ActionDecision[];
  readonly suppressed?: readonly Suppressed[];
  /** https address of a chart of the worst series */
  readonly chartUrl?: string | null;
  /** a run of the incident that waits for people to approve its plan */
  readonly runToApprove?: string | null;
}

/** Characters. An alarm's sentence has 300 at most by its contract. */
const HEADLINE = 140;
const ALARM = 300;
const SENTENCE = 200;
const NAME = 80;
/** From this on the headline is the cause, not the worst alarm. */
const SURE = 0.5;
const LEVELS: readonly AlarmLevel[] = ['info', 'warning', 'critical'];

/**
 * What is told of an incident: the worst of each, bounded, every text on one line. How many alarms were left out is
 * counted; the incident itself has them all.
 */
export function superAlarmOf(incident: Incident, known: KnownOfIncident = {}): SuperAlarm {
  const { impact, hypotheses = [], actions = [], chartUrl = null, runToApprove = null } = known;
  const threads = [...incident.threads].sort(worstFirst);
  const beyond = Object.values(incident.beyond);
  const told = threads.slice(0, TOLD_MAX.alarms);
  const { id, version, state, mergedInto, level, openedAt, lastNoticeAt, closedAt, reopened } = incident;
  return {
    form: 1,
    incidentId: id,
    version,
    state,
    mergedInto,
    headline: headline(threads, hypotheses),
    level,
    severity: impact?.severity ?? null,
    openedAt,
    lastNoticeAt,
    closedAt,
    reopened,
    notices: [...threads, ...beyond].reduce((sum, { notices }) => sum + notices, 0),
    alarms: told.map(alarmTold),
    alarmsLeftOut: threads.length - told.length + beyond.length,
    impact: impact === undefined ? null : impactTold(impact),
    causes: hypotheses.slice(0, TOLD_MAX.causes).map((hypothesis) => ({
      cause: oneLine(hypothesis.cause, SENTENCE),
      confidence: hypothesis.confidence,
      evidenceFor: sentences(hypothesis.evidenceFor),
      evidenceAgainst: sentences(hypothesis.evidenceAgainst),
    })),
    actions: actions.slice(0, TOLD_MAX.actions).map(({ runbook, mode, because }) => ({
      runbookId: runbook.id,
      says: oneLine(runbook.says, SENTENCE),
      mode,
      because: oneLine(because, SENTENCE),
      undo: runbook.undo,
    })),
    quiet: quietTold(incident, known.suppressed ?? []),
    chartUrl,
    runToApprove,
  };
}

function alarmTold({ alarm, notices, flaps, joinedBecause }: AlarmThread): SuperAlarm['alarms'][number] {
  const { rule, source, state, level, family, place } = alarm;
  return {
    rule: oneLine(rule, NAME),
    source: oneLine(source, NAME),
    state,
    level,
    family,
    place: shortPlace(place),
    says: oneLine(alarm.says, ALARM),
    notices,
    flaps,
    joinedBecause: oneLine(joinedBecause, SENTENCE),
  };
}

/** A name of which nothing is legible is no name. */
function shortPlace(place: AlarmPlace): AlarmPlace {
  return Object.fromEntries(
    Object.entries(place)
      .map(([what, name]) => [what, oneLine(name ?? '', NAME)] as const)
      .filter(([, name]) => name !== ''),
  );
}

function headline(threads: readonly AlarmThread[], hypotheses: readonly Hypothesis[]): string {
  const [first] = hypotheses;
  const says = first !== undefined && first.confidence >= SURE ? first.cause : threads[0]?.alarm.says;
  const line = oneLine(says ?? '', HEADLINE);
  return line === '' ? 'Something is wrong' : line;
}

/** Firing before over, then the higher level, causes before symptoms, the elder, the fingerprint. */
function worstFirst(a: AlarmThread, b: AlarmThread): number {
  return (
    Number(a.alarm.state === 'resolved') - Number(b.alarm.state === 'resolved') ||
    LEVELS.indexOf(b.alarm.level) - LEVELS.indexOf(a.alarm.level) ||
    Number(a.alarm.family === 'symptom') - Number(b.alarm.family === 'symptom') ||
    compare(a.firstAt, b.firstAt) ||
    compare(a.fingerprint, b.fingerprint)
  );
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function impactTold(impact: IncidentImpact): NonNullable<SuperAlarm['impact']> {
  return {
    jobs: names(impact.jobs),
    downstreamJobs: names(impact.downstreamJobs),
    deadlinesAtRisk: impact.deadlinesAtRisk
      .slice(0, TOLD_MAX.jobs)
      .map(({ job, lateProbability }) => ({ job: oneLine(job, NAME), lateProbability })),
    extraUsd: impact.extraUsd,
  };
}

function quietTold({ threads }: Incident, suppressed: readonly Suppressed[]): SuperAlarm['quiet'] {
  return suppressed.slice(0, TOLD_MAX.quiet).map(({ fingerprint, because }) => ({
    says: oneLine(
      threads.find((thread) => thread.fingerprint === fingerprint)?.alarm.says ?? fingerprint,
      SENTENCE,
    ),
    because: oneLine(because, SENTENCE),
  }));
}

function names(all: readonly string[]): string[] {
  return all.slice(0, TOLD_MAX.jobs).map((name) => oneLine(name, NAME));
}

function sentences(all: readonly string[]): string[] {
  return all.slice(0, TOLD_MAX.evidence).map((sentence) => oneLine(sentence, SENTENCE));
}
