import { OF_STEP, row, share } from './row.ts';

const WORK_BEFORE = 'of the work that is done before';

/** What goes wrong inside a step. Failed steps show state FAILED with FailureDetails, whose reason is mostly Unknown Error. */
export const SPARK_ROWS = {
  'step-failure': row(
    OF_STEP,
    { share: share(0.5, WORK_BEFORE) },
    "The program ends with an error of its own, which is no task's.",
    'step FAILED; JobEnd JobFailed without failed tasks',
  ),
} as const;
