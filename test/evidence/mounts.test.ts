// Volumes that are not there now, with real mounts: each after a run that saw the workdir alive on it, and at first
// sight where the rules can tell. Nothing is removed, and all is live again when the volume is mounted again.

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { entryOf } from "../support/report.ts";
import { type World, world } from "../support/world.ts";
import { IMAGE, inMounts, isThere, needsImages, repoOf } from "./mounted.ts";

interface Case {
  readonly name: string;
  /** Where the workdir is; `work` is the directory of workdirs. */
  readonly at: (w: World) => string;
  /** Before the volume is mounted for the first time. */
  readonly made: string;
  readonly mount: string;
  readonly unmount: string;
  /** What is said after a run that saw it alive. */
  readonly witnessed: string;
  /** What is said by a run that never saw it; `absent-observed` where the rules cannot tell. */
  readonly first: string;
}

const VOLUME = `${IMAGE}; mkdir -p "$W/vol"; image "$R/image" 4`;
const MOUNT = `mount -o loop "$R/image" "$W/vol"; mkdir -p "$W/vol/proj" "$W/vol/other"`;
const UNMOUNT = `umount "$W/vol"`;
/** A line of its own in fstab, seen by this namespace alone. */
const FSTAB = `printf '%s\\n' "LABEL=x $W/vol ext4 noauto 0 0" >"$R/fstab"; mount --bind "$R/fstab" /etc/fstab`;

/** A unit of systemd, seen by this namespace alone; its name is the mount point, escaped. */
const UNIT = String.raw`mkdir -p /etc/systemd/system; mount -t tmpfs units /etc/systemd/system
printf '[Mount]\nWhat=LABEL=x\nWhere=%s\n' "$W/vol" >"/etc/systemd/system/$(echo "${"$"}{W#/}/vol" | sed 's/-/\\x2d/g; s,/,-,g').mount"`;

const CASES: readonly Case[] = [
  {
    name: "leaves an empty mount point",
    at: (w) => join(w.work, "vol", "proj"),
    made: VOLUME,
    mount: MOUNT,
    unmount: UNMOUNT,
    witnessed: "mount-gone",
    first: "parent-empty",
  },
  {
    name: "leaves a mount point with other things in it",
    at: (w) => join(w.work, "vol", "proj"),
    made: `${VOLUME}; mkdir -p "$W/vol/below"`,
    mount: MOUNT,
    unmount: UNMOUNT,
    witnessed: "mount-gone",
    first: "absent-observed",
  },
  {
    name: "leaves the same directories without the workdir, deeper down",
    at: (w) => join(w.work, "vol", "clients", "acme", "proj"),
    made: `${VOLUME}; mkdir -p "$W/vol/clients/acme/stray"`,
    mount: `mount -o loop "$R/image" "$W/vol"; mkdir -p "$W/vol/clients/acme/proj"`,
    unmount: UNMOUNT,
    witnessed: "mount-gone",
    first: "absent-observed",
  },
  {
    name: "was the workdir itself, and took its mount directory with it",
    at: (w) => join(w.work, "vol"),
    made: VOLUME,
    mount: `mkdir -p "$W/vol"; mount -o loop "$R/image" "$W/vol"`,
    unmount: `umount "$W/vol"; rmdir "$W/vol"`,
    witnessed: "mount-gone",
    first: "absent-observed",
  },
  {
    name: "was the workdir itself, in a place where volumes come and go",
    at: () => "/media/me/DISK",
    made: `${IMAGE}; image "$R/image" 4; mount -t tmpfs media /media; mkdir -p /media/me/OTHER`,
    mount: `mkdir -p /media/me/DISK; mount -o loop "$R/image" /media/me/DISK`,
    unmount: `umount /media/me/DISK; rmdir /media/me/DISK`,
    witnessed: "mount-gone",
    first: "volume-place",
  },
  {
    name: "is a directory of the same file system, bound there",
    at: (w) => join(w.work, "vol", "proj"),
    made: `mkdir -p "$R/real/proj" "$W/vol/below"`,
    mount: `mount --bind "$R/real" "$W/vol"`,
    unmount: UNMOUNT,
    witnessed: "mount-gone",
    first: "absent-observed",
  },
  {
    name: "is bound from a volume, and another directory of that volume is bound in its place",
    at: (w) => join(w.work, "vol", "proj"),
    made: `${VOLUME}; mkdir -p "$R/all"; mount -o loop "$R/image" "$R/all"; mkdir -p "$R/all/a/proj" "$R/all/b/other"`,
    mount: `mount --bind "$R/all/a" "$W/vol"`,
    unmount: `umount "$W/vol"; mount --bind "$R/all/b" "$W/vol"`,
    witnessed: "mount-gone",
    first: "other-mount",
  },
  {
    name: "has its line in fstab and leaves an empty mount point",
    at: (w) => join(w.work, "vol", "proj"),
    made: `${VOLUME}; ${FSTAB}`,
    mount: MOUNT,
    unmount: UNMOUNT,
    witnessed: "fstab-unmounted",
    first: "fstab-unmounted",
  },
  {
    name: "has its line in fstab and leaves a mount point with other things in it",
    at: (w) => join(w.work, "vol", "proj"),
    made: `${VOLUME}; mkdir -p "$W/vol/below"; ${FSTAB}`,
    mount: MOUNT,
    unmount: UNMOUNT,
    witnessed: "fstab-unmounted",
    first: "fstab-unmounted",
  },
  {
    name: "has its line in fstab, was the workdir itself and took its mount directory with it",
    at: (w) => join(w.work, "vol"),
    made: `${VOLUME}; ${FSTAB}`,
    mount: `mkdir -p "$W/vol"; mount -o loop "$R/image" "$W/vol"`,
    unmount: `umount "$W/vol"; rmdir "$W/vol"`,
    witnessed: "fstab-unmounted",
    first: "fstab-unmounted",
  },
  {
    name: "has its line in fstab under a path through a symlink, and leaves a mount point with other things in it",
    at: (w) => join(w.work, "vol", "proj"),
    made: `${VOLUME}; mkdir -p "$W/vol/below"; ln -s "$W" "$R/link"; ${FSTAB.replace("$W/vol", "$R/link/vol")}`,
    mount: MOUNT,
    unmount: UNMOUNT,
    witnessed: "fstab-unmounted",
    first: "fstab-unmounted",
  },
  {
    name: "has its line in fstab under a symlink to somewhere else, and leaves a mount point with other things in it",
    at: (w) => join(w.work, "vol", "proj"),
    made: `${VOLUME}; mkdir -p "$W/vol/below" "$W/else"; ln -s "$W/else" "$R/link"; ${FSTAB.replace("$W/vol", "$R/link/vol")}`,
    mount: MOUNT,
    unmount: UNMOUNT,
    witnessed: "mount-gone",
    first: "absent-observed",
  },
  {
    name: "has a unit of systemd and leaves a mount point with other things in it",
    at: (w) => join(w.work, "vol", "proj"),
    made: `${VOLUME}; mkdir -p "$W/vol/below"; ${UNIT}`,
    mount: MOUNT,
    unmount: UNMOUNT,
    witnessed: "configured-unmounted",
    first: "configured-unmounted",
  },
  {
    name: "is not that of the base, which is mounted by itself",
    at: (w) => join(w.work, "vol", "proj"),
    made: `${VOLUME}; mkdir -p "$W/vol/below" "$R/kept"; cp -a "$B/." "$R/kept/"; mount --bind "$R/kept" "$B"`,
    mount: MOUNT,
    unmount: UNMOUNT,
    witnessed: "mount-gone",
    first: "other-mount",
  },
];

