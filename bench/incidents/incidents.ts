import type { CommandContext } from '../../cli/command-context.ts';
import type { Alarm } from '../../core/contracts/alarm.ts';
import { applyAlarms } from '../../core/incidents/apply-alarms.ts';
import { settleIncidents } from '../../core/incidents/settle-incidents.ts';
import { BYTES_PER_MIB, MILLISECONDS_PER_SECOND, SECONDS_PER_MINUTE } from '../../core/units.ts';
import { wholeNumberIn } from '../simulate/options.ts';
import { alarmStorm, type AlarmStorm } from './alarm-storm.ts';
import { MemoryStore } from './memory-store.ts';

export interface IncidentsOptions {
  readonly alarms: string;
  readonly seed: string;
  readonly json?: boolean;
}

const MOST_ALARMS = 1_000_000;
const MINUTE_MS = SECONDS_PER_MINUTE * MILLISECONDS_PER_SECOND;

/** What an hour of alarms came to. */
interface StormFigures {
  readonly alarms: number;
  readonly troubles: number;
  readonly incidents: number;
  /** firing alarms that are in no incident or in several: must be 0 */
  readonly misplaced: number;
  /** of alarms, 0..100: what messages there are fewer of */
  readonly reductionPercent: number;
  readonly cpuSeconds: number;
  /** the most memory the process has held */
  readonly peakMib: number;
}

/** Runs the suite. @throws InvalidInputError  for options that cannot be used */
export function incidents(options: IncidentsOptions, context: CommandContext): void {
  const storm = alarmStorm(wholeNumberIn('--alarms', options.alarms, MOST_ALARMS), options.seed);
  const figures = weather(storm);
  const row = (name: string, value: string) => name.padEnd(36) + value.padStart(12);
  [
    `${figures.alarms} alarms in an hour, a minute at a time`,
    '',
    row('troubles behind them', String(figures.troubles)),
    row('incidents', String(figures.incidents)),
    row('alarms in no incident or several', String(figures.misplaced)),
    row('fewer messages', `${figures.reductionPercent.toFixed(2)} %`),
    row('CPU time', `${figures.cpuSeconds.toFixed(1)} s`),
    row('most memory', `${figures.peakMib.toFixed(0)} MiB`),
  ].forEach(context.print);
  if (options.json === true) context.print(JSON.stringify({ suite: 'incidents', ...figures }));
}

function weather({ fleet, alarms, troubles }: AlarmStorm): StormFigures {
  const minutes = byMinute(alarms);
  const store = new MemoryStore();
  const places = new Map<string, string>();
  const before = process.cpuUsage();
  let firing = 0;
  for (const [minute, batch] of minutes) {
    const { incidents: changed, assigned } = applyAlarms(batch, store, fleet);
    store.write(changed);
    for (const { fingerprint, at, incidentId } of assigned) places.set(`${fingerprint}@${at}`, incidentId);
    firing += batch.filter(({ state }) => state === 'firing').length;
    store.write(
      settleIncidents(store.live(), store, fleet, new Date((minute + 1) * MINUTE_MS).toISOString()),
    );
  }
  const { user, system } = process.cpuUsage(before);
  const kept = store.all().filter(({ state }) => state !== 'merged');
  const known = new Set(kept.map(({ id }) => id));
  const lost = [...places.values()].filter((id) => !known.has(store.survivor(id))).length;
  return {
    alarms: alarms.length,
    troubles,
    incidents: kept.length,
    misplaced: lost + doubles(kept),
    reductionPercent: 100 * (1 - kept.length / Math.max(1, firing)),
    cpuSeconds: (user + system) / 1e6,
    peakMib: (process.resourceUsage().maxRSS * 1024) / BYTES_PER_MIB,
  };
}

/** Threads of the same notice in two incidents. */
function doubles(
  kept: readonly { readonly threads: readonly { fingerprint: string; alarm: Alarm }[] }[],
): number {
  const notices = kept.flatMap(({ threads }) =>
    threads.map(({ fingerprint, alarm }) => `${fingerprint}@${alarm.at}`),
  );
  return notices.length - new Set(notices).size;
}

function byMinute(alarms: readonly Alarm[]): [number, Alarm[]][] {
  const minutes = new Map<number, Alarm[]>();
  for (const alarm of alarms) {
    const minute = Math.floor(Date.parse(alarm.at) / MINUTE_MS);
    const batch = minutes.get(minute);
    if (batch === undefined) minutes.set(minute, [alarm]);
    else batch.push(alarm);
  }
  return [...minutes].sort(([a], [b]) => a - b);
}
