import type { ForecastSummary, MethodFigures } from './summary.ts';

const LABEL_WIDTH = 34;
const FIGURE_WIDTH = 15;

/** The suite's figures for people, at most 80 columns: Flarepath beside its baselines. */
export function summaryLines(summary: ForecastSummary): string[] {
  const { cadence, series, forecasts, baselines, msPerSeries, withMase } = summary;
  const methods = [summary, baselines.seasonalNaive, baselines.naive2];
  const row = (label: string, figureOf: (figures: MethodFigures) => string) =>
    label.padEnd(LABEL_WIDTH) + methods.map((figures) => figureOf(figures).padStart(FIGURE_WIDTH)).join('');
  const headings = ['Flarepath', 'seasonal naive', 'Naive2'];
  return [
    `${series} series, ${cadence}, ${forecasts} forecasts`,
    '',
    ' '.repeat(LABEL_WIDTH) + headings.map((heading) => heading.padStart(FIGURE_WIDTH)).join(''),
    row('sMAPE', ({ smape }) => `${smape.toFixed(2)} %`),
    row('MASE', ({ mase }) => mase?.toFixed(3) ?? '-'),
    row('OWA (Naive2 = 1)', ({ owa }) => owa?.toFixed(3) ?? '-'),
    row('within the middle 95 %', ({ coverage95 }) => percent(coverage95)),
    row('at or below P90', ({ p90Coverage }) => percent(p90Coverage)),
    row('pinball loss (seasonal naive = 1)', ({ pinballVsNaive }) => pinballVsNaive?.toFixed(3) ?? '-'),
    `${'CPU time of a forecast'.padEnd(LABEL_WIDTH)}${`${msPerSeries} ms`.padStart(FIGURE_WIDTH)}`,
    ...(withMase === forecasts
      ? []
      : [
          '',
          `${forecasts - withMase} of ${forecasts} have no MASE: their season repeats exactly, or is not seen twice.`,
        ]),
  ];
}

function percent(share: number | null): string {
  return share === null ? '-' : `${(100 * share).toFixed(1)} %`;
}
