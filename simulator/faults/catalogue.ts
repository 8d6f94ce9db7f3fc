import type * as z from 'zod';
import { COMPUTE_ROWS } from './compute-rows.ts';
import { DATA_ROWS } from './data-rows.ts';
import { DELIVERY_ROWS } from './delivery-rows.ts';
import { EMR_ROWS } from './emr-rows.ts';
import type { FaultRow } from './row.ts';
import { SPARK_ROWS } from './spark-rows.ts';
import { STORE_ROWS } from './store-rows.ts';
import { TRANSPORT_ROWS } from './transport-rows.ts';

/** Every kind of fault that the simulator can inject. */
export const FAULT_ROWS = {
  ...TRANSPORT_ROWS,
  ...STORE_ROWS,
  ...DELIVERY_ROWS,
  ...COMPUTE_ROWS,
  ...EMR_ROWS,
  ...SPARK_ROWS,
  ...DATA_ROWS,
} as const;

/** The same by what they befall, in the order people read them. */
export const FAULT_GROUPS: readonly { title: string; rows: Readonly<Record<string, FaultRow>> }[] = [
  { title: 'Requests', rows: TRANSPORT_ROWS },
  { title: 'Stores', rows: STORE_ROWS },
  { title: 'Events, schedules and clocks', rows: DELIVERY_ROWS },
  { title: 'Step Functions and Lambda', rows: COMPUTE_ROWS },
  { title: 'Clusters and machines', rows: EMR_ROWS },
  { title: 'Steps and Spark', rows: SPARK_ROWS },
  { title: 'Data', rows: DATA_ROWS },
];

export type FaultKind = keyof typeof FAULT_ROWS;
/** What the simulator tells of an occasion on which a fault of that kind could strike. */
export type FaultSubject<Kind extends FaultKind> = Readonly<
  Record<(typeof FAULT_ROWS)[Kind]['match'][number], string>
>;
/** What a fault of that kind can be told in `with`, defaults filled in. */
export type FaultOptions<Kind extends FaultKind> = z.output<(typeof FAULT_ROWS)[Kind]['with']>;
