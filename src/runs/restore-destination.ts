/** Where `trash restore` puts things: back to their places, or into the directory that `--to` names. */
import { dirname, resolve } from "node:path";
import { createErrnoError, errnoOf, expectErrno, GcError, ifReadable, UNWRITABLE } from "../errors.ts";
import { bytePath, lstatOrNull, mkdir, rename } from "../fs/syscalls.ts";
import { valueIn, writeCloneable } from "../git/bundle-file.ts";
import { refAt } from "../git/refs.ts";
import { statePaths } from "../locations/state.ts";
import { type Identity, sameIdentity } from "../model/entry.ts";
import type { TrashItem } from "../model/trash.ts";
import type { RestoreOptions } from "../options.ts";
import { isValueOnly } from "../reclaim/methods/ref-record.ts";
import { namesElsewhere } from "../reclaim/elsewhere.ts";
import { restoreMoves } from "../reclaim/process-trash.ts";
import { type RestoreMove, refuseLinks } from "../reclaim/restore-members.ts";
import type { RunContext } from "./context.ts";

/**
 * Nothing is moved to a place that does not answer, or cannot be reached, nor to one where it would be collected again, with
 * an entry or on its own, or be lost among what is in the trash. Throws `usage`.
 */
export async function checkDestination(to: string | null, { paths, refs }: RunContext): Promise<void> {
  if (to === null) return;
  const bases = refs.map(({ path }) => path);
  const resolved = await paths.resolve([to, ...bases]);
  const found = resolved.get(to);
  if (found?.end.kind === "trouble") throw refused(to, found.end.message, "Name a directory that can be reached.");
  const inside = placeAround(
    found?.forms.at(-1) ?? to,
    bases.flatMap((base) => {
      const { end, forms = [] } = resolved.get(base) ?? {};
      // One that does not answer is not looked at, and what leads into it does not answer either.
      if (end?.kind === "trouble") return [];
      const real = forms.at(-1) ?? base;
      return [{ path: real, what: "checkpoints" }, ...statesOf(real).map((path) => ({ path, what: "the trash" }))];
    }),
  );
  if (inside === null) return;
  const why = `it is in ${inside.path}, which has ${inside.what} that runs remove`;
  throw refused(to, why, "Name a directory elsewhere; without --to all goes back to its place.");
}

function refused(to: string, why: string, hint: string): GcError {
  return new GcError("usage", `--to is ${to}: ${why}`, { hint });
}

interface Place {
  readonly path: string;
  readonly what: string;
}

/** The one that a path is in, or is, by whatever name: a mount may show a directory in two places. */
function placeAround(path: string, places: readonly Place[]): Place | null {
  const known = places.flatMap((place) => {
    const identity = identityOf(place.path);
    return identity === null ? [] : [{ place, identity }];
  });
  for (let at = path; ; at = dirname(at)) {
    const identity = identityOf(at);
    const found = known.find((one) => identity !== null && sameIdentity(one.identity, identity));
    if (found !== undefined) return found.place;
    if (dirname(at) === at) return null;
  }
}

function identityOf(path: string): Identity | null {
  return ifReadable(() => lstatOrNull(bytePath(path)))?.identity ?? null;
}

function statesOf(base: string): readonly string[] {
  const { beside, inside } = statePaths(base);
  return [beside, inside];
}

/** Creates a removed base again, with the permissions that its agent gives it. Throws as checkBase does. */
export function prepareBase(item: TrashItem): void {
  checkBase(item);
  if (lstatOrNull(bytePath(item.base)) === null) mkdir(bytePath(item.base), 0o700);
}

/** Throws where a symlink would redirect it, and where what it was part of is gone. */
export function checkBase({ id, base, members }: TrashItem): void {
  refuseLinks(base, members);
  for (const { place, as } of members) {
    const { repository } = refAt(`${base}/${place}`);
    if (as === "ref" && lstatOrNull(bytePath(repository)) === null)
      throw createErrnoError(
        "ENOENT",
        `${repository} is gone, and what is in the trash is a git bundle of one project in it: checkpoints trash restore ${id} --to DIR takes it out, git clone reads it`,
      );
  }
}

/** The target of `--to`, or null where items are restored to their places. */
export function directoryOf(options: RestoreOptions): string | null {
  return options.to === undefined ? null : resolve(options.cwd ?? process.cwd(), options.to);
}

export function movesOf(item: TrashItem, to: string | null): RestoreMove[] {
  return to === null ? restoreMoves(item) : movesTo(item, to);
}

/** Into a directory, as the files and directories that they are here. */
function movesTo(item: TrashItem, directory: string): RestoreMove[] {
  const names = namesElsewhere(item.members);
  return item.members.map(({ path }, at) => ({ from: path, to: `${directory}/${names[at] ?? ""}` }));
}

/** Throws `ENODATA` for what has no history of its own to be taken elsewhere. */
export function refuseValueOnly({ id, base, members }: TrashItem): void {
  const found = members.find(({ path, as }) => as === "ref" && isValueOnly(path));
  if (found === undefined) return;
  const { repository } = refAt(`${base}/${found.place}`);
  throw createErrnoError(
    "ENODATA",
    `its snapshots are still in ${repository}, and not in the trash: restore it to its place with checkpoints trash restore ${id}`,
  );
}

/** A bundle in the trash has the ref that it was: for a person it gets a branch. Without room it stays as it is. */
export async function makeCloneable({ members }: TrashItem, moves: readonly RestoreMove[]): Promise<void> {
  for (const [at, { as }] of members.entries()) {
    const to = moves[at]?.to;
    if (as !== "ref" || to === undefined) continue;
    const temporary = `${to}.partial`;
    try {
      await writeCloneable(to, temporary, valueIn(to) ?? "");
      rename(bytePath(temporary), bytePath(to));
    } catch (error) {
      expectErrno(error, ...UNWRITABLE);
    }
  }
}

/**
 * `--to` names a directory that need not exist yet, nor its parents. Throws with what could not be created, and why.
 */
export function makeDirectory(path: string): void {
  const missing: string[] = [];
  let at = path;
  try {
    while (lstatOrNull(bytePath(at)) === null && dirname(at) !== at) {
      missing.push(at);
      at = dirname(at);
    }
    for (const directory of missing.toReversed()) {
      at = directory;
      mkdir(bytePath(directory), 0o700);
    }
  } catch (error) {
    const code = errnoOf(error);
    if (code === null) throw error;
    throw Object.assign(new Error(`${at} cannot be created (${code}): name a directory that you can write to`), {
      code,
    });
  }
}
