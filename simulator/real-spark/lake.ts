import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { S3Service } from '../services/s3/service.ts';

/** Folders that stand for buckets: what Spark reads and writes here in place of S3. */
export class Lake {
  readonly directory: string;

  /** @param directory  holds a folder for each bucket */
  constructor(directory: string) {
    this.directory = directory;
  }

  pathOf(uri: string): string {
    return join(this.directory, uri.replace(/^s3[an]?:\/\//, ''));
  }

  /** An argument of a program as it is meant here. */
  argument(text: string): string {
    return text.replace(/s3[an]?:\/\/\S*/g, (uri) => `file://${this.pathOf(uri)}`);
  }

  makeFolder(uri: string): string {
    const path = this.pathOf(uri);
    mkdirSync(path, { recursive: true });
    return path;
  }

  /**
   * Shows in the simulated S3 what lies below an address.
   *
   * @param how  `sizes` for data that only Spark reads; `texts` for what the product reads, too
   */
  show(s3: S3Service, uri: string, how: 'sizes' | 'texts'): void {
    const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(uri) ?? [];
    const folder = this.pathOf(uri);
    for (const path of filesBelow(folder)) {
      const key = `${prefix.replace(/\/?$/, '/')}${relative(folder, path)}`;
      if (how === 'texts') s3.putObject(bucket, key, new Uint8Array(readFileSync(path)));
      else s3.putSparse(bucket, key, statSync(path).size);
    }
  }
}

/** Files that a program left for others: not Hadoop's check sums. */
function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.crc'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
