import { ifReadable } from "../errors.ts";
import { bytePath, lstatOrNull } from "../fs/syscalls.ts";
import type { Entry } from "../model/entry.ts";

/** The directory at a place below a base as an entry; null where it is none, or cannot be looked at. A symlink is none. */
export function directoryEntry(base: string, store: string, id: string, place: string): Entry | null {
  const path = `${base}/${place}`;
  const stat = ifReadable(() => lstatOrNull(bytePath(path)));
  return stat?.kind === "directory" ? { base, store, id, members: [{ path, place, identity: stat.identity }] } : null;
}
