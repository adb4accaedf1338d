/**
 * What it takes to put a ref back, in a file of the trash: a git bundle of its whole history (gitformat-bundle(5)), or its
 * value alone. For what is destroyed at once the objects still are where they were, and a symlink says the value: its text
 * lies in its inode (up to 59 bytes on ext4, more elsewhere), so it needs no block of a full disk, and one sync of the
 * directory serves all of a group. Where there are no symlinks the head of a bundle says it.
 */
import { randomBytes } from "node:crypto";
import { dirname } from "node:path";
import { expectErrno, createErrnoError, isErrno, UNWRITABLE } from "../../errors.ts";
import {
  bytePath,
  close,
  fsync,
  lstatOrNull,
  open,
  OPEN,
  readLinkBytes,
  rename,
  symlink,
  unlink,
  write,
} from "../../fs/syscalls.ts";
import { readHead } from "../../fs/read-small.ts";
import { failpoint } from "../../fs/failpoints.ts";
import { TEMPORARY_PREFIX } from "../../fs/write-atomic.ts";
import { bundle } from "../../git/run.ts";
import { checkBundle } from "../../git/bundle-file.ts";
import { refAt } from "../../git/refs.ts";
import { type Member, refValue } from "../../model/entry.ts";
import type { TrashItem } from "../../model/trash.ts";
import type { OutcomeError } from "../../model/result.ts";
import type { PrepareOptions } from "./method.ts";

/** Of a ref that has another value than the one that was recorded. */
export const CHANGED: OutcomeError = { code: "ECHANGED", message: "a snapshot was taken in the meantime" };

/** The first line of a record that has only the value; a bundle begins with `# v2 git bundle` or `# v3 git bundle`. */
const VALUE_ONLY = "# checkpoint-gc ref v1";

/** What follows the value in a symlink: no path of that name exists. */
const LINKED = "ref";

/** Throws the errno, `ECHANGED` where the ref has another value by now; then nothing is left of it. */
export async function writeRecord(member: Member, target: string, options: PrepareOptions): Promise<void> {
  const { prefix, ephemeral } = options;
  // Beside the entries there is room for names only, and a bundle needs more.
  if (prefix !== "" && !ephemeral) throw createErrnoError("ENOSPC", "ENOSPC: a ref is only taken to a trash");
  try {
    if (ephemeral) prepareLink(member, target);
    else await prepareFile(member, target, options);
  } catch (error) {
    if (!ephemeral || prefix !== "" || !isErrno(error, ...NO_LINKS)) throw error;
    await prepareFile(member, target, options);
  }
  failpoint("bundled", target);
}

/** Created under its own name: it is there completely or not at all. */
function prepareLink({ identity }: Member, target: string): void {
  failpoint("packed", target);
  symlink(Buffer.from(`${refValue(identity) ?? ""} ${LINKED}`), bytePath(target));
}

/** A file system without symlinks, or a system that reserves them for its administrator. */
const NO_LINKS = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EINVAL"] as const;

async function prepareFile(
  { path, identity }: Member,
  target: string,
  { ephemeral, signal }: PrepareOptions,
): Promise<void> {
  const { repository, name } = refAt(path);
  const value = refValue(identity) ?? "";
  const temporary = `${dirname(target)}/${TEMPORARY_PREFIX}${randomBytes(8).toString("hex")}`;
  try {
    if (ephemeral) writeValueOnly(temporary, `${VALUE_ONLY}\n${value} ${name}\n\n`);
    else await bundle(repository, name, temporary, signal);
    if (recorded(temporary) !== value) throw createErrnoError(CHANGED.code, CHANGED.message);
    sync(temporary);
    if (!ephemeral) await checkBundle(temporary, value, signal);
    failpoint("packed", temporary);
    rename(bytePath(temporary), bytePath(target));
  } catch (error) {
    discard(temporary);
    throw error;
  }
}

function writeValueOnly(path: string, text: string): void {
  const fd = open(bytePath(path), OPEN.createExclusive, 0o600);
  try {
    write(fd, text);
  } finally {
    close(fd);
  }
}

function sync(path: string): void {
  const fd = open(bytePath(path), OPEN.readNoFollow);
  try {
    fsync(fd);
  } finally {
    close(fd);
  }
}

function discard(path: string): void {
  try {
    unlink(bytePath(path));
  } catch (error) {
    // The next run that holds the lock removes it.
    expectErrno(error, ...UNWRITABLE);
  }
}

/** The beginning of a bundle is enough: comment, prerequisites (there are none), one ref, an empty line. */
function headOf(path: string): readonly string[] {
  return readHead(bytePath(path), 1024)?.toString("latin1").split("\n") ?? [];
}

/** Without its history: the objects still are in the store, or nowhere. */
export function isValueOnly(path: string): boolean {
  return linked(path) !== null || headOf(path)[0] === VALUE_ONLY;
}

/**
 * The values that records in the trash have of refs of a repository, where they have no more than the value: what they
 * reach is nowhere else, so it must stay as if the refs still were there. A run that was killed, interrupted or could not
 * put a ref back leaves such records. Throws the errno of one that cannot be read, and `EINVAL`.
 */
export function valuesOnlyRecorded(items: readonly TrashItem[], repository: string): readonly string[] {
  const waiting = items.filter(({ marked }) => !marked);
  return waiting.flatMap(({ base, members }) =>
    members.flatMap(({ path, place, as }) => {
      if (as !== "ref" || refAt(`${base}/${place}`).repository !== repository) return [];
      refuseUnreadable(path);
      if (!isValueOnly(path)) return [];
      const value = recorded(path);
      if (value === null) throw createErrnoError("EINVAL", `EINVAL: ${path} may need objects, and it has no value`);
      return [value];
    }),
  );
}

/** What cannot be read may be a value alone. */
function refuseUnreadable(path: string): void {
  const kind = lstatOrNull(bytePath(path))?.kind ?? null;
  if (kind === null || kind === "symlink" || readHead(bytePath(path), 1) !== null) return;
  throw createErrnoError("EINVAL", `EINVAL: ${path} may need objects, and it cannot be read`);
}

/** The value in a symlink, or null where it is not one of ours. */
function linked(path: string): string | null {
  if (lstatOrNull(bytePath(path))?.kind !== "symlink") return null;
  const [value = "", rest] = readLinkBytes(bytePath(path)).toString("latin1").split(" ");
  return rest === LINKED && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(value) ? value : null;
}

/** The value of the ref that a record puts back, or null where it is no record. */
export function recorded(path: string): string | null {
  const link = linked(path);
  if (link !== null) return link;
  const line = headOf(path).find((one) => !/^[#@]/.test(one));
  return line === undefined ? null : (/^([0-9a-f]{40}|[0-9a-f]{64}) refs\//.exec(line)?.[1] ?? null);
}
