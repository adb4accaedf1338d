/**
 * What a path alone says about how far its parent can be trusted as evidence. Pure.
 *
 * A directory where volumes come and go looks the same when a volume was unplugged as when a project was deleted.
 */
import type { Mount } from "../model/surroundings.ts";
import { isAtOrBelow, mountAt } from "./mount-table.ts";

/**
 * Where systems mount removable and network volumes. On image-based systems (Fedora Silverblue, CoreOS) `/mnt` is a
 * symlink to `/var/mnt`, and workdirs are recorded without symlinks.
 */
const VOLUME_PLACES: readonly string[] = [
  "/media",
  "/mnt",
  "/var/mnt",
  "/run/media",
  "/run/user",
  "/Volumes",
  "/net",
  "/autofs",
];

/**
 * Directories whose children are homes: a missing home may be one that is not mounted or not yet decrypted. `/home` is
 * a symlink to one of the others on Fedora Silverblue, FreeBSD and Solaris.
 */
const HOMES: ReadonlySet<string> = new Set(["/home", "/var/home", "/usr/home", "/export/home", "/Users"]);

/**
 * Folders that a sync client fills and empties by itself, as their vendors name them. What is taken off the disk there
 * (selective sync, online only) looks deleted, at any depth.
 */
const CLOUD_NAMES: readonly string[] = [
  "Dropbox",
  "OneDrive",
  "Google ?Drive",
  "My Drive",
  "iCloud ?Drive",
  "com~apple~CloudDocs",
  "CloudStorage",
  "Mobile Documents",
  "Nextcloud",
  "ownCloud",
  "Box Sync",
  "MEGAsync",
  "pCloud ?Drive",
  "Proton ?Drive",
  "Yandex[. ]?Disk",
  "Seafile",
  "SeaDrive",
  "Synology ?Drive",
  "CloudStation",
  "Creative Cloud Files",
  "Amazon (?:Cloud )?Drive",
  "Resilio Sync",
  "BTSync",
  "SpiderOak(?: Hive|ONE)?",
  "Tresorit",
  "Jottacloud",
  "HiDrive",
  "MagentaCLOUD",
  "kDrive",
  "Koofr",
  "Insync",
  "Egnyte",
];
/** With an account name appended: `Dropbox (Work)`, `OneDrive - Contoso`, `GoogleDrive-me@example.org`. */
const CLOUD = new RegExp(`^(?:${CLOUD_NAMES.join("|")})(?:$|[ (].*|-(?:Personal$|Shared|.*@).*)`, "i");
/** Common words match only in the exact case that the client uses. */
const CLOUD_WORDS: ReadonlySet<string> = new Set(["Box", "MEGA", "Sync"]);

export function isHomes(parent: string): boolean {
  return HOMES.has(parent);
}

/** The root directory, or that of a drive. */
export function isRoot(path: string): boolean {
  return path === "/" || /^[A-Za-z]:[\\/]?$/.test(path);
}

/**
 * Whether the parent is at or one level below a place where volumes come and go, or deeper below one without a volume
 * that is mounted there now: `/media/me/DISK/code` with the disk unplugged and a stray file left is a plain directory
 * of `/`.
 */
export function volumePlace(parent: string, mounts: readonly Mount[]): string | null {
  const place = VOLUME_PLACES.find((one) => isAtOrBelow(parent, one));
  if (place === undefined) return null;
  const depth = parent === place ? 0 : parent.slice(place.length + 1).split("/").length;
  if (depth <= 1) return place;
  const mount = mountAt(mounts, parent);
  return mount !== null && mount.point !== place && isAtOrBelow(mount.point, place) ? null : place;
}

/**
 * Whether a directory is a plain one of the system where volumes come and go, or one that a desktop creates for each
 * share it is connected to. Unlike `volumePlace` this does not include the root of a volume that is mounted there now.
 */
export function bareVolumePlace(directory: string, mounts: readonly Mount[]): string | null {
  const mount = mountAt(mounts, directory);
  if (mount !== null && HOLDS_SHARES.test(mount.type)) return mount.point;
  const place = VOLUME_PLACES.find((one) => isAtOrBelow(directory, one));
  if (place === undefined) return null;
  return mount !== null && mount.point !== place && isAtOrBelow(mount.point, place) ? null : place;
}

/** Mounts in which shares are directories that come and go (GNOME, KDE, the automounter before it has mounted). */
const HOLDS_SHARES = /^(?:fuse\.(?:gvfsd-fuse|kio-fuse|gvfs-fuse-daemon|portal)|autofs)$/;

/** The cloud folder that a directory is, or is in at any depth. */
export function cloudFolder(directory: string): string | null {
  return directory.split("/").find((part) => CLOUD.test(part) || CLOUD_WORDS.has(part)) ?? null;
}

/** What sync clients leave in the root of their folder, whatever it is called. `~/.dropbox` is a directory. */
export const CLOUD_MARKS: readonly { readonly name: string; readonly kind: "file" | "directory" }[] = [
  { name: ".dropbox", kind: "file" },
  { name: ".dropbox.cache", kind: "directory" },
  { name: ".owncloudsync.log", kind: "file" },
  { name: ".nextcloudsync.log", kind: "file" },
  { name: ".tmp.driveupload", kind: "directory" },
  { name: ".tmp.drivedownload", kind: "directory" },
  { name: ".849C9593-D756-4E56-8D6E-42412F2A707B", kind: "file" },
];

/** An unexpanded `~` appended to another directory: agents wrote such markers. */
export function hasUnexpandedHome(path: string): boolean {
  return path.split("/").includes("~");
}

/** Two names that some file systems treat as one: other case, other Unicode normalisation. */
export function foldName(name: string): string {
  return name.normalize("NFC").toLowerCase().toUpperCase().toLowerCase().normalize("NFC");
}
