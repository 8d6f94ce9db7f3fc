import fc from 'fast-check';
import type { Alarm } from '../../../core/contracts/alarm.ts';
import { Incident } from '../../../core/contracts/incident.ts';
import { RUNBOOKS } from '../../../core/incidents/runbooks.ts';
import type { KnownOfIncident } from '../../../core/report/super-alarm-of.ts';

export const reclaimed: Incident = Incident.parse({
  id: 'inc-2026-01-05-7f3a',
  version: 4,
  state: 'open',
  openedAt: '2026-01-05T02:00:00.000Z',
  lastNoticeAt: '2026-01-05T02:03:00.000Z',
  closedAt: null,
  reopened: 0,
  mergedInto: null,
  mergedFrom: [],
  hasCause: true,
  level: 'warning',
  threads: [
    thread('late', 'symptom', 'orders will be 20 min late', { notices: 2 }),
    thread('spot-reclaim', 'capacity', 'EC2 took back 4 of 6 m5.xlarge in us-east-1a', {
      notices: 4,
      flaps: 1,
    }),
    thread('node-lost', 'capacity', 'Two nodes of orders are gone', { state: 'resolved' }),
  ],
  beyond: { 'task-failed': { notices: 30, lastAt: '2026-01-05T02:03:00.000Z' } },
  keys: [],
});

function thread(
  rule: string,
  family: Alarm['family'],
  says: string,
  { notices = 1, flaps = 0, state = 'firing' }: { notices?: number; flaps?: number; state?: string } = {},
) {
  const at = '2026-01-05T02:00:00.000Z';
  return {
    fingerprint: rule,
    alarm: { rule, source: 'emr', at, state, level: 'warning', family, place: { job: 'orders' }, says },
    firstAt: at,
    notices,
    flaps,
    joinedBecause: 'opened it',
  };
}

const [quarantine] = RUNBOOKS;
if (quarantine === undefined) throw new Error('no runbook');

export const knownOfReclaimed: KnownOfIncident = {
  impact: {
    jobs: ['orders'],
    downstreamJobs: ['billing', 'stock'],
    deadlinesAtRisk: [{ job: 'orders', lateProbability: 0.62 }],
    extraUsd: 12.4,
    severity: 'critical',
  },
  hypotheses: [
    {
      cause: 'us-east-1a took back m5.xlarge',
      kind: 'attributes',
      confidence: 0.87,
      evidenceFor: ['4 of 6 instances there are gone, 0 of 12 elsewhere'],
      evidenceAgainst: ['r5.xlarge in the same zone is still there'],
    },
    { cause: 'The release of 01:40', kind: 'change', confidence: 0.05, evidenceFor: [], evidenceAgainst: [] },
  ],
  actions: [{ runbook: quarantine, mode: 'do', because: 'every job hit has the autonomy "auto"' }],
  suppressed: [{ fingerprint: 'late', by: 'inhibition', ruleId: 'r', because: 'spot-reclaim is told' }],
  chartUrl: 'https://example.com/chart?incident=7f3a&series=1',
};

/** Words that chats or terminals would take for something else than text. */
const nasty = fc.constantFrom(
  '<!channel>',
  '<@U123>',
  '<https://evil.example|click>',
  '*bold*',
  '`code`',
  '```',
  ':boom:',
  '&lt;',
  '\u001b[31m',
  '\n\n# head',
  '\u202e',
  '\ud83d',
  '😀',
  '電',
  '"\\"',
);
/** Any text of so many characters, a nasty word in it or not. */
export const anyText = (most: number) =>
  fc
    .tuple(fc.array(nasty, { maxLength: 60 }), fc.string({ unit: 'binary', minLength: 1, maxLength: most }))
    .map(([words, text]) => [...words, text].join(' ').slice(0, most));
const anyName = anyText(200);
const instant = fc
  .integer({ min: 0, max: 86_399 })
  .map((second) => new Date(Date.UTC(2026, 0, 5) + second * 1000).toISOString());
