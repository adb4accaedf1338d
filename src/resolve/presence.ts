/**
 * Whether a workdir is there. A missing directory is not a deleted directory: `absent` needs a proof, and everything
 * that cannot be told is `unknown` with its own reason.
 *
 * At first sight (`absent, observed`) the parent is the witness: it must be its own real path, readable, on the mount
 * of the base, in no place where volumes come and go, and it must visibly hold something other than the missing name.
 */
import { dirname } from "node:path";
import { mountAt, isAtOrBelow } from "./mount-table.ts";
import type { Evidence, Presence } from "../model/presence.ts";
import type { ReasonCode } from "../model/reasons.ts";
import type { Machine } from "../model/surroundings.ts";
import type { Ancestors } from "./ancestors.ts";
import { cloudFolder, foldName, hasUnexpandedHome, isHomes, isRoot, volumePlace } from "./places.ts";

export interface Witnesses {
  readonly machine: Machine;
  /** The base the entry is in: its mount is known to be there. */
  readonly base: string;
  readonly ancestors: Ancestors;
}

export function presenceOf(path: string, witnesses: Witnesses): Presence {
  const way = wayTo(path, witnesses.ancestors);
  if (way !== null) return way;
  const seen = witnesses.ancestors.look(path);
  switch (seen.kind) {
    case "directory":
    case "other":
      return { kind: "present", evidence: { workdir: "there" } };
    case "symlink":
      return unknown("symlink", { workdir: "a symlink" });
    case "trouble":
      return unknown(reasonOfErrno(seen.code), { workdir: seen.code });
    case "missing":
      return hasUnexpandedHome(path)
        ? unknown("unexpanded-home", { workdir: "not there" })
        : observedAbsent(path, witnesses);
  }
}

/** What stands in the way above the workdir, or null where every ancestor is a directory. */
function wayTo(path: string, ancestors: Ancestors): Presence | null {
  for (const above of ancestorsOf(path)) {
    const seen = ancestors.look(above);
    switch (seen.kind) {
      case "directory":
        continue;
      case "symlink":
        return unknown("symlink-above", { [above]: "a symlink" });
      case "other":
        return unknown("not-a-directory", { [above]: "not a directory" });
      case "missing":
        return hasUnexpandedHome(path)
          ? unknown("unexpanded-home", { [above]: "not there" })
          : unknown("parent-missing", { [above]: "not there" });
      case "trouble":
        return unknown(reasonOfErrno(seen.code), { [above]: seen.code });
    }
  }
  return null;
}

/** The directories above a path, from the root down. */
export function ancestorsOf(path: string): string[] {
  const above: string[] = [];
  let below = path;
  for (let at = dirname(below); at !== below; at = dirname(at)) {
    above.unshift(at);
    below = at;
  }
  return above;
}

function observedAbsent(path: string, witnesses: Witnesses): Presence {
  const parent = dirname(path);
  const { machine, ancestors, base } = witnesses;
  if (isRoot(parent)) return unknown("parent-is-root", { parent });
  if (isHomes(parent)) return unknown("parent-of-homes", { parent });
  if (machine.mounts === null) return unknown("mounts-unknown", { parent });
  const place = volumePlace(parent, machine.mounts);
  if (place !== null) return unknown("volume-place", { parent, place });
  const cloud = cloudFolder(parent);
  if (cloud !== null) return unknown("cloud-folder", { parent, folder: cloud });
  const unmounted = machine.fstab.find((point) => isAtOrBelow(path, point) && !isMounted(point, machine));
  if (unmounted !== undefined) return unknown("fstab-unmounted", { "mount point": unmounted });

  const here = ancestors.mount(parent);
  if ("code" in here) return unknown(reasonOfErrno(here.code), { parent, error: here.code });
  const own = ancestors.mount(base);
  if ("code" in own) return unknown(reasonOfErrno(own.code), { base, error: own.code });
  const mount = mountAt(machine.mounts, parent)?.point ?? null;
  if (here.id !== own.id) return unknown("other-mount", { parent, mount });
  return listedAbsent(path, parent, { parent, mount }, witnesses);
}

/** The last question: what the parent lists. */
function listedAbsent(path: string, parent: string, evidence: Evidence, { ancestors, base }: Witnesses): Presence {
  const listing = ancestors.list(parent);
  if (listing.kind === "trouble") return unknown(reasonOfErrno(listing.code), { ...evidence, error: listing.code });
  if (listing.folded.has(foldName(path.slice(parent.length + 1)))) return unknown("name-variant", evidence);
  if (!listing.visible && !isAtOrBelow(base, parent)) return unknown("parent-empty", evidence);
  return {
    kind: "absent",
    proof: "observed",
    evidence: { ...evidence, "parent lists": `${listing.folded.size} others, not this one` },
  };
}

function isMounted(point: string, machine: Machine): boolean {
  return machine.mounts?.some((mount) => mount.point === point) ?? false;
}

const ERRNO_REASONS: Readonly<Record<string, ReasonCode>> = {
  EACCES: "access-denied",
  EPERM: "not-permitted",
  ELOOP: "link-loop",
  ENOTDIR: "not-a-directory",
  ENAMETOOLONG: "name-too-long",
  EIO: "io-error",
  ESTALE: "stale-handle",
  ETIMEDOUT: "timed-out",
};

/** Each errno of a probe has its own reason; one that has none is told as it is in the evidence. */
export function reasonOfErrno(code: string): ReasonCode {
  return ERRNO_REASONS[code] ?? "probe-failed";
}

function unknown(reason: ReasonCode, evidence: Evidence): Presence {
  return { kind: "unknown", reason, evidence };
}
