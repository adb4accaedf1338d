/** What a repository says of its use, whatever kind it is of: times, locks, and what it borrows. */
import { ifReadable } from "../../errors.ts";
import { bytePath, lstatOrNull } from "../../fs/syscalls.ts";
import type { Inspection } from "../../model/inspection.ts";
import type { InspectOptions } from "../kind.ts";
import { copiedAt, mayBeCopied } from "./copied.ts";
import { readAlternates, usualLocks } from "./files.ts";
import { exactUse, type Touched } from "./touched.ts";

export type RepositoryUse = Pick<
  Inspection,
  "touched" | "lastUse" | "leftToWalk" | "copiedAt" | "locks" | "borrows" | "borrowsTrouble" | "troubles"
>;

/**
 * `home`: where it belongs, which it is not in while it lies in the trash. `touchedIn`: the newest of what each use touches;
 * null: of all of that; what a walk tells may be left to it where `isWalked`. `isOriginal`: it was
 * just seen that it is no copy. Throws no errno.
 */
export function inspectUse(
  repo: string,
  home: string,
  look: Pick<InspectOptions, "freshAfter" | "locks" | "isWalked">,
  touchedIn: (freshAfter: number | null, isWalked: boolean) => Touched,
  isOriginal = false,
): RepositoryUse {
  const head = isOriginal ? null : ifReadable(() => lstatOrNull(bytePath(`${repo}/HEAD`)));
  // A copy looks old by every one of its places, so all of them have to be read.
  const isCopy = head !== null && mayBeCopied(head);
  const freshAfter = isCopy ? null : look.freshAfter;
  const touched = touchedIn(freshAfter, look.isWalked === true && !isCopy);
  const usual = look.locks ? usualLocks(repo) : { locks: [], troubles: [] };
  const { borrows, trouble } = readAlternates(repo, home);
  return {
    touched: touched.newest,
    lastUse: exactUse(touched, freshAfter),
    ...(touched.leftToWalk === undefined ? {} : { leftToWalk: true }),
    copiedAt: head === null ? null : copiedAt(head, touched.newest?.at ?? null),
    locks: usual.locks,
    borrows,
    borrowsTrouble: trouble,
    troubles: [...touched.troubles, ...usual.troubles],
  };
}
