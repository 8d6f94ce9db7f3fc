import type { LoggedRun } from '../../core/runtime-model/replay/logged-run.ts';
import type { Replay } from '../../core/runtime-model/replay/replay-log.ts';
import type { TimeSpent } from '../../core/runtime-model/replay/where-time-goes.ts';
import { SECONDS_PER_HOUR } from '../../core/units.ts';
import { bytesText, durationText, percentText } from '../../core/units-text.ts';
import { wrapText } from '../../core/wrap-text.ts';
import { table } from '../format.ts';

/** What the run would take with a load on some cores. */
export interface ReplayedPoint {
  /** factor on the log's */
  readonly load: number;
  readonly cores: number;
  /** executor memory */
  readonly memoryGibPerCore: number;
  readonly seconds: number;
}

interface Told {
  readonly run: LoggedRun;
  readonly timeSpent: TimeSpent;
  readonly replayed: Replay;
  readonly points: readonly ReplayedPoint[];
  readonly notes: readonly string[];
}

const STAGES_TOLD = 8;
const NAME_COLUMNS = 22;

/** A replay for people, at most 80 columns wide. */
export function describeReplay({ run, timeSpent, replayed, points, notes }: Told): string[] {
  const { log } = run;
  const known = [...(log.remarks ?? []), ...notes];
  return [
    ...wrapText(
      `${log.applicationId}, Spark ${log.sparkVersion ?? 'of unknown version'}: ${durationText(run.runtimeSeconds)} on ${coresText(run.cores)} ${coresText(run.cores) === '1' ? 'core' : 'cores'}, ${bytesText(log.inputBytes)} read`,
    ),
    '',
    'Where the time went',
    ...spentLines(timeSpent).map(indented),
    '',
    'Elsewhere',
    ...pointLines(points, run).map(indented),
    '',
    ...wrapText(
      `No number of cores makes it shorter than ${durationText(replayed.criticalPathSeconds)}: the driver's own time and, one after another, the longest tasks of stages that wait for each other. At most one core worked in ${percentText(replayed.singleCoreShare)} of its time.`,
    ),
    ...(known.length === 0 ? [] : ['', 'Know that', ...known.flatMap((note) => wrapText(note, '  '))]),
  ];
}

function spentLines({ wholeSeconds, driverSeconds, stages }: TimeSpent): string[] {
  const shareOf = (seconds: number) => percentText(wholeSeconds > 0 ? seconds / wholeSeconds : 0);
  const told = stages.slice(0, STAGES_TOLD);
  const others = stages.slice(STAGES_TOLD);
  const othersSeconds = others.reduce((sum, { seconds }) => sum + seconds, 0);
  return table(
    [
      { title: 'stage' },
      { title: 'time', align: 'right' },
      { title: 'share', align: 'right' },
      { title: 'tasks', align: 'right' },
      { title: 'skew', align: 'right' },
      { title: 'spill', align: 'right' },
      { title: 'gc', align: 'right' },
    ],
    [
      ['the driver alone', durationText(driverSeconds), shareOf(driverSeconds)],
      ...told.map(({ stage, seconds, skew }) => [
        `${stage.stageId} ${stage.name}`.slice(0, NAME_COLUMNS),
        durationText(seconds),
        shareOf(seconds),
        String(stage.taskCount),
        skew.toFixed(1),
        stage.spillBytes > 0 ? bytesText(stage.spillBytes) : '-',
        percentText(stage.taskSeconds > 0 ? stage.gcSeconds / stage.taskSeconds : 0),
      ]),
      ...(others.length === 0
        ? []
        : [[`${others.length} other stages`, durationText(othersSeconds), shareOf(othersSeconds)]]),
    ],
  );
}

function pointLines(points: readonly ReplayedPoint[], run: LoggedRun): string[] {
  return table(
    [
      { title: 'load', align: 'right' },
      { title: 'GiB a core', align: 'right' },
      { title: 'cores', align: 'right' },
      { title: 'time', align: 'right' },
      { title: 'against the log', align: 'right' },
      { title: 'core-hours', align: 'right' },
    ],
    points.map(({ load, memoryGibPerCore, cores, seconds }) => [
      `× ${Number(load.toPrecision(3))}`,
      String(Number(memoryGibPerCore.toPrecision(3))),
      coresText(cores),
      durationText(seconds),
      `× ${(seconds / run.runtimeSeconds).toFixed(2)}`,
      ((seconds * cores) / SECONDS_PER_HOUR).toFixed(1),
    ]),
  );
}

function coresText(cores: number): string {
  return String(Number(cores.toFixed(1)));
}

function indented(line: string): string {
  return `  ${line}`;
}
