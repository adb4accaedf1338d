/**
 * A path that no longer exists is not necessarily a deleted directory. Each doubt here makes a missing directory
 * `unknown`, for both proofs of absence (observed and witnessed) alike.
 *
 * | doubt | what looks just like a deletion |
 * | --- | --- |
 * | `fstab-unmounted` | a volume that this machine wants mounted at or above it is not mounted |
 * | `configured-unmounted` | the same by a systemd unit, the automounter, or a login |
 * | `cloud-folder` | a sync client took it off the disk |
 * | `volume-place` | a volume or share was removed from a place where they come and go |
 * | `workdir-in-trash` | a desktop moved it to its trash, and can put it back: it counts as existing |
 * | `name-in-trash` | the same, as far as a name can tell (macOS) |
 * | `layers-changed` | a union (overlay, mergerfs) is mounted without the layer it lies in |
 * | `renamed` | the same directory exists under another name, or did until its inode was reused |
 * | `locked` | the directory is encrypted, and its names are ciphertext until it is unlocked |
 *
 * The additional checks of a first observation (presence.ts) are answered by the ledger where it has a record: whether
 * the parent is on the base's own mount, whether it holds other names, whether it is `/` or a directory of homes. A
 * parent that is the very directory recorded is not a bare mount point, even if it is empty.
 */
import { dirname } from "node:path";
import type { Ledger, Ancestor } from "../model/ledger.ts";
import type { Presence } from "../model/presence.ts";
import type { Machine, Mount } from "../model/surroundings.ts";
import type { Ancestors } from "./ancestors.ts";
import { inDesktopTrash } from "./desktop-trash.ts";
import { reasonOfErrno, unknown } from "./errno.ts";
import { layersOf, UNKNOWN_LAYERS } from "./layers.ts";
import { isAtOrBelow, mountAt } from "./mount-table.ts";
import { renamedTo } from "./renamed.ts";
import { bareVolumePlace, CLOUD_MARKS, cloudFolder } from "./places.ts";

/** Volumes that this machine mounts at times at or above the workdir and that are not mounted: checked first. */
export function unmountedVolume(path: string, { mounts, fstab, configured }: Machine): Presence | null {
  if (mounts === null || fstab === null || configured === null) return unknown("mounts-unknown", { workdir: path });
  const isUnmounted = (point: string): boolean =>
    isAtOrBelow(path, point) && !mounts.some((mount) => mount.point === point);
  const point = fstab.find(isUnmounted);
  if (point !== undefined) return unknown("fstab-unmounted", { "mount point": point });
  const other = configured.find((one) => isUnmounted(one.point));
  return other === undefined
    ? null
    : unknown("configured-unmounted", { "mount point": other.point, "said by": other.file });
}

export interface MissingWorkdir {
  readonly path: string;
  /** The recorded path to it from when it existed; null without a record. */
  readonly way: readonly Ancestor[] | null;
  /** The first missing name of the path; its parent is the deepest directory that exists. */
  readonly first: string;
}

interface DoubtContext {
  readonly machine: Machine;
  readonly base: string;
  readonly mounts: readonly Mount[];
  readonly ancestors: Ancestors;
  readonly ledger: Ledger;
}

/** The first doubt about a workdir whose absence is otherwise proved; null: none. */
export function doubtOf(
  { path, first, way }: MissingWorkdir,
  { machine, base, mounts, ancestors, ledger }: DoubtContext,
): Presence | null {
  const last = dirname(first);
  const lost = way?.filter((point) => isAtOrBelow(point.path, first)) ?? [];
  const trashed = inDesktopTrash(path, lost, { machine, base, mounts, ancestors });
  if (trashed !== null) return trashed;
  const folder = cloudFolder(dirname(path)) ?? markedCloudFolder(last, ancestors);
  if (folder !== null) return unknown("cloud-folder", { parent: dirname(path), folder });
  const place = bareVolumePlace(last, mounts);
  if (place !== null) return unknown("volume-place", { parent: last, place });
  const mount = mountAt(mounts, last);
  if (mount !== null && hasOtherLayers(mount, layersOf(mount, mounts, ancestors), way, ledger))
    return unknown("layers-changed", { "mount point": mount.point, "type": mount.type });
  const listing = ancestors.list(last);
  if (listing.kind === "names" && listing.locked) return unknown("locked", { directory: last });
  return renamed(last, lost, ancestors);
}

/**
 * With a recorded path the layers must be those of that time. Without one they must be layers that some run has seen
 * there, if any has: in a container everything is on a union, and most of what is missing there was deleted.
 */
function hasOtherLayers(
  { point }: Mount,
  now: string | null,
  way: readonly Ancestor[] | null,
  ledger: Ledger,
): boolean {
  if (now === null) return false;
  if (now === UNKNOWN_LAYERS) return true;
  if (way !== null) return way.find(({ path }) => path === point)?.layers !== now;
  const seen = ledger.layersAt(point);
  return seen.size > 0 && !seen.has(now);
}

function renamed(last: string, lost: readonly Ancestor[], ancestors: Ancestors): Presence | null {
  if (lost.length === 0) return null;
  const found = renamedTo(last, lost, ancestors);
  switch (found.kind) {
    case "renamed":
      return unknown("renamed", { "its place now": found.to, ...(found.surely ? {} : { "birth time": "not known" }) });
    case "trouble":
      return unknown(reasonOfErrno(found.code), { directory: last, error: found.code });
    case "not-found":
      return null;
  }
}

/** On a mount that may not answer no marker files are looked for, because the child was not asked about them. */
function markedCloudFolder(last: string, ancestors: Ancestors): string | null {
  for (let at = last; at !== dirname(at); at = dirname(at)) {
    const prefix = at;
    if (CLOUD_MARKS.some(({ name, kind }) => kindAt(`${prefix}/${name}`, ancestors) === kind)) return at;
  }
  return null;
}

function kindAt(path: string, ancestors: Ancestors): "file" | "directory" | null {
  const { kind } = ancestors.look(path);
  return kind === "directory" ? kind : kind === "other" ? "file" : null;
}
