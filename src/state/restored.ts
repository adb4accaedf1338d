/**
 * What a person put back, and when: an empty file for each in `<state>/restored/`, named by its place, whose mtime is
 * the time. No content that could be half written, and a disk without room loses nothing but a hold.
 */
import { below, bytePath, close, lstatOrNull, open, OPEN, rawPath, setMtime, textOf, unlink } from "../fs/door.ts";
import { namesOrNone } from "../fs/listing.ts";
import { HOUR } from "../model/time.ts";
import { makePrivate } from "./place.ts";

/** When each entry was last put back (ms), by its path. */
export function readRestored(state: string, base: string): Readonly<Record<string, number>> {
  const directory = bytePath(directoryOf(state));
  const found: Record<string, number> = {};
  for (const name of namesOrNone(directory)) {
    const stat = lstatOrNull(below(directory, name));
    const place = placeOf(textOf(rawPath(name)));
    if (stat?.kind === "file" && place !== null) found[`${base}/${place}`] = stat.mtime;
  }
  return found;
}

/** Throws the errno. */
export function noteRestored(state: string, place: string, now: number): void {
  makePrivate(directoryOf(state));
  const path = bytePath(`${directoryOf(state)}/${encodeURIComponent(place)}`);
  close(open(path, OPEN.createShared, 0o600));
  setMtime(path, now);
}

/** Forgets what was put back before `before` (ms); what was put back by a clock far ahead counts from now. */
export function forgetRestored(state: string, before: number, now: number): void {
  const directory = bytePath(directoryOf(state));
  for (const name of namesOrNone(directory)) {
    const path = below(directory, name);
    const stat = lstatOrNull(path);
    if (stat !== null && stat.mtime < before) unlink(path);
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
    // URIError: no name of ours.
    return null;
  }
}
