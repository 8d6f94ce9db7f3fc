import { ModelPin, ModelVersion } from '../../core/contracts/model-version.ts';
import { controlLog } from './ledger-control.ts';
import { getItem, newestItems, putItem, type Ledger } from './ledger-table.ts';
import { transact } from './ledger-transactions.ts';

const championKey = (job: string) => ({ pk: `JOB#${job}`, sk: 'MODEL#runtime' });
const versionKey = (job: string, version: string) => ({ pk: `JOB#${job}`, sk: `MODEL-VERSION#${version}` });
const pinKey = (job: string) => ({ pk: `JOB#${job}`, sk: 'MODEL-PIN' });

/** Keeps a version of a job's runtime model for good: plans name the one they were made with. */
export async function keepModelVersion(ledger: Ledger, job: string, version: ModelVersion): Promise<void> {
  await putItem(ledger, { ...versionKey(job, version.version), ...version });
}

/** Puts a version in charge of the plans to come. */
export async function promoteModel(ledger: Ledger, job: string, version: ModelVersion): Promise<void> {
  await putItem(ledger, { ...championKey(job), ...version });
}

/** The version in charge, pins left aside; undefined before the job's first run. */
export async function championModel(ledger: Ledger, job: string): Promise<ModelVersion | undefined> {
  return getItem(ledger, championKey(job), ModelVersion);
}

/** One version; undefined for one that was never fitted on runs. */
export async function modelVersion(
  ledger: Ledger,
  job: string,
  version: string,
): Promise<ModelVersion | undefined> {
  return getItem(ledger, versionKey(job, version), ModelVersion);
}

/** Every version of a job, the last fitted first. */
export async function modelVersions(ledger: Ledger, job: string): Promise<ModelVersion[]> {
  const range = { pk: `JOB#${job}`, skPrefix: 'MODEL-VERSION#', last: null };
  const versions = await newestItems(ledger, range, ModelVersion);
  return versions.sort((one, other) => (one.fittedAt < other.fittedAt ? 1 : -1));
}

/** What people put in charge; undefined when they did not, or when its time is over. */
export async function modelPin(ledger: Ledger, job: string, now: Date): Promise<ModelPin | undefined> {
  const pin = await getItem(ledger, pinKey(job), ModelPin);
  return pin === undefined || (pin.until !== null && pin.until <= now.toISOString()) ? undefined : pin;
}

/** Puts a version in charge in place of what stood there, and writes down for good who did, when and why. */
export async function pinModel(ledger: Ledger, pin: ModelPin): Promise<void> {
  await transact(ledger, [{ put: { ...pinKey(pin.job), ...pin } }, controlLog(pin, 'model-pin', pin)]);
}

/** Ends a pin, and writes down who did, when and why. @returns false when there was none */
export async function releaseModel(
  ledger: Ledger,
  job: string,
  end: { by: string; at: string; reason: string },
): Promise<boolean> {
  const failed = await transact(ledger, [
    { delete: pinKey(job), condition: 'attribute_exists(pk)' },
    controlLog(end, 'model-release', { job, ...end }),
  ]);
  return failed.length === 0;
}
