import { describe, expect, test } from 'vitest';
import type { FleetPlan } from '../../../../core/contracts/fleet-plan.ts';
import type { LoadForecast } from '../../../../core/contracts/load-forecast.ts';
import { planFleet } from '../../../../core/sizing/plan-fleet.ts';
import { asFlightShowed } from '../../../../core/pilot/resizing/begin-anew.ts';
import { decide } from '../../../../core/pilot/decide.ts';
import { asItFlies } from '../../../../core/pilot/resizing/as-it-flies.ts';
import { sizingAskOf } from '../../../../core/pilot/resizing/ask.ts';
import { sizeFlight } from '../../../../core/pilot/resizing/size-flight.ts';
import { forecastOf, jobOf, marketOf } from '../../sizing/cases.ts';
import { after } from '../flights.ts';
import { askFor, at, inDanger, market, model, plan, sized } from './flight-in-danger.ts';

describe('the rest of a flight', () => {
  test('is sized again once its finish has left its corridor on two looks', () => {
    expect(sizingAskOf(at(30, 0.37))).toBeNull();
    expect(sizingAskOf(at(30, 0.15, { deadlineMinutes: 100 }))).toBeNull();
    const ask = askFor(inDanger());
    expect(ask).toMatchObject({ secondsLeft: 4200, coreUnits: 24, dry: false, presentSpotComes: 1 });
    expect(ask.workSeconds).toEqual([...ask.workSeconds].sort((one, other) => one - other));
    expect(ask.loadFactors[4]).toBeGreaterThan(1.05);
  });

  test('is not sized again right after it was, after a resize, or too late for new nodes', () => {
    const { previous } = inDanger();
    const before = (over: object) => ({ ...previous!, ...over });
    const sizedAt = { track: { ...previous!.track!, sizedAt: after(26) } };
    expect(sizingAskOf(inDanger({ previous: before(sizedAt) }))).toBeNull();
    expect(sizingAskOf(inDanger({ previous: before({ lastResizeAt: after(26) }) }))).toBeNull();
    expect(sizingAskOf(inDanger({ deadlineMinutes: 36 }))).toBeNull();
  });

  test('is not sized where the plan does not tell its load, as those of versions before', () => {
    const { inputBytes: _, ...earlier } = plan;
    const situation = inDanger();
    const request = { ask: askFor(situation), job: jobOf(), market, model, attempt: 1 };
    expect(sizeFlight({ ...request, plan: earlier, scheduledAt: plan.plannedAt })).toBeNull();
  });
});

