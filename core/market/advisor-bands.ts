import { CATALOGUE } from './catalogue.ts';

/**
 * How often EC2 took spot instances of a type back: the band that the Spot Instance Advisor gives it, by family and in
 * the order of the catalogue's sizes. 0: below 5 % of the instances in a month, 1: 5 to 10 %, 2: 10 to 15 %, 3: 15 to
 * 20 %, 4: above 20 %.
 *
 * Facts: the public data behind aws.amazon.com/ec2/spot/instance-advisor for Linux in us-east-1, as mirrored by
 * alexei-led/spotinfo; looked at on 2026-12-01. Bands change by the month and differ by region: they are where
 * our own experience starts from, not what a plan rests on for long.
 */
const BANDS: Readonly<Record<string, string>> = {
  m4: '113231',
  m5: '4234444',
  m5a: '3444444',
  m5d: '1014323',
  m6i: '14434044',
  m6a: '443444444',
  m6id: '44444444',
  m7i: '34104014',
  m7a: '444444444',
  c4: '02222',
  c5: '0140121',
  c5a: '0212231',
  c5d: '0131423',
  c6i: '31311112',
  c6a: '333314433',
  c7i: '44322104',
  c7a: '444444444',
  r4: '00110',
  r5: '3444444',
  r5a: '4444444',
  r5d: '4444444',
  r6i: '44444444',
  r6a: '444424444',
  r7i: '34444044',
  i3: '44444',
  i4i: '03314044',
  g4dn: '344424',
  g5: '43244444',
  m6g: '112340',
  m6gd: '444240',
  m7g: '111140',
  c6g: '100000',
  c6gd: '144444',
  c7g: '000010',
  r6g: '444440',
  r6gd: '444444',
  r7g: '444122',
  r7gd: '444443',
};

/** Middle of each band as a share of instances reclaimed in a month; that above 20 % has no upper end. */
const SHARES = [0.025, 0.075, 0.125, 0.175, 0.25] as const;

const shareByName = new Map<string, number>();
const seen = new Map<string, number>();
for (const { name, family } of CATALOGUE) {
  const place = seen.get(family) ?? 0;
  seen.set(family, place + 1);
  const share = SHARES[Number(BANDS[family]?.charAt(place))];
  if (share !== undefined) shareByName.set(name, share);
}

/**
 * @param name  of an instance type
 * @returns share of its spot instances that were reclaimed in a month, 0..1; undefined where the advisor gives no band
 */
export function advisorShare(name: string): number | undefined {
  return shareByName.get(name);
}
