/**
 * The Date that guests see: the real one, but that it asks a clock of ours what time it is. What it makes are real
 * dates, so that it does not matter to anybody which of the two made one.
 *
 * @param nowMs  milliseconds since the epoch
 */
export function virtualDate(nowMs: () => number): DateConstructor {
  return new Proxy(Date, {
    construct(real, parameters): Date {
      if (parameters.length === 0) return new real(nowMs());
      const made: unknown = Reflect.construct(real, parameters);
      return made instanceof real ? made : new real(Number.NaN);
    },
    apply: (real): string => new real(nowMs()).toString(),
    get: (real, name): unknown => (name === 'now' ? nowMs : Reflect.get(real, name)),
  });
}
