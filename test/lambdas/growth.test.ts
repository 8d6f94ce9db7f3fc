/** Growth of a flight is carried out as far as money has room for it, and what is left out is said. */
import { describe, expect, it } from 'vitest';
import type { DeployedJob } from '../../core/contracts/job.ts';
import { fleetAmounts } from '../../core/control/spend-claim.ts';
import { medianOf } from '../../core/numerics/quantiles.ts';
import { decide } from '../../core/pilot/decide.ts';
import type { GrowthRoom } from '../../core/pilot/growth-room.ts';
import { holdToLimits } from '../../lambdas/aws/flight-money.ts';
import { claimSpend, reservationOf } from '../../lambdas/aws/ledger-spend.ts';
import { plan, situationAt } from '../core/pilot/flights.ts';
import { openAccount } from './account.ts';
import { claim, NO_LIMITS } from './reservations.ts';

const AFTER_MINUTES = 40;
const behind = { deadlineMinutes: 70 };
const previous = decide(situationAt(AFTER_MINUTES - 2, 0.34, behind));
const situation = situationAt(AFTER_MINUTES, 0.35, { ...behind, previous });
/** what the whole fleet may cost an hour, and one more node of it */
const usdPerHour = fleetAmounts(plan, plan.fleets).hourlyMicroUsd / 1e6;
const nodeUsdPerHour = 0.48 + (64 + 15) * (0.08 / 730);

async function flyOn(runLimitUsd: number, monthLimitUsd?: number) {
  const account = await openAccount();
  const made = { ...claim(), microUsd: 2_000_000, ...fleetAmounts(plan, plan.fleets), limits: NO_LIMITS };
  const perRun = { targetUsd: runLimitUsd, limitUsd: runLimitUsd };
  const month = monthLimitUsd === undefined ? {} : { monthlyLimitUsd: monthLimitUsd };
  const at = new Date(situation.now);
  return account.kernel.settle(async () => {
    await claimSpend(account.ledger, made, at);
    const held = await holdToLimits(
      account.ledger,
      { clients: account.ledger.clients, bucket: 'documents' },
      {
        clusterName: made.clusterName,
        job: { name: 'orders', budget: { perRun, ...month } } as DeployedJob,
        plan,
        market: undefined,
        view: situation.view,
        decision: decide(situation),
        decideAgain: (growthRoom: GrowthRoom) => decide({ ...situation, growthRoom }),
        control: { killSwitch: null, pauses: [], overrides: [] },
        deployment: { accountMonthUsd: null, launchesPerHour: 10 },
        look: 3,
        at,
      },
    );
    return { ...held, reservation: (await reservationOf(account.ledger, made.clusterName))! };
  });
}

const nodesAdded = ({ action }: ReturnType<typeof decide>) =>
  action.kind === 'hold' ? 0 : (action.taskOnDemandUnits + action.taskSpotUnits - 56) / 8;

describe('growth', () => {
  const wanted = nodesAdded(decide(situation));
  const hoursToGo = (medianOf(decide(situation).remainingSeconds!) + 180) / 3600;
  /** the flight to its end as it is, and so many nodes more */
  const enoughFor = (nodes: number) =>
    usdPerHour * (AFTER_MINUTES / 60 + hoursToGo) + nodes * nodeUsdPerHour * hoursToGo;

  it('is carried out where the limit pays for it to the end, which is reserved', async () => {
    const { decision, landing, reservation } = await flyOn(enoughFor(wanted) + 0.01);
    expect(wanted).toBeGreaterThan(3);
    expect(landing).toBeNull();
    expect(nodesAdded(decision)).toBe(wanted);
    expect(reservation.reservedMicroUsd / 1e6).toBeCloseTo(enoughFor(wanted), 4);
  });

  it('is cut to what the limit pays for, and says so', async () => {
    const { decision, landing } = await flyOn(enoughFor(2) + 0.01);
    expect(landing).toBeNull();
    expect(nodesAdded(decision)).toBe(2);
    expect(decision.reason).toMatch(/its limit pays for 2 more nodes/);
  });

  it('is left out where the limit has no room for it: the pilot says so, and that the run will be late', async () => {
    const { decision, landing, reservation } = await flyOn(enoughFor(0) + 0.01);
    expect(landing).toBeNull();
    expect(decision.action.kind).toBe('hold');
    expect(decision.reason).toMatch(/its limit pays for 0 more nodes/);
    expect(decision.lastResizeAt).toBeNull();
    expect(reservation.onDemandVcpus).toBe(12);
  });

  it('is cut to what the month has room for, and says so', async () => {
    const { decision } = await flyOn(100, enoughFor(2));
    expect(nodesAdded(decision)).toBeGreaterThan(0);
    expect(nodesAdded(decision)).toBeLessThanOrEqual(2);
    const none = await flyOn(100, enoughFor(0));
    expect(nodesAdded(none.decision)).toBe(0);
    expect(none.decision.reason).toMatch(/no room for 1 more nodes in the job's limit of the month/);
  });
});
