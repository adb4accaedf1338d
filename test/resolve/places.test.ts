// What a path alone says. Pure, so every row has its twin beside it.

import { describe, expect, it } from "vitest";
import type { Mount } from "../../src/model/surroundings.ts";
import {
  bareVolumePlace,
  cloudFolder,
  foldName,
  hasUnexpandedHome,
  isHomes,
  isRoot,
  volumePlace,
} from "../../src/resolve/places.ts";

function mounts(...points: readonly string[]): readonly Mount[] {
  return ["/", ...points].map((point, at) => ({
    id: String(at),
    point,
    source: `/dev/${at}`,
    root: "/",
    type: "ext4",
  }));
}

describe("mount points of removable volumes", () => {
  it.each([
    // The place itself, and one below: always.
    ["/mnt", [], "/mnt"],
    ["/mnt/disk", [], "/mnt"],
    ["/mnt/disk", ["/mnt/disk"], "/mnt"],
    ["/media", [], "/media"],
    ["/media/me", [], "/media"],
    ["/run/media/me", [], "/run/media"],
    ["/run/user/1000", [], "/run/user"],
    ["/Volumes", [], "/Volumes"],
    ["/Volumes/Disk", ["/Volumes/Disk"], "/Volumes"],
    ["/net/server", [], "/net"],
    // Deeper: only below a volume that is mounted there now.
    ["/mnt/disk/code", [], "/mnt"],
    ["/mnt/disk/code", ["/mnt/disk"], null],
    ["/mnt/disk/code", ["/mnt/other"], "/mnt"],
    ["/mnt/disk/code", ["/mnt/dis"], "/mnt"],
    ["/mnt/disk/code", ["/mnt"], "/mnt"],
    ["/media/me/DISK/code", [], "/media"],
    ["/media/me/DISK/code", ["/media/me/DISK"], null],
    ["/run/user/1000/a/b", [], "/run/user"],
    ["/run/user/1000/a/b", ["/run/user/1000"], null],
    ["/Volumes/Disk/a", [], "/Volumes"],
    ["/Volumes/Disk/a", ["/Volumes/Disk"], null],
    // Names that only begin so, or stand elsewhere.
    ["/mntx/disk", [], null],
    ["/home/me/mnt/disk", [], null],
    ["/networks/a", [], null],
    ["/run/users", [], null],
    ["/var/mnt", [], "/var/mnt"],
    ["/var/mnt/disk/code", [], "/var/mnt"],
    ["/var/mnt/disk/code", ["/var/mnt/disk"], null],
    ["/var/mntx", [], null],
    ["/volumes/Disk", [], null],
    ["/srv", [], null],
    ["/", [], null],
  ] as const)("%s with %j mounted: %s", (parent, points, place) => {
    expect(volumePlace(parent, mounts(...points))).toBe(place);
  });
});

describe("where a volume or a share may have gone", () => {
  it.each([
    ["/mnt", [], "/mnt"],
    ["/mnt/disk", [], "/mnt"],
    ["/mnt/disk/a", [], "/mnt"],
    ["/mnt/disk", ["/mnt/other"], "/mnt"],
    ["/mnt/disk", ["/mnt"], "/mnt"],
    // On a volume that is mounted there now, its root too.
    ["/mnt/disk", ["/mnt/disk"], null],
    ["/mnt/disk/a", ["/mnt/disk"], null],
    ["/Volumes/Disk", ["/Volumes/Disk"], null],
    ["/srv", [], null],
    ["/home/me/mnt", [], null],
  ] as const)("%s with %j mounted: %s", (directory, points, place) => {
    expect(bareVolumePlace(directory, mounts(...points))).toBe(place);
  });

  it.each([
    ["fuse.gvfsd-fuse", "/run/user/1000/gvfs"],
    ["fuse.kio-fuse", "/run/user/1000/gvfs"],
    ["autofs", "/run/user/1000/gvfs"],
    ["fuse.sshfs", null],
    ["ext4", null],
  ] as const)("a mount of type %s in which shares are directories: %s", (type, place) => {
    const point = "/run/user/1000/gvfs";
    const all = [...mounts(), { id: "9", point, source: "x", root: "/", type }];
    expect(bareVolumePlace(point, all)).toBe(place);
    expect(bareVolumePlace(`${point}/smb-share:server=nas,share=code`, all)).toBe(place);
  });
});

