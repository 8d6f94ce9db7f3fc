export { fitRuntimeModel, type BaselinePoint } from './fit-runtime-model.ts';
export { RuntimeModel } from './model.ts';
export { predictRuntime, type RuntimePrediction } from './predict-runtime.ts';
export type { ClusterShape } from './cluster-shape.ts';
export type { TrainingRun } from './training-run.ts';
