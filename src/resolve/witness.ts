/**
 * `absent, witnessed`: an earlier run of this observer recorded the path when the workdir existed, and the record still
 * matches down to the deepest directory that exists. If that directory is the very same one, readable, and does not
 * list the next name, what was below it is deleted.
 *
 * A recorded mount that is missing now proves only that something was unplugged.
 */
import type { Observation, Ancestor } from "../model/ledger.ts";
import type { Evidence, Presence } from "../model/presence.ts";
import type { Mount } from "../model/surroundings.ts";
import type { Ancestors } from "./ancestors.ts";
import { reasonOfErrno, unknown } from "./errno.ts";
import { layersOf } from "./layers.ts";
import { isAtOrBelow, mountAt } from "./mount-table.ts";
import { foldName } from "./places.ts";

export interface AncestorContext {
  /** The base's own volume is the recorded one, because the ledger itself lies on it. */
  readonly base: string;
  readonly mounts: readonly Mount[];
  readonly ancestors: Ancestors;
}

/** Evaluated only once the workdir, or a directory above it, was found missing. */
export function witnessedAbsence(sighting: Observation, { base, mounts, ancestors }: AncestorContext): Presence {
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

/** Of several mounts on one point the last is visible. */
function isMountedAsThen(point: Ancestor, mounts: readonly Mount[]): boolean {
  const mount = mounts.findLast((one) => one.point === point.path);
  return mount !== undefined && sameMount(mount, point);
}

function sameMount(mount: Mount, point: Ancestor): boolean {
  return mount.source === point.source && mount.root === point.root && mount.type === point.type;
}

/**
 * Device names are reused for whatever is plugged in next, and on file systems without birth times (FAT, ext3) the
 * roots of any two volumes are alike.
 */
function mayBeAnother(point: Ancestor, ancestors: Ancestors): boolean {
  const here = ancestors.look(point.path);
  if (here.kind !== "directory" || here.identity.ino !== point.ino || differs(here.identity.birth, point.birth))
    return true;
  return point.source.startsWith("/dev/") && (point.birth === "0" || here.identity.birth === "0");
}

/** Birth times are compared where both are known: on `/` of a container they can be 0. */
function differs(a: string, b: string): boolean {
  return a !== "0" && b !== "0" && a !== b;
}

/** The path to an existing workdir, for the ledger; null where it cannot be determined. */
export function ancestorsIn(
  path: string,
  above: readonly string[],
  { mounts, ancestors }: Omit<AncestorContext, "base">,
): Ancestor[] | null {
  const way: Ancestor[] = [];
  for (const at of [...above, path]) {
    const seen = ancestors.look(at);
    const mount = mountAt(mounts, at);
    // A workdir that is a file exists too, but is not part of the recorded directories.
    const isThere = seen.kind === "directory" || (at === path && seen.kind === "other");
    if (mount === null || !isThere) return null;
    const identity = seen.kind === "directory" ? seen.identity : { ino: "0", birth: "0" };
    const { source, root, type } = mount;
    const layers = mount.point === at ? layersOf(mount, mounts, ancestors) : null;
    way.push({
      path: at,
      ino: identity.ino,
      birth: identity.birth,
      source,
      root,
      type,
      begins: at !== "/" && mount.point === at,
      ...(layers === null ? {} : { layers }),
    });
  }
  return way;
}
