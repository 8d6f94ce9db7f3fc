export interface MetricDatum {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
  /** how often the value was seen; 1 when absent */
  readonly count?: number;
  readonly unit: string;
  readonly atMs: number;
}

interface Series {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly points: { readonly atMs: number; readonly value: number; readonly count: number }[];
}

type Statistic = 'Average' | 'Sum' | 'Maximum' | 'Minimum' | 'SampleCount';

/** Measurements by namespace, name and the exact set of dimensions. */
export class MetricStore {
  readonly #series = new Map<string, Series>();

  put(datum: MetricDatum): void {
    const key = keyOf(datum.namespace, datum.name, datum.dimensions);
    const point = { atMs: datum.atMs, value: datum.value, count: datum.count ?? 1 };
    const known = this.#series.get(key);
    if (known !== undefined) {
      known.points.push(point);
      return;
    }
    const { namespace, name, dimensions } = datum;
    this.#series.set(key, { namespace, name, dimensions, points: [point] });
  }

  metrics(): Omit<Series, 'points'>[] {
    return [...this.#series.values()];
  }

  /** One value for each period that has data, ascending; periods begin at multiples of their length. */
  statistics(
    namespace: string,
    name: string,
    dimensions: Readonly<Record<string, string>>,
    range: {
      readonly fromMs: number;
      readonly untilMs: number;
      readonly periodSeconds: number;
      readonly statistic: Statistic;
    },
  ): { atMs: number; value: number }[] {
    const points = this.#series.get(keyOf(namespace, name, dimensions))?.points ?? [];
    const periodMs = range.periodSeconds * 1000;
    const periods = new Map<number, Series['points']>();
    const firstMs = Math.floor(range.fromMs / periodMs) * periodMs;
    for (const point of points) {
      if (point.atMs < firstMs || point.atMs >= range.untilMs) continue;
      const startMs = Math.floor(point.atMs / periodMs) * periodMs;
      const period = periods.get(startMs);
      if (period === undefined) periods.set(startMs, [point]);
      else period.push(point);
    }
    return [...periods]
      .map(([atMs, inPeriod]) => ({ atMs, value: statisticOf(inPeriod, range.statistic) }))
      .sort((a, b) => a.atMs - b.atMs);
  }
}

function statisticOf(points: Series['points'], statistic: Statistic): number {
  const values = points.map((point) => point.value);
  const count = points.reduce((sum, point) => sum + point.count, 0);
  const sum = points.reduce((total, point) => total + point.value * point.count, 0);
  const statistics = {
    Average: sum / count,
    Sum: sum,
    Maximum: Math.max(...values),
    Minimum: Math.min(...values),
    SampleCount: count,
  };
  return statistics[statistic];
}

function keyOf(namespace: string, name: string, dimensions: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([namespace, name, sorted]);
}
