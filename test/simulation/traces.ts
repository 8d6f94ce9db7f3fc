import { openAccount, type AccountOptions } from './account.ts';

/** Twenty worlds: every third suffers throttling, every fourth loses answers. */
export const SEEDS: readonly number[] = Array.from({ length: 20 }, (_, i) => i + 1);

function faultsOf(seed: number): AccountOptions['faults'] {
  return [
    ...(seed % 3 === 0
      ? [{ kind: 'throttle' as const, match: { service: 'dynamodb' }, probability: 0.05 }]
      : []),
    ...(seed % 4 === 0
      ? [{ kind: 'lost-response' as const, match: { service: 's3' }, probability: 0.03 }]
      : []),
  ];
}

/** One run of one job in a world that begins cold, and what happened there. */
export async function flight(
  seed: number,
  transport: 'in-process' | 'loopback',
  options: AccountOptions = {},
) {
  const account = await openAccount({ seed, transport, faults: faultsOf(seed) ?? [], ...options });
  try {
    await account.start('called');
    await account.landed();
    return {
      outcome: account.executions('run-job')[0]?.status,
      violations: account.scenario.violations,
      entries: account.scenario.kernel.traced.entries.length,
      hash: account.scenario.traceHash(),
    };
  } finally {
    await account.scenario.close();
  }
}
