import type { ObservedMessage } from '../simulate/observe/messages.ts';
import type { RunResult } from '../simulate/scenario-result.ts';
import type { Seen, SeenIncident, Strike } from './seen.ts';
import { RULES_OF_FAULT } from './fault-rules.ts';

const HOUR_MS = 3_600_000;
/** A run reads what was delivered within this time before it. */
const DELIVERED_BEFORE_MS = 24 * HOUR_MS;
/** Trouble goes on for so long after it struck last; nets report within it. */
const AFTERMATH_MS = 6 * HOUR_MS;

/** A message that wakes somebody. */
export interface Page {
  readonly atMs: number;
  readonly subject: string;
  /** keys of the runs that it is about; none: it is about the control plane */
  readonly runKeys: readonly string[];
  readonly incidentId: string | null;
  /** it belongs to a fault, or to a run that was missed */
  isTrue: boolean;
}

/** A kind of fault in one scenario, from its first strike to its last. */
export interface FaultSeen {
  readonly kind: string;
  readonly strikes: readonly Strike[];
  /** runs that it struck and that were missed: it needs a page where there are some */
  readonly harmed: readonly string[];
  /** seconds from the first strike at a run that was missed to the first page about one of them; null: no page came */
  readonly secondsToPage: number | null;
  /** place of its right name among the causes of the incident that it is in; null: there is none, or no such name */
  readonly rankOfCause: number | null;
  readonly judgedForCause: boolean;
}

/** What came of one scenario. */
export interface Judged {
  readonly pages: Page[];
  readonly faults: FaultSeen[];
  /** notices of alarms, and messages that runs would have sent for each */
  readonly notices: number;
  readonly incidentPages: number;
  readonly criticalAlarms: number;
  readonly criticalInMessage: number;
}

interface RunSpan {
  readonly runKey: string;
  readonly job: string;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly missed: boolean;
}

/** Judges the pages of one scenario by its faults and by what came of its runs. */
export function judge(seen: Seen, results: readonly Pick<RunResult, 'runKey' | 'outcome'>[]): Judged {
  const observed = seen.observed;
  if (observed === null) throw new Error('Nothing was seen.');
  const spans = results.map(({ runKey, outcome }): RunSpan => {
    const run = observed.runs.get(runKey);
    const [job = '', scheduledAt = ''] = runKey.split('@');
    const fromMs = Date.parse(run?.run.admittedAt ?? scheduledAt);
    const closedAt = run?.closedAt ?? null;
    const untilMs = closedAt === null ? observed.nowMs() : Date.parse(closedAt);
    return { runKey, job, fromMs, untilMs, missed: outcome === 'late' || outcome === 'failed' };
  });
  // schedules go on while the last runs land: what begins then is in nobody's results
  const isDue = ({ runKeys }: Page) =>
    runKeys.length === 0 || spans.some(({ runKey }) => runKeys.includes(runKey));
  const pages = observed.messages.flatMap((message) => pageOf(message, seen)).filter(isDue);
  const kinds = [...new Set(seen.strikes.map(({ kind }) => kind))].sort();
  const faults = kinds.map((kind) =>
    faultSeen(
      seen.strikes.filter((strike) => strike.kind === kind),
      spans,
      pages,
      seen,
    ),
  );
  for (const page of pages) page.isTrue = isTrue(page, spans, seen.strikes);
  const threads = [...seen.incidents.values()].flatMap(({ incident }) => incident.threads);
  const critical = [...seen.incidents.entries()].flatMap(([id, { incident }]) =>
    incident.threads.flatMap(({ alarm }) => (alarm.level === 'critical' ? [{ id, alarm }] : [])),
  );
  return {
    pages,
    faults,
    notices: threads.reduce((sum, { notices }) => sum + notices, 0),
    incidentPages: pages.filter(({ incidentId }) => incidentId !== null).length,
    criticalAlarms: critical.length,
    criticalInMessage: critical.filter(({ id, alarm: { place, source } }) =>
      pages.some(
        ({ incidentId, runKeys, subject }) =>
          incidentId === id ||
          (place.runKey !== undefined && runKeys.includes(place.runKey)) ||
          (source === 'nets' && /net|reap|release/i.test(subject)),
      ),
    ).length,
  };
}

const INCIDENT = /Incident\s+(inc-\S+),\s+version/;
const WORTH_WAKING = /^(MEDIUM|HIGH|CRITICAL): /;
const NO_PAGE = /^(Over|Easing|Merged): /;

function pageOf({ atMs, subject, text, kind, runKey }: ObservedMessage, seen: Seen): Page[] {
  const incidentId = INCIDENT.exec(text)?.[1] ?? null;
  const wakes =
    incidentId !== null
      ? WORTH_WAKING.test(subject)
      : kind === 'miss' || (kind === 'report' && /LATE|FAILED/.test(subject)) || kind === 'other';
  if (!wakes || NO_PAGE.test(subject)) return [];
  const incident = incidentId === null ? undefined : seen.incidents.get(incidentId);
  const runKeys = runKey === null ? runsOf(incident) : [runKey];
  return [{ atMs, subject, runKeys, incidentId, isTrue: false }];
}

function runsOf(seen: SeenIncident | undefined): string[] {
  return [...new Set(seen?.incident.threads.flatMap(({ alarm }) => alarm.place.runKey ?? []) ?? [])];
}

/** Whether a strike falls into a run: while it is under way, or in what it reads. */
function hits({ atMs, job, kind }: Strike, span: RunSpan): boolean {
  const before = kind === 'bad-data' ? DELIVERED_BEFORE_MS : 0;
  return (job === null || job === span.job) && atMs >= span.fromMs - before && atMs <= span.untilMs;
}

function faultSeen(
  strikes: readonly Strike[],
  spans: readonly RunSpan[],
  pages: readonly Page[],
  seen: Seen,
): FaultSeen {
  const kind = strikes[0]?.kind ?? '';
  const harmed = spans.filter((span) => span.missed && strikes.some((strike) => hits(strike, span)));
  const keys = harmed.map(({ runKey }) => runKey);
  const about = (runKeys: readonly string[]) => runKeys.some((key) => keys.includes(key));
  const firstMs = Math.min(
    ...harmed.flatMap((span) =>
      strikes.filter((strike) => hits(strike, span)).map(({ atMs }) => Math.max(atMs, span.fromMs)),
    ),
  );
  const page = pages.find(({ atMs, runKeys }) => atMs >= firstMs && about(runKeys));
  const rules = RULES_OF_FAULT[kind];
  const ranks = [...seen.incidents.values()].flatMap((each) => {
    const rank = about(runsOf(each)) ? each.causes.findIndex((rule) => rules?.includes(rule) === true) : -1;
    return rank < 0 ? [] : [rank];
  });
  return {
    ...{ kind, strikes, harmed: keys },
    secondsToPage: page === undefined ? null : (page.atMs - firstMs) / 1000,
    rankOfCause: ranks.length === 0 ? null : Math.min(...ranks),
    judgedForCause: rules !== undefined && keys.length > 0,
  };
}

function isTrue(page: Page, spans: readonly RunSpan[], strikes: readonly Strike[]): boolean {
  const about = spans.filter(({ runKey }) => page.runKeys.includes(runKey));
  if (about.some((span) => span.missed || strikes.some((strike) => hits(strike, span)))) return true;
  return (
    page.runKeys.length === 0 &&
    strikes.some(({ atMs }) => page.atMs >= atMs && page.atMs - atMs <= AFTERMATH_MS)
  );
}
