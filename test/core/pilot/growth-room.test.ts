import { expect, test } from 'vitest';
import { growthRoom } from '../../../core/pilot/growth-room.ts';
import { asItFlies } from '../../../core/pilot/resizing/as-it-flies.ts';
import { at, plan } from './resizing/flight-in-danger.ts';

test('a larger type that the task fleet may have, too, makes no room for more nodes', () => {
  const { view } = at(30, 0.15);
  const narrow = { ...plan, bounds: { maxNodes: 10, limitUsd: 400 } };
  const own = narrow.fleets.find(({ role }) => role === 'task')!.instanceTypes;
  const larger = asItFlies(narrow, {
    taskInstanceTypes: [...own, { name: 'm5.12xlarge', weightUnits: 48 }],
    nodeUsdPerHour: { 'm5.12xlarge': 3 },
  });
  // 24 core and 40 task vCPUs run on nodes of 8
  expect(growthRoom(narrow, view, 3600).nodes).toBe(2);
  expect(growthRoom(larger, view, 3600).nodes).toBe(2);
});
