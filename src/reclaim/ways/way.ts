/**
 * How one member is taken from its place and put back. Whoever isolates, restores or destroys asks the member's way and
 * does not care which it is; in the trash every member is a file or a directory.
 */
import { troubled } from "../../errors.ts";
import type { Identity, Member, Taking } from "../../model/entry.ts";

/** From where a member lies to where it belongs. */
export interface Move {
  readonly from: string;
  readonly to: string;
  readonly as?: Taking;
}

/** Who stands in a member's place: nobody, the member itself (a run died in between), or somebody else. */
export type Standing = "free" | "home" | "taken";

export interface Taken {
  /** `""` in a trash; what names beside the entries begin with. */
  readonly prefix: string;
  /** It is destroyed at once: what it takes to put it back need only last as long as its place is warm. */
  readonly brief: boolean;
}

export interface Way {
  /** Who is at a place, or null. Throws the errno. */
  readonly identityAt: (path: string) => Identity | null;
  /** Writes what it takes to put it back. Outside every lock, however long that takes. */
  readonly prepare: (member: Member, target: string, how: Taken) => Promise<void>;
  /** Takes it from its place, which is what decides between two processes. Throws the errno; then nothing was taken. */
  readonly take: (member: Member, target: string) => Promise<void> | void;
  /** Takes back what `prepare` wrote, where nothing was taken. */
  readonly drop: (target: string) => void;
  readonly standing: (move: Move) => Promise<Standing> | Standing;
  /** What can be done before a lock is held. */
  readonly prepareBack: (move: Move) => Promise<void>;
  readonly back: (move: Move) => Promise<void> | void;
}

export function changedError(message: string): Error {
  return troubled("ECHANGED", message);
}
