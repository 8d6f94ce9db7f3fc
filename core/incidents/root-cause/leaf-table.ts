import { InvalidInputError } from '../../errors.ts';

/** One value of one attribute: `zone` is `us-east-1a`. */
export interface AttributeValue {
  readonly attribute: string;
  readonly value: string;
}

/** What a cause is named by: the values that everything it covers has in common. */
export type Element = readonly AttributeValue[];

/** The finest rows of a table, with their attributes as small whole numbers, so that millions can be grouped. */
export interface LeafTable {
  readonly attributes: readonly string[];
  /** by attribute: what its codes stand for */
  readonly names: readonly (readonly string[])[];
  /** by attribute: the code of each leaf */
  readonly codes: readonly Int32Array[];
  readonly leaves: number;
}

/** Beyond this the subsets of attributes are more than a search can visit. */
const MOST_ATTRIBUTES = 12;

/**
 * Reads rows of attribute values.
 *
 * @param rows  one leaf each, its values in the order of `attributes`
 * @throws InvalidInputError  for no attributes, too many, one named twice, or a row of another length
 */
export function leafTable(
  attributes: readonly string[],
  rows: readonly { readonly values: readonly string[] }[],
): LeafTable {
  if (attributes.length === 0 || attributes.length > MOST_ATTRIBUTES) {
    throw new InvalidInputError(
      `Found ${attributes.length} attributes; allowed: 1 to ${MOST_ATTRIBUTES}. Leave out those that name single rows.`,
    );
  }
  const twice = attributes.find((attribute, i) => attributes.indexOf(attribute) !== i);
  if (twice !== undefined)
    throw new InvalidInputError(`Found the attribute "${twice}" twice; name each once.`);
  const odd = rows.findIndex(({ values }) => values.length !== attributes.length);
  if (odd >= 0) {
    throw new InvalidInputError(
      `Row ${odd + 1} has ${rows[odd]?.values.length ?? 0} attribute values; needed: ${attributes.length}.`,
    );
  }
  const names: string[][] = [];
  const codes = attributes.map((_, a) => {
    const codeOf = new Map<string, number>();
    const column = Int32Array.from(rows, ({ values }) => {
      const value = values[a] ?? '';
      const code = codeOf.get(value) ?? codeOf.size;
      codeOf.set(value, code);
      return code;
    });
    names.push([...codeOf.keys()]);
    return column;
  });
  return { attributes, names, codes, leaves: rows.length };
}

/** An element as people read it: `zone=us-east-1a & type=m5.xlarge`, attributes in the alphabet's order. */
export function elementName(element: Element): string {
  return element
    .map(({ attribute, value }) => `${attribute}=${value}`)
    .sort()
    .join(' & ');
}
