/** The runtime model's public face: fit, predict, and the document that lies between. */
export { fitRuntimeModel } from './fit-runtime-model.ts';
export { RuntimeModel } from './model.ts';
export { predictRuntime } from './predict-runtime.ts';
export { tunedTo } from './tuned-to.ts';
export type { ClusterShape } from './cluster-shape.ts';
export type { TrainingRun } from './training-run.ts';
export type { NamedPrior } from './task-priors.ts';
