/**
 * Directories that an overlay mount does not move. overlayfs answers EXDEV for a directory that is in a lower layer,
 * alone or merged with one of the upper layer, unless it is mounted with `redirect_dir=on`. What is in the upper layer
 * alone moves as anywhere else.
 *
 * Nothing in the merged view tells the two apart: device and inode numbers are mapped, the attributes of overlayfs are
 * hidden, and access(2) permits both. A rename onto a directory that is not empty would tell, and is no question to ask
 * of a store in use. So it is known only where the upper layer can be seen from here: it has the same names. A merged
 * directory has one link in the view, and in the upper layer two or more (on btrfs one as well: then it is not known).
 * In a container the layers are out of sight, and the move itself reports it (reclaim/methods/path.ts).
 */
import { isErrno } from "../errors.ts";
import { readSmall } from "../fs/read-small.ts";
import { bytePath, lstatOrNull, type Stat } from "../fs/syscalls.ts";
import type { Mount } from "../model/surroundings.ts";
import { resolveHere } from "../resolve/foreign.ts";
import { isAtOrBelow, mountAt } from "../resolve/mount-table.ts";

/** What a mount does where it names no `redirect_dir`: the kernel leaves the option out where it is this. */
const REDIRECT_DEFAULT = "/sys/module/overlay/parameters/redirect_dir";

/** Whether a directory is known to be in a lower layer. */
export type LowerLayer = (path: string) => boolean;

/** Null: the base is on no overlay, or one that moves every directory, or one whose upper layer cannot be seen. */
export function lowerLayerOf(base: string, mounts: readonly Mount[] | null): LowerLayer | null {
  const mount = mounts === null ? null : mountAt(mounts, base);
  if (mount?.upper === undefined || movesAll(mount.upper.redirect)) return null;
  const seen = resolveHere(mount.upper.path, { machine: { mounts, platform: "linux" }, own: base });
  if (seen?.end.kind !== "directory") return null;
  const upper = `${seen.at}${mount.root}`.replace(/\/$/, "");
  if (!isUpperOf(mount.point, upper)) return null;
  return (path) => isAtOrBelow(path, mount.point) && isLower(path, `${upper}${path.slice(rootless(mount.point))}`);
}

function movesAll(redirect: string | null): boolean {
  if (redirect !== null) return redirect === "on";
  const file = readSmall(bytePath(REDIRECT_DEFAULT), 8192);
  return file.kind !== "bytes" || file.bytes.toString("latin1").trim() !== "N";
}

/** A container may have another directory at the path that its host mounted. The view has the times of its upper layer. */
function isUpperOf(point: string, upper: string): boolean {
  const [shown, real] = [statAt(point), statAt(upper)];
  if (shown === null || real === null || shown === "missing" || real === "missing") return false;
  return shown.identity.birth === real.identity.birth && shown.ctime === real.ctime && shown.mtime === real.mtime;
}

function isLower(path: string, upper: string): boolean {
  const shown = statAt(path);
  if (shown === null || shown === "missing" || shown.kind !== "directory") return false;
  const real = statAt(upper);
  if (real === "missing") return true;
  return real?.kind === "directory" && shown.links === 1 && real.links > 1;
}

/** Null: it cannot be told. */
export function statAt(path: string): Stat | "missing" | null {
  try {
    return lstatOrNull(bytePath(path)) ?? "missing";
  } catch (error) {
    if (isErrno(error, "EACCES", "EPERM", "EIO", "ESTALE", "ELOOP", "ENOTDIR", "ENAMETOOLONG")) return null;
    throw error;
  }
}

/** Where what is below a mount point begins in a path. */
function rootless(point: string): number {
  return point === "/" ? 0 : point.length;
}