describe('a task fleet that is sized anew', () => {
  test('is in time, and only adds', () => {
    const { task } = sized(inDanger());
    expect(task!.lateProbability).toBeLessThanOrEqual(askFor(inDanger()).aimProbability);
    expect(task!.spotUnits).toBeGreaterThanOrEqual(40);
    expect(task!.onDemandUnits + task!.spotUnits).toBeGreaterThan(40);
    expect(task!.instanceTypes).toContainEqual({ name: 'm5.2xlarge', weightUnits: 8 });
  });

  test('costs no more than growing by the present types, and less where others are cheap on spot', () => {
    const dear = sized(inDanger()).task!;
    const cheapFamily = {
      ...market,
      pools: market.pools.map((pool) =>
        pool.instanceType.name === 'm5a.2xlarge'
          ? { ...pool, spotUsdPerHour: 0.03, spotHighUsdPerHour: 0.03, spotExpectedUsdPerHour: 0.03 }
          : pool,
      ),
    };
    const cheap = sized(inDanger(), { market: cheapFamily }).task!;
    expect(cheap.instanceTypes.map(({ name }) => name)).toContain('m5a.2xlarge');
    expect(cheap.costUsd).toBeLessThan(dear.costUsd);
  });

  test('asks other types for spot where its own are dry', () => {
    const dry = { runningSpotUnits: 8 };
    const { task } = sized(
      inDanger({ task: dry, deadlineMinutes: 75 }),
      {},
      { dry: true, presentSpotComes: 0.2 },
    );
    const others = task!.instanceTypes.filter(({ name }) => name !== 'm5.2xlarge');
    expect(others.length).toBeGreaterThan(0);
    expect(task!.spotComes).toBeGreaterThan(0.5);
  });

  test('buys no spot for a job that takes none', () => {
    const { capacity } = jobOf();
    const job = jobOf({ capacity: { ...capacity, spot: false } });
    const onDemandOnly = { targetSpotUnits: 0, runningSpotUnits: 0 };
    const bought = { targetOnDemandUnits: 40, runningOnDemandUnits: 40, ...onDemandOnly };
    const { task } = sized(inDanger({ task: bought }), { job });
    expect(task!.spotUnits).toBe(0);
    expect(task!.onDemandUnits).toBeGreaterThan(40);
  });

  test('stays within the nodes that may be added, and within the run’s limit', () => {
    expect(sized(inDanger(), {}, { mostNodes: 2 }).task?.nodes).toBeLessThanOrEqual(2);
    const poor = { ...plan, bounds: { maxNodes: 50, limitUsd: 0.5 } };
    expect(sized(inDanger(), { plan: poor }).task).toBeNull();
  });

  test('takes types of the cluster’s own zone and architecture only', () => {
    const { task } = sized(
      inDanger({ task: { runningSpotUnits: 8 }, deadlineMinutes: 75 }),
      {},
      { dry: true },
    );
    for (const { name } of task!.instanceTypes) {
      const pools = market.pools.filter(({ instanceType }) => instanceType.name === name);
      expect(pools.map(({ zone }) => zone)).toContain(plan.zone);
      expect(pools[0]!.instanceType.architecture).toBe('x86_64');
    }
  });

  test('keeps every type it has, also one that the market lacks just now, and as many as EMR takes', () => {
    const also = (names: readonly string[]) => ({
      ...plan,
      fleets: plan.fleets.map((fleet) =>
        fleet.role === 'task'
          ? {
              ...fleet,
              instanceTypes: [...fleet.instanceTypes, ...names.map((name) => ({ name, weightUnits: 8 }))],
            }
          : fleet,
      ),
    });
    const pools = market.pools.filter(({ instanceType }) => instanceType.name !== 'm5a.2xlarge');
    const situation = inDanger({ task: { runningSpotUnits: 8 }, deadlineMinutes: 75 });
    const typesOf = (names: readonly string[]) =>
      sized(
        situation,
        { plan: also(names), market: { ...market, pools } },
        { dry: true },
      ).task!.instanceTypes.map(({ name }) => name);
    expect(typesOf(['m5a.2xlarge'])).toEqual(expect.arrayContaining(['m5.2xlarge', 'm5a.2xlarge']));
    const many = Array.from({ length: 28 }, (_, i) => `gone${i}.2xlarge`);
    expect(typesOf(many).length).toBeLessThanOrEqual(30);
    expect(typesOf(many)).toEqual(expect.arrayContaining(many));
  });

  test('cannot be where the market knows nothing of the cluster’s types', () => {
    const situation = inDanger();
    const request = { ask: askFor(situation), plan, job: jobOf(), model, attempt: 1 };
    const elsewhere = marketOf(['c5']);
    expect(sizeFlight({ ...request, market: elsewhere, scheduledAt: plan.plannedAt })).toBeNull();
  });

  test('keeps its types and their prices in the looks that follow', () => {
    const situation = inDanger({ task: { runningSpotUnits: 8 }, deadlineMinutes: 75 });
    const options = sized(situation, {}, { dry: true, presentSpotComes: 0.1 });
    const decision = decide({ ...situation, options });
    const flies = asItFlies(plan, decision);
    const types = flies.fleets.find(({ role }) => role === 'task')!.instanceTypes;
    expect(types).toEqual(decision.taskInstanceTypes);
    for (const { name } of types) expect(flies.nodeUsdPerHour?.[name]).toBeGreaterThan(0);
    const next = decide(at(31, 0.09, { plan: flies, previous: decision }));
    expect(next.taskInstanceTypes).toEqual(decision.taskInstanceTypes);
    expect(next.nodeUsdPerHour).toEqual(decision.nodeUsdPerHour);
  });
});

describe('a fresh attempt', () => {
  test('is sized for the work that this flight has shown, as uncertain as that is', () => {
    const situation = inDanger();
    const ones = Array<number>(9).fill(1);
    const light = sized(situation, {}, { loadFactors: ones }).fresh!;
    const heavy = sized(situation, {}, { loadFactors: ones.map(() => 2) }).fresh!;
    expect(heavy.lateProbability).toBeGreaterThan(light.lateProbability);
    expect(light.fleet).toMatch(/vCPUs .* in us-east-1/);
  });

  test('is the one that was promised, once it is planned for the load that it was sized for', () => {
    const small = { ...plan, inputBytes: forecastOf(100).inputBytes };
    const loadFactors = Array<number>(9).fill(3);
    const { fresh } = sized(inDanger(), { plan: small }, { loadFactors, secondsLeft: 1800 });
    const again = (forecast: LoadForecast) =>
      planFleet({
        ...{ job: jobOf(), market, model, runKey: plan.runKey, seed: 'again', effort: 'fast', attempt: 2 },
        ...{ now: after(34), deadlineAt: after(60), spentUsd: 1, forecast, whenLate: 'least-late' },
      });
    const vcpus = ({ fleets }: FleetPlan) =>
      fleets.reduce(
        (sum, fleet) => sum + (fleet.role === 'primary' ? 0 : fleet.onDemandUnits + fleet.spotUnits),
        0,
      );
    const next = again(asFlightShowed(forecastOf(100), fresh!.inputBytes!));
    expect(next.forecast.lateProbability).toBeCloseTo(fresh!.lateProbability, 1);
    expect(vcpus(next)).toBeGreaterThan(1.5 * vcpus(again(forecastOf(100))));
  });

  test('says what its launch would reserve', () => {
    const { needs } = sized(inDanger()).fresh!;
    expect(needs!.reserveUsd).toBeGreaterThan(0);
    expect(needs!.onDemandVcpus + needs!.spotVcpus).toBeGreaterThan(16);
    expect(needs!.quotaSpot).toBe(market.vcpuQuotaSpot);
  });

  test('is none where no attempt is left, nor where nothing can be planned for the money', () => {
    expect(sized(inDanger({ attemptsLeft: false })).fresh).toBeNull();
    const job = jobOf({ budget: { perRun: { targetUsd: 0.1, limitUsd: 0.1 } } });
    expect(sized(inDanger(), { job }).fresh).toBeNull();
  });
});
