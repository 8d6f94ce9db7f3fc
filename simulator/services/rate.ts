const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** The period of `rate(5 minutes)`, milliseconds; undefined when it is no such expression. */
export function ratePeriodMs(expression: string): number | undefined {
  const match = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression.trim());
  const unitMs = UNIT_MS[match?.[2] ?? ''];
  const count = Number(match?.[1]);
  return unitMs === undefined || count < 1 ? undefined : count * unitMs;
}

/** The six fields of `cron(…)`; undefined when it is no such expression. */
export function cronFields(expression: string): string | undefined {
  return /^cron\((.+)\)$/.exec(expression.trim())?.[1];
}
