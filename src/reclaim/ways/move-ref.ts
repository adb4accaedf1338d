/**
 * A git ref: its whole history is packed into a file in the trash, and only then the ref is deleted, with the value
 * that was packed as the expected one. A snapshot taken in between wins.
 *
 * Nothing of ours keeps objects alive in the store: what only this ref reached is garbage from then on, and the undo
 * does not need it. The file is a git bundle (gitformat-bundle(5)); for what is destroyed at once it is the head of
 * one, which says the value, and the objects are still where they were.
 */
import { randomBytes } from "node:crypto";
import { dirname } from "node:path";
import { errnoOf, troubled } from "../../errors.ts";
import { bytePath, close, fsync, open, OPEN, rename, unlink, write } from "../../fs/door.ts";
import { readHead } from "../../fs/read-small.ts";
import { point } from "../../fs/tap.ts";
import { syncDirectory, TEMPORARY_PREFIX } from "../../fs/write-atomic.ts";
import { bundle, createRef, deleteRef, isAncestor, isWhole, unbundle } from "../../git/act.ts";
import { readRef, refAt } from "../../git/refs.ts";
import { type Member, refIdentity, refValue } from "../../model/entry.ts";
import { changedError, type Move, type Standing, type Taken, type Way } from "./way.ts";

export const byRef: Way = {
  identityAt: (path) => {
    const { repository, name } = refAt(path);
    const now = readRef(repository, name);
    // A ref that cannot be read is somebody, and nobody that we know.
    return now.kind === "missing" ? null : refIdentity(now.kind === "value" ? now.value : "");
  },
  prepare,
  take,
  drop: (target) => {
    unlink(bytePath(target));
  },
  standing,
  prepareBack: async (move) => {
    if (!isBrief(move.from) && (await standing(move)) === "free") await unbundle(refAt(move.to).repository, move.from);
  },
  back,
};

/** The first line of a record that is a value alone; a bundle begins with `# v2 git bundle` or `# v3 git bundle`. */
const BRIEF = "# checkpoint-gc ref v1";

async function prepare({ path, identity }: Member, target: string, { prefix, brief }: Taken): Promise<void> {
  // Beside the entries there is room for names, and this needs more than a name.
  if (prefix !== "") throw troubled("ENOSPC", "ENOSPC: a ref is only taken to a trash");
  const { repository, name } = refAt(path);
  const value = refValue(identity) ?? "";
  const temporary = `${dirname(target)}/${TEMPORARY_PREFIX}${randomBytes(8).toString("hex")}`;
  try {
    if (brief) writeBrief(temporary, `${BRIEF}\n${value} ${name}\n\n`);
    else await bundle(repository, name, temporary);
    if (recorded(temporary) !== value) throw changedError("a snapshot was taken in the meantime");
    sync(temporary);
    point("packed", temporary);
    rename(bytePath(temporary), bytePath(target));
  } catch (error) {
    discard(temporary);
    throw error;
  }
  syncDirectory(bytePath(dirname(target)));
  point("bundled", target);
}

function writeBrief(path: string, text: string): void {
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
    // The next run that holds the lock clears it away.
    if (errnoOf(error) === null) throw error;
  }
}

async function take({ path, identity }: Member): Promise<void> {
  const { repository, name } = refAt(path);
  const value = refValue(identity) ?? "";
  try {
    await deleteRef(repository, name, value);
  } catch (error) {
    if (errnoOf(error) !== "EGIT") throw error;
    const now = readRef(repository, name);
    if (now.kind === "missing") throw troubled("ENOENT", `ENOENT: no ref ${path}`);
    if (now.kind === "value" && now.value !== value) throw changedError("a snapshot was taken in the meantime");
    throw error;
  }
  point("ref-deleted", path);
}

/** A ref that has gone on from where ours stood has all of it: there is nothing to put back. */
async function standing({ from, to }: Move): Promise<Standing> {
  const { repository, name } = refAt(to);
  const now = readRef(repository, name);
  if (now.kind === "missing") return "free";
  const value = recorded(from);
  if (now.kind === "broken" || value === null) return "taken";
  return now.value === value || (await isAncestor(repository, value, now.value)) ? "home" : "taken";
}

async function back(move: Move): Promise<void> {
  const { repository, name } = refAt(move.to);
  const value = recorded(move.from);
  if (value === null) throw troubled("EINVAL", `EINVAL: ${move.from} says no value`);
  if ((await standing(move)) !== "home") {
    // Somebody's gc may have taken the objects again since they were unpacked: no ref was there to keep them.
    if (!(await isWhole(repository, value)))
      throw troubled("ENODATA", "ENODATA: its objects are not in the store any more");
    await createRef(repository, name, value);
    point("ref-created", move.to);
  }
  unlink(bytePath(move.from));
}

/** Of a bundle the beginning is enough: comment, prerequisites (there are none), one ref, an empty line. */
function headOf(path: string): readonly string[] {
  return readHead(bytePath(path), 1024)?.toString("latin1").split("\n") ?? [];
}

function isBrief(path: string): boolean {
  return headOf(path)[0] === BRIEF;
}

function recorded(path: string): string | null {
  const line = headOf(path).find((one) => !/^[#@]/.test(one));
  return line === undefined ? null : (/^([0-9a-f]{40}|[0-9a-f]{64}) refs\//.exec(line)?.[1] ?? null);
}
