/**
 * The seed of trainings that name none. A process has one: a kernel gets it from its host's settings before the first
 * cell. Every run's record holds the seed that it had.
 */

let seed = 2016;

/** 2016 unless set. */
export const defaultSeed = (): number => seed;

/** For the start of a process; trainings that have begun keep theirs. */
export function setDefaultSeed(value: number): void {
  seed = value;
}
