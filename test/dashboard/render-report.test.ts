import { describe, expect, it } from 'vitest';
import { renderReport } from '../../dashboard/render-report.ts';
import { ReportData } from '../../dashboard/report-data.ts';
import { summariseRuns } from '../../dashboard/summarise-runs.ts';
import { sampleReport } from './sample-report.ts';

describe('the report', () => {
  it('says that a simulation is one', () => {
    expect(renderReport(sampleReport())).toContain('Simulated market and data');
  });

  it('never lets a message become markup', () => {
    expect(renderReport(sampleReport())).toContain('landed &lt;on time&gt;');
  });

  it('judges runtimes by finished runs only: what a failed one got through says nothing', () => {
    const runs = sampleReport(['orders-nightly']).jobs[0]?.runs ?? [];
    const failed = runs.map((run) => ({
      ...run,
      record: { ...run.record, outcome: 'failed' as const, runtimeSeconds: 5 },
    }));
    expect(summariseRuns([...runs, ...failed]).runtimeErrorShare).toBe(summariseRuns(runs).runtimeErrorShare);
    expect(summariseRuns(failed).runtimeErrorShare).toBeNull();
  });

  it('writes money, shares and times as plans and messages do, with a dash for what is unknown', () => {
    const page = renderReport(sampleReport());
    expect(page).toMatch(/<td>\d+\.\d\d USD<\/td>/);
    expect(page).toMatch(/<td>[1-9]\d %<\/td>/);
    expect(page).toContain('<td>–</td>');
    expect(page).not.toMatch(/\d{3,} %|NaN/);
  });

  it('shows each incident with its likeliest cause, what was done first, and whether it helped', () => {
    const page = renderReport(sampleReport());
    expect(page).toContain('us-east-1b took &lt;all&gt; back (88 %)');
    expect(page).toContain('done: Leave out the pool. (it helped: nothing like it came for 15 min)');
    expect(page).toContain('not done: Pause the job. (the runbook is a dry run)');
    expect(page).toContain('incidents, 1 of which woke somebody');
  });

  it('says which faults were injected, and that the figures are with them', () => {
    const data = sampleReport();
    expect(renderReport(data)).not.toContain('injected');
    const source = { ...data.source, faults: 'worlds/bad-night.yaml' };
    expect(renderReport(ReportData.parse({ ...data, source }))).toContain(
      'the faults of worlds/bad-night.yaml were injected; all figures are with them',
    );
  });

  it('stands without runs', () => {
    const data = sampleReport([]);
    expect(renderReport({ ...data, messages: [], timeline: [] })).toContain('0 of 0');
  });

  it('counts late and failed runs apart, and saves only against runs that have a baseline', () => {
    const { total } = sampleReport(['orders-nightly']);
    expect(total).toMatchObject({ runs: 14, onTime: 12, late: 1, failed: 1, onDemandUsd: 13 * 20 });
    expect(total.savingShare).toBeGreaterThan(0.4);
  });
});
