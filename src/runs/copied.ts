/**
 * Whether a base was put in its place by a copy that preserved times: a home restored from a backup (rsync -a, tar, cp
 * -a). Nothing in it is as old as it looks: its age begins when it was copied, at the birth time of the base.
 *
 * A directory cannot have changed before it was created, so a base whose mtime is older than its birth was copied. The
 * first name that is created in it hides that, so a run that writes records it first, with the restored entries. A repo
 * that is copied into a base leaves such a trace only in itself (stores/git-repository/copied.ts).
 */
import { expectErrno, UNREADABLE } from "../errors.ts";
import { bytePath, lstatOrNull } from "../fs/syscalls.ts";
import { bornAt } from "../model/entry.ts";
import { noteRestored, readRestored } from "../state/restored.ts";

/** The base itself, among the places in it. */
const ITSELF = "./";

/** When the base was copied to where it is (ms); null: it was not, or that is unknown. */
export function copiedAt(base: string, state: string | null): number | null {
  const noted = state === null ? undefined : readRestored(state, base)[`${base}/${ITSELF}`];
  return noted === undefined ? seenCopied(base) : Math.round(noted);
}

/** `at`: what the base said before anything was written. Throws the errno. */
export function noteCopied(state: string, at: number | null): void {
  if (at !== null) noteRestored(state, ITSELF, at);
}

/** The same from the base alone. */
export function seenCopied(base: string): number | null {
  try {
    const stat = lstatOrNull(bytePath(base));
    if (stat === null || stat.identity.birth === "0") return null;
    const birth = bornAt(stat.identity);
    return stat.mtime < birth ? Math.round(birth) : null;
  } catch (error) {
    expectErrno(error, ...UNREADABLE);
    // A base that cannot be read is reported by the run itself.
    return null;
  }
}
