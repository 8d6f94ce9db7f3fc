/**
 * Where EMR itself cannot be asked what a release supports: families that came with a later one. Every other family of the catalogue is older than any
 * release still in use.
 *
 * Source: what ListSupportedInstanceTypes answers for emr-6.4.0, 6.8.0, 6.15.0 and 7.10.0, as recorded in
 * getmoto/moto (moto/emr/resources); read on 2026-11-23. A family that appears between two of them is dated to
 * the later one, so nothing is promised that a release may lack.
 */
const FIRST_RELEASE: Readonly<Record<string, readonly [major: number, minor: number]>> = {
  m6i: [6, 8],
  m6a: [6, 8],
  m6id: [6, 8],
  c6i: [6, 8],
  c6a: [6, 8],
  r6i: [6, 8],
  r6a: [6, 8],
  c7g: [6, 8],
  i4i: [6, 8],
  m7g: [6, 15],
  r7g: [6, 15],
  r7gd: [6, 15],
  g5: [6, 15],
};

/**
 * Whether clusters of a release can hold instances of a family.
 *
 * @param release  e.g. `emr-7.9.0`; anything else is taken for a release newer than the table
 */
export function emrSupports(release: string, family: string): boolean {
  const first = FIRST_RELEASE[family];
  const parts = /^emr-(\d+)\.(\d+)\./.exec(release);
  if (first === undefined || parts === null) return true;
  const major = Number(parts[1]);
  return major > first[0] || (major === first[0] && Number(parts[2]) >= first[1]);
}
