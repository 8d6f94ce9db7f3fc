import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Highs, InitOptions, Model } from 'highs';
import * as z from 'zod';
import type {
  LinearModel,
  LinearProblem,
  LinearSolution,
  LinearSolver,
} from '../../core/sizing/bound/linear-solver.ts';

/** The package's CommonJS build, as it lies beside a bundle: its other build waits for an import that no clock sees. */
const MODULE_FILE = 'highs.cjs';
const WASM_FILE = 'highs.wasm';
const require = createRequire(import.meta.url);
const OPTIMAL = 7;
let loaded: LinearSolver | undefined;

type Load = (options: InitOptions & { instantiateWasm: InstantiateWasm }) => Promise<Highs>;
type InstantiateWasm = (
  imports: WebAssembly.Imports,
  receive: (instance: WebAssembly.Instance) => void,
) => object;

const Loader = z.custom<Load>(
  (value) => typeof value === 'function',
  'the highs package exports no function',
);

/**
 * HiGHS as the sizer asks for it. The first call loads its WebAssembly from beside the bundle, or from the package
 * where nothing is bundled. It is read and compiled synchronously, since the simulator's clock cannot see other
 * loading; what is left of the package's promise resolves in microtasks.
 */
export async function highsSolver(): Promise<LinearSolver> {
  if (loaded !== undefined) return loaded;
  const files = filesOf();
  const load = Loader.parse(require(files.module));
  const wasm = new WebAssembly.Module(readFileSync(files.wasm));
  const highs = await load({
    instantiateWasm: (imports, receive) => {
      receive(new WebAssembly.Instance(wasm, imports));
      return {};
    },
  });
  loaded = solverOf(highs);
  return loaded;
}

function solverOf(highs: Highs): LinearSolver {
  return {
    name: `HiGHS ${highs.version.string}`,
    model: (problem) => new HighsModel(highs, problem),
  };
}

class HighsModel implements LinearModel {
  private readonly model: Model;
  private readonly columns: { kind: 'range'; from: number; to: number };
  private readonly rows: { kind: 'range'; from: number; to: number };
  private readonly columnLower: Float64Array;

  constructor(highs: Highs, problem: LinearProblem) {
    this.model = highs.createModel(dataOf(problem));
    this.model.options.set({ output_flag: false, presolve: 'off', solver: 'simplex' });
    this.columns = { kind: 'range', from: 0, to: problem.columns - 1 };
    this.rows = { kind: 'range', from: 0, to: problem.rows - 1 };
    this.columnLower = new Float64Array(problem.columns);
  }

  solve({ cost, columnUpper, rowLower, rowUpper }: Parameters<LinearModel['solve']>[0]): LinearSolution {
    this.model.changeColsCost(this.columns, cost);
    this.model.changeColsBounds(this.columns, this.columnLower, columnUpper);
    this.model.changeRowsBounds(this.rows, rowLower, rowUpper);
    const { modelStatus } = this.model.run();
    return solutionOf(this.model, modelStatus === OPTIMAL);
  }

  dispose(): void {
    this.model.dispose();
  }
}

function solutionOf(model: Model, found: boolean): LinearSolution {
  const none = new Float64Array();
  if (!found) return { objective: undefined, columns: none, rowDual: none };
  const { colValue, rowDual } = model.getSolution();
  return { objective: model.getObjectiveValue(), columns: colValue, rowDual };
}

function dataOf(problem: LinearProblem) {
  const { columns, rows, cost, columnUpper, rowLower, rowUpper, starts, rowIndex, values } = problem;
  return {
    numCols: columns,
    numRows: rows,
    colCost: cost,
    colLower: new Float64Array(columns),
    colUpper: columnUpper,
    rowLower,
    rowUpper,
    matrix: { format: 'csc' as const, numRows: rows, numCols: columns, starts, indices: rowIndex, values },
  };
}

function filesOf(): { module: string; wasm: string } {
  const beside = join(import.meta.dirname, MODULE_FILE);
  if (existsSync(beside)) return { module: beside, wasm: join(import.meta.dirname, WASM_FILE) };
  const module = require.resolve('highs');
  return { module, wasm: join(dirname(module), WASM_FILE) };
}
