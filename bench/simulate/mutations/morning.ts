import { Scenario } from '../scenario.ts';

/** When the run of each of these scenarios is called for. */
const MORNING = '2026-01-06T03:00:00.000Z';
const RUN_MINUTES_HOPED = 90;

/** A day with one call for a run of some minutes. */
export function morning(
  changes: Readonly<Record<string, unknown>> = {},
  settings: object = {},
  world: object = {},
) {
  return Scenario.parse({
    seed: 'mutation',
    startDate: '2026-01-06',
    days: 1,
    world: {
      market: { capacity: { meanTightness: 0.2 }, reclaims: { eventsPerHour: 0 }, price: { historyDays: 7 } },
      dataSets: [
        {
          name: 'scores',
          uri: 's3://example-data/scores/dt={{date}}/',
          baseGib: 8,
          arrival: { at: '00:10', dayOffset: 1, meanDelayMinutes: 1 },
          objectCount: 2,
          pastDays: 1,
        },
      ],
      ...world,
    },
    jobs: [
      {
        name: 'scores',
        calls: [MORNING],
        settings: { deadline: { withinMinutes: RUN_MINUTES_HOPED }, ...settings },
      },
    ],
    ...changes,
  });
}

/** What a step does: so much work for each GiB that it reads. */
export const program = (coreSecondsPerGib: number, tasks = 64) => ({
  taskPrograms: {
    default: {
      referenceGib: 8,
      outputObjects: 2,
      stages: [{ name: 'read', reads: 'input', coreSecondsPerGib, tasks: { fixed: tasks } }],
    },
  },
});

export const short = program(200);

/** People stop the run's execution so long after it was admitted. */
export const stoppedAfter = (
  afterMinutes: number,
  then: 'nothing' | 'start' = 'nothing',
  thenAfterMinutes = 0,
) => ({
  kind: 'stop-execution',
  job: 'scores',
  scheduledAt: MORNING,
  afterMinutes,
  then,
  thenAfterMinutes,
});

/** The rule that starts the release hears of no end. */
export const STOP_UNHEARD = {
  kind: 'lost-event',
  match: { rule: '*run-failed*' },
  from: '2026-01-06T03:00:00Z',
  until: '2026-01-06T03:21:00Z',
};
