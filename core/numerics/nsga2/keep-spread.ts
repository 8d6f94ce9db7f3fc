/**
 * Thins a front out: as long as there are too many, of the two points nearest to each other the one goes that has the
 * nearer second neighbour. Distances are taken in shares of the front's extent; the best in each objective stay. With
 * three objectives this spreads points evenly where sums of gaps along each axis do not.
 *
 * @param front  objectives of each candidate
 * @param most  so many stay, at least the best in each objective
 * @returns indices of those that stay, ascending
 * @see Zitzler, Laumanns and Thiele, SPEA2: Improving the Strength Pareto Evolutionary Algorithm, 2001 (truncation)
 */
export function keepSpread(front: readonly (readonly number[])[], most: number): number[] {
  const thinning = new Thinning(front);
  for (let left = front.length; left > most; left -= 1) if (!thinning.dropOne()) break;
  return thinning.kept;
}

class Thinning {
  private readonly size: number;
  private readonly width: number;
  /** scaled objectives, one candidate after the other */
  private readonly points: Float64Array;
  private readonly alive: Uint8Array;
  private readonly pinned: Uint8Array;
  private readonly nearest: Int32Array;
  private readonly distance: Float64Array;

  constructor(front: readonly (readonly number[])[]) {
    this.size = front.length;
    this.width = front[0]?.length ?? 0;
    this.points = new Float64Array(this.size * this.width);
    this.alive = new Uint8Array(this.size).fill(1);
    this.pinned = new Uint8Array(this.size);
    this.nearest = new Int32Array(this.size).fill(-1);
    this.distance = new Float64Array(this.size).fill(Number.POSITIVE_INFINITY);
    for (let m = 0; m < this.width; m += 1) this.scale(front, m);
    for (let i = 0; i < this.size; i += 1) this.findNearest(i);
  }

  get kept(): number[] {
    return Array.from({ length: this.size }, (_, i) => i).filter((i) => this.alive[i] === 1);
  }

  /** @returns false when only the best in each objective are left */
  dropOne(): boolean {
    let one = -1;
    for (let i = 0; i < this.size; i += 1) {
      if (this.alive[i] === 0 || this.pinned[i] === 1) continue;
      if (one < 0 || (this.distance[i] ?? 0) < (this.distance[one] ?? 0)) one = i;
    }
    if (one < 0) return false;
    const other = this.nearest[one] ?? -1;
    const goes =
      other >= 0 &&
      this.pinned[other] === 0 &&
      this.secondDistance(other, one) < this.secondDistance(one, other)
        ? other
        : one;
    this.alive[goes] = 0;
    for (let i = 0; i < this.size; i += 1) {
      if (this.alive[i] === 1 && this.nearest[i] === goes) this.findNearest(i);
    }
    return true;
  }

  private scale(front: readonly (readonly number[])[], m: number): void {
    const values = front.map((point) => point[m] ?? 0);
    const least = Math.min(...values);
    const extent = Math.max(...values) - least;
    values.forEach((value, i) => {
      this.points[i * this.width + m] = extent > 0 ? (value - least) / extent : 0;
    });
    const best = values.indexOf(least);
    if (best >= 0) this.pinned[best] = 1;
  }

  private findNearest(i: number): void {
    let nearest = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let j = 0; j < this.size; j += 1) {
      if (j === i || this.alive[j] === 0) continue;
      const distance = this.squaredDistance(i, j, least);
      if (distance >= least) continue;
      least = distance;
      nearest = j;
    }
    this.nearest[i] = nearest;
    this.distance[i] = least;
  }

  private secondDistance(i: number, but: number): number {
    let least = Number.POSITIVE_INFINITY;
    for (let j = 0; j < this.size; j += 1) {
      if (j === i || j === but || this.alive[j] === 0) continue;
      least = Math.min(least, this.squaredDistance(i, j, least));
    }
    return least;
  }

  /** @param enough  beyond it the sum is not finished */
  private squaredDistance(i: number, j: number, enough: number): number {
    let sum = 0;
    for (let m = 0; m < this.width && sum < enough; m += 1) {
      const gap = (this.points[i * this.width + m] ?? 0) - (this.points[j * this.width + m] ?? 0);
      sum += gap * gap;
    }
    return sum;
  }
}
