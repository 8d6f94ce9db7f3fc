const MOST_SWEEPS = 300;
const RELATIVE_TOLERANCE = 1e-7;

/**
 * Minimises ½ xᵀ G x − hᵀ x subject to x ≥ 0, one coordinate after the other. From a good start it takes a few
 * sweeps, so that leaving points out one by one stays cheap; it needs a positive diagonal, such as a ridge gives.
 *
 * @param gram  G, symmetric, row by row
 * @param projection  h
 * @param start  not negative
 * @see Franc, Hlaváč and Navara, Sequential Coordinate-Wise Algorithm for the Non-negative Least Squares Problem, 2005
 */
export function nonNegativeDescent(
  gram: Readonly<Float64Array>,
  projection: Readonly<Float64Array>,
  start: Readonly<Float64Array>,
): Float64Array {
  const size = projection.length;
  const x = start.slice();
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep += 1) {
    let moved = 0;
    let largest = 0;
    for (let i = 0; i < size; i += 1) {
      let slope = projection[i] ?? 0;
      for (let j = 0; j < size; j += 1) slope -= (gram[i * size + j] ?? 0) * (x[j] ?? 0);
      const before = x[i] ?? 0;
      const after = Math.max(0, before + slope / (gram[i * size + i] ?? 1));
      x[i] = after;
      moved = Math.max(moved, Math.abs(after - before));
      largest = Math.max(largest, after);
    }
    if (moved <= RELATIVE_TOLERANCE * largest) break;
  }
  return x;
}
