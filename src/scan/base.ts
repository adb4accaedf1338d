/** Resolves a base before anything in it is read, and refuses what cannot be one. */
import { basename, dirname, join } from "node:path";
import { GcError, withoutCall } from "../errors.ts";
import type { BaseRef } from "../model/home.ts";
import type { ForeignPaths } from "../resolve/foreign.ts";
import type { Resolution } from "../resolve/links.ts";

/** Null where it does not exist. Throws `base-refused` and `base-unreadable`. */
export async function resolveBase(ref: BaseRef, userHome: string, paths: ForeignPaths): Promise<BaseRef | null> {
  const found = await paths.resolve([ref.path, dirname(ref.path), userHome, ref.home]);
  const path = resolved(ref, found);
  if (path === null) return null;
  if (path === dirname(path)) throw refused(path, "it is the root directory");
  if ([userHome, ref.home].some((home) => path === home || path === endOf(found.get(home)))) {
    throw refused(path, "it is a home directory");
  }
  if (found.get(ref.path)?.end.kind !== "directory") throw refused(path, "it is not a directory");
  return { ...ref, path };
}

/**
 * The base itself may be a symlink to a larger disk: agents resolve it too, and the state lies beside the real one.
 */
function resolved(ref: BaseRef, found: ReadonlyMap<string, Resolution>): string | null {
  const base = found.get(ref.path);
  if (base === undefined || base.end.kind === "missing") return dangling(ref, base, found.get(dirname(ref.path)));
  if (base.end.kind !== "trouble") return endOf(base);
  if (base.end.code === "ENOTDIR") throw refused(ref.path, "something above it is not a directory");
  throw new GcError("base-unreadable", `cannot look at ${ref.path}: ${withoutCall(base.end.message)}`, {
    hint: `Make ${base.at} accessible, or leave out ${ref.path}.`,
  });
}

function endOf(found: Resolution | undefined): string | null {
  return found?.end.kind === "directory" || found?.end.kind === "other" ? (found.forms.at(-1) ?? null) : null;
}

/** A dangling symlink is an unmounted disk, not an empty home. */
function dangling(ref: BaseRef, base: Resolution | undefined, above: Resolution | undefined): null {
  const parent = endOf(above);
  // Without its last link it would be directly below what its directory resolves to.
  if (parent === null || base?.forms.at(-1) === join(parent, basename(ref.path))) return null;
  throw new GcError("base-unreadable", `${ref.path} is a symlink to something that does not exist`, {
    hint: "Mount the disk it is on, then run this again.",
  });
}

/**
 * Where a missing base would be: its trash and its history lie beside it, and outlive it. Programs that clear their
 * checkpoints remove the whole directory.
 */
export async function goneBase(ref: BaseRef, paths: ForeignPaths): Promise<BaseRef> {
  const above = dirname(ref.path);
  const parent = endOf((await paths.resolve([above])).get(above));
  return parent === null ? ref : { ...ref, path: join(parent, basename(ref.path)) };
}

/**
 * Where a base that is a dangling symlink leads, or null: the larger disk is there, and what the link leads to was
 * removed.
 */
export async function danglingBase(ref: BaseRef, paths: ForeignPaths): Promise<BaseRef | null> {
  const found = (await paths.resolve([ref.path])).get(ref.path);
  const path = found?.end.kind === "missing" && found.forms.length > 1 ? found.forms.at(-1) : undefined;
  return path === undefined ? null : { ...ref, path };
}

function refused(path: string, what: string): GcError {
  return new GcError("base-refused", `${path} is not a directory of checkpoints or sessions: ${what}`, {
    hint: "Name the directory that holds the entries, such as checkpoints/ or sessions/ in the home of the agent",
  });
}
