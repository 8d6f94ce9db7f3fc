import { QUANTILE_LEVELS } from '../../core/contracts/quantities.ts';
import { calibrationChart } from '../docs/calibration-chart.ts';
import { BENCHMARKS_PAGE, markdownTable, writePicture, writeSection } from '../docs/page-section.ts';
import { COLOURS } from '../docs/standalone-chart.ts';
import { mean } from './accuracy.ts';
import type { CaseScores, Score } from './evaluate.ts';
import type { ForecastSummary, MethodFigures } from './summary.ts';

/** Puts the suite's figures between their marks in docs/benchmarks.md, and draws the picture that stands there. */
export function writeDocs(
  summary: ForecastSummary,
  cases: readonly CaseScores[],
  page = BENCHMARKS_PAGE,
): void {
  const { cadence } = summary;
  const shareByLevel = (scoreOf: (scores: CaseScores) => Score) =>
    QUANTILE_LEVELS.map((_, i) => mean(cases.map((scores) => scoreOf(scores).belowByLevel[i] ?? 0)));
  const chart = calibrationChart(
    [
      { name: 'Flarepath', colour: COLOURS.own, shareByLevel: shareByLevel(({ flarepath }) => flarepath) },
      {
        name: 'seasonal naive',
        colour: COLOURS.first,
        shareByLevel: shareByLevel(({ seasonalNaive }) => seasonalNaive),
      },
    ],
    'values',
  );
  const picture = writePicture(page, `forecast-${cadence}`, `Calibration, ${cadence}`, chart);
  writeSection(page, `forecast ${cadence}`, [...table(summary), '', picture]);
}

function table(summary: ForecastSummary): string[] {
  const { cadence, series, forecasts, baselines } = summary;
  const row = (name: string, figures: MethodFigures) => [
    name,
    `${figures.smape.toFixed(2)} %`,
    figures.mase?.toFixed(3) ?? '-',
    figures.owa?.toFixed(3) ?? '-',
    percent(figures.coverage95),
    percent(figures.p90Coverage),
    figures.pinballVsNaive?.toFixed(3) ?? '-',
  ];
  const rows = [
    ['method', 'sMAPE', 'MASE', 'OWA', 'within 95 %', 'below P90', 'pinball'],
    row('Flarepath', summary),
    row('seasonal naive', baselines.seasonalNaive),
    row('Naive2', baselines.naive2),
  ];
  return [`${series} series, ${cadence}, ${forecasts} forecasts:`, '', ...markdownTable(rows)];
}

function percent(share: number | null): string {
  return share === null ? '-' : `${(100 * share).toFixed(1)} %`;
}
