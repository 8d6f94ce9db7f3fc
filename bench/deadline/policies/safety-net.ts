import type { PurchaseTerms } from '../../../core/pilot/purchase/purchase-pilot.ts';
import type { Policy } from '../fly-window.ts';

/**
 * On demand until the end, once waiting longer would risk the deadline: when the time left is the work left, two
 * restarts and a tick. Both published policies rest on it.
 *
 * @see Wu et al., Can't Be Late, NSDI 2024, section 4.1
 */
export function withSafetyNet(terms: PurchaseTerms, decide: Policy): Policy {
  const margin = 2 * terms.overheadTicks + 1;
  let last = false;
  return (view) => {
    const due = (ticksLeft: number) => ticksLeft <= view.workTicks + margin;
    if (view.current === 'wait' && due(view.ticksLeft)) last = true;
    if (last) return 'on-demand';
    const wanted = decide(view);
    if (wanted === 'wait' && view.current !== 'wait' && due(view.ticksLeft - 1)) last = true;
    return last ? 'on-demand' : wanted;
  };
}
