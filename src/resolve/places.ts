/**
 * What a path alone says about how far a look at its parent can be trusted. Pure.
 *
 * A directory where volumes come and go looks just the same when a volume was pulled out as when a project was deleted.
 */
import type { Mount } from "../model/surroundings.ts";
import { isAtOrBelow, mountAt } from "./mount-table.ts";

/** Where systems mount what is plugged in or reached over the network. */
const VOLUME_PLACES: readonly string[] = ["/media", "/mnt", "/run/media", "/run/user", "/Volumes", "/net", "/autofs"];

/** Directories whose children are homes: a home that is not there may be one that is not mounted or not yet decrypted. */
const HOMES: ReadonlySet<string> = new Set(["/home", "/Users"]);

/** Folders that a sync client fills and empties by itself (names of Dropbox, Google, Microsoft, Apple, Nextcloud, Box). */
const CLOUD =
  /^(?:Dropbox|OneDrive|Google ?Drive|GoogleDrive|iCloud ?Drive|CloudStorage|Mobile Documents|Nextcloud|ownCloud|Box(?: Sync)?|pCloudDrive|MEGA)(?:$|[ (-].*)/i;

export function isHomes(parent: string): boolean {
  return HOMES.has(parent);
}

/** The root of everything, or of a drive. */
export function isRoot(path: string): boolean {
  return path === "/" || /^[A-Za-z]:[\\/]?$/.test(path);
}

/**
 * Whether the parent is at or one below a place where volumes come and go, or deeper below one without a volume that
 * is mounted there now: `/media/me/DISK/code` with the disk pulled out and a stray file left is a plain directory of `/`.
 */
export function volumePlace(parent: string, mounts: readonly Mount[]): string | null {
  const place = VOLUME_PLACES.find((one) => isAtOrBelow(parent, one));
  if (place === undefined) return null;
  const depth = parent === place ? 0 : parent.slice(place.length + 1).split("/").length;
  if (depth <= 1) return place;
  const mount = mountAt(mounts, parent);
  return mount !== null && mount.point !== place && isAtOrBelow(mount.point, place) ? null : place;
}

/** The cloud folder that the parent is, or is directly in. */
export function cloudFolder(parent: string): string | null {
  const parts = parent.split("/");
  const near = parts.slice(-2).find((part) => CLOUD.test(part));
  return near ?? null;
}

/** A `~` that nobody expanded, glued to another directory: Hermes before April 2026 wrote such markers. */
export function hasUnexpandedHome(path: string): boolean {
  return path.split("/").includes("~");
}

/** Two names that some file systems take for one: other case, other Unicode normalisation. */
export function foldName(name: string): string {
  return name.normalize("NFC").toLowerCase().toUpperCase().toLowerCase().normalize("NFC");
}
