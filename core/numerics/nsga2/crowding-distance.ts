/**
 * How much room a candidate has on its front: the sum, over objectives, of the gap between its neighbours,
 * as a share of the front's extent. The ends of the front have infinite room, so that they are kept.
 *
 * @param front  objectives of each candidate of one front
 * @returns one distance per candidate, in the same order
 * @see Deb et al., NSGA-II, 2002, section III-B
 */
export function crowdingDistances(front: readonly (readonly number[])[]): number[] {
  const distances = front.map(() => 0);
  const objectiveCount = front[0]?.length ?? 0;
  for (let m = 0; m < objectiveCount; m += 1) {
    const value = (i: number | undefined) => (i === undefined ? 0 : (front[i]?.[m] ?? 0));
    const order = front.map((_, i) => i).sort((a, b) => value(a) - value(b) || a - b);
    const extent = value(order.at(-1)) - value(order[0]);
    order.forEach((i, place) => {
      const atTheEnd = place === 0 || place === order.length - 1;
      if (atTheEnd) distances[i] = Number.POSITIVE_INFINITY;
      else if (extent > 0)
        distances[i] = (distances[i] ?? 0) + (value(order[place + 1]) - value(order[place - 1])) / extent;
    });
  }
  return distances;
}
