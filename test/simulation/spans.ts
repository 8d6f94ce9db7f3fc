import { runHashOf } from '../../core/ledger/run-key.ts';
import type { TestAccount } from './account.ts';

/** Instants between which each cluster of a run had machines, the earliest first. */
export async function spansOf(account: TestAccount, runKey: string) {
  const { instances } = account.scenario.world;
  const spans: { fromMs: number; untilMs: number }[] = [];
  for (const id of account.clusters()) {
    const { Cluster } = await account.call<{ Cluster: { Name: string } }>('emr', 'DescribeCluster', {
      ClusterId: id,
    });
    if (!Cluster.Name.includes(runHashOf(runKey))) continue;
    const own = instances.ofCluster(id);
    const fromMs = Math.min(...own.map(({ requestedMs }) => requestedMs));
    spans.push({ fromMs, untilMs: Math.max(...own.map(({ endedMs }) => endedMs ?? Infinity)) });
  }
  return spans.sort((one, other) => one.fromMs - other.fromMs);
}
