/** The kernels' exports: one flat list, called by the plan (../plan.ts). */

export { pairEntries, pairs, weigh, weighBackward } from './attention';
export { barrier } from './barrier';
export {
  backwardApply,
  backwardCoefficients,
  columnStatistics,
  combineStatistics,
  inferenceCoefficients,
  moveAverage,
} from './batchNorm';
export { multiply, multiplyTransposed, transpose } from './dense';
export { anova, anovaEntries, concat, concatEntries, linear, poolEntries, poolOnes, poolValued } from './gather';
export { group } from './group';
export { loss } from './loss';
export { touch } from './readAhead';
export { takeRows } from './rows';
export { pointwise, pointwiseBackward, smooth, smoothBackward } from './pointwise';
export {
  columnSums,
  dot,
  dotBackward,
  move,
  moveFloats,
  sum,
  sumBackward,
  sumChunks,
  sumFloats,
} from './reduce';
export { clearRows, update, updateEntries, updateFirstOrder, updateOne, updatePooled } from './update';
