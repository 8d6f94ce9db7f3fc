import * as z from 'zod';
import type { Alarm } from '../../core/contracts/alarm.ts';
import { Incident } from '../../core/contracts/incident.ts';
import { IncidentAssessment } from '../../core/contracts/incident-note.ts';
import type { Invariant } from '../simulate/invariants/invariant.ts';
import type { ObservedMessage } from '../simulate/observe/messages.ts';

/** One time that a fault struck. */
export interface Strike {
  readonly kind: string;
  readonly atMs: number;
  /** the job that it struck, where it names one: a job's data set is named as the job */
  readonly job: string | null;
}

interface SeenThread {
  readonly alarm: Pick<Alarm, 'rule' | 'source' | 'level' | 'place'>;
  readonly notices: number;
}

/** What pages are judged by, beside faults and incidents. */
interface SeenScenario {
  readonly messages: readonly ObservedMessage[];
  readonly runs: ReadonlyMap<
    string,
    { readonly run: { readonly admittedAt: string }; readonly closedAt: string | null }
  >;
  nowMs(): number;
}

/** An incident as it was at its end, and the causes that it was told with. */
export interface SeenIncident {
  incident: Pick<Incident, 'state'> & { readonly threads: readonly SeenThread[] };
  /** rules of the hypotheses, the likeliest first, as long as it was open */
  causes: string[];
}

/** What is seen of a scenario for the judging of its pages. */
export class Seen {
  readonly strikes: Strike[] = [];
  readonly incidents = new Map<string, SeenIncident>();
  observed: SeenScenario | null = null;
}

const Struck = z.object({
  kind: z.string(),
  job: z.string().optional(),
  clusterName: z.string().optional(),
  dataSet: z.string().optional(),
});
const CLUSTER_JOB = /^flarepath-(.+)-[0-9a-f]{12}-\d+$/;
const ID = /^INCIDENT#(.+)$/;

/** Watches nothing break: sees what is needed. */
export function seeing(seen: Seen): Invariant {
  return {
    name: 'pages',
    promises: 'Nothing: it only looks.',
    watch: ({ observed }) => {
      seen.observed = observed;
      return {
        onTrace({ kind, detail, atMs }) {
          if (kind !== 'fault') return;
          const struck = Struck.parse(detail);
          const job = struck.job ?? struck.dataSet ?? CLUSTER_JOB.exec(struck.clusterName ?? '')?.[1] ?? null;
          seen.strikes.push({ kind: struck.kind, atMs, job });
        },
        onLedger({ pk, sk, after }) {
          const id = ID.exec(pk)?.[1];
          if (id === undefined || after === undefined) return;
          if (sk === 'INCIDENT') noteIncident(seen, id, after);
          if (sk === 'ASSESSED') noteCauses(seen, id, after);
        },
      };
    },
  };
}

function noteIncident(seen: Seen, id: string, item: unknown): void {
  const { incident } = z.object({ incident: Incident }).parse(item);
  seen.incidents.set(id, { causes: [], ...seen.incidents.get(id), incident });
}

function noteCauses(seen: Seen, id: string, item: unknown): void {
  const known = seen.incidents.get(id);
  if (known?.incident.state !== 'open') return;
  const { hypotheses } = z.object({ assessment: IncidentAssessment }).parse(item).assessment;
  known.causes = hypotheses.map(({ rule, cause }) => rule ?? cause);
}
