/**
 * When entries were restored: an empty file for each in `<state>/restored/`, named by its place, whose mtime is the
 * time. There is no content that could be half written, and a full disk costs only a hold.
 */
import { GcError, systemCode } from "../errors.ts";
import {
  below,
  bytePath,
  close,
  lstatOrNull,
  open,
  OPEN,
  rawPath,
  setMtime,
  textOf,
  unlinkIfThere,
} from "../fs/syscalls.ts";
import { namesOrNone } from "../fs/listing.ts";
import { HOUR } from "../model/time.ts";
import { makePrivate } from "./place.ts";

/** When each entry was last restored (ms), by its path. Throws `state-unusable` where that cannot be read. */
export function readRestored(state: string, base: string): Readonly<Record<string, number>> {
  const directory = bytePath(directoryOf(state));
  const found: Record<string, number> = {};
  try {
    for (const name of namesOrNone(directory)) {
      const stat = lstatOrNull(below(directory, name));
      const place = placeOf(textOf(rawPath(name)));
      if (stat?.kind === "file" && place !== null) found[`${base}/${place}`] = stat.mtime;
    }
    return found;
  } catch (error) {
    throw unreadable(directoryOf(state), error);
  }
}

/** Restored entries would look as if they had never been restored, so nothing is removed then. */
function unreadable(path: string, error: unknown): GcError {
  const hint = `Make ${path} readable, or move it away, then run this again.`;
  const message = `cannot read ${path}, which records what was restored and when: ${systemCode(error)}`;
  return new GcError("state-unusable", message, { hint, cause: error });
}

/** Throws the errno. */
export function noteRestored(state: string, place: string, now: number): void {
  makePrivate(directoryOf(state));
  const path = bytePath(`${directoryOf(state)}/${encodeURIComponent(place)}`);
  close(open(path, OPEN.createShared, 0o600));
  setMtime(path, now);
}

/** Drops restores before `before` (ms); one that was dated by a clock far ahead counts from now. */
export function forgetRestored(state: string, before: number, now: number): void {
  const directory = bytePath(directoryOf(state));
  for (const name of namesOrNone(directory)) {
    const path = below(directory, name);
    const stat = lstatOrNull(path);
    if (stat !== null && stat.mtime < before) unlinkIfThere(path);
    else if (stat !== null && stat.mtime > now + HOUR) setMtime(path, now);
  }
}

function directoryOf(state: string): string {
  return `${state}/restored`;
}

function placeOf(name: string): string | null {
  try {
    return decodeURIComponent(name);
  } catch {
    // URIError: not a name that we wrote.
    return null;
  }
}
