import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FleetPlan } from '../../../core/contracts/fleet-plan.ts';
import { CATALOGUE, instanceTypeByName } from '../../../core/market/catalogue.ts';
import { fitRuntimeModel } from '../../../core/runtime-model/runtime-model.ts';
import { planFleet } from '../../../core/sizing/plan-fleet.ts';
import { forecastOf, jobOf, marketOf, minutesFromNow, requestOf } from './cases.ts';

const history = `${process.env['FLAREPATH_SHARED_DATA'] ?? '../shared/data'}/runtime/c3o/sort.tsv`;

describe('a real history of runs', () => {
  test.skipIf(!existsSync(history))(
    'on c4, m4 and r4 is enough to plan on them and on what they never saw',
    () => {
      const runs = readFileSync(history, 'utf8')
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => {
          const [count, name, , , megabytes, , , seconds] = line.split('\t');
          const type = instanceTypeByName(name!)!;
          const nodes = Number(count);
          return {
            at: null,
            inputBytes: Number(megabytes) * 1e6,
            cores: nodes * type.vcpus,
            nodes,
            memoryMib: nodes * type.memoryMib,
            coreSpeed: type.coreSpeed,
            runtimeSeconds: Number(seconds),
            weight: 1,
          };
        });
      const model = fitRuntimeModel({ task: 'etl', runs, baseline: null });
      const capacity = { ...jobOf().capacity, maxNodes: 20, minMemoryGibPerCore: 1.5 };
      for (const families of [['c4', 'm4', 'r4'], []]) {
        const job = jobOf({
          capacity: { ...capacity, families },
          baseline: { instanceType: 'm4.2xlarge', count: 8 },
        });
        const everything = [...new Set(CATALOGUE.map((type) => type.family))];
        const market = marketOf(families.length > 0 ? families : everything);
        const plan = FleetPlan.parse(
          planFleet(
            requestOf({
              job,
              model,
              market,
              forecast: forecastOf(12),
              deadlineAt: minutesFromNow(40),
              effort: 'full',
            }),
          ),
        );
        expect(plan.meetsSlo).toBe(true);
        expect(plan.baseline).not.toBeNull();
      }
    },
  );
});
