// A volume that was mounted again: the same one under another device number, the same one under another name, and
// another one in its place.

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { entryOf } from "../support/report.ts";
import { world } from "../support/world.ts";
import { IMAGE, inMounts, isThere, needsImages, repoOf } from "./mounted.ts";

/**
 * `plug <image>` mounts an image from `/dev/shm/disk`, a device node with that number, and `unplug` takes both away:
 * the name of the device stays, its number does not, as over a reboot. The directory is this namespace's own.
 */
const DISK = `${IMAGE}; mkdir -p "$W/vol"; mount -t tmpfs disks /dev/shm; loop=
plug() { loop=$(losetup -f --show "$1"); mknod "/dev/shm/disk" b 7 "\${loop#/dev/loop}"; mount "/dev/shm/disk" "$W/vol"; }
unplug() { umount "$W/vol"; losetup -d "$loop"; loop=; rm "/dev/shm/disk"; }
held=
# The next free loop device may be the one that was just given back, or get free a moment later: takes those that come
# until it is another one.
plug_elsewhere() {
  for try in 1 2 3 4 5 6 7 8 9; do
    held="$held $(losetup -f --show "$R/filler")"
    plug "$R/a"
    [ "$before" = "$(stat -c %d "$W/vol")" ] || return 0
    unplug
  done
  echo "every loop device had the number of the first" >&2; return 1
}
end() { umount "$W/vol" || true; for each in $loop $held; do losetup -d "$each"; done; }
trap 'end 2>/dev/null' EXIT
truncate -s 1M "$R/filler"; image "$R/a" 4
plug "$R/a"; mkdir -p "$W/vol/proj" "$W/vol/other"; before=$(stat -c %d "$W/vol")
see alive auto --now --opt-in
`;
const WITH_ANOTHER_NUMBER = `unplug; plug_elsewhere`;

function rounds(
  script: string,
  test: Parameters<typeof needsImages>[0],
): { id: string; there: () => boolean; seen: ReturnType<typeof inMounts> } {
  needsImages(test);
  const w = world();
  const { id, path } = repoOf(w, join(w.work, "vol", "proj"));
  const seen = inMounts(w, `${DISK}${script}`);
  expect(entryOf(seen("alive").report, id).reason).toBe("workdir-present");
  return { id, there: () => isThere(path), seen };
}

describe("a volume mounted again with another device number", () => {
  it("is the same: what is there is live", (test) => {
    const { id, seen } = rounds(`${WITH_ANOTHER_NUMBER}; see again status`, test);
    expect(entryOf(seen("again").report, id).reason).toBe("workdir-present");
  });

  it("is the same: what was deleted on it is gone", (test) => {
    const { id, seen, there } = rounds(
      `${WITH_ANOTHER_NUMBER}; rm -r "$W/vol/proj"; see gone status; see pruned prune --yes`,
      test,
    );
    expect(entryOf(seen("gone").report, id)).toMatchObject({ verdict: "orphan", reason: "absent-witnessed" });
    expect(entryOf(seen("pruned").report, id).outcome).toBe("removed");
    expect(there()).toBe(false);
  });

  it("is the same: what was deleted on it after a run saw it there is gone", (test) => {
    const script = `${WITH_ANOTHER_NUMBER}; see again auto --now --opt-in; rm -r "$W/vol/proj" "$W/vol/other"; see gone status`;
    const { id, seen } = rounds(script, test);
    expect(entryOf(seen("gone").report, id)).toMatchObject({ verdict: "orphan", reason: "absent-witnessed" });
  });
});

describe("a volume mounted again under another name", () => {
  const ANOTHER_NAME = `unplug; loop=$(losetup -f --show "$R/a"); mount "$loop" "$W/vol"`;

  it("is not known for the same: what was deleted on it cannot be told", (test) => {
    const { id, seen, there } = rounds(`${ANOTHER_NAME}; rm -r "$W/vol/proj"; see gone status\nTAKE`, test);
    for (const name of ["gone", "swept", "pruned"])
      expect(entryOf(seen(name).report, id)).toMatchObject({ reason: "mount-gone", action: "keep" });
    expect(there()).toBe(true);
  });

  it("is known again once a run saw the workdir there", (test) => {
    const script = `${ANOTHER_NAME}; see again auto --now --opt-in; rm -r "$W/vol/proj"; see gone status`;
    const { id, seen } = rounds(script, test);
    expect(entryOf(seen("again").report, id).reason).toBe("workdir-present");
    expect(entryOf(seen("gone").report, id)).toMatchObject({ verdict: "orphan", reason: "absent-witnessed" });
  });
});

describe("another volume in its place, from the same device", () => {
  const ANOTHER = `unplug; sleep 1.1; image "$R/b" 4; plug "$R/b"; mkdir "$W/vol/other"; see gone status\nTAKE
unplug; plug "$R/a"; see again status`;

  it("is not confused with the one that was there", (test) => {
    const { id, seen, there } = rounds(ANOTHER, test);
    for (const name of ["gone", "swept", "pruned"])
      expect(entryOf(seen(name).report, id)).toMatchObject({ reason: "parent-replaced", action: "keep" });
    expect(there()).toBe(true);
    expect(entryOf(seen("again").report, id).reason).toBe("workdir-present");
  });

  it("is not confused with it on a file system without birth times, where all roots have the same inode", (test) => {
    needsImages(test);
    const w = world();
    const { id, path } = repoOf(w, join(w.work, "vol", "proj"));
    const bare = `${DISK}${ANOTHER}`.replaceAll("mkfs.ext4 -q", "mkfs.ext4 -q -I 128");
    const seen = inMounts(w, bare);
    for (const name of ["gone", "swept", "pruned"])
      expect(entryOf(seen(name).report, id)).toMatchObject({ reason: "parent-replaced", action: "keep" });
    expect(isThere(path)).toBe(true);
    expect(entryOf(seen("again").report, id).reason).toBe("workdir-present");
  });
});
