/** A computation that can be paused between two steps, so that other work gets its turn (fs/cooperative.ts runs it). */
export type CooperativeTask<T> = Generator<void, T, void>;
