import { describe, expect, it } from 'vitest';
import { Runbook } from '../../../core/contracts/runbook.ts';
import { chooseActions, type Situation } from '../../../core/incidents/choose-actions.ts';
import {
  attributeCandidates,
  changeCandidates,
  ruleCandidates,
  topologyCandidates,
  type ChangeEvent,
} from '../../../core/incidents/incident-candidates.ts';
import { incidentImpact } from '../../../core/incidents/incident-impact.ts';
import { RUNBOOKS } from '../../../core/incidents/runbooks.ts';
import { rankHypotheses } from '../../../core/incidents/rank-hypotheses.ts';
import { scanRates } from '../../../core/incidents/root-cause/scan-rates.ts';
import { alarm, at, badInput, Desk, FLEET, late, reclaim, TYPES } from './desk.ts';

function reclaimed() {
  const desk = new Desk();
  desk.hand(...TYPES.map((_, t) => reclaim(`i-1-${t}`, at(0, t))));
  desk.hand(late('job-1', at(1)));
  return desk.incidents()[0]!;
}
const run = (job: string, lateProbability: number, extraUsd = 0) => ({ job, lateProbability, extraUsd });

describe('what an incident puts at stake', () => {
  const impact = (...runs: ReturnType<typeof run>[]) => incidentImpact(reclaimed(), FLEET.topology, runs);

  it('is deadlines, money and the jobs that wait for its output', () => {
    expect(impact(run('job-1', 0.3, 4), run('job-7', 0.9, 50))).toEqual({
      jobs: ['job-1'],
      downstreamJobs: ['job-2'],
      deadlinesAtRisk: [{ job: 'job-1', lateProbability: 0.3 }],
      extraUsd: 4,
      severity: 'medium',
    });
  });

  it('is as severe as what may be missed, and who waits for it', () => {
    expect(impact(run('job-1', 0.01)).severity).toBe('low');
    expect(impact(run('job-1', 0.7)).severity).toBe('critical');
    const alone = new Desk();
    alone.hand(badInput('job-7', at(0)));
    expect(incidentImpact(alone.incidents()[0]!, FLEET.topology, [run('job-7', 0.7)]).severity).toBe('high');
    const loud = new Desk();
    loud.hand(alarm('odd', 'code', { job: 'job-7' }, at(0), { level: 'critical' }));
    expect(incidentImpact(loud.incidents()[0]!, FLEET.topology, []).severity).toBe('critical');
  });
});

describe('hypotheses', () => {
  const change = (at: string, jobs: string[]): ChangeEvent => ({
    what: 'release',
    name: 'emr-7.3.0',
    at,
    jobs,
  });

  it('put the rule that fired first, with what speaks for it, above a change of long ago', () => {
    const incident = reclaimed();
    const ranked = rankHypotheses([
      ...ruleCandidates(incident, FLEET.topology),
      ...changeCandidates(incident, [change('2026-01-04T08:00:00.000Z', ['job-1'])], ['job-1']),
    ]);
    expect(ranked.map(({ kind }) => kind)).toEqual(['rule', 'change']);
    expect(ranked[0]!.confidence).toBeGreaterThan(0.6);
    expect(ranked[0]!.evidenceFor[0]).toMatch(/5 of 6 alarms/);
    const total = ranked.reduce((sum, { confidence }) => sum + confidence, 0);
    expect(total).toBeLessThan(1);
  });

  it('put a change just before above a rule, unless jobs are hit that do not use it', () => {
    const incident = reclaimed();
    const rank = (jobs: string[]) =>
      rankHypotheses([
        ...ruleCandidates(incident, FLEET.topology),
        ...changeCandidates(incident, [change('2026-01-05T01:59:00.000Z', ['job-1'])], jobs),
      ]);
    expect(rank(['job-1'])[0]!.kind).toBe('change');
    const wide = rank(['job-1', 'job-3', 'job-5']);
    expect(wide[0]!.kind).toBe('rule');
    expect(wide[1]!.evidenceAgainst).toEqual(['2 of the jobs hit do not use it']);
  });

  it('leave out changes after it, of the day before last, and of other jobs', () => {
    const incident = reclaimed();
    const changes = [
      change('2026-01-05T02:30:00.000Z', ['job-1']),
      change('2026-01-03T02:00:00.000Z', ['job-1']),
      change('2026-01-05T01:50:00.000Z', ['job-9']),
    ];
    expect(changeCandidates(incident, changes, ['job-1'])).toEqual([]);
  });

  it('weigh each service by how hard it is hit itself', () => {
    const hit = (node: string, tail: number) => ({
      node,
      impact: { amount: 1, tail },
      ownAmount: 1,
      explainedBy: [],
      score: 1,
    });
    // the target's tail is 0.1, the first cause's 0.01
    const causes = [hit('sales', 0.01), hit('users', 0.5)];
    const ranked = rankHypotheses(topologyCandidates({ causes, evidence: Math.log(1000), suffices: true }));
    expect(ranked.map(({ cause }) => cause)).toEqual(['sales', 'users']);
    // odds of 500 and of 10 against 1
    expect(ranked[0]!.confidence).toBeCloseTo(500 / 511, 6);
    expect(ranked[1]!.confidence).toBeCloseTo(10 / 511, 6);
  });

  it('take what scans found, with its figures', () => {
    const rows = ['a', 'b', 'c'].map((zone) => ({
      values: [zone],
      events: zone === 'b' ? 40 : 2,
      trials: 100,
      pastEvents: 20,
      pastTrials: 1000,
    }));
    const scanned = attributeCandidates(scanRates(['zone'], rows));
    const walked = topologyCandidates({
      causes: [
        { node: 'sales', impact: { amount: 9, tail: 0.001 }, ownAmount: 9, explainedBy: [], score: 9 },
      ],
      evidence: 2,
      suffices: false,
    });
    const [first, second] = rankHypotheses([...walked, ...scanned]);
    expect(first).toMatchObject({ cause: 'zone=b', kind: 'attributes' });
    expect(first!.evidenceFor.join()).toMatch(/40 of 100, where 2\.0 were to be expected/);
    expect(second).toMatchObject({ cause: 'sales', evidenceAgainst: ['normal times bring as much'] });
    expect(rankHypotheses([])).toEqual([]);
    expect(attributeCandidates([])).toEqual([]);
  });
});

