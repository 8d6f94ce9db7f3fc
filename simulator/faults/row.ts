import * as z from 'zod';

/** One kind of fault, as data: what it can be aimed at, what can be set, what it does and how AWS shows it. */
export interface FaultRow<Match extends string = string, Options extends z.ZodRawShape = z.ZodRawShape> {
  /** keys of `match`: what the simulator tells of each occasion on which the fault could strike */
  readonly match: readonly Match[];
  /** what a key is matched with when the fault does not name it */
  readonly unlessNamed: Readonly<Record<string, string>>;
  /** members of `with`, each with its default */
  readonly with: z.ZodObject<Options, z.core.$strict>;
  readonly does: string;
  /** the structured evidence that a client can see; never message text */
  readonly shows: string;
}

/** @param options  members of `with`; every one has a default and a description */
export function row<const Match extends string, Options extends z.ZodRawShape>(
  match: readonly Match[],
  options: Options,
  does: string,
  shows: string,
  unlessNamed: Readonly<Record<string, string>> = {},
): FaultRow<Match, Options> {
  return { match, unlessNamed, with: z.strictObject(options), does, shows };
}

/** A share of something, 0..1, as an option of a fault. */
export function share(byDefault: number, what: string) {
  return z.number().min(0).max(1).default(byDefault).describe(what);
}

export function seconds(byDefault: number, what: string) {
  return z.number().min(0).default(byDefault).describe(what);
}

export function minutes(byDefault: number, what: string) {
  return z.number().min(0).default(byDefault).describe(what);
}

/** What the simulator tells of a cluster. */
export const OF_CLUSTER = ['clusterId', 'clusterName', 'job'] as const;
/** What it tells of a step of a cluster. */
export const OF_STEP = [...OF_CLUSTER, 'step'] as const;
