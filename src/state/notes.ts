/**
 * What the names in the trash do not say: a small file beside each item, `<nonce>.json`, where there is room for it.
 * Nothing depends on these, so none is synced, and one that cannot be written or read is left out.
 */
import { errnoOf } from "../errors.ts";
import { bytePath, close, open, OPEN, unlink, write } from "../fs/door.ts";
import { names } from "../fs/listing.ts";
import { readSmall } from "../fs/read-small.ts";

const NAME = /^[0-9a-f]{8}\.json$/;

/** `bytes`: allocated bytes when it was taken. */
export function writeNote(directory: string, trashId: string, bytes: number | null): void {
  quietly(() => {
    const fd = open(pathOf(directory, trashId), OPEN.createExclusive, 0o600);
    try {
      write(fd, `${JSON.stringify({ trashId, bytes })}\n`);
    } finally {
      close(fd);
    }
  });
}

/** The bytes an item had when it was taken, or null. */
export function readNote(directory: string, trashId: string): number | null {
  const file = readSmall(pathOf(directory, trashId), 4096);
  if (file.kind !== "bytes") return null;
  const bytes = /"bytes":(\d{1,15})\b/.exec(file.bytes.toString("latin1"))?.[1];
  return bytes === undefined ? null : Number(bytes);
}

/** Clears away the notes of items that are gone. */
export function dropNotes(directory: string, present: ReadonlySet<string>): void {
  quietly(() => {
    const nonces = new Set([...present].map((id) => `${nonceOf(id)}.json`));
    for (const name of names(bytePath(directory))) {
      if (NAME.test(name) && !nonces.has(name)) unlink(bytePath(`${directory}/${name}`));
    }
  });
}

function pathOf(directory: string, trashId: string): ReturnType<typeof bytePath> {
  return bytePath(`${directory}/${nonceOf(trashId)}.json`);
}

/** The last field of a trash id: the same before and after its period started again. */
function nonceOf(trashId: string): string {
  return trashId.slice(trashId.lastIndexOf(".") + 1);
}

/** A full or read-only disk costs the note and nothing else. */
function quietly(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (errnoOf(error) === null) throw error;
  }
}
