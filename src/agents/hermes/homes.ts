import { basename, dirname } from "node:path";
import { GcError } from "../../errors.ts";
import type { FindBases } from "../agent.ts";
import { namesOrUnknown } from "../listed.ts";
import { BASE_NAME, defaultHome } from "./locations.ts";
import { pathOf, resolveTyped } from "../../locations/paths.ts";
import type { BaseRef } from "../../model/home.ts";

/*
 * Which bases a run looks at. Named ones alone, where any home or base was named; else the home that Hermes would use.
 * Every home brings its profiles: `<home>/profiles/<name>` is a complete home of its own.
 */

/**
 * Absolute paths, each once, in a stable order: homes as named, each followed by its profiles by name, then bases as
 * named. `home` is where the base's config.yaml is, so for a profile the profile's own directory. Compares paths as
 * text; two paths to one directory through a symlink are recognised when they are opened. Throws `usage` for an empty
 * path.
 */
export function findBases(input: FindBases): readonly BaseRef[] {
  const path = pathOf(input.platform);
  const homes = input.homes.map((home) => absolute(home, "--home", input));
  const bases = input.bases.map((base) => absolute(base, "--base", input));
  const found: BaseRef[] = [];
  if (homes.length + bases.length === 0) found.push(...basesOfHome(defaultHome(input), null, input));
  for (const home of homes) found.push(...basesOfHome(home, "home", input));
  for (const base of bases) found.push(baseRef(base, path.dirname(base), "base", input));
  return once(found);
}

/** These homes, and where one is a profile the home that it is a profile of. */
export function relatedHomes(homes: readonly string[]): readonly string[] {
  return [...new Set(homes.flatMap((home) => (isProfile(home) ? [dirname(dirname(home)), home] : [home])))];
}

/** The directory that the usual home `.hermes` is in, of a profile that of its home. */
export function userHomesAround(home: string): readonly string[] {
  const own = isProfile(home) ? dirname(dirname(home)) : home;
  return basename(own) === ".hermes" ? [dirname(own)] : [];
}

function isProfile(home: string): boolean {
  return basename(dirname(home)) === "profiles";
}

function basesOfHome(home: string, named: BaseRef["named"], input: FindBases): readonly BaseRef[] {
  const path = pathOf(input.platform);
  const profiles = path.join(home, "profiles");
  // Sorted by code unit: the order of a directory, and that of a locale, differs from machine to machine.
  const names = input.listDirectories(profiles).toSorted();
  return [
    baseRef(path.join(home, BASE_NAME), home, named, input),
    ...sessionsOf(home, input),
    ...names.flatMap((name) => {
      const profile = path.join(profiles, name);
      // The profile was not named: most have no checkpoints, and that is not an error.
      return [baseRef(path.join(profile, BASE_NAME), profile, null, input), ...sessionsOf(profile, input)];
    }),
  ];
}

/** The session files of a home, where there are any, or were when a run was there. */
function sessionsOf(home: string, input: FindBases): readonly BaseRef[] {
  // A home that cannot be listed may have snapshots all the same.
  const names = namesOrUnknown(home, input) ?? [];
  const isThere = names.some((name) => name === SESSIONS_NAME || name === `.${SESSIONS_NAME}.gc`);
  if (!isThere) return [];
  const ref = baseRef(pathOf(input.platform).join(home, SESSIONS_NAME), home, null, input);
  return [{ ...ref, label: ref.label ?? SESSIONS_NAME }];
}

/** Whether a base is one of session files, and not one of snapshots. */
export function isSessions(base: string): boolean {
  return basename(base) === SESSIONS_NAME;
}

const SESSIONS_NAME = "sessions";

/** A home is a profile because of its location, also when `$HERMES_HOME` names it, as Hermes does when it runs one. */
function baseRef(base: string, home: string, named: BaseRef["named"], input: FindBases): BaseRef {
  const path = pathOf(input.platform);
  const profile = path.basename(path.dirname(home)) === "profiles" ? path.basename(home) : null;
  return { agent: "hermes", path: base, home, profile, label: profile, named };
}

function once(found: readonly BaseRef[]): readonly BaseRef[] {
  const byPath = new Map<string, BaseRef>();
  for (const base of found) {
    // The stricter requirement applies: a base named by itself has to exist.
    const before = byPath.get(base.path)?.named ?? null;
    const named = base.named === "base" || before === "base" ? "base" : (base.named ?? before);
    byPath.set(base.path, { ...base, named });
  }
  return [...byPath.values()];
}

function absolute(typed: string, flag: string, input: FindBases): string {
  // `--base "$UNSET"` would otherwise mean the current directory.
  if (typed.trim() === "") throw new GcError("usage", `${flag} is empty: expected a directory`);
  return resolveTyped(typed, input);
}
