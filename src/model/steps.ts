/** A computation that somebody may pause, so that others have their turn between two steps (fs/breathe.ts runs it). */
export type Steps<T> = Generator<void, T, void>;
