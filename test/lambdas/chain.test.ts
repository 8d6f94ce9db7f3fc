import { beforeAll, describe, expect, it } from 'vitest';
import { Release } from '../../core/contracts/cluster.ts';
import { handler as admitRun } from '../../lambdas/admit-run.ts';
import { handler as awaitInput } from '../../lambdas/await-input.ts';
import { handler as collectRun } from '../../lambdas/collect-run.ts';
import { handler as findLeakedClusters } from '../../lambdas/find-leaked-clusters.ts';
import { handler as forecastLoad } from '../../lambdas/forecast-load.ts';
import { handler as launchCluster } from '../../lambdas/launch-cluster.ts';
import { handler as learnFromRun } from '../../lambdas/learn-from-run.ts';
import { handler as lookAndSteer } from '../../lambdas/look-and-steer.ts';
import { handler as planFleet } from '../../lambdas/plan-fleet.ts';
import { handler as publishOutput } from '../../lambdas/publish-output.ts';
import { handler as releaseCluster } from '../../lambdas/release-cluster.ts';
import { handler as reportRun } from '../../lambdas/report-run.ts';
import { handler as reserveLaunch } from '../../lambdas/reserve-launch.ts';
import { handler as surveyMarket } from '../../lambdas/survey-market.ts';
import { EXECUTION, openAccount, START, type Account } from './account.ts';

/** The handlers in the order of run-job, each handed what the ones before answered. */
async function fly(account: Account) {
  const { invoke, pass, until } = account;
  await until('2026-01-06T01:00:00Z');
  const { run } = await invoke(admitRun, { ...START, executionArn: EXECUTION });
  const readiness = await invoke(awaitInput, { run, waitingSince: run.admittedAt });
  const { manifest } = readiness;
  const forecast = await invoke(forecastLoad, { run, manifest });
  const { market } = await invoke(surveyMarket, { run });
  const summaryOfPlan = await invoke(planFleet, { run, forecast, market });
  const { plan } = summaryOfPlan;
  const permit = await invoke(reserveLaunch, { run, plan, market, approved: false });
  const cluster = await invoke(launchCluster, { run, plan });
  const again = await invoke(launchCluster, { run, plan });
  let look = await invoke(lookAndSteer, { run, plan, market, cluster, look: 0 });
  for (let i = 1; i < 200 && look.landing === null; i += 1) {
    await pass(look.nextLookSeconds);
    look = await invoke(lookAndSteer, { run, plan, market, cluster, look: i });
  }
  const { landing } = look;
  const summary = await invoke(collectRun, { run, plan, forecast, manifest, market, cluster, landing });
  const releases = [];
  for (let i = 0; i < 20; i += 1) {
    const release = Release.parse(
      await invoke(releaseCluster, { ...START, reason: 'landed', executionArn: EXECUTION }),
    );
    releases.push(release.decision);
    if (release.decision !== 'terminating') break;
    await pass(release.retryAfterSeconds);
  }
  const published = [await invoke(publishOutput, { run }), await invoke(publishOutput, { run })];
  const scores = await invoke(learnFromRun, { run, record: summary.record });
  const report = { start: START, run, summary, scores, plan: summaryOfPlan };
  const reports = [await invoke(reportRun, report), await invoke(reportRun, report)];
  const leaked = await invoke(findLeakedClusters, {});
  return {
    run,
    readiness,
    forecast,
    summaryOfPlan,
    permit,
    cluster,
    again,
    landing,
    summary,
    releases,
    published,
    scores,
    reports,
    leaked,
  };
}

describe('a run, state by state', () => {
  let account: Account;
  let flight: Awaited<ReturnType<typeof fly>>;
  beforeAll(async () => {
    account = await openAccount();
    flight = await fly(account);
  }, 60_000);

  it('is handed on from state to state, each accepting what the ones before answered', () => {
    expect(flight.readiness.decision).toBe('ready');
    expect(flight.forecast.method).toBe('manifest');
    expect(flight.permit.decision).toBe('reserved');
    expect(flight.landing).toMatchObject({ outcome: 'landed' });
    expect(account.kernel.violations).toEqual([]);
  });

  it('is launched once, however often the state is repeated', () => {
    expect(flight.again).toEqual(flight.cluster);
    const launches = account.kernel.traced.entries.filter(({ detail }) => detail.operation === 'RunJobFlow');
    expect(launches).toHaveLength(1);
  });

  it('ends with its output published, its models fitted and a record of what it cost', () => {
    expect(flight.summary).toMatchObject({ outcome: 'succeeded', publishable: true });
    expect(flight.published.map(({ published }) => published)).toEqual([true, true]);
    expect(flight.scores).toMatchObject({ runsKnown: 1, loadWithin90Percent: true });
  });

  it('is released and proved gone', () => {
    expect(flight.releases.at(-1)).toBe('terminated');
    expect(flight.leaked).toMatchObject({ clusters: [], failed: [] });
  });

  it('is reported once', () => {
    expect(flight.reports[1]).toEqual(flight.reports[0]);
    expect(account.outside.messages.map(({ Subject }) => Subject)).toEqual([
      expect.stringContaining('orders-nightly on time'),
    ]);
  });
});
