import { describe, expect, it } from 'vitest';
import type { ReportedProgress } from '../../../core/contracts/reported-progress.ts';
import { whyUntimely } from '../../../core/pilot/reported-work.ts';

const reportedAt = '2026-01-05T03:00:00.000Z';
const report = { reportedAt, workDone: 0.4 } as ReportedProgress;

describe('a report of progress', () => {
  it('tells until nobody has reported for long', () => {
    expect(whyUntimely(report, '2026-01-05T03:09:59.000Z')).toBeNull();
    expect(whyUntimely(report, '2026-01-05T03:25:00.000Z')).toBe('its newest report is 25 min old');
  });

  it('from the future tells nothing: clocks disagree, and nobody knows how old it is', () => {
    expect(whyUntimely(report, '2026-01-05T02:59:00.000Z')).toBeNull();
    expect(whyUntimely(report, '2026-01-05T02:48:00.000Z')).toMatch(/dated 12 min ahead, so clocks disagree/);
  });
});
