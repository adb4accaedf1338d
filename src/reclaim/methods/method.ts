/**
 * How one member is removed from its place and restored. Code that isolates, restores or destroys uses the method and
 * does not depend on the kind; in the trash every member is a file or a directory.
 */
import type { Identity, Member, MemberKind } from "../../model/entry.ts";
import type { OutcomeError } from "../../model/result.ts";

/** From where a member lies to where it belongs. */
export interface Move {
  readonly from: string;
  readonly to: string;
  readonly as?: MemberKind;
}

/** What is in a member's place: nothing, the member itself (a run died in between), or something else. */
export type DestinationState = "vacant" | "restored" | "occupied";

export interface PrepareOptions {
  /** `""` in a trash; the prefix of names beside the entries. */
  readonly prefix: string;
  /** It is destroyed at once: what is needed to restore it has to last only until then. */
  readonly ephemeral: boolean;
  readonly signal: AbortSignal | undefined;
}

/** A member, and where it goes. */
export interface Detaching {
  readonly member: Member;
  readonly target: string;
}

export type Detached =
  | { readonly kind: "detached" }
  /** It was not taken. */
  | { readonly kind: "not"; readonly error: OutcomeError }
  /** It was not taken, which may be due to another of those that were to be taken together. */
  | { readonly kind: "refused-together"; readonly error: OutcomeError }
  /** It is no longer in its place, and who took it is not known: it has to go back. */
  | { readonly kind: "unsure"; readonly error: OutcomeError };

export interface RemovalMethod {
  /** What is at a place, or null. Throws the errno. */
  readonly identityAt: (path: string) => Identity | null;
  /** Whether `prepare` writes anything. The directory of the target has to be synced before it is detached. */
  readonly writesRecord: boolean;
  /** Writes what restoring needs. Outside every lock, however long that takes. */
  readonly prepare: (member: Member, target: string, how: PrepareOptions) => Promise<void>;
  /**
   * Takes members from their places, which is what decides between two processes. An answer for each; throws no errno.
   */
  readonly detach: (
    members: readonly Detaching[],
  ) => Promise<ReadonlyMap<Detaching, Detached>> | ReadonlyMap<Detaching, Detached>;
  /** Deletes what `prepare` wrote, where nothing was removed. */
  readonly discardPrepared: (target: string) => void;
  readonly destinationState: (move: Move) => Promise<DestinationState> | DestinationState;
  /** Where the state is `restored`: whether all of it is there. Takes as long as reading all of a history. */
  readonly isWhole: (move: Move, signal: AbortSignal | undefined) => Promise<boolean> | boolean;
  /** What can be done before a lock is held. `signal`, if any, stops it: nothing has happened that could not be left. */
  readonly prepareRestore: (move: Move, signal: AbortSignal | undefined) => Promise<void>;
  /** `now`: the clock (ms). What stays here as a copy has this time in its name. */
  readonly restore: (move: Move, now: number, signal: AbortSignal | undefined) => Promise<void> | void;
}
