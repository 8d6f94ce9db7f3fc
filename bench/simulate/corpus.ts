import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { Scenario } from './scenario.ts';

const Corpus = z.array(
  z.strictObject({
    /** what was wrong, and what mended it */
    about: z.string().min(1),
    /** the invariant that it broke */
    invariant: z.string().min(1),
    scenario: Scenario,
  }),
);

/** Scenarios that once broke an invariant, shrunk: they must not do so again. */
export function readCorpus(): z.output<typeof Corpus> {
  return Corpus.parse(parse(readFileSync(join(import.meta.dirname, 'corpus.yaml'), 'utf8')));
}
