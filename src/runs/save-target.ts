/**
 * The directory that `prune --to` names: on another disk, or nothing is gained by it, and one that answers and can be
 * written to. Looked at before a person is asked, and once more, with a file that is written there, before anything goes.
 */
import { randomBytes } from "node:crypto";
import { dirname, isAbsolute, resolve } from "node:path";
import { GcError, isErrno, messageOf } from "../errors.ts";
import {
  bytePath,
  close,
  fsync,
  lstatOrNull,
  open,
  OPEN,
  unlinkIfThere,
  writable,
  writeBytes,
} from "../fs/syscalls.ts";
import type { Plan } from "../model/plan.ts";
import type { RunContext } from "./context.ts";
import { makeDirectory } from "./restore-destination.ts";

/** Writes nothing. Throws `usage`. */
export async function checkSaveTarget(
  saveTo: string,
  bases: readonly { readonly path: string }[],
  { paths }: Pick<RunContext, "paths">,
): Promise<void> {
  if (!isAbsolute(saveTo)) throw refused(saveTo, "it is not an absolute path", "Name a directory on another disk.");
  const found = (await paths.resolve([saveTo])).get(saveTo);
  if (found?.end.kind === "trouble") throw refused(saveTo, found.end.message, "Name a directory that can be reached.");
  const existing = nearest(found?.at ?? saveTo);
  const stat = lstatOrNull(bytePath(existing));
  if (stat?.kind !== "directory") throw refused(saveTo, `${existing} is not a directory`, "Name a directory.");
  for (const { path } of bases) {
    const base = lstatOrNull(bytePath(path)) ?? lstatOrNull(bytePath(dirname(path)));
    if (base?.identity.dev === stat.identity.dev)
      throw refused(saveTo, `it is on the same disk as ${path}`, "Name one on another disk, or use --trash.");
  }
  if (!writable(bytePath(existing)))
    throw refused(saveTo, `${existing} cannot be written to`, "Name a directory that you can write to.");
}

/** Makes the directory, and finds out whether it takes a file. Throws `usage`. */
export async function openSaveTarget({ saveTo, bases }: Plan, context: RunContext): Promise<string | null> {
  if (saveTo === undefined) return null;
  await checkSaveTarget(
    saveTo,
    bases.map(({ ref }) => ref),
    context,
  );
  const probe = bytePath(`${saveTo}/.checkpoint-gc-partial-${randomBytes(8).toString("hex")}`);
  try {
    makeDirectory(saveTo);
    const fd = open(probe, OPEN.createExclusive, 0o600);
    try {
      writeBytes(fd, Buffer.alloc(4096, 1));
      fsync(fd);
    } finally {
      close(fd);
      unlinkIfThere(probe);
    }
  } catch (error) {
    const full = isErrno(error, "ENOSPC", "EDQUOT");
    throw refused(saveTo, messageOf(error), full ? "name one with room" : "Name a directory that you can write to.");
  }
  return saveTo;
}

export function saveTargetOf({ saveTo, cwd }: { readonly saveTo?: string; readonly cwd?: string }): string | null {
  return saveTo === undefined ? null : resolve(cwd ?? process.cwd(), saveTo);
}

function nearest(path: string): string {
  return lstatOrNull(bytePath(path)) !== null || dirname(path) === path ? path : nearest(dirname(path));
}

function refused(saveTo: string, why: string, hint: string): GcError {
  return new GcError("usage", `--to is ${saveTo}: ${why}`, { hint });
}
