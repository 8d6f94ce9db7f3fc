import type { ForecastBasis } from '../../core/contracts/load-forecast.ts';
import type { ModelEvidence, ModelVersion } from '../../core/contracts/model-version.ts';
import { QUANTILE_LEVELS } from '../../core/contracts/quantities.ts';
import type { RuntimeModel } from '../../core/runtime-model/runtime-model.ts';
import { usualUtilisationResidual } from '../../core/runtime-model/utilisation.ts';
import { bytesText, durationText, minuteText, percentText } from '../../core/units-text.ts';
import { BYTES_PER_MIB, isoInstant } from '../../core/units.ts';
import { wrapText } from '../../core/wrap-text.ts';
import { table } from '../format.ts';

const LOSS_DIGITS = 4;
const [P05, P95] = [QUANTILE_LEVELS.indexOf(0.05), QUANTILE_LEVELS.indexOf(0.95)];

/** A runtime model for people: what it says, what it rests on, how it was judged. */
export function modelLines(
  model: RuntimeModel,
  version: ModelVersion | null,
  evidence: ModelEvidence | null,
): string[] {
  return [
    `Runtime: ${model.version}`,
    ...indented(model.description),
    ...indented(lawText(model)),
    ...indented(bandText(model)),
    ...indented(surfaceText(model)),
    ...indented(useText(model)),
    ...model.doubts.flatMap(({ runKey, factor, reason }) =>
      indented(`${runKey ?? 'A run'} counts ${factor.toFixed(2)} of a run: ${reason}.`),
    ),
    ...(version === null ? indented('Fitted on no run: what the kind of the job and its baseline say.') : []),
    ...(version === null ? [] : judgementLines(version, evidence)),
  ];
}

function lawText({ coefficients, refinement, parallelBusyShare }: RuntimeModel): string {
  const { fixedSeconds, coreSecondsPerGib, secondsPerLogCore, secondsPerCore, spillCoreSecondsPerGib } =
    coefficients;
  const nodes = refinement?.axes.map((axis) => axis.length).join(' × ');
  return `Its law: ${durationText(fixedSeconds)} fixed, ${coreSecondsPerGib.toFixed(1)} core-seconds a GiB, ${spillCoreSecondsPerGib.toFixed(1)} more for a GiB that does not fit into memory, ${secondsPerLogCore.toFixed(2)} s for each doubling of the cores, ${secondsPerCore.toFixed(3)} s a core; tasks keep ${percentText(parallelBusyShare)} of the cores busy. ${
    nodes === undefined
      ? 'No surface: it came no nearer to runs left out.'
      : `Over it a surface of Gaussian processes on what laws miss, as a table of ${nodes} nodes over volume, cores and memory per core.`
  }`;
}

function bandText({ logResidual, refinement, seen }: RuntimeModel): string {
  const quantiles = refinement?.scores ?? logResidual;
  const [low = 0, high = 0] = [quantiles[P05], quantiles[P95]];
  const band =
    refinement === null
      ? `9 of 10 runs take ${Math.exp(low).toFixed(2)} to ${Math.exp(high).toFixed(2)} times its median.`
      : `9 of 10 runs lie ${(-low).toFixed(1)} below to ${high.toFixed(1)} above its median, in standard deviations of the process.`;
  if (seen === null) return band;
  const [least, most] = seen.inputBytes;
  const [fewest, mostCores] = seen.effectiveCores;
  return `${band} It has seen ${bytesText(least)} to ${bytesText(most)} on ${fewest.toFixed(0)} to ${mostCores.toFixed(0)} cores of an m5's speed.`;
}

const LAWS = ['a sum of products', 'a power law', 'the law above'];

/** What the surface over parameters is made of; nothing where runs never differed in one. */
function surfaceText({ surface }: RuntimeModel): string {
  if (surface === null) return '';
  const laws = surface.members.map(({ weight, prior }, k) => {
    const off =
      prior === undefined
        ? ''
        : `, its level believed to ±${factorText(prior.constantSpread)}, its slopes by ${surface.columns.map(({ name }) => name).join(', ')} to ±${prior.linearSpread.map((spread) => spread.toFixed(2)).join(', ')}`;
    return `${percentText(weight)} ${LAWS[k] ?? 'another law'}${off}`;
  });
  return `Made anew for other parameters from: ${laws.join('; ')}.`;
}

