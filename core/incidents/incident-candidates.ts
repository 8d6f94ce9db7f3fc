import type { Incident } from '../contracts/incident.ts';
import { secondsBetween, SECONDS_PER_DAY, SECONDS_PER_MINUTE } from '../units.ts';
import type { Candidate, Evidence } from './rank-hypotheses.ts';
import { elementName } from './root-cause/leaf-table.ts';
import type { RateCause } from './root-cause/scan-rates.ts';
import type { TopologyVerdict } from './root-cause/topology-watch.ts';
import { completePlace, type Topology } from './topology.ts';

/** Something that people or the project changed. */
export interface ChangeEvent {
  readonly what: 'job file' | 'release' | 'artefact' | 'model version' | 'data set version';
  /** its name and version, for people */
  readonly name: string;
  readonly at: string;
  /** jobs that it touches */
  readonly jobs: readonly string[];
}

/** How often an expert rule is right when it fires, as odds: what its family says of itself. */
const RULE_ODDS = 4;
const CHANGES_LOOKED_BACK_SECONDS = SECONDS_PER_DAY;
/** Changes are rarer causes than faults, until one is near. */
const CHANGE_ODDS = 0.2;
const ATTRIBUTES_ODDS = 1;
const TOPOLOGY_ODDS = 1;

/** Causes that the incident's own alarms name by their rule: the earlier, and the wider, the likelier. */
export function ruleCandidates({ threads }: Incident, topology: Topology): Candidate[] {
  const causes = threads.filter(({ alarm }) => alarm.family !== 'symptom');
  const rules = [...new Set(causes.map(({ alarm }) => alarm.rule))].sort();
  const jobsOf = (some: Incident['threads']) =>
    new Set(some.flatMap(({ alarm }) => completePlace(alarm.place, topology).job ?? []));
  const all = jobsOf(threads);
  const first = causes.map(({ firstAt }) => firstAt).sort()[0];
  return rules.map((rule) => {
    const own = causes.filter(({ alarm }) => alarm.rule === rule);
    const share = all.size === 0 ? 1 : jobsOf(own).size / all.size;
    const began = own.map(({ firstAt }) => firstAt).sort()[0];
    const seconds = first === undefined || began === undefined ? 0 : secondsBetween(first, began);
    const evidence: Evidence[] = [
      {
        says: `${own.length} of ${threads.length} alarms are of it, at ${Math.round(100 * share)} % of the jobs`,
        logLikelihoodRatio: share >= 0.5 ? Math.log(2 * share + 0.5) : Math.log(share + 0.5),
      },
      seconds <= SECONDS_PER_MINUTE
        ? { says: 'nothing that may be a cause came before it', logLikelihoodRatio: Math.LN2 }
        : {
            says: `it came ${Math.round(seconds / SECONDS_PER_MINUTE)} min after another`,
            logLikelihoodRatio: -Math.LN2,
          },
    ];
    return {
      cause: own[0]?.alarm.says ?? rule,
      kind: 'rule' as const,
      priorOdds: RULE_ODDS,
      evidence,
      about: { rule, families: [...new Set(own.map(({ alarm }) => alarm.family))] },
    };
  });
}

/** Changes of the day before, of jobs that the incident is about: the nearer, the likelier. */
export function changeCandidates(
  { openedAt }: Incident,
  changes: readonly ChangeEvent[],
  incidentJobs: readonly string[],
): Candidate[] {
  return changes.flatMap(({ what, name, at, jobs }) => {
    const seconds = secondsBetween(at, openedAt);
    const touched = incidentJobs.filter((job) => jobs.includes(job));
    if (seconds < 0 || seconds > CHANGES_LOOKED_BACK_SECONDS || touched.length === 0) return [];
    const untouched = incidentJobs.length - touched.length;
    const evidence: Evidence[] = [
      {
        // a change that did nothing lies anywhere in the day; one that did something lies just before
        says: `${what} changed ${Math.round(seconds / SECONDS_PER_MINUTE)} min before`,
        logLikelihoodRatio:
          Math.log(CHANGES_LOOKED_BACK_SECONDS / (seconds + SECONDS_PER_MINUTE)) - CHANGE_OCCAM,
      },
      ...(untouched === 0
        ? []
        : [{ says: `${untouched} of the jobs hit do not use it`, logLikelihoodRatio: -2 * untouched }]),
    ];
    return [{ cause: `${what} ${name}`, kind: 'change' as const, priorOdds: CHANGE_ODDS, evidence }];
  });
}

/** A change's moment is chosen afterwards; so much of its nearness is worth nothing. */
const CHANGE_OCCAM = 1;

/** What a scan of the fleet's attributes found. */
export function attributeCandidates(causes: readonly RateCause[]): Candidate[] {
  const [first, ...others] = causes;
  const next = others[0];
  return first === undefined
    ? []
    : [
        {
          cause: first.elements.map(elementName).join(' and '),
          kind: 'attributes',
          priorOdds: ATTRIBUTES_ODDS,
          evidence: [
            {
              says: `${first.events} of ${first.trials}, where ${first.expectedEvents.toFixed(1)} were to be expected`,
              logLikelihoodRatio: poissonRatio(first),
            },
            {
              says: `it holds ${Math.round(100 * first.explainedShare)} % of what is too much`,
              logLikelihoodRatio: Math.log(Math.min(1, Math.max(0.01, first.explainedShare)) + 0.5),
            },
            ...(next !== undefined && first.score - next.score < Math.log(1.05)
              ? [
                  {
                    says: `${next.elements.map(elementName).join(' and ')} fits nearly as well`,
                    logLikelihoodRatio: -Math.LN2,
                  },
                ]
              : []),
          ],
        },
      ];
}

/** Log likelihood ratio of the rate that was seen against the one to be expected. */
function poissonRatio({ events, expectedEvents }: RateCause): number {
  return events * Math.log(events / expectedEvents) - (events - expectedEvents);
}

/** What is hit by itself along the topology, each with the evidence of how hard it is hit itself. */
export function topologyCandidates({ causes, evidence, suffices }: TopologyVerdict): Candidate[] {
  const total = causes.reduce((sum, { score }) => sum + score, 0);
  // the verdict's evidence is the target's and the first cause's: another cause has its own in its place
  const firstTail = causes[0]?.impact.tail ?? 1;
  return causes.slice(0, 3).map(({ node, score, explainedBy, impact }) => ({
    cause: node,
    kind: 'topology',
    priorOdds: TOPOLOGY_ODDS * (total > 0 ? score / total : 0) + 1e-6,
    evidence: [
      suffices
        ? {
            says: 'it is hit harder than normal times bring',
            logLikelihoodRatio: evidence + Math.log(firstTail / impact.tail),
          }
        : { says: 'normal times bring as much', logLikelihoodRatio: -1 },
      ...(explainedBy.length === 0
        ? []
        : [{ says: `${explainedBy.join(', ')} explain a part of it`, logLikelihoodRatio: -0.5 }]),
    ],
  }));
}
