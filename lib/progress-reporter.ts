import { join } from 'node:path';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import type { Grant } from './grants.ts';

const SOURCE = join(import.meta.dirname, '..', 'cluster', 'progress-reporter.py');

/** The program that tells the ledger how far a cluster is, where clusters find it: with the other assets. */
export class ProgressReporter extends Construct {
  private readonly asset: Asset;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.asset = new Asset(this, 'Source', { path: SOURCE });
  }

  get key(): string {
    return this.asset.s3ObjectKey;
  }

  /** What nodes start it from. */
  allowNodes(): Grant {
    return { actions: ['s3:GetObject'], resources: [this.asset.bucket.arnForObjects(this.key)] };
  }
}
