/** Spend is counted in whole millionths of a dollar: their sums are exact, whoever adds them and in what order. */
const MICRO_USD_PER_USD = 1_000_000;

/** An amount in millionths, rounded up: a reservation is never less than what it stands for. */
export function microUsdOf(usd: number): number {
  return Math.ceil(Number((usd * MICRO_USD_PER_USD).toFixed(3)));
}

export function usdOf(microUsd: number): number {
  return microUsd / MICRO_USD_PER_USD;
}
