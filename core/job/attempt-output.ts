import type { DeployedJob, Job } from '../contracts/job.ts';
import type { Run } from '../contracts/run.ts';
import { runTemplateVariables } from './schedule.ts';
import { renderTemplate } from './template.ts';

/** Where an attempt writes: a prefix of its own below the job's first output; undefined for a job without outputs. */
export function attemptOutput(job: DeployedJob, run: Run): string | undefined {
  const first = job.outputs[0];
  if (first === undefined) return undefined;
  return `${outputRoot(job, run, first.uri)}_attempts/${run.runHash}/${run.attempt}/`;
}

/** Whether the job's steps write below the attempt's own prefix, so that one attempt can be made visible. */
export function writesBelowAttempt(job: Pick<Job | DeployedJob, 'steps'>): boolean {
  return job.steps.some((step) => step.arguments.some((text) => /\{\{\s*attempt\.output\s*\}\}/.test(text)));
}

/** An output's address with its templates filled, ending with a slash. */
export function outputRoot(job: DeployedJob, run: Run, uri: string): string {
  const rendered = renderTemplate(uri, runTemplateVariables(job, run));
  return rendered.endsWith('/') ? rendered : `${rendered}/`;
}

/** Fills every `{{ … }}` that a job file may use, for one attempt of a run. */
export function templateOf(job: DeployedJob, run: Run): (text: string) => string {
  const output = attemptOutput(job, run);
  const values = {
    ...runTemplateVariables(job, run),
    'attempt.number': String(run.attempt),
    ...(output === undefined ? {} : { 'attempt.output': output }),
  };
  return (text) => renderTemplate(text, values);
}
