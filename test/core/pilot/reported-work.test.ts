import { describe, expect, it } from 'vitest';
import type { ReportedProgress } from '../../../core/contracts/reported-progress.ts';
import { timelyReport } from '../../../core/pilot/reported-work.ts';

const reportedAt = '2026-01-05T03:00:00.000Z';
const report = { reportedAt, workDone: 0.4 } as ReportedProgress;

describe('a report of progress', () => {
  it('tells until nobody has reported for long', () => {
    expect(timelyReport(report, '2026-01-05T03:09:59.000Z')).toBe(report);
    expect(timelyReport(report, '2026-01-05T03:10:01.000Z')).toBeNull();
  });

  it('from the future tells nothing: clocks disagree, and nobody knows how old it is', () => {
    expect(timelyReport(report, '2026-01-05T02:59:00.000Z')).toBe(report);
    expect(timelyReport(report, '2026-01-05T02:57:00.000Z')).toBeNull();
  });

  it('that never came tells nothing', () => {
    expect(timelyReport(undefined, reportedAt)).toBeNull();
  });
});
