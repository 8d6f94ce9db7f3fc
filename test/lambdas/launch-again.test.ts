/** A launch whose answer was lost, of a cluster that is over before the next try looks it up. */
import { describe, expect, it } from 'vitest';
import { handler as admitRun } from '../../lambdas/admit-run.ts';
import { putDocument } from '../../lambdas/aws/documents.ts';
import { handler as launchCluster } from '../../lambdas/launch-cluster.ts';
import { handler as lookAndSteer } from '../../lambdas/look-and-steer.ts';
import { handler as reserveLaunch } from '../../lambdas/reserve-launch.ts';
import { EXECUTION, exampleJob, openAccount, START, type Account } from './account.ts';
import { MARKET, PLAN } from './launch-documents.ts';

const LOST = { kind: 'lost-response' as const, match: { operation: 'RunJobFlow' }, times: 1 };

async function launched(account: Account) {
  const { ledger, kernel, invoke } = account;
  await account.until('2026-01-06T01:30:00Z');
  const { run } = await invoke(admitRun, { ...START, executionArn: EXECUTION });
  const documents = { clients: ledger.clients, bucket: 'documents' };
  const plan = await kernel.settle(() => putDocument(documents, PLAN));
  const market = await kernel.settle(() => putDocument(documents, MARKET));
  await invoke(reserveLaunch, { run, plan, market, approved: false });
  const request = { run, plan, market };
  await expect(invoke(launchCluster, request)).rejects.toMatchObject({ name: 'LaunchOutcomeUnknownError' });
  const emr = (operation: string, input: object) =>
    kernel.settle(() => kernel.call('emr', operation, input, kernel.root)) as Promise<{
      Clusters: { Id: string }[];
    }>;
  const clusters = async () => (await emr('ListClusters', {})).Clusters.map(({ Id }) => Id);
  return { request, clusters, terminate: (id: string) => emr('TerminateJobFlows', { JobFlowIds: [id] }) };
}

describe('a cluster that is over before anybody knew its id', () => {
  it.each([
    ['still terminating', 5],
    ['gone', 900],
  ])(
    "and %s is the attempt's: no second one is asked for, and the flight says what became of it",
    async (_, seconds) => {
      const account = await openAccount({ jobs: [exampleJob(START.job)], kernel: { faults: [LOST] } });
      const { request, clusters, terminate } = await launched(account);
      const [first = ''] = await clusters();
      await terminate(first);
      await account.pass(seconds);
      const cluster = await account.invoke(launchCluster, request);
      expect(cluster.clusterId).toBe(first);
      expect(await clusters()).toEqual([first]);
      const { landing } = await account.invoke(lookAndSteer, { ...request, cluster, look: 0 });
      expect(landing).toMatchObject({ outcome: expect.stringMatching(/^(failed|cluster-lost)$/) });
    },
  );
});
