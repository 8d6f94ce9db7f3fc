/**
 * Faults are data. A scenario is a seed and a list of these; the part of the simulator that could suffer one
 * asks the kernel whether it is due. What there is stands in faults/catalogue.ts and docs/fault-catalogue.md.
 */
import * as z from 'zod';
import { seededRng } from '../core/numerics/rng.ts';
import { FAULT_ROWS, type FaultKind, type FaultOptions, type FaultSubject } from './faults/catalogue.ts';

const FaultFields = z.strictObject({
  kind: z.custom<FaultKind>(isKind, { error: 'is no kind of fault; docs/fault-catalogue.md lists them' }),
  /** all must match; `*` stands for any text */
  match: z.record(z.string(), z.string()).default({}),
  probability: z.number().min(0).max(1).default(1),
  /** how many times at most */
  times: z.number().int().positive().optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  until: z.iso.datetime({ offset: true }).optional(),
  /** options of its kind, e.g. `{seconds: 30}` */
  with: z.record(z.string(), z.unknown()).default({}),
});

/** A fault as people write it. Whatever could never strike is refused: an unknown kind, match key or option. */
export const Fault = FaultFields.superRefine((fault, context) => {
  const row = FAULT_ROWS[fault.kind];
  const keys: readonly string[] = row.match;
  for (const key of Object.keys(fault.match)) {
    if (keys.includes(key)) continue;
    const message = `a ${fault.kind} fault cannot be matched by ${key}; allowed are ${keys.join(', ')}`;
    context.addIssue({ code: 'custom', path: ['match', key], message });
  }
  for (const issue of row.with.safeParse(fault.with).error?.issues ?? []) {
    const allowed = Object.keys(row.with.shape).join(', ');
    const message = `${issue.message}; options of ${fault.kind}: ${allowed === '' ? 'none' : allowed}`;
    context.addIssue({ code: 'custom', path: ['with', ...issue.path], message });
  }
  if (
    fault.from !== undefined &&
    fault.until !== undefined &&
    Date.parse(fault.from) >= Date.parse(fault.until)
  )
    context.addIssue({ code: 'custom', path: ['until'], message: `must be after from, ${fault.from}` });
});
type Fault = z.output<typeof Fault>;

/** A fault as people write it, before defaults. */
export interface FaultInput extends Omit<z.input<typeof Fault>, 'kind'> {
  readonly kind: FaultKind;
}

/** The faults of a scenario, ready to be asked for. */
interface FaultSource {
  /** @returns the options of the fault that strikes now, or undefined when none does */
  due<Kind extends FaultKind>(
    kind: Kind,
    subject: FaultSubject<Kind>,
    nowMs: number,
  ): FaultOptions<Kind> | undefined;
  /** whether any fault of these kinds could strike within that time, whomever */
  mayStrike(kinds: ReadonlySet<string>, fromMs: number, untilMs: number): boolean;
  /** how often each kind has struck */
  readonly injected: ReadonlyMap<string, number>;
}

interface Rule {
  readonly fault: Fault;
  readonly options: unknown;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly match: readonly { key: string; matches: (text: string) => boolean }[];
  readonly random: () => number;
  left: number;
}

/**
 * @param faults  the scenario's list
 * @param seed    decides the draws of faults with a probability, one stream for each fault
 * @throws z.ZodError when a fault could never strike: see {@link Fault}
 */
export function createFaultSource(faults: readonly FaultInput[], seed: string | number): FaultSource {
  const byKind = new Map<string, Rule[]>();
  const injected = new Map<string, number>();
  faults.forEach((input, index) => {
    const rule = ruleOf(input, seededRng(`${seed}/fault/${index}`));
    byKind.set(rule.fault.kind, [...(byKind.get(rule.fault.kind) ?? []), rule]);
  });
  function due<Kind extends FaultKind>(
    kind: Kind,
    subject: FaultSubject<Kind>,
    nowMs: number,
  ): FaultOptions<Kind> | undefined;
  function due(kind: string, subject: Readonly<Record<string, string>>, nowMs: number): unknown {
    const rule = byKind.get(kind)?.find((candidate) => strikes(candidate, subject, nowMs));
    if (rule === undefined) return undefined;
    rule.left -= 1;
    injected.set(kind, (injected.get(kind) ?? 0) + 1);
    return rule.options;
  }
  const mayStrike: FaultSource['mayStrike'] = (kinds, fromMs, untilMs) =>
    [...byKind].some(
      ([kind, rules]) =>
        kinds.has(kind) &&
        rules.some((rule) => rule.left > 0 && rule.fromMs <= untilMs && rule.untilMs > fromMs),
    );
  return { due, injected, mayStrike };
}

function ruleOf(input: FaultInput, random: () => number): Rule {
  const fault = Fault.parse(input);
  return {
    fault,
    options: FAULT_ROWS[fault.kind].with.parse(fault.with),
    fromMs: fault.from === undefined ? -Infinity : Date.parse(fault.from),
    untilMs: fault.until === undefined ? Infinity : Date.parse(fault.until),
    match: Object.entries({ ...FAULT_ROWS[fault.kind].unlessNamed, ...fault.match }).map(
      ([key, pattern]) => ({ key, matches: globMatcher(pattern) }),
    ),
    random,
    left: fault.times ?? Infinity,
  };
}

function strikes(rule: Rule, subject: Readonly<Record<string, string>>, nowMs: number): boolean {
  const applies =
    rule.left > 0 &&
    nowMs >= rule.fromMs &&
    nowMs < rule.untilMs &&
    rule.match.every(({ key, matches }) => subject[key] !== undefined && matches(subject[key]));
  return applies && (rule.fault.probability >= 1 || rule.random() < rule.fault.probability);
}

function isKind(kind: unknown): kind is FaultKind {
  return typeof kind === 'string' && Object.hasOwn(FAULT_ROWS, kind);
}

function globMatcher(pattern: string): (text: string) => boolean {
  if (!pattern.includes('*')) return (text) => text === pattern;
  const expression = new RegExp(`^${pattern.split('*').map(escapeRegExp).join('.*')}$`, 's');
  return (text) => expression.test(text);
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
