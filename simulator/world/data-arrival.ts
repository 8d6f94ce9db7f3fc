import { BYTES_PER_GIB, isoInstant } from '../../core/units.ts';
import type { Kernel } from '../contracts.ts';
import type { DataSet } from './data-set.ts';
import { exponential, MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, normal, type Uniform } from './draws.ts';
import type { Storage } from './storage.ts';

/** One delivery of a data set. */
interface Delivery {
  readonly date: string;
  readonly arrivesMs: number;
  readonly sizeBytes: number;
  readonly damage: DataDamage | undefined;
}

/** Data that is there and cannot be read as before. */
export type DataDamage = 'corrupt' | 'schema-changed';

/**
 * Writes the world's data sets into S3: the past at once, the rest as the clock reaches it. Each delivery
 * draws from a stream of its own day, so that a fault in one never moves another.
 */
export class DataArrival {
  readonly #kernel: Kernel;
  readonly #storage: Storage;
  readonly #startMs: number;
  readonly #damaged = new Map<string, DataDamage>();

  constructor(kernel: Kernel, storage: Storage, startMs: number) {
    this.#kernel = kernel;
    this.#storage = storage;
    this.#startMs = startMs;
  }

  begin(dataSets: readonly DataSet[]): void {
    for (const dataSet of dataSets) {
      for (let day = -dataSet.pastDays; day <= 0; day += 1) this.#schedule(dataSet, day);
    }
  }

  /** What is wrong with the data at an address, above or below it; undefined when nothing is. */
  damageOf(uri: string): DataDamage | undefined {
    for (const [prefix, damage] of this.#damaged) {
      if (uri.startsWith(prefix) || prefix.startsWith(uri)) return damage;
    }
    return undefined;
  }

  /** Day 0 is the world's first day. From day 0 on, each delivery schedules the next. */
  #schedule(dataSet: DataSet, day: number): void {
    const dayMs = this.#startMs + day * MS_PER_DAY;
    const again = () => {
      if (day >= 0) this.#schedule(dataSet, day + 1);
    };
    const delivery = deliveryOf(this.#kernel, dataSet, dayMs, this.#startMs);
    if (delivery === null) {
      if (day >= 0) this.#kernel.clock.at(dayMs + MS_PER_DAY, `no data of ${dataSet.name}`, again);
      return;
    }
    if (delivery.arrivesMs <= this.#kernel.clock.nowMs()) {
      this.#write(dataSet, delivery);
      again();
      return;
    }
    this.#kernel.clock.at(delivery.arrivesMs, `data of ${dataSet.name}`, () => {
      this.#write(dataSet, delivery);
    });
    if (day >= 0) this.#kernel.clock.at(dayMs + MS_PER_DAY, `next day of ${dataSet.name}`, again);
  }

  #write(dataSet: DataSet, delivery: Delivery): void {
    const prefix = dataSet.uri.replaceAll('{{date}}', delivery.date);
    if (delivery.damage === undefined) this.#damaged.delete(prefix);
    else this.#damaged.set(prefix, delivery.damage);
    const count = delivery.sizeBytes === 0 ? 0 : dataSet.objectCount;
    const partBytes = Math.ceil(delivery.sizeBytes / Math.max(1, count));
    for (let i = 0; i < count; i += 1) {
      const part = String(i).padStart(5, '0');
      const left = delivery.sizeBytes - i * partBytes;
      this.#storage.putSparse(`${prefix}part-${part}.snappy.parquet`, Math.max(0, Math.min(partBytes, left)));
    }
    if (dataSet.successMarker) this.#storage.putText(`${prefix}_SUCCESS`, '');
    this.#kernel.trace('world.data', {
      dataSet: dataSet.name,
      date: delivery.date,
      sizeBytes: delivery.sizeBytes,
    });
  }
}

function deliveryOf(kernel: Kernel, dataSet: DataSet, dayMs: number, startMs: number): Delivery | null {
  const date = isoInstant(dayMs).slice(0, 10);
  const weekday = (new Date(dayMs).getUTCDay() + 6) % 7;
  if (dataSet.arrivesOnWeekdays.length > 0 && !dataSet.arrivesOnWeekdays.includes(weekday + 1)) return null;
  const uniform = kernel.random(`data/${dataSet.name}/${date}`);
  const growth = (1 + dataSet.dailyGrowth) ** ((dayMs - startMs) / MS_PER_DAY);
  const calendar = (dataSet.weekdayFactors[weekday] ?? 1) * (isMonthEnd(dayMs) ? dataSet.monthEndFactor : 1);
  const noise = Math.exp(dataSet.noiseSigma * normal(uniform));
  const [hours, minutes] = dataSet.arrival.at.split(':').map(Number);
  const atMs =
    dayMs +
    dataSet.arrival.dayOffset * MS_PER_DAY +
    (hours ?? 0) * MS_PER_HOUR +
    (minutes ?? 0) * MS_PER_MINUTE;
  const delayMinutes = exponential(uniform, dataSet.arrival.meanDelayMinutes);
  const broken = breakages(uniform, dataSet);
  const past = dayMs < startMs;
  const form = past ? undefined : kernel.fault('bad-data', { dataSet: dataSet.name, date })?.form;
  const empty = !past && (broken.empty || form === 'empty');
  const doubled = !past && (broken.doubled || form === 'doubled');
  const late = !past && (broken.late || form === 'late');
  const size = dataSet.baseGib * growth * calendar * noise * (empty ? 0 : doubled ? 2 : 1);
  const lateMinutes = late ? dataSet.breakages.lateHours * 60 : 0;
  return {
    date,
    arrivesMs: atMs + Math.round((delayMinutes + lateMinutes) * MS_PER_MINUTE),
    sizeBytes: Math.round(size * BYTES_PER_GIB),
    damage: form === 'corrupt' || form === 'schema-changed' ? form : undefined,
  };
}

/** Drawn in one order whatever comes of it, so that a rate changed in the file moves nothing else. */
function breakages(uniform: Uniform, dataSet: DataSet): { empty: boolean; doubled: boolean; late: boolean } {
  const [empty, doubled, late] = [uniform(), uniform(), uniform()];
  return {
    empty: empty < dataSet.breakages.empty,
    doubled: doubled < dataSet.breakages.doubled,
    late: late < dataSet.breakages.late,
  };
}

function isMonthEnd(dayMs: number): boolean {
  return [0, 1, 2].some((days) => new Date(dayMs + days * MS_PER_DAY).getUTCDate() === 1);
}
