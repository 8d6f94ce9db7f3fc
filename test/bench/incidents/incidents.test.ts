import { describe, expect, it } from 'vitest';
import { incidents } from '../../../bench/incidents/incidents.ts';
import { consoleContext } from '../../../cli/command-context.ts';

function run(alarms: string, seed = 'a') {
  const lines: string[] = [];
  incidents({ alarms, seed, json: true }, { ...consoleContext, print: (line) => lines.push(line) });
  const json = JSON.parse(lines.pop()!);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  return json;
}

describe('the suite incidents', () => {
  it('puts every alarm of a storm into one incident, and few of them', () => {
    const { cpuSeconds, peakMib, ...figures } = run('3000');
    expect(figures).toMatchObject({ suite: 'incidents', alarms: 3000, misplaced: 0 });
    expect(figures.reductionPercent).toBeGreaterThan(90);
    expect(cpuSeconds + peakMib).toBeGreaterThan(0);
    const { cpuSeconds: _cpu, peakMib: _peak, ...again } = run('3000');
    expect(again).toEqual(figures);
  });

  it('says what it does not understand', () => {
    expect(() => run('many')).toThrow(/--alarms/);
  });
});
