/** A source of uniform numbers in [0, 1). Handed in wherever randomness is needed. */
export type Rng = () => number;

/**
 * Seeded generator: mulberry32 over a 32-bit hash of the seed, so that any text can be a seed and the same
 * seed always gives the same numbers.
 *
 * @param seed  text or number
 * @see Tommy Ettinger, mulberry32 (public domain); FNV-1a hash of the seed's text
 */
export function seededRng(seed: string | number): Rng {
  let state = fnv1a(String(seed));
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}
