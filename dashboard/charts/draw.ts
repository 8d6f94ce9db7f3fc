/// <reference lib="dom" />
// linkedom and Observable Plot speak in the DOM's types; nothing else here may.
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { escapeHtml } from '../html.ts';

/** Colours are the page's custom properties, so that charts follow the light and the dark scheme. */
export const COLOUR = {
  ink: 'currentColor',
  faint: 'var(--faint)',
  main: 'var(--main)',
  band: 'var(--band)',
  good: 'var(--good)',
  bad: 'var(--bad)',
  warn: 'var(--warn)',
} as const;

const CHART_WIDTH = 460;

/**
 * A chart as SVG text, drawn without a browser.
 *
 * @param options  Observable Plot's options
 * @param label  what the chart says, for those who do not see it
 */
export function draw(options: Plot.PlotOptions, label: string): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const chart = Plot.plot({
    width: CHART_WIDTH,
    style: { background: 'transparent', fontSize: '11px', overflow: 'visible' },
    ...options,
    document,
  });
  // Plot's own rule sets a max-width by a generated class; the page's style sheet does that for all charts.
  for (const style of chart.querySelectorAll('style')) style.remove();
  // One label for the whole picture: Plot also labels plain groups, which ARIA does not allow.
  for (const group of chart.querySelectorAll('g[aria-label]')) group.removeAttribute('aria-label');
  chart.setAttribute('role', 'img');
  return chart.outerHTML.replace('<svg', `<svg aria-label="${escapeHtml(label)}"`);
}

/** One colour, one meaning: what stands below a chart. */
export function legend(entries: readonly (readonly [colour: string, meaning: string])[]): string {
  const items = entries.map(
    ([colour, meaning]) => `<span><i style="background:${colour}"></i>${escapeHtml(meaning)}</span>`,
  );
  return `<p class="legend">${items.join('')}</p>`;
}
