/** The path of something isolated, and the same under another name: a rename, which needs no free space. */
import { basename, dirname } from "node:path";
import { createErrnoError } from "../errors.ts";
import { bytePath, rename } from "../fs/syscalls.ts";
import { BESIDE_PREFIX } from "../model/names.ts";
import { readTrashName } from "../fs/spelled-name.ts";
import { formatTrashName, LONGEST_NAME, type TrashName } from "../model/trash-name.ts";

/**
 * Gives it a new time from which it counts. When it was moved here stays in the name, and with it the id; where there is no
 * room for both times, the new one is used. Throws the errno, and `EINVAL` and `ENAMETOOLONG` where there is no such name.
 */
export function restampInTrash(path: string, now: number, change: (name: TrashName) => TrashName): void {
  const target = changedPath(path, (name) => {
    const again = { ...change(name), since: Math.round(now) };
    const prefix = basename(path).startsWith(BESIDE_PREFIX) ? BESIDE_PREFIX : "";
    const fits = prefix.length + formatTrashName({ ...again, marked: true }).length <= LONGEST_NAME;
    return fits ? again : { ...again, taken: again.since };
  });
  if (basename(target).length > LONGEST_NAME)
    throw createErrnoError("ENAMETOOLONG", `ENAMETOOLONG: the name would have ${basename(target).length} bytes`);
  if (target !== path) rename(bytePath(path), bytePath(target));
}

/** It was put back at this time (ms), and is a copy from then on. Throws the errno. */
export function markReturned(path: string, now: number): void {
  restampInTrash(path, now, (name) => ({ ...name, returned: true }));
}

/** Throws `EINVAL` where the path does not have a name of the trash. */
export function changedPath(path: string, change: (name: TrashName) => TrashName): string {
  const text = basename(path);
  const prefix = text.startsWith(BESIDE_PREFIX) ? BESIDE_PREFIX : "";
  const name = readTrashName(path);
  if (name === null) throw createErrnoError("EINVAL", `EINVAL: ${path} is not a name in the trash`);
  return `${dirname(path)}/${prefix}${formatTrashName(change(name))}`;
}
