/**
 * Where our own state of a base lives: beside it, as Hermes' own lock does (`~/.hermes/.checkpoints.gc/`), because
 * Hermes moves or deletes whole what it does not know inside the base. Inside it only where the parent is another mount
 * (the trash must be a rename away) or cannot be written.
 */
import { basename, dirname } from "node:path";
import { errnoOf, GcError, messageOf } from "../errors.ts";
import { mountOf } from "../fs/directory.ts";
import { bytePath, lstatOrNull, mkdir, writable } from "../fs/door.ts";
import { STATE_INSIDE } from "../model/names.ts";

/** For a resolved base. */
function placesOf(base: string): { readonly beside: string; readonly inside: string } {
  return { beside: `${dirname(base)}/.${basename(base)}.gc`, inside: `${base}/${STATE_INSIDE}` };
}

/** The state directory that is there, or null. Throws `state-unusable` for what is no directory of ours. */
export function findState(base: string): string | null {
  const { beside, inside } = placesOf(base);
  // An old one inside counts only where there is none beside: two would be two locks.
  return [beside, inside].find((place) => isOurs(place, ownerToo(base))) ?? null;
}

/** The state directory, made where there is none. Throws `state-unusable`, or the errno of a full or read-only disk. */
export function makeState(base: string): string {
  const found = findState(base);
  if (found !== null) return found;
  const { beside, inside } = placesOf(base);
  const place = canLiveBeside(base) ? beside : inside;
  makePrivate(place);
  return place;
}

/** A directory of ours below the state, 0700. */
export function makePrivate(path: string): void {
  try {
    mkdir(bytePath(path), 0o700);
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") throw error;
    if (!isOurs(path, null)) throw error;
  }
}

/** Throws the errno: one failed look must not put the state where nobody looks for it the next time. */
function canLiveBeside(base: string): boolean {
  const parent = dirname(base);
  return mountOf(bytePath(parent)) === mountOf(bytePath(base)) && writable(bytePath(parent));
}

/**
 * Whether a directory of ours is there. A symlink, or a directory that belongs to somebody else or that others may write
 * into, is refused: what is put there would go where they want.
 */
function isOurs(path: string, owner: number | null): boolean {
  const stat = look(path);
  if (stat === null) return false;
  if (stat.kind !== "directory") throw unusable(path, `it is a ${stat.kind}`);
  const uid = process.geteuid?.() ?? stat.uid;
  if (stat.uid !== uid && stat.uid !== owner) throw unusable(path, `it belongs to user ${stat.uid}, not to ${uid}`);
  if ((stat.mode & 0o022) !== 0) throw unusable(path, `others may write into it (mode ${stat.mode.toString(8)})`);
  return true;
}

/** Root may look at another person's home, state included; to write there is refused elsewhere, with the right advice. */
function ownerToo(base: string): number | null {
  return process.geteuid?.() === 0 ? (look(base)?.uid ?? null) : null;
}

function look(path: string): ReturnType<typeof lstatOrNull> {
  try {
    return lstatOrNull(bytePath(path));
  } catch (error) {
    throw new GcError("state-unusable", `cannot look at the state directory ${path}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function unusable(path: string, what: string): GcError {
  return new GcError(
    "state-unusable",
    `the state directory ${path} cannot be used: ${what}, expected a directory of ours`,
    {
      hint: `move ${path} away, then run this again`,
    },
  );
}
