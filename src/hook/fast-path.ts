/**
 * Whether `auto` would find what its last run found: not due, or switched off. Then the command can say so without
 * loading what reads settings and judges, which is most of what a start costs.
 *
 * Stricter than the hook's own check (check-due.ts), because `auto` also reports what happened since: everything that its
 * decision rests on (the files of settings, the marker, the record) must be older than `next`, and the run that wrote `next` must
 * not have failed. In any unusual case `auto` runs in full.
 */
import { holds, type Next, readNext } from "../gate/next.ts";
import type { DueQuestion } from "./check-due.ts";
import { node } from "../locations/builtins.ts";
import {
  type BaseLocation,
  baseOf,
  baseOfHome,
  listProfiles,
  type Location,
  profileHomes,
} from "../agents/locations.ts";
import type { OtherBase } from "../agents/other-bases.ts";
import { resolveLocally } from "../locations/links.ts";
import { lstatIfExists } from "../locations/lookup.ts";
import { stateBeside, statePaths } from "../locations/state.ts";
import { MARKER_NAME } from "../model/names.ts";

/** `others`: bases of other agents that the same run would sweep. Never throws. */
export function isUpToDate(
  locations: readonly Location[],
  others: () => readonly OtherBase[],
  question: DueQuestion,
): boolean {
  try {
    const isFirstUpToDate = locations.every((location) => {
      // `auto` looks at a mount that may not answer in a child process.
      if (resolveLocally(location.path, "/") === "elsewhere") return false;
      // The target of a link may change without a trace here.
      if (location.kind === "home" && listProfiles(location.path).links.length > 0) return false;
      const bases = basesOf(location).filter(({ home, name }) => lstatIfExists(`${home}/${name}`) !== null);
      // A location that was named and does not exist is an error of its own.
      return bases.length > 0 && bases.every((base) => isBaseUpToDate(base, question));
    });
    return isFirstUpToDate && others().every((other) => isOtherUpToDate(other, question));
  } catch {
    // Whatever the error: `auto` reports it.
    return false;
  }
}

/** `auto` sweeps a home and its profiles. */
function basesOf(location: Location): readonly BaseLocation[] {
  const own = baseOf(location);
  if (location.kind === "base") return [own];
  return [own, ...profileHomes(location.path).map((home) => baseOfHome(home, location.userHome))];
}

function isBaseUpToDate(location: BaseLocation, { now, consented, ownFile }: DueQuestion): boolean {
  const { home, name } = location;
  const state = stateBeside(home, name);
  const base = lstatIfExists(`${home}/${name}`);
  // A base behind a symlink has its state elsewhere, and `auto` refuses a base of another user.
  if (base?.isDirectory() !== true || base.uid !== (process.geteuid?.() ?? base.uid)) return false;
  const next = readNext(state);
  if (next === null || next.given || !holds(next, { ...location, ownFile }, now, consented)) return false;

  const marker = lstatIfExists(`${home}/${name}/${MARKER_NAME}`);
  if (!next.disabled && (marker === null || marker.ctimeMs > next.writtenAt)) return false;
  return isRecordUpToDate(state, next);
}

/**
 * Its marker is in its state, where nothing but our runs writes. Without a state no kind of it was ever asked for; where one
 * is by now, the file of our settings has changed, and that the first agent's own base tells.
 */
function isOtherUpToDate(location: OtherBase, { now, consented, ownFile }: DueQuestion): boolean {
  // Its state is beside what the link leads to.
  if (lstatIfExists(location.path)?.isSymbolicLink() === true) return false;
  const { beside, inside } = statePaths(location.path);
  const state = [beside, inside].find((one) => lstatIfExists(one) !== null);
  if (state === undefined) return true;
  const next = readNext(state);
  if (next === null || next.given || !holds(next, { ...baseOf(location), ownFile }, now, consented)) return false;
  return isRecordUpToDate(state, next);
}

function isRecordUpToDate(state: string, next: Next): boolean {
  const record = lstatIfExists(`${state}/state.json`);
  if (record === null) return next.disabled;
  if (!record.isFile() || record.ctimeMs > next.writtenAt) return false;
  return /"failures":0[,}]/.test(node.fs.readFileSync(`${state}/state.json`, "utf8"));
}
