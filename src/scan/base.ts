/** What a base is before anything in it is looked at: resolved, and refused where it cannot be one. */
import { dirname } from "node:path";
import { errnoOf, GcError, messageOf } from "../errors.ts";
import { bytePath, lstatOrNull, realPath, realPathOrNull } from "../fs/door.ts";
import type { BaseRef } from "../model/home.ts";

/** Null where it is not there. Throws `base-refused` and `base-unreadable`. */
export function resolveBase(ref: BaseRef, userHome: string): BaseRef | null {
  const path = resolved(ref);
  if (path === null) return null;
  if (path === dirname(path)) throw refused(path, "it is the root directory");
  if ([userHome, ref.home].some((home) => path === home || path === realPathOrNull(home))) {
    throw refused(path, "it is a home directory");
  }
  const stat = lstatOrNull(bytePath(path));
  if (stat === null) return null;
  if (stat.kind !== "directory") throw refused(path, "it is no directory");
  return { ...ref, path };
}

/** The base itself may be a symlink to a larger disk: Hermes resolves it too, and the state lives beside the real one. */
function resolved(ref: BaseRef): string | null {
  try {
    return realPath(ref.path);
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT") return dangling(ref);
    if (code === "ENOTDIR") throw refused(ref.path, "something above it is no directory");
    throw new GcError("base-unreadable", `cannot look at ${ref.path}: ${messageOf(error)}`, { cause: error });
  }
}

/** A symlink to nowhere is a disk that is not mounted, not an empty home. */
function dangling(ref: BaseRef): null {
  if (lstatOrNull(bytePath(ref.path)) === null) return null;
  throw new GcError("base-unreadable", `${ref.path} is a symlink to something that is not there`, {
    hint: "mount the disk it is on, then run this again",
  });
}

function refused(path: string, what: string): GcError {
  return new GcError("base-refused", `${path} is no directory of checkpoints: ${what}`, {
    hint: "name the directory that holds the shadow repos, for example --base ~/.hermes/checkpoints",
  });
}
