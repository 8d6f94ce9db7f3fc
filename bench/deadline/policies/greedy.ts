import { withSafetyNet } from './safety-net.ts';
import type { PolicyMaker } from '../fly-window.ts';

/** Spot whenever it can be had, and nothing else until the safety net takes over. */
export const greedy: PolicyMaker = (terms) =>
  withSafetyNet(terms, ({ available }) => (available ? 'spot' : 'wait'));
