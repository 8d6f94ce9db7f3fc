import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Stage } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { DeployedJobs, type DeployedArtefact, type DeployedJob, type Job } from '../core/contracts/job.ts';
import { isJobFileName, readJobs, type ReadJob } from '../core/job/read-jobs.ts';
import { SettingsError } from './config.ts';
import type { Grant } from './grants.ts';

type Artefact = Exclude<Job['steps'][number]['script'], undefined>;

/**
 * Reads every `*.yaml` and `*.yml` of a directory as a job, in the order of their names.
 *
 * @throws SettingsError  when there is no such directory, or no job file in it
 * @throws JobFileError  with every fault of every file, a name used twice among them
 */
export function readJobsDirectory(directory: string): ReadJob[] {
  if (!existsSync(directory)) {
    throw new SettingsError(
      `jobsDirectory ${directory} does not exist. Create it, or name another in the settings.`,
    );
  }
  const names = readdirSync(directory).filter(isJobFileName).sort();
  if (names.length === 0) throw new SettingsError(`jobsDirectory ${directory} holds no job (*.yaml).`);
  return readJobs(
    names.map((name) => {
      const file = join(directory, name);
      return { name: file, text: readFileSync(file, 'utf8') };
    }),
  );
}

/**
 * The jobs as they are deployed: local artefacts become assets, and one document holds all jobs with the keys
 * of their artefacts. A change of a script is a change of its key, so that a run never changes under a deploy.
 */
export class Jobs extends Construct {
  readonly bucket: s3.IBucket;
  readonly key: string;
  readonly deployed: DeployedJobs;
  private readonly document: Asset;
  private readonly artefacts = new Map<string, Asset>();
  private readonly pinned: string[] = [];

  constructor(scope: Construct, id: string, jobs: readonly ReadJob[]) {
    super(scope, id);
    this.deployed = DeployedJobs.parse({
      jobs: jobs.map(({ file, job }) => this.deploy(job, dirname(file))),
    });
    const directory = Stage.of(this)?.outdir ?? '.';
    mkdirSync(directory, { recursive: true });
    const path = join(directory, 'jobs.json');
    writeFileSync(path, JSON.stringify(this.deployed));
    this.document = new Asset(this, 'Document', { path });
    this.bucket = this.document.bucket;
    this.key = this.document.s3ObjectKey;
  }

  /** The document that says what the jobs are. */
  allowReadingJobs(): Grant {
    return { actions: ['s3:GetObject'], resources: [this.document.bucket.arnForObjects(this.key)] };
  }

  /** The artefacts that lie in buckets of the team's own, to see what they are. */
  allowReadingPinned(partition: string): Grant[] {
    const resources = this.pinnedArns(partition);
    return resources.length === 0 ? [] : [{ actions: ['s3:GetObject'], resources }];
  }

  /** The artefacts that nodes run. */
  allowReadingArtefacts(partition: string): Grant {
    const assets = [...this.artefacts.values()].map((asset) => asset.bucket.arnForObjects(asset.s3ObjectKey));
    return { actions: ['s3:GetObject'], resources: [...assets, ...this.pinnedArns(partition)] };
  }

  private pinnedArns(partition: string): string[] {
    return this.pinned.map((uri) => `arn:${partition}:s3:::${uri.slice('s3://'.length)}`);
  }

  private deploy(job: Job, directory: string): DeployedJob {
    const artefact = (found: Artefact) => this.deployArtefact(found, directory);
    return {
      ...job,
      steps: job.steps.map(({ script, jar, ...step }) => ({
        ...step,
        ...(script === undefined ? {} : { script: artefact(script) }),
        ...(jar === undefined ? {} : { jar: artefact(jar) }),
      })),
      bootstrap: job.bootstrap.map((action) => ({ ...action, script: artefact(action.script) })),
    };
  }

  private deployArtefact(artefact: Artefact, directory: string): DeployedArtefact {
    if ('s3' in artefact) {
      if (!this.pinned.includes(artefact.s3)) this.pinned.push(artefact.s3);
      return artefact;
    }
    const path = resolve(directory, artefact.file);
    if (!existsSync(path)) {
      throw new SettingsError(`A job of ${directory} names the file ${artefact.file}, which does not exist.`);
    }
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
    const known = this.artefacts.get(path);
    const asset = known ?? new Asset(this, `${basename(path)}-${sha256.slice(0, 8)}`, { path });
    this.artefacts.set(path, asset);
    return { assetKey: asset.s3ObjectKey, sha256 };
  }
}
