import type { Element, LeafTable } from './leaf-table.ts';

/** A table grouped by some of its attributes: each group is an element, a possible cause. */
export interface Cuboid {
  /** indexes of the attributes that it groups by, ascending */
  readonly attributes: readonly number[];
  /** the element of each leaf */
  readonly elementOf: Int32Array;
  /** by element: a leaf of it, from which its values are read */
  readonly sample: Int32Array;
}

/**
 * All groupings of a table, by one attribute, by two, and so on: coarse ones first.
 *
 * @param mostAttributes  the most attributes that name an element
 */
export function cuboidsOf(table: LeafTable, mostAttributes: number): Cuboid[] {
  const all: Cuboid[] = [];
  let layer: Cuboid[] = [
    {
      attributes: [],
      elementOf: new Int32Array(table.leaves),
      sample: new Int32Array(table.leaves > 0 ? 1 : 0),
    },
  ];
  for (let size = 1; size <= Math.min(mostAttributes, table.attributes.length); size += 1) {
    layer = layer.flatMap((parent) => {
      const from = (parent.attributes.at(-1) ?? -1) + 1;
      return table.codes.slice(from).map((_, i) => refine(table, parent, from + i));
    });
    all.push(...layer);
  }
  return all;
}

function refine(table: LeafTable, parent: Cuboid, attribute: number): Cuboid {
  const codes = table.codes[attribute] ?? new Int32Array();
  const width = table.names[attribute]?.length ?? 1;
  const idOf = new Map<number, number>();
  const sample: number[] = [];
  const elementOf = Int32Array.from(parent.elementOf, (element, leaf) => {
    const key = element * width + (codes[leaf] ?? 0);
    const known = idOf.get(key);
    if (known !== undefined) return known;
    const id = sample.push(leaf) - 1;
    idOf.set(key, id);
    return id;
  });
  return { attributes: [...parent.attributes, attribute], elementOf, sample: Int32Array.from(sample) };
}

/** The values that name an element. */
export function elementAt(table: LeafTable, cuboid: Cuboid, element: number): Element {
  const leaf = cuboid.sample[element] ?? 0;
  return cuboid.attributes.map((a) => ({
    attribute: table.attributes[a] ?? '',
    value: table.names[a]?.[table.codes[a]?.[leaf] ?? 0] ?? '',
  }));
}

/** Sums of a leaf's quantity by element. */
export function sumByElement(cuboid: Cuboid, quantity: Float64Array): Float64Array {
  const sums = new Float64Array(cuboid.sample.length);
  cuboid.elementOf.forEach((element, leaf) => {
    sums[element] = (sums[element] ?? 0) + (quantity[leaf] ?? 0);
  });
  return sums;
}
