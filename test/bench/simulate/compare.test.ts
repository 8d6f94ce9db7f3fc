import { describe, expect, test } from 'vitest';
import { comparisonLines, comparisonOf } from '../../../bench/simulate/compare.ts';
import type { Summary } from '../../../bench/simulate/summary.ts';

function figures(onTimePercent: number, costUsd: number): Summary['policies'][string] {
  return {
    runs: 100,
    onTimePercent,
    missesAnnouncedPercent: 100,
    falseAnnouncementsPercent: 0,
    falselyAnnouncedRunsPercent: 0,
    costUsd,
    onDemandCostUsd: 100,
    utilisationInBandPercent: 80,
    leakedUsd: 0,
  };
}

const policies = {
  flarepath: figures(99, 40),
  'managed-scaling': figures(97, 45),
  'on-demand': figures(100, 100),
  'last-plan': figures(99, 50),
  clairvoyant: figures(100, 32),
};

describe('policies side by side', () => {
  test('the cheapest other one counts only when it is as rarely late, and never the bound', () => {
    expect(comparisonOf('flarepath', policies)).toEqual({
      policy: 'flarepath',
      cheapestOther: 'last-plan',
      savingPercent: 20,
      timesClairvoyant: 1.25,
    });
  });

  test('a policy that is less often late than all others has nothing to be compared with', () => {
    const alone = { flarepath: figures(100, 40), 'managed-scaling': figures(97, 30) };
    expect(comparisonOf('flarepath', alone)).toMatchObject({ cheapestOther: null, timesClairvoyant: null });
    expect(comparisonLines(alone)).toContain('No other policy is as rarely late as flarepath.');
  });

  test('says which aims are met, within 80 columns', () => {
    const lines = comparisonLines(policies);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines).toContain('  aim: at least 20 %: met');
    expect(lines).toContain('  aim: at most 1.15: missed');
  });
});
