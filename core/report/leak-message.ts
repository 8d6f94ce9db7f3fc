import type { LeakRecord } from '../contracts/leak.ts';
import { durationText, usdText } from '../units-text.ts';
import { secondsBetween } from '../units.ts';
import { bullet, labelled, paragraph, subjectLine, timeText, type Message } from './message.ts';

/** The message about a cluster that no run owned any more: it is being terminated, and this is what it cost. */
export function composeLeakMessage(leak: LeakRecord): Message {
  const { clusterId, runKey, usdPerHour, leakedUsd, avertedUsd, runningInstances } = leak;
  const unowned = durationText(secondsBetween(leak.leakedSince, leak.foundAt));
  const machines = runningInstances === null ? '' : `, ${runningInstances} instances`;
  const lines = [
    paragraph(`Cluster ${clusterId} ran although no run owned it, for ${unowned}. It is being terminated.`),
    '',
    labelled('Name', leak.clusterName),
    labelled('Run', runKey ?? 'none that the ledger knows'),
    labelled('Why', leak.reason),
    labelled('Since', timeText(leak.leakedSince)),
    labelled('Costs', usdPerHour === null ? 'unknown' : `${usdText(usdPerHour)} an hour${machines}`),
    labelled('Leaked', leakedUsd === null ? 'unknown' : usdText(leakedUsd)),
    labelled('Averted', avertedUsd === null ? 'unknown' : `${usdText(avertedUsd)}. ${leak.assumption}`),
    ...(leak.notes.length === 0 ? [] : ['', ...leak.notes.map(bullet)]),
    '',
    'What to do:',
    bullet('Nothing yet about the cluster: the reaper terminates it, and tells you if it does not go.'),
    bullet('See why its run let go of it: the execution of run-job, or the log of look-and-steer.'),
  ];
  return {
    subject: subjectLine(`Flarepath: cluster ${clusterId} ran without a run`),
    text: `${lines.join('\n')}\n`,
  };
}
