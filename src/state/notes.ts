/**
 * What the names in the trash do not contain: a small file beside each item, `<nonce>.json`, where there is room for
 * it. Nothing depends on these, so none is synced, and one that cannot be read is ignored.
 */
import { bytePath, close, open, OPEN, unlinkIfThere, write } from "../fs/syscalls.ts";
import { namesOrNone } from "../fs/listing.ts";
import { readSmall } from "../fs/read-small.ts";

const NAME = /^[0-9a-f]{8}\.json$/;

/** `bytes`: allocated bytes when it was removed. Throws the errno. */
export function writeNote(directory: string, trashId: string, bytes: number | null): void {
  const fd = open(pathOf(directory, trashId), OPEN.createExclusive, 0o600);
  try {
    write(fd, `${JSON.stringify({ trashId, bytes })}\n`);
  } finally {
    close(fd);
  }
}

/** The size in bytes of an item when it was removed, or null. */
function readNote(directory: string, trashId: string): number | null {
  const file = readSmall(pathOf(directory, trashId), 4096);
  if (file.kind !== "bytes") return null;
  const bytes = /"bytes":(\d{1,15})\b/.exec(file.bytes.toString("latin1"))?.[1];
  return bytes === undefined ? null : Number(bytes);
}

/** In one of several directories: two trashes may stand side by side. */
export function noteIn(directories: readonly string[], id: string): number | null {
  for (const directory of directories) {
    const bytes = readNote(directory, id);
    if (bytes !== null) return bytes;
  }
  return null;
}

/** Removes the notes of items that no longer exist. Throws the errno. */
export function dropNotes(directory: string, present: ReadonlySet<string>): void {
  const nonces = new Set([...present].map((id) => `${nonceOf(id)}.json`));
  for (const name of namesOrNone(bytePath(directory))) {
    if (NAME.test(name) && !nonces.has(name)) unlinkIfThere(bytePath(`${directory}/${name}`));
  }
}

function pathOf(directory: string, trashId: string): ReturnType<typeof bytePath> {
  return bytePath(`${directory}/${nonceOf(trashId)}.json`);
}

/** The last field of a trash id, which never changes. */
function nonceOf(trashId: string): string {
  return trashId.slice(trashId.lastIndexOf(".") + 1);
}
