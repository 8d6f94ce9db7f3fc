import type { PolicyMaker } from '../fly-window.ts';
import { withSafetyNet } from './safety-net.ts';

/**
 * Progress in proportion to time: on demand when behind the line, spot when it can be had, and back from on demand
 * only when two restarts ahead.
 *
 * @see Wu et al., Can't Be Late, NSDI 2024, section 4.3
 */
export const uniformProgress: PolicyMaker = (terms) => {
  const { workTicks, deadlineTicks, overheadTicks } = terms;
  const expectedAt = (tick: number) => (Math.min(tick, deadlineTicks) * workTicks) / deadlineTicks;
  return withSafetyNet(terms, (view) => {
    const tick = deadlineTicks - view.ticksLeft;
    const progress = workTicks - view.workTicks;
    if (view.current === 'spot') return 'spot';
    if (view.current === 'on-demand') {
      if (progress < expectedAt(tick + 2 * overheadTicks)) return 'on-demand';
      return view.available ? 'spot' : 'wait';
    }
    if (view.available) return 'spot';
    return progress < expectedAt(tick) ? 'on-demand' : 'wait';
  });
};
