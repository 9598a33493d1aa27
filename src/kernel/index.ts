/**
 * The library: what a cell imports from `nfm`. A cell builds a graph, an engine trains it, run events come back:
 *
 *   cell text            a notebook cell
 *     | session            TypeScript -> script, evaluated in the kernel process
 *   builder calls        Input -> Embedded -> Pooled -> Architecture     input(), or a model: nfm(), fm(), ...
 *     | .output()
 *   Graph                frozen JSON { name, nodes, output }             checked by shape, counted by parameters
 *     | engine.compile()
 *   Model                weights + step(batch) + predict(batch)          on wasm, or on TensorFlow (engine/choose.ts)
 *     | train()            async generator; fit() runs it to its end, compare() runs many
 *   RunEvent             started | epoch | paused | stopped | finished | failed
 *     | format/display     value -> MIME bundle, always with text/plain
 *   output               in the notebook file, drawn by renderers and reports
 */

export { OptionError } from './base/options.ts';
export { Architecture } from './builder/architecture.ts';
export { input } from './builder/input.ts';
export type { LayerFunction, LayerOptions } from './builder/layer.ts';
export type { FeatureSpace, FieldSizes } from './builder/schema.ts';
export type { Embedded, Input, Pooled, Scored, ScoredEmbedding } from './builder/stages.ts';
export type { Tensor, TensorOperations } from './builder/tensors.ts';
export { type CsvOptions, parseCsv, readCsv } from './data/csv.ts';
export { type Dataset, type Split, takeRows } from './data/dataset.ts';
export { type Dictionary, fitDictionary } from './data/dictionary.ts';
export { encode } from './data/encode.ts';
export { DataError } from './data/errors.ts';
export { type FeatureMap, featureName, readFeatureMap, writeFeatureMap } from './data/featureMap.ts';
export { fieldsFromPosition, groupByField } from './data/fields.ts';
export { inferSchema } from './data/inferSchema.ts';
export { type LibfmOptions, parseLibfm, readLibfm, writeLibfm } from './data/libfm.ts';
export type { LoadOptions } from './data/load.ts';
export { type NegativeOptions, sampleNegatives } from './data/negatives.ts';
export type { Row } from './data/rows.ts';
export { categorical, defineSchema, hashed, multiValued, numeric, type Schema, target } from './data/schema.ts';
export { splitByGroup, splitByTime, splitDataset, splitLeaveLastOut, splitRandom } from './data/split.ts';
export { type PlantedDataset, type PlantedOptions, planted, planted3 } from './data/synthetic.ts';
export { frappeShaped, tagShaped } from './data/syntheticLogs.ts';
export { mixed, mixedSchema } from './data/syntheticTable.ts';
export type { Engine, Model, Weights } from './engine/engine.ts';
export { type Optimizer, optimizer } from './engine/optimizers.ts';
export { tensorflowEngine } from './engine/tensorflow/tensorflowEngine.ts';
export { wasmEngine } from './engine/wasm/wasmEngine.ts';
export type { ExportFormat } from './export/exportModel.ts';
export { vegaLite } from './format/vegaLite.ts';
export type { Graph } from './graph/graph.ts';
export { summary } from './graph/print.ts';
export { acrossSeeds } from './library/acrossSeeds.ts';
export { type CompareOptions, compare } from './library/compare.ts';
export { type ArchitectureDifference, compareArchitectures } from './library/compareArchitectures.ts';
export type { ModelDesign } from './library/design.ts';
export { type Experiment, type ExperimentOptions, experiment, experimentNames } from './library/experiment.ts';
export type { FieldInteraction, FieldInteractions, InteractionOptions } from './library/fieldInteractions.ts';
export { type FitOptions, fit, train } from './library/fit.ts';
export { dataCard, load } from './library/load.ts';
export type { Recommendation, RecommendOptions } from './library/recommend.ts';
export { Run } from './library/run.ts';
export { importLibfm, loadModel, type Prediction, TrainedModel } from './library/trainedModel.ts';
export { afm, deepCross, fm, hiddenShape, hofm, lr, nfm, wideDeep } from './models/index.ts';
export type { RunEvent, RunResult } from './run/events.ts';
export { evaluateMetrics, metricNames } from './run/metrics.ts';
export type { TrainOptions } from './run/trainOptions.ts';
