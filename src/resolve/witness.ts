/**
 * `absent, witnessed`: an earlier run saw the workdir alive, by this observer, and what it saw of the way there is
 * still so down to the deepest directory that exists. Then that directory is the witness: if it is the very same one,
 * readable, and does not list the next name, what was below it is gone.
 *
 * A mount that was on the way and is not there now proves nothing but that something was unplugged.
 */
import type { Sighting, Waypoint } from "../model/ledger.ts";
import type { Evidence, Presence } from "../model/presence.ts";
import type { Mount } from "../model/surroundings.ts";
import type { Ancestors } from "./ancestors.ts";
import { reasonOfErrno, unknown } from "./errno.ts";
import { isAtOrBelow, mountAt } from "./mount-table.ts";
import { foldName } from "./places.ts";

export interface Scene {
  /** Its own volume is the one that it was: the ledger that speaks of it lies there. */
  readonly base: string;
  readonly mounts: readonly Mount[];
  readonly ancestors: Ancestors;
}

/** Asked only once the workdir, or something above it, was found missing. */
export function witnessedAbsence(sighting: Sighting, { base, mounts, ancestors }: Scene): Presence {
  const { way } = sighting;
  const since: Evidence = { "last seen": new Date(sighting.at).toISOString() };
  const gone = way.find((point) => point.begins && !isMountedAsThen(point, mounts));
  if (gone !== undefined) return unknown("mount-gone", { ...since, "mount point": gone.path, "source": gone.source });

  const missing = way.findIndex((point) => ancestors.look(point.path).kind === "missing");
  const witness = way[missing - 1];
  const lost = way[missing];
  if (witness === undefined || lost === undefined) return unknown("parent-missing", since);

  const here = ancestors.look(witness.path);
  if (here.kind !== "directory") return unknown("parent-replaced", { ...since, witness: witness.path });
  const evidence: Evidence = { ...since, witness: witness.path };
  const { identity } = here;
  if (identity.ino !== witness.ino || differs(identity.birth, witness.birth))
    return unknown("parent-replaced", evidence);
  const mount = mountAt(mounts, witness.path);
  if (mount === null || !sameMount(mount, witness))
    return unknown("parent-replaced", { ...evidence, mount: mount?.source ?? null });

  const swapped = way
    .slice(0, missing)
    .find((point) => point.begins && !isAtOrBelow(base, point.path) && mayBeAnother(point, ancestors));
  if (swapped !== undefined) return unknown("parent-replaced", { ...evidence, "mount point": swapped.path });

  const listing = ancestors.list(witness.path);
  if (listing.kind === "trouble") return unknown(reasonOfErrno(listing.code), { ...evidence, error: listing.code });
  const name = lost.path.slice(lost.path.lastIndexOf("/") + 1);
  if (listing.folded.has(foldName(name))) return unknown("name-variant", evidence);
  return {
    kind: "absent",
    proof: "witnessed",
    evidence: { ...evidence, "it lists": `${listing.folded.size} names, not "${name}"` },
  };
}

/** The last of several mounts on one point is the one that is seen. */
function isMountedAsThen(point: Waypoint, mounts: readonly Mount[]): boolean {
  const mount = mounts.findLast((one) => one.point === point.path);
  return mount !== undefined && sameMount(mount, point);
}

function sameMount(mount: Mount, point: Waypoint): boolean {
  return mount.source === point.source && mount.root === point.root && mount.type === point.type;
}

/**
 * Device names are given again to whatever is plugged in next, and on file systems without birth times (FAT, ext3) the
 * roots of any two volumes are alike.
 */
function mayBeAnother(point: Waypoint, ancestors: Ancestors): boolean {
  const here = ancestors.look(point.path);
  if (here.kind !== "directory" || here.identity.ino !== point.ino || differs(here.identity.birth, point.birth))
    return true;
  return point.source.startsWith("/dev/") && (point.birth === "0" || here.identity.birth === "0");
}

/** Birth times are compared where both are known: on `/` of a container they can be 0. */
function differs(a: string, b: string): boolean {
  return a !== "0" && b !== "0" && a !== b;
}

/** The way to a workdir that is there, for the ledger; null where it cannot be told. */
export function wayOf(
  path: string,
  above: readonly string[],
  { mounts, ancestors }: Omit<Scene, "base">,
): Waypoint[] | null {
  const way: Waypoint[] = [];
  for (const at of [...above, path]) {
    const seen = ancestors.look(at);
    const mount = mountAt(mounts, at);
    // A workdir that is a file is no directory to stand witness, but it is there.
    const isThere = seen.kind === "directory" || (at === path && seen.kind === "other");
    if (mount === null || !isThere) return null;
    const identity = seen.kind === "directory" ? seen.identity : { ino: "0", birth: "0" };
    const { source, root, type } = mount;
    way.push({
      path: at,
      ino: identity.ino,
      birth: identity.birth,
      source,
      root,
      type,
      begins: at !== "/" && mount.point === at,
    });
  }
  return way;
}
