export function moneyText(amountUsd: number | null): string {
  return amountUsd === null ? '–' : `$${amountUsd.toFixed(2)}`;
}

export function percentText(value: number | null): string {
  return value === null ? '–' : `${value.toFixed(0)} %`;
}

/** An instant to the minute, UTC. */
export function minuteText(instant: string): string {
  return instant.slice(0, 16).replace('T', ' ');
}