function factorText(logSpread: number): string {
  return percentText(Math.expm1(logSpread));
}

/** How busy and how full it expects machines to be. */
function useText({ utilisationLogOdds, utilisationResidual, peakMemory }: RuntimeModel): string {
  const odds = `Utilisation: odds of ${Math.exp(utilisationLogOdds).toFixed(2)} times what the law implies`;
  const residual = utilisationResidual ?? usualUtilisationResidual();
  const [low = 0, high = 0] = [residual[P05], residual[P95]];
  const busy = `${odds}, in 9 of 10 runs ${Math.exp(low).toFixed(2)} to ${Math.exp(high).toFixed(2)} times that.`;
  if (peakMemory === null) return `${busy} Peak memory: no run has told.`;
  const { runs, logMib, logLoad, slope, logResidual } = peakMemory;
  const [least = 0, most = 0] = [logResidual[P05], logResidual[P95]];
  const load = bytesText(Math.expm1(logLoad) * BYTES_PER_MIB);
  return `${busy} Peak memory, by ${runs === 1 ? 'one run' : `${runs} runs`}: ${bytesText(Math.exp(logMib) * BYTES_PER_MIB)} a core at ${load}, ${(2 ** slope).toFixed(2)} times as much for twice the load, in 9 of 10 runs ${Math.exp(least).toFixed(2)} to ${Math.exp(most).toFixed(2)} times that.`;
}

function judgementLines(version: ModelVersion, evidence: ModelEvidence | null): string[] {
  const { fittedAt, runs, trainingSetSha256, verdict } = version;
  const set = trainingSetSha256 === undefined ? '' : `, training set ${trainingSetSha256}`;
  return [
    ...indented(`Fitted at ${minuteText(fittedAt)} UTC on ${runs} runs${set}.`),
    ...(verdict === undefined ? [] : indented(verdict.reason)),
    ...(evidence === null ? [] : ['', ...runLines(evidence)]),
  ];
}

function runLines({ trainingSet, losses }: ModelEvidence): string[] {
  const lossOf = new Map(losses.map(({ runKey, loss }) => [runKey, loss.toFixed(LOSS_DIGITS)]));
  const rows = trainingSet.map((run) => [
    run.at === null ? run.runKey : minuteText(run.at),
    bytesText(run.inputBytes),
    run.cores.toFixed(0),
    durationText(run.runtimeSeconds),
    run.weight.toFixed(1),
    lossOf.get(run.runKey) ?? '-',
  ]);
  return table(
    [
      { title: 'run, UTC' },
      { title: 'load', align: 'right' },
      { title: 'cores', align: 'right' },
      { title: 'took', align: 'right' },
      { title: 'weight', align: 'right' },
      { title: 'loss left out', align: 'right' },
    ],
    rows,
  ).map((line) => `  ${line}`);
}

/** What a load forecast rests on, for people. */
export function forecastLines(basis: ForecastBasis): string[] {
  const { method, history, similar, timeZone, countedBytes, countComplete } = basis;
  const [first, last] = [history.at(0), history.at(-1)];
  const span =
    first === undefined || last === undefined
      ? ''
      : `, ${minuteText(isoInstant(first[0]))} to ${minuteText(isoInstant(last[0]))} UTC`;
  const counted =
    countedBytes === null
      ? ''
      : ` Its input was counted: ${bytesText(countedBytes)}${countComplete === true ? '' : ' so far'}.`;
  return indented(
    `By ${method}, from ${history.length} loads of its own${span} and ${similar.length} similar jobs, in the days of ${timeZone}.${counted}`,
  );
}

function indented(text: string): string[] {
  return text === '' ? [] : wrapText(text, '  ');
}