/** What a run saw of it, and that neither way of removing took it. */
function expectKept(w: World, id: string, seen: ReturnType<typeof inMounts>, reason: string): void {
  for (const name of ["gone", "swept", "pruned"]) {
    expect(entryOf(seen(name).report, id), name).toMatchObject({
      verdict: "unreachable",
      reason,
      action: "keep",
      outcome: null,
    });
    expect(seen(name).code, name).toBe(0);
  }
  expect(isThere(join(w.base, id)) || isThere(join(w.root, "kept", id))).toBe(true);
}

describe("a volume that", () => {
  it.for(CASES)("$name: $witnessed after a run that saw it", ({ at, made, mount, unmount, witnessed }, test) => {
    needsImages(test);
    const w = world();
    const { id } = repoOf(w, at(w));
    const script = [made, mount, "see alive auto --now --opt-in", unmount, "see gone status", "TAKE", mount];
    const seen = inMounts(w, [...script, "see again status", "see swept-again auto --now --opt-in"].join("\n"));
    expect(entryOf(seen("alive").report, id).reason).toBe("workdir-present");
    expectKept(w, id, seen, witnessed);
    for (const name of ["again", "swept-again"])
      expect(entryOf(seen(name).report, id)).toMatchObject({ verdict: "live", reason: "workdir-present" });
  });

  it.for(CASES)("$name: $first at first sight", ({ at, made, mount, unmount, first }, test) => {
    needsImages(test);
    const w = world();
    const { id } = repoOf(w, at(w));
    const taking = first === "absent-observed" ? "" : "TAKE";
    const seen = inMounts(w, [made, mount, unmount, "see gone status", taking, mount, "see again status"].join("\n"));
    expect(entryOf(seen("again").report, id).reason).toBe("workdir-present");
    if (first !== "absent-observed") return expectKept(w, id, seen, first);
    // It cannot be known at first sight: a person's confirmation or the grace of a sweep decides.
    expect(entryOf(seen("gone").report, id)).toMatchObject({ reason: first, sweepHolds: ["grace"] });
  });
});