const family = fc.constantFrom<Alarm['family'][]>(
  'capacity',
  'data',
  'memory',
  'code',
  'access',
  'control',
  'symptom',
);
const level = fc.constantFrom<Alarm['level'][]>('info', 'warning', 'critical');
const anyThread = fc.record({
  fingerprint: anyName,
  alarm: fc.record({
    rule: anyName,
    source: anyName,
    at: instant,
    state: fc.constantFrom<Alarm['state'][]>('firing', 'resolved'),
    level,
    family,
    place: fc.record({
      job: anyName,
      runKey: anyName,
      step: anyName,
      zone: anyName,
      dataset: anyName,
      fleet: anyName,
    }),
    says: anyText(300),
  }),
  firstAt: instant,
  notices: fc.integer({ min: 1, max: 1e6 }),
  flaps: fc.nat({ max: 1000 }),
  joinedBecause: anyText(500),
});

/** Any incident that the contract allows, up to the most threads there may be. */
export const anyIncident: fc.Arbitrary<Incident> = fc
  .record({
    id: fc.constantFrom('inc-1', 'inc-2026-01-05-7f3a'),
    version: fc.integer({ min: 1, max: 1e6 }),
    state: fc.constantFrom<Incident['state'][]>('open', 'held', 'closed', 'merged'),
    openedAt: instant,
    lastNoticeAt: instant,
    closedAt: fc.option(instant),
    reopened: fc.nat({ max: 50 }),
    mergedInto: fc.option(fc.constant('inc-2')),
    mergedFrom: fc.constant<string[]>([]),
    hasCause: fc.boolean(),
    level,
    few: fc.array(anyThread, { maxLength: 15 }),
    repeat: fc.constantFrom(1, 26),
    beyond: fc.constantFrom({}, { other: { notices: 3, lastAt: '2026-01-05T02:03:00.000Z' } }),
    keys: fc.constant<string[]>([]),
  })
  .map(({ few, repeat, ...incident }) => ({
    ...incident,
    threads: Array.from({ length: repeat }, () => few).flat(),
  }));

const anyConfidence = fc.double({ min: 0, max: 1, noNaN: true });
const someTexts = fc.array(anyText(600), { maxLength: 8 });

/** Anything that may be known of an incident. */
export const anyKnown: fc.Arbitrary<KnownOfIncident> = fc.record({
  impact: fc.record({
    jobs: fc.array(anyName, { maxLength: 60 }),
    downstreamJobs: fc.array(anyName, { maxLength: 60 }),
    deadlinesAtRisk: fc.array(fc.record({ job: anyName, lateProbability: anyConfidence }), { maxLength: 60 }),
    extraUsd: fc.double({ min: 0, max: 1e6, noNaN: true }),
    severity: fc.constantFrom<('low' | 'medium' | 'high' | 'critical')[]>(
      'low',
      'medium',
      'high',
      'critical',
    ),
  }),
  hypotheses: fc.array(
    fc.record({
      cause: anyText(600),
      kind: fc.constant<'rule'>('rule'),
      confidence: anyConfidence,
      evidenceFor: someTexts,
      evidenceAgainst: someTexts,
    }),
    { maxLength: 8 },
  ),
  actions: fc.array(
    fc.record({
      runbook: fc.constantFrom(...RUNBOOKS),
      mode: fc.constantFrom<('do' | 'ask')[]>('do', 'ask'),
      because: anyText(600),
    }),
    { maxLength: 8 },
  ),
  suppressed: fc.array(
    fc.record({
      fingerprint: anyName,
      by: fc.constant<'silence'>('silence'),
      ruleId: anyName,
      because: anyText(600),
    }),
    { maxLength: 30 },
  ),
  chartUrl: fc.constantFrom(null, 'https://example.com/chart?a=1&b=<2>'),
  runToApprove: fc.constantFrom(null, 'orders@2026-01-05T01:00:00.000Z'),
});
