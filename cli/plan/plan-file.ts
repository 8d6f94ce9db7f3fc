import { statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import { FleetPlan } from '../../core/contracts/fleet-plan.ts';
import { LoadForecast } from '../../core/contracts/load-forecast.ts';
import { ServerlessRates } from '../../core/contracts/market.ts';
import { InvalidInputError } from '../../core/errors.ts';
import { contentHash } from '../../core/numerics/content-hash.ts';
import { readTextFile } from '../read-text-file.ts';

/** What a plan's page says beside the plan itself. */
export const Grounds = z.object({
  forecast: LoadForecast,
  modelDescription: z.string(),
  notes: z.array(z.string()).readonly(),
  /** EMR Serverless where the plan stands; absent: as in us-east-1 */
  serverlessRates: ServerlessRates.optional(),
});
export type Grounds = z.infer<typeof Grounds>;

/** A plan on its own, to be explained later. */
const PlanFile = z.object({
  kind: z.literal('flarepath-plan'),
  /** of the plan, whatever the order of its members */
  planSha256: z.string().regex(/^[0-9a-f]{64}$/),
  plan: FleetPlan,
  grounds: Grounds,
});
export type PlanFile = z.infer<typeof PlanFile>;

/**
 * Whether a plan could be kept there: asked before it is searched for.
 *
 * @throws InvalidInputError  when there is no such folder, or a folder of that name
 */
export function checkPlanFile(file: string): void {
  const folder = dirname(file);
  if (!isFolder(folder)) throw cannotWrite(file, `there is no folder ${folder}`);
  if (isFolder(file)) throw cannotWrite(file, 'it is a folder');
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function cannotWrite(file: string, why: string): InvalidInputError {
  return new InvalidInputError(`--out: cannot write ${file}: ${why}. Name a file in a folder that exists.`);
}

/** @throws InvalidInputError  when the file cannot be written */
export function writePlanFile(file: string, plan: FleetPlan, grounds: Grounds): PlanFile {
  const content: PlanFile = { kind: 'flarepath-plan', planSha256: contentHash(plan), plan, grounds };
  try {
    writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
  } catch (error) {
    throw cannotWrite(file, error instanceof Error && 'code' in error ? String(error.code) : String(error));
  }
  return content;
}

/** @throws InvalidInputError  when the file is no plan, or its plan is not the one that was written */
export function readPlanFile(file: string): PlanFile {
  const how = 'allowed: a file that "flarepath plan JOB --out FILE" wrote';
  const parsed = PlanFile.safeParse(jsonOf(readTextFile(file, 'a plan file')));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where =
      issue === undefined || issue.path.length === 0 ? '' : `: ${issue.path.join('.')} is not as in one`;
    throw new InvalidInputError(`${file}: found no plan${where}; ${how}.`);
  }
  if (contentHash(parsed.data.plan) !== parsed.data.planSha256) {
    throw new InvalidInputError(
      `${file}: found a plan that was changed after it was made: its hash is another; ${how}.`,
    );
  }
  return parsed.data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
