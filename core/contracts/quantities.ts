import * as z from 'zod';

/** An instant, ISO 8601 in UTC, e.g. `2026-01-05T02:00:00.000Z`. */
export const Instant = z.iso.datetime({ offset: false });

/** A document in the ledger's bucket under its content hash: what is too large to hand from state to state. */
export const DocumentRef = z.object({
  key: z.string().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  sizeBytes: z.number().int().nonnegative(),
});
export type DocumentRef = z.infer<typeof DocumentRef>;

/** The probability levels at which every distribution in the project is handed on. */
export const QUANTILE_LEVELS = [0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975] as const;

/**
 * A distribution as its values at QUANTILE_LEVELS, ascending. Between levels it is linear; beyond the
 * outermost levels it is flat. The unit stands in the name of the field that holds it.
 */
export const Quantiles = z
  .array(z.number())
  .length(QUANTILE_LEVELS.length)
  .refine((values) => values.every((value, i) => i === 0 || value >= (values[i - 1] ?? value)), {
    error: 'quantiles must not decrease',
  });
export type Quantiles = z.infer<typeof Quantiles>;

export const Probability = z.number().min(0).max(1);
export const Usd = z.number().nonnegative();
export const Bytes = z.number().nonnegative();