describe('the first response', () => {
  const BOOK = Runbook.parse({
    id: 'quarantine',
    says: 'Leave out a pool that takes its machines back.',
    when: { families: ['capacity'], rules: ['spot-reclaim'], leastSeverity: 'medium', leastConfidence: 0.5 },
    action: 'quarantine-pool',
    limits: { perIncident: 1, perDay: 2, coolDownSeconds: 600 },
    dryRun: false,
    undo: 'lift-quarantine',
  });
  const incident = reclaimed();
  const situation = (more: Partial<Situation> = {}): Situation => ({
    incident,
    impact: incidentImpact(incident, FLEET.topology, [run('job-1', 0.3)]),
    hypotheses: rankHypotheses(ruleCandidates(incident, FLEET.topology)),
    autonomies: ['auto'],
    ...more,
  });
  const done = (incidentId: string, when: string) => ({
    runbookId: 'quarantine',
    incidentId,
    action: 'quarantine-pool' as const,
    at: when,
  });
  const mode = (of = situation(), history: ReturnType<typeof done>[] = [], book = BOOK) =>
    chooseActions(of, [book], history, at(5)).map((decision) => decision.mode);

  it('does what fits, as far as the most careful job allows', () => {
    expect(mode()).toEqual(['do']);
    expect(mode(situation({ autonomies: ['auto', 'approve'] }))).toEqual(['ask']);
    expect(mode(situation({ autonomies: ['advise', 'approve'] }))).toEqual(['advise']);
    expect(mode(situation({ autonomies: [] }))).toEqual(['advise']);
    expect(mode(situation(), [], { ...BOOK, dryRun: true })).toEqual(['dry run']);
  });

  it('has a book for a reclaimed pool that comes with it, and none of them stops all jobs unasked', () => {
    for (const book of RUNBOOKS) Runbook.parse(book);
    expect(new Set(RUNBOOKS.map(({ id }) => id)).size).toBe(RUNBOOKS.length);
    const [first] = chooseActions(situation(), RUNBOOKS, [], at(5));
    expect(first).toMatchObject({
      mode: 'do',
      runbook: { action: 'quarantine-pool', undo: 'lift-quarantine' },
    });
    expect(RUNBOOKS.filter(({ action, dryRun }) => action === 'open-kill-switch' && !dryRun)).toEqual([]);
  });

  it('leaves alone what is not severe, not certain, or something else', () => {
    expect(mode(situation({ impact: incidentImpact(incident, FLEET.topology, []) }))).toEqual([]);
    expect(mode(situation({ hypotheses: [] }))).toEqual([]);
    expect(mode(situation(), [], { ...BOOK, when: { ...BOOK.when, rules: ['quota'] } })).toEqual([]);
  });

  it('does nothing against reclaims for being sure that a release is the cause', () => {
    const release: ChangeEvent = {
      what: 'release',
      name: '5',
      at: '2026-01-05T01:59:00.000Z',
      jobs: ['job-1'],
    };
    const hypotheses = rankHypotheses([
      ...ruleCandidates(incident, FLEET.topology),
      ...changeCandidates(incident, [release], ['job-1']),
    ]);
    expect(hypotheses[0]).toMatchObject({ kind: 'change' });
    expect(hypotheses[0]!.confidence).toBeGreaterThan(0.5);
    expect(mode(situation({ hypotheses }))).toEqual([]);
  });

  it('adds up the causes that a response is against', () => {
    const half = (rule: string) => ({ rule, families: ['capacity' as const] });
    const hypotheses = ['spot-reclaim', 'node-lost', 'quota'].map((rule) => ({
      cause: rule,
      kind: 'rule' as const,
      confidence: 0.3,
      evidenceFor: [],
      evidenceAgainst: [],
      about: half(rule),
    }));
    const of = (rules: string[]) =>
      mode(situation({ hypotheses }), [], { ...BOOK, when: { ...BOOK.when, rules } });
    expect(of(['spot-reclaim'])).toEqual([]);
    expect(of(['spot-reclaim', 'node-lost'])).toEqual(['do']);
  });

  it('keeps its limits and its cool-down, and says which', () => {
    expect(mode(situation(), [done(incident.id, at(0))])).toEqual(['wait']);
    expect(mode(situation(), [done('other', '2026-01-04T12:00:00.000Z')])).toEqual(['do']);
    const [decision] = chooseActions(situation(), [BOOK], [done('other', at(0))], at(5));
    expect(decision).toMatchObject({ mode: 'wait', because: 'done 300 s ago; 600 s must pass' });
    expect(
      mode(situation(), [done('a', '2026-01-04T12:00:00.000Z'), done('b', '2026-01-04T13:00:00.000Z')]),
    ).toEqual(['wait']);
  });
});
