/** What a deploy finds in flight was sent by the version before: see CONTRIBUTING.md. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { handler as admitRun } from '../../lambdas/admit-run.ts';
import { handler as launchCluster } from '../../lambdas/launch-cluster.ts';
import { handler as lookAndSteer } from '../../lambdas/look-and-steer.ts';
import { handler as reserveLaunch } from '../../lambdas/reserve-launch.ts';
import { putDocument } from '../../lambdas/aws/documents.ts';
import { Lease, leaseEndOf, leaseOf } from '../../lambdas/aws/ledger-leases.ts';
import { EXECUTION, openAccount, START, type Account } from './account.ts';
import { MARKET, PLAN } from './launch-documents.ts';

const earlier = JSON.parse(readFileSync(join(import.meta.dirname, 'earlier-inputs.json'), 'utf8')) as {
  'look-and-steer': Record<string, unknown>;
  lease: unknown;
};

describe('an input of the version before is read by', () => {
  it('the pilot', () => {
    const { contract } = lookAndSteer;
    expect(contract.input.safeParse(earlier['look-and-steer'])).toMatchObject({ success: true });
  });

  it('whoever reads a lease: it ends seven days after its request', () => {
    expect(leaseEndOf(Lease.parse(earlier.lease))).toBe('2026-01-12T02:03:00.000Z');
  });
});

describe('a flight that the version before started', () => {
  let account: Account;
  let cluster: Record<string, unknown>;
  let plan: unknown;
  let run: unknown;
  beforeAll(async () => {
    account = await openAccount();
    await account.until('2026-01-06T01:30:00Z');
    ({ run } = await account.invoke(admitRun, { ...START, executionArn: EXECUTION }));
    const documents = { clients: account.ledger.clients, bucket: 'documents' };
    plan = await account.kernel.settle(() => putDocument(documents, PLAN));
    const market = await account.kernel.settle(() => putDocument(documents, MARKET));
    await account.invoke(reserveLaunch, { run, plan, market, approved: false });
    cluster = await account.invoke(launchCluster, { run, plan });
  });

  it('is looked at without a market, keeps its lease, and is held to its limits', async () => {
    const { leaseEndsAt, ...known } = cluster;
    expect(leaseEndsAt).toBeDefined();
    for (let look = 0; look < 3; look += 1) {
      await account.pass(300);
      const answer = await account.invoke(lookAndSteer, { run, plan, cluster: known, look });
      expect(answer).toMatchObject({ landing: null, look });
    }
    const lease = await account.kernel.settle(() => leaseOf(account.ledger, String(cluster['name'])));
    expect(Date.parse(lease?.leaseUntil ?? '')).toBeGreaterThan(Date.parse(String(cluster['leaseUntil'])));
    await account.pass(40 * 3600);
    const late = await account.invoke(lookAndSteer, { run, plan, cluster: known, look: 3 });
    expect(late.landing).not.toBeNull();
  });
});
