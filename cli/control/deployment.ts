import * as z from 'zod';
import { DeploymentLimits } from '../../core/contracts/control.ts';
import { InvalidInputError } from '../../core/errors.ts';
import { createClients } from '../../lambdas/runtime/clients.ts';
import type { Documents } from '../../lambdas/aws/documents.ts';
import type { Ledger } from '../../lambdas/aws/ledger-table.ts';
import type { CommandContext } from '../command-context.ts';
import { readTextFile } from '../read-text-file.ts';

const arn = z.string().regex(/^arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:stateMachine:/);
/** What the stack says of itself, of which the commands need this. */
const Outputs = z.object({
  RunJobArn: arn,
  ReleaseArn: arn,
  ReapArn: arn,
  LedgerTable: z.string().min(3),
  DocumentsBucket: z.string().min(3),
  Limits: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(DeploymentLimits),
});
const OutputsFile = z.record(z.string(), z.record(z.string(), z.unknown()));

/** A deployment as the commands reach it. */
export interface Deployment {
  readonly ledger: Ledger;
  readonly documents: Documents;
  readonly releaseArn: string;
  readonly reapArn: string;
  readonly limits: DeploymentLimits;
}

export const DEPLOYMENT_FILE = 'deployment.json';
const HOW = 'Write it with: npx cdk deploy --outputs-file deployment.json';

/**
 * Reads which deployment is meant, from the file that `cdk deploy --outputs-file` writes.
 *
 * @throws InvalidInputError  when there is none, or it is not of this version
 */
export function readDeployment(file: string, context: CommandContext): Deployment {
  const text = readTextFile(file, `the outputs of a deployment. ${HOW}`);
  const outputs = Object.values(parseFile(file, text)).find((each) => 'LedgerTable' in each);
  if (outputs === undefined) throw unusable(file, 'no stack in it has the output LedgerTable');
  const parsed = Outputs.safeParse(outputs);
  if (!parsed.success) {
    const fields = [...new Set(parsed.error.issues.map(({ path }) => String(path[0])))].join(', ');
    throw unusable(file, `found no usable output ${fields}`);
  }
  const { RunJobArn, ReleaseArn, ReapArn, LedgerTable, DocumentsBucket, Limits } = parsed.data;
  const region = RunJobArn.split(':')[3] ?? '';
  const clients = createClients(region, context.aws);
  const ledger = { clients, table: LedgerTable };
  const documents = { clients, bucket: DocumentsBucket };
  return { ledger, documents, releaseArn: ReleaseArn, reapArn: ReapArn, limits: Limits };
}

function parseFile(file: string, text: string): z.output<typeof OutputsFile> {
  try {
    return OutputsFile.parse(JSON.parse(text));
  } catch {
    throw unusable(file, 'found something else than a JSON object of stacks and their outputs');
  }
}

function unusable(file: string, found: string): InvalidInputError {
  return new InvalidInputError(`${file}: ${found}; allowed: the outputs of a deployment. ${HOW}`);
}
