type Points = readonly (readonly number[])[];

/**
 * The volume that points dominate, up to a reference point; all objectives are minimised. Exact for two objectives
 * (by a sweep) and for three (by slicing along the third).
 *
 * @param reference  as long as each point; points that are not below it everywhere add nothing
 * @throws RangeError  for other than two or three objectives
 * @see Zitzler and Thiele, Multiobjective Optimization Using Evolutionary Algorithms, PPSN 1998
 */
export function hypervolume(points: Points, reference: readonly number[]): number {
  const inside = points.filter((point) => point.every((value, m) => value < (reference[m] ?? 0)));
  if (reference.length === 2) return areaOf(inside, reference);
  if (reference.length !== 3)
    throw new RangeError(`hypervolume of ${reference.length} objectives: 2 or 3 are allowed`);
  const byDepth = [...inside].sort((a, b) => (a[2] ?? 0) - (b[2] ?? 0));
  let volume = 0;
  byDepth.forEach((point, i) => {
    const depth = (byDepth[i + 1]?.[2] ?? reference[2] ?? 0) - (point[2] ?? 0);
    if (depth > 0) volume += depth * areaOf(byDepth.slice(0, i + 1), reference);
  });
  return volume;
}

/** By the first two objectives. */
function areaOf(points: Points, [right = 0, top = 0]: readonly number[]): number {
  const sorted = [...points].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0));
  let area = 0;
  let ceiling = top;
  for (const [x = 0, y = 0] of sorted) {
    if (y >= ceiling) continue;
    area += (right - x) * (ceiling - y);
    ceiling = y;
  }
  return area;
}
