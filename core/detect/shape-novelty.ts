/** Points between two shapes' ends at least: a shape is not its own past. */
const LEAST_DISTANCE = 6;

/**
 * Left nearest neighbour: how far the last `length` points are from the most similar stretch before them.
 * Exact search over the past that is kept, each comparison given up once it is farther than the best.
 *
 * @param values  oldest first, the last one is now
 * @param length  points of the shape
 * @param stride  every so many points of it are compared
 * @returns root mean square distance in the values' own unit; null when nothing is far enough back
 * @see Yeh et al., Matrix Profile I, ICDM 2016; Lu et al., Matrix Profile XXIV (DAMP), KDD 2022
 */
export function shapeNovelty(values: Float64Array, length: number, stride: number): number | null {
  const now = values.length - 1;
  const latest = now - Math.max(length, LEAST_DISTANCE);
  let nearest = Infinity;
  for (let end = latest; end >= length - 1; end -= 1) {
    let distance = 0;
    for (let back = 0; back < length; back += stride) {
      const gap = (values[now - back] ?? 0) - (values[end - back] ?? 0);
      distance += gap * gap;
      if (distance >= nearest) break;
    }
    if (distance < nearest) nearest = distance;
    if (nearest === 0) break;
  }
  return nearest === Infinity ? null : Math.sqrt((nearest * stride) / length);
}
