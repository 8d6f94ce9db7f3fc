import { describe, expect, it } from 'vitest';
import { renderReport } from '../../dashboard/render-report.ts';
import { sampleReport } from './sample-report.ts';

describe('the report', () => {
  it('says that a simulation is one', () => {
    expect(renderReport(sampleReport())).toContain('Simulated market and data');
  });

  it('never lets a message become markup', () => {
    expect(renderReport(sampleReport())).toContain('landed &lt;on time&gt;');
  });

  it('stands without runs', () => {
    const data = sampleReport([]);
    expect(renderReport({ ...data, messages: [], timeline: [] })).toContain('0 of 0');
  });

  it('counts late and failed runs apart, and saves only against runs that have a baseline', () => {
    const { total } = sampleReport(['orders-nightly']);
    expect(total).toMatchObject({ runs: 14, onTime: 12, late: 1, failed: 1, onDemandUsd: 13 * 20 });
    expect(total.savingPercent).toBeGreaterThan(40);
  });
});
