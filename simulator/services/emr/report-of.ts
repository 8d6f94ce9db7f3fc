import * as z from 'zod';
import type { KernelHost } from '../../kernel/index.ts';
import { tableArn } from '../dynamodb/tables.ts';
import type { WrittenReport } from './progress-reporter.ts';

const ReportKey = z.object({ pk: z.object({ S: z.templateLiteral(['PROGRESS#', z.string()]) }) });

/** Whoever knows what clusters have reported. */
interface Reports {
  takeReport(clusterId: string): WrittenReport | null;
}

/**
 * What a cluster's reporter has written, as its nodes' role, since it was last read. To store every report would cost a
 * simulated day more than all else, and nobody can tell the difference.
 *
 * @param key  of the item that is about to be read
 * @returns null: nothing, or nothing that the role may write
 */
export function reportOf(
  kernel: KernelHost,
  reports: Reports,
  table: string,
  key: Readonly<Record<string, unknown>>,
): WrittenReport['item'] | null {
  const pk = ReportKey.safeParse(key).data?.pk.S;
  const written = pk === undefined ? null : reports.takeReport(pk.slice('PROGRESS#'.length));
  if (pk === undefined || written === null || written.table !== table) return null;
  const id = kernel.access.roleOfInstanceProfile(written.instanceProfile)?.arn ?? '';
  const node = { kind: 'role' as const, id, assumedBy: 'ec2.amazonaws.com' };
  const context = { 'dynamodb:leadingkeys': [pk] };
  const put = { action: 'dynamodb:PutItem', resource: tableArn(kernel, table), context };
  return kernel.access.denial(node, [put]) === undefined ? written.item : null;
}
