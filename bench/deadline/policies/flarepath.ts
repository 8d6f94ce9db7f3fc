import { PurchasePilot } from '../../../core/pilot/purchase/purchase-pilot.ts';
import type { PolicyMaker } from '../fly-window.ts';

/** The project's own. It knows nothing of the trace but what the window has shown so far. */
export const flarepath: PolicyMaker = (terms) => {
  const pilot = new PurchasePilot(terms);
  return (view) => pilot.choose(view);
};
