import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { initSync, MSTL } from '@bsull/augurs/mstl';
import type { MstlForecast } from '../../core/forecast/series/mstl.ts';

const WASM_FILE = 'mstl_bg.wasm';
let loaded = false;

/**
 * MSTL as the forecasts ask for it. The first call loads its WebAssembly, synchronously, since the simulator's
 * clock cannot see other loading: from beside the bundle, or from the package where nothing is bundled.
 */
export const mstlForecast: MstlForecast = (values, periodsSteps, horizonSteps) => {
  if (!loaded) {
    initSync({ module: readFileSync(wasmPath()) });
    loaded = true;
  }
  const model = MSTL.ets(Uint32Array.from(periodsSteps));
  try {
    model.fit(values);
    return Float64Array.from(model.predict(horizonSteps).point);
  } finally {
    model.free();
  }
};

function wasmPath(): string {
  const beside = join(import.meta.dirname, WASM_FILE);
  if (existsSync(beside)) return beside;
  return join(dirname(createRequire(import.meta.url).resolve('@bsull/augurs/mstl')), WASM_FILE);
}
