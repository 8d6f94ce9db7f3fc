import { describe, expect, it } from 'vitest';
import { harmlessText, wrappedText } from '../../cli/terminal-text.ts';
import { wrapText } from '../../core/wrap-text.ts';

describe('what reaches a terminal', () => {
  it('holds no control character of a file, and stays the same JSON', () => {
    expect(harmlessText('a\u001b[31mb\r\n\tc')).toBe('a\\u001b[31mb\\u000d\n\tc');
    const value = { name: 'red\u009b31m\u007f' };
    const text = harmlessText(JSON.stringify(value));
    expect(text).not.toMatch(/[\u007f-\u009f]/);
    expect(JSON.parse(text)).toEqual(value);
  });

  it('is at most 80 columns wide; short lines and their indentation stay as they are', () => {
    const long = `job.yaml:3:1: found ${'something that is long '.repeat(8)}`;
    const lines = wrappedText(`  short   one\n${long}`).split('\n');
    expect(lines[0]).toBe('  short   one');
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  it('keeps a number and its unit on one line', () => {
    for (let padding = 60; padding < 80; padding += 1) {
      const lines = wrapText(`${'x'.repeat(padding)} costs 40.00 USD and 3 h 30 min, 1 %.`);
      expect(lines.filter((line) => /\d$/.test(line))).toEqual([]);
    }
  });
});
