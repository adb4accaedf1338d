/**
 * Whether a repository was put in its place by a copy that preserved times (rsync -a, tar, cp -a out of a backup), into
 * an existing base: the base itself does not show that (runs/copied.ts). It is not as old as it looks, since it was
 * wanted when it was copied.
 *
 * `HEAD` shows it: git writes it once, when it creates the repository, and a file cannot have changed before it was
 * created. A tool that sets all times to one leaves no difference between that and the last use, and is not a copy.
 * Where setting a time also sets the birth time (macOS), or none is kept, it cannot be detected.
 */
import type { Stat } from "../../fs/syscalls.ts";
import { bornAt } from "../../model/entry.ts";
import { MINUTE, SECOND } from "../../model/time.ts";

/** FAT keeps every other second, and some servers round by more. */
const ROUNDED: number = MINUTE;

/** Whether its `HEAD` is younger than its contents: then the last use decides, and all places have to be read. */
export function mayBeCopied({ mtime, identity }: Pick<Stat, "mtime" | "identity">): boolean {
  return mtime + ROUNDED < Math.round(bornAt(identity));
}

/** When it was copied (ms), or null: it was not, or that is unknown. `used`: the last use (ms) by the old times. */
export function copiedAt(head: Pick<Stat, "mtime" | "identity">, used: number | null): number | null {
  const made = Math.round(bornAt(head.identity));
  return used !== null && used >= head.mtime + SECOND && used < made && mayBeCopied(head) ? made : null;
}
