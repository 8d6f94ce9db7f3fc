import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sha256Hex } from '../../../core/numerics/content-hash.ts';
import type { Request } from '../request.ts';
import { ScenarioResult } from '../scenario-result.ts';

const HASH_DIGITS = 12;

/** Results on disk, one a line: what a run that was cut off goes on from. */
export class ResultsFile {
  readonly path: string;

  /**
   * @param folder  where results are kept; the file is that of this request, its deployment and these sources
   * @param sources  hash of the code that flies and judges scenarios: what other code found is no result of this one
   */
  constructor(folder: string, request: Request, sources: string) {
    const key = sha256Hex(JSON.stringify({ request, sources })).slice(0, HASH_DIGITS);
    this.path = join(folder, `simulate-${key}.jsonl`);
  }

  /** What was kept before; a last line that was cut off does not count. */
  read(): ScenarioResult[] {
    if (!existsSync(this.path)) return [];
    return readFileSync(this.path, 'utf8')
      .split('\n')
      .flatMap((line) => resultIn(line) ?? []);
  }

  /** Forgets what was kept before. */
  begin(): void {
    mkdirSync(dirname(this.path), { recursive: true });
    rmSync(this.path, { force: true });
  }

  keep(result: ScenarioResult): void {
    appendFileSync(this.path, `${JSON.stringify(result)}\n`);
  }
}

function resultIn(line: string): ScenarioResult | undefined {
  try {
    return ScenarioResult.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
