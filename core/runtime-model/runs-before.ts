import { minuteText } from '../units-text.ts';
import type { TrainingRun } from './training-run.ts';

/**
 * The runs of a table that have happened, each once.
 *
 * @param runs  undated ones stay as they are: repetitions are welcome
 * @param now  ISO 8601
 * @returns the runs in their order, and sentences on what was left out or is told twice
 */
export function runsBefore(
  runs: readonly TrainingRun[],
  now: string,
): { runs: TrainingRun[]; notes: string[] } {
  const happened = runs.filter(({ at }) => at === null || at <= now);
  const once = new Map(happened.map((run, i) => [run.at === null ? i : JSON.stringify(run), run]));
  const kept = [...once.values()];
  const dated = kept.flatMap(({ at }) => at ?? []);
  const [future, twice] = [runs.length - happened.length, happened.length - kept.length];
  const shared = dated.length - new Set(dated).size;
  const notes: string[] = [];
  if (future > 0) {
    notes.push(`Not used: ${rows(future)} dated after now (${minuteText(now)} UTC). Look at the dates.`);
  }
  if (twice > 0) notes.push(`Not used: ${rows(twice)} that repeat another one, date and all.`);
  if (shared > 0) {
    notes.push(
      `${rows(shared)} have the date of another one: all teach the runtime, the load is forecast from the last one of each date. Give each its time of day.`,
    );
  }
  return { runs: kept, notes };
}

function rows(count: number): string {
  return count === 1 ? '1 row of the history' : `${count} rows of the history`;
}
