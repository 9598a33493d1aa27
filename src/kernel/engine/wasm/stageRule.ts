/** What a rule is: it takes a stage's buffers and parameters once, at compile time, and returns what emits its tasks. */

import type { Emitter } from './emitter.ts';
import type { StageKind, StageOf } from './stages.ts';

/** Emits the tasks of one stage. `backward` runs over the stages in reverse, after all forwards. */
export interface Emission {
  forward(): void;
  backward(): void;
}

export type StageRule<K extends StageKind> = (stage: StageOf<K>, e: Emitter) => Emission;
/** A rule for every kind of stage. */
export type StageRules = { readonly [K in StageKind]: StageRule<K> };

/** Emits no task. */
export const nothing = (): void => {};