describe("homes", () => {
  it.each([
    ["/home", true],
    ["/Users", true],
    ["/var/home", true],
    ["/usr/home", true],
    ["/export/home", true],
    ["/var/home/me", false],
    ["/var/homes", false],
    ["/home/me", false],
    ["/homes", false],
    ["/srv/home", false],
    ["/", false],
  ])("%s: %s", (parent, expected) => {
    expect(isHomes(parent)).toBe(expected);
  });
});

describe("roots", () => {
  it.each([
    ["/", true],
    ["C:\\", true],
    ["d:/", true],
    ["C:", true],
    ["/a", false],
    ["C:\\a", false],
    ["", false],
  ])("%s: %s", (path, expected) => {
    expect(isRoot(path)).toBe(expected);
  });
});

describe("cloud folders", () => {
  it.each([
    ["/home/me/Dropbox", "Dropbox"],
    ["/home/me/Dropbox/code", "Dropbox"],
    ["/home/me/Dropbox (Work)", "Dropbox (Work)"],
    ["/home/me/dropbox", "dropbox"],
    ["/home/me/OneDrive - Contoso/x", "OneDrive - Contoso"],
    ["/home/me/Google Drive", "Google Drive"],
    ["/Users/me/Library/CloudStorage/GoogleDrive-a@b.c", "CloudStorage"],
    ["/Users/me/Library/Mobile Documents/com~apple~CloudDocs", "Mobile Documents"],
    ["/home/me/Nextcloud/x", "Nextcloud"],
    ["/home/me/MEGA", "MEGA"],
    ["/home/me/Box", "Box"],
    ["/home/me/Box Sync/x", "Box Sync"],
    // However deep: what is not in sync there is missing with all that is in it.
    ["/home/me/Dropbox/a/b", "Dropbox"],
    ["/home/me/Dropbox/work/clients/eu/acme", "Dropbox"],
    ["/home/me/Box/a/b/c", "Box"],
    ["/home/me/Sync/a", "Sync"],
    ["/home/me/Yandex.Disk/a/b", "Yandex.Disk"],
    ["/home/me/Proton Drive/a", "Proton Drive"],
    ["/home/me/pCloudDrive/a/b", "pCloudDrive"],
    ["/home/me/SynologyDrive/a/b", "SynologyDrive"],
    ["/home/me/OneDrive-Personal/a", "OneDrive-Personal"],
    ["/Users/me/GoogleDrive-a@b.c/My Drive/x", "GoogleDrive-a@b.c"],
    // Common words, and projects that are about a cloud.
    ["/home/me/code/box/a", null],
    ["/home/me/code/box-shadow", null],
    ["/home/me/code/mega", null],
    ["/home/me/sync", null],
    ["/home/me/code/dropbox-api/examples", null],
    ["/home/me/code/nextcloud-docker", null],
    ["/home/me/Dropboxes", null],
    ["/home/me/Boxing", null],
    ["/home/me/megabytes", null],
    ["/home/me/my-dropbox", null],
    ["/srv/code", null],
    ["/", null],
  ])("%s: %s", (parent, expected) => {
    expect(cloudFolder(parent)).toBe(expected);
  });
});

describe("a ~ that was not expanded", () => {
  it.each([
    ["/cwd/~/proj", true],
    ["/~", true],
    ["/cwd/~", true],
    ["/cwd/~me/proj", false],
    ["/cwd/a~/proj", false],
    ["/cwd/proj~", false],
  ])("%s: %s", (path, expected) => {
    expect(hasUnexpandedHome(path)).toBe(expected);
  });
});

describe("names that some file systems treat as equal", () => {
  it.each([
    ["Proj", "proj", true],
    ["PROJ", "proj", true],
    ["caf\u00e9", "cafe\u0301", true],
    ["CAFE\u0301", "caf\u00e9", true],
    ["\u00c5ngstr\u00f6m", "\u212bngstr\u00f6m", true],
    ["straße", "STRASSE", true],
    ["ς", "σ", true],
    ["proj", "proj2", false],
    ["café", "cafe", false],
    ["a b", "ab", false],
    ["x", "х", false],
  ])("%j and %j: %s", (a, b, same) => {
    expect(foldName(a) === foldName(b)).toBe(same);
  });
});
