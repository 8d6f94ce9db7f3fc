import { asGuest } from './as-guest.ts';
import { hold } from './hold.ts';
import { launchManaged } from './launch-managed.ts';
import { planAsLast } from './plan-as-last.ts';
import { planBaseline } from './plan-baseline.ts';
import { planClairvoyant } from './plan-clairvoyant.ts';
import { planManagedScaling } from './plan-managed-scaling.ts';
import type { Policy, PolicyName } from './policy.ts';

const POLICIES: Readonly<Record<PolicyName, Policy>> = {
  flarepath: { name: 'flarepath', about: 'What is deployed.', handlers: () => ({}) },
  'on-demand': {
    name: 'on-demand',
    about: 'The job’s baseline fleet, on demand, from start to end.',
    handlers: () => ({
      'flarepath-plan-fleet': asGuest(planBaseline),
      'flarepath-look-and-steer': asGuest(hold),
    }),
  },
  'managed-scaling': {
    name: 'managed-scaling',
    about: 'A quarter of the baseline on demand, the rest on spot, in the hands of EMR’s managed scaling.',
    handlers: () => ({
      'flarepath-plan-fleet': asGuest(planManagedScaling),
      'flarepath-launch-cluster': launchManaged(),
      'flarepath-look-and-steer': asGuest(hold),
    }),
  },
  'last-plan': {
    name: 'last-plan',
    about: 'The first run is planned; every later one flies the plan of the run before, unsteered.',
    handlers: () => ({
      'flarepath-plan-fleet': asGuest(planAsLast),
      'flarepath-look-and-steer': asGuest(hold),
    }),
  },
  clairvoyant: {
    name: 'clairvoyant',
    about: 'Knows load, market and luck of every run and flies the cheapest fleet it finds that is in time.',
    handlers: (scenario) => ({
      'flarepath-plan-fleet': asGuest(planClairvoyant(scenario)),
      'flarepath-look-and-steer': asGuest(hold),
    }),
  },
};

export function policyNamed(name: PolicyName): Policy {
  return POLICIES[name];
}
