import * as z from 'zod';
import { KillSwitch, Pause } from '../../../core/contracts/control.ts';
import { concerns } from '../observe/outages.ts';
import { at, MINUTE_MS, type Invariant } from './invariant.ts';

/** A launch that read the control items just before may still be on its way. */
const ON_ITS_WAY_MS = 2 * MINUTE_MS;
const ControlItem = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('kill-switch'), set: KillSwitch }),
  z.object({ kind: z.literal('pause'), set: Pause }),
]);

export const nothingLaunchesWhileStopped: Invariant = {
  name: 'nothing-launches-while-stopped',
  promises: 'While the kill switch is on, or a job is paused, no cluster is asked for.',
  watch({ observed }, broken) {
    const outages = observed.outages.of(concerns(/launch|run-?job/i));
    return {
      onLaunch(cluster) {
        const job = observed.runOfHash(cluster.runHash)?.run.job;
        for (const [sk, item] of observed.ledger.range('CONTROL')) {
          const control = sk.startsWith('NOW#') ? ControlItem.safeParse(item).data : undefined;
          if (control === undefined) continue;
          const { set } = control;
          const holds =
            'on' in set
              ? set.on
              : (set.job === null || set.job === job) && Date.parse(set.until) > cluster.launchedMs;
          const sinceMs = Date.parse(set.at);
          if (!holds || outages.workingTime(sinceMs, cluster.launchedMs) <= ON_ITS_WAY_MS) continue;
          broken(
            `${cluster.name} was launched at ${at(cluster.launchedMs)}; ${control.kind} set at ${at(sinceMs)}.`,
          );
        }
      },
    };
  },
};
