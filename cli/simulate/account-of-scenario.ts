import { RUN_TAGS } from '../../core/contracts/cluster.ts';
import { InvalidInputError } from '../../core/errors.ts';
import { isoInstant } from '../../core/units.ts';
import type { ReportData } from '../../dashboard/report-data.ts';
import { createClients } from '../../lambdas/runtime/clients.ts';
import type { Scenario } from '../../simulator/scenario.ts';
import type { Charge, Memory } from '../report/read-runs.ts';

/** The simulated deployment's memory, read as its root. */
export function memoryOf(scenario: Scenario, outputs: Readonly<Record<string, string>>): Memory {
  const { LedgerTable: table, DocumentsBucket: bucket } = outputs;
  if (table === undefined || bucket === undefined) {
    throw new InvalidInputError(
      `The assembly has the outputs ${Object.keys(outputs).join(', ')}; needed: LedgerTable and DocumentsBucket.`,
    );
  }
  const { region, ...seams } = scenario.client;
  const clients = createClients(region, seams);
  return { ledger: { clients, table }, documents: { clients, bucket } };
}

/** What the simulated market charged, by run hash. */
export function chargesByRun({ world, kernel }: Scenario): Map<string, Charge> {
  const charges = new Map<string, Charge>();
  for (const clusterId of world.instances.clusterIds()) {
    const instances = world.instances.ofCluster(clusterId);
    const runHash = instances[0]?.tags[RUN_TAGS.run];
    if (runHash === undefined) continue;
    const before = charges.get(runHash);
    const endedMs = Math.max(...instances.map((instance) => instance.endedMs ?? kernel.clock.nowMs()));
    const releasedAt = isoInstant(endedMs);
    charges.set(runHash, {
      usd: (before?.usd ?? 0) + world.billing.ofCluster(clusterId).totalUsd,
      releasedAt: later(before?.releasedAt ?? null, releasedAt),
    });
  }
  return charges;
}

function later(one: string | null, other: string): string {
  return one !== null && one > other ? one : other;
}

/** What people were told. */
export function messagesOf({ services }: Scenario): ReportData['messages'] {
  return services.sns.outbox.map((message) => ({
    at: isoInstant(message.publishedAtMs),
    subject: message.subject ?? '(no subject)',
    text: message.message,
  }));
}
