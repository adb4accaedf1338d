/**
 * Whether a workdir exists. A missing directory is not a deleted directory: `absent` needs a proof, and everything that
 * cannot be proved is `unknown` with its own reason.
 *
 * What an earlier run recorded about the path decides first (`absent, witnessed`, witness.ts). Without a record
 * (`absent, observed`) the parent is the evidence: it must be its own real path, readable, on the mount of the base, in
 * no place where volumes come and go, and it must hold something other than the missing name. What looks like a
 * deletion and is not (doubts.ts) overrides both.
 */
import { dirname, isAbsolute } from "node:path";
import { mountAt, isAtOrBelow } from "./mount-table.ts";
import type { ParentRecord } from "../model/inspection.ts";
import type { Evidence, Presence } from "../model/presence.ts";
import type { Ledger, LedgerEntry } from "../model/ledger.ts";
import type { Machine, Mount } from "../model/surroundings.ts";
import type { Ancestors } from "./ancestors.ts";
import { reasonOfErrno, unknown } from "./errno.ts";
import { doubtOf, type MissingWorkdir, unmountedVolume } from "./doubts.ts";
import { foldName, hasUnexpandedHome, isHomes, isRoot, volumePlace } from "./places.ts";
import { witnessedAbsence } from "./witness.ts";

export interface PresenceContext {
  readonly machine: Machine;
  /** The base the entry is in: its mount is known to be there. */
  readonly base: string;
  readonly ancestors: Ancestors;
  readonly ledger: Ledger;
}

/** `parent`: the identity of the workdir's parent when the store last used it, where the store records that. */
export function presenceOf(path: string, witnesses: PresenceContext, parent: ParentRecord | null = null): Presence {
  const presence = presenceNow(path, witnesses);
  const observed = presence.kind === "absent" && presence.proof === "observed";
  return observed && parent !== null ? byParent(presence, path, parent, witnesses) : presence;
}

/**
 * Without a ledger record nothing is proved where the store recorded another parent: the project may still exist with
 * that one.
 */
function byParent(presence: Presence, path: string, then: ParentRecord, { ancestors }: PresenceContext): Presence {
  const parent = dirname(path);
  const now = ancestors.look(parent);
  const same = now.kind === "directory" && now.identity.ino === then.ino && now.identity.dev === then.dev;
  return same ? presence : unknown("parent-replaced", { parent, "recorded parent": `${then.dev}:${then.ino}` });
}

function presenceNow(path: string, witnesses: PresenceContext): Presence {
  // `C:\\x` would be resolved relative to the current directory.
  if (!isAbsolute(path)) return unknown("foreign-path", { workdir: path });
  const way = ancestorsTo(path, witnesses);
  if (way !== null) return way;
  const seen = witnesses.ancestors.subject(path);
  switch (seen.kind) {
    case "directory":
    case "other":
      return { kind: "present", evidence: { workdir: "there" } };
    case "symlink":
      return unknown("symlink", { workdir: "a symlink" });
    case "trouble":
      return unknown(reasonOfErrno(seen.code), { workdir: seen.code });
    case "missing":
      return missing(path, path, witnesses);
  }
}

/** Part of the path is missing: the ledger decides, and without a record the parent, if it exists. */
function missing(path: string, first: string, witnesses: PresenceContext): Presence {
  const { machine, ledger } = witnesses;
  if (hasUnexpandedHome(path)) return unknown("unexpanded-home", { [first]: "not there" });
  const { mounts } = machine;
  if (mounts === null) return unknown("mounts-unknown", { [first]: "not there" });
  const unmounted = unmountedVolume(path, machine);
  if (unmounted !== null) return unmounted;
  const recorded = ledger.recorded(path);
  const way = recorded.kind === "ours" ? recorded.sighting.way : null;
  const proved = byProof({ path, first }, recorded, mounts, witnesses);
  return proved.kind === "absent" ? (doubtOf({ path, first, way }, { ...witnesses, mounts }) ?? proved) : proved;
}

function byProof(
  { path, first }: Omit<MissingWorkdir, "way">,
  recorded: LedgerEntry,
  mounts: readonly Mount[],
  witnesses: PresenceContext,
): Presence {
  const { base, ancestors } = witnesses;
  switch (recorded.kind) {
    case "ours":
      return witnessedAbsence(recorded.sighting, { base, mounts, ancestors });
    case "elsewhere":
      return unknown("seen-elsewhere", { [first]: "not there" });
    case "none":
      return first === path
        ? observedAbsent(path, mounts, witnesses)
        : unknown("parent-missing", { [first]: "not there" });
  }
}

/** What is wrong above the workdir, or null where every ancestor is a directory. */
function ancestorsTo(path: string, witnesses: PresenceContext): Presence | null {
  const { ancestors } = witnesses;
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
        return missing(path, above, witnesses);
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

function observedAbsent(path: string, mounts: readonly Mount[], witnesses: PresenceContext): Presence {
  const parent = dirname(path);
  const { ancestors, base } = witnesses;
  if (isRoot(parent)) return unknown("parent-is-root", { parent });
  if (isHomes(parent)) return unknown("parent-of-homes", { parent });
  const place = volumePlace(parent, mounts);
  if (place !== null) return unknown("volume-place", { parent, place });

  const here = ancestors.mount(parent);
  if ("code" in here) return unknown(reasonOfErrno(here.code), { parent, error: here.code });
  const own = ancestors.mount(base);
  if ("code" in own) return unknown(reasonOfErrno(own.code), { base, error: own.code });
  const mount = mountAt(mounts, parent)?.point ?? null;
  if (here.id !== own.id) return unknown("other-mount", { parent, mount });
  return listedAbsent(path, parent, { parent, mount }, witnesses);
}

/** The last check: what the parent lists. */
function listedAbsent(
  path: string,
  parent: string,
  evidence: Evidence,
  { ancestors, base }: PresenceContext,
): Presence {
  const listing = ancestors.list(parent);
  if (listing.kind === "trouble") return unknown(reasonOfErrno(listing.code), { ...evidence, error: listing.code });
  if (listing.folded.has(foldName(path.slice(parent.length + 1)))) return unknown("name-variant", evidence);
  if (listing.shows !== "own" && !isAtOrBelow(base, parent))
    return unknown(listing.shows === "nothing" ? "parent-empty" : "parent-bare", evidence);
  return {
    kind: "absent",
    proof: "observed",
    evidence: { ...evidence, "parent lists": `${listing.folded.size} others, not this one` },
  };
}
