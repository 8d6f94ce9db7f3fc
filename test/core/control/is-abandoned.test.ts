import { expect, it } from 'vitest';
import { isAbandoned } from '../../../core/control/is-abandoned.ts';

const NOW = '2026-01-05T03:00:00.000Z';
const open = { reservedAt: '2026-01-05T01:00:00.000Z', settledAt: null };
const lease = (changes: object = {}) => ({
  leaseUntil: '2026-01-05T03:10:00.000Z',
  releasedAt: null,
  ...changes,
});

it.each<[string, boolean, Parameters<typeof isAbandoned>]>([
  ['never launched', true, [open, undefined, NOW]],
  ['never launched, but lately reserved', false, [{ ...open, reservedAt: NOW }, undefined, NOW]],
  ['not listed, under a living lease', false, [open, lease(), NOW]],
  ['gone, its lease run out', true, [open, lease({ leaseUntil: '2026-01-05T02:00:00.000Z' }), NOW]],
  ['gone and released', true, [open, lease({ releasedAt: NOW }), NOW]],
  ['settled', false, [{ ...open, settledAt: NOW }, undefined, NOW]],
])('a reservation of a cluster that is %s: left over %s', (_, abandoned, given) => {
  expect(isAbandoned(...given)).toBe(abandoned);
});
