import { posix, win32 } from "node:path";
import { GcError } from "../errors.ts";
import type { BaseRef } from "../model/home.ts";

/*
 * Which bases a run looks at. Named ones alone, where any home or base was named; else the home that Hermes would use.
 * Every home brings its profiles: `<home>/profiles/<name>` is a complete home of its own.
 */

export interface FindBases {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The home directory of the user, absolute. */
  readonly osHome: string;
  readonly platform: string;
  /** Where relative paths start, absolute. */
  readonly cwd: string;
  /** `--home`, as typed. */
  readonly homes: readonly string[];
  /** `--base`, as typed. */
  readonly bases: readonly string[];
  /** Names of the directories directly in a directory, in any order; none where there is no such directory. */
  readonly listProfiles: (dir: string) => readonly string[];
}

/**
 * Absolute paths, each once, in a stable order: homes as named, each followed by its profiles by name, then bases as
 * named. `home` is where the base's config.yaml is, so for a profile the profile's own directory. Compares paths as
 * text; that two paths are one directory through a symlink is for whoever opens them. Throws `usage` for an empty path.
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

/** The config.yaml whose settings hold for a base. */
export function configFileOf(home: string, platform: string): string {
  return pathOf(platform).join(home, "config.yaml");
}

/** The home that Hermes uses when nobody names one: `$HERMES_HOME`, else the place of the platform. */
export function defaultHome(input: Pick<FindBases, "env" | "osHome" | "platform" | "cwd">): string {
  const path = pathOf(input.platform);
  const named = input.env["HERMES_HOME"]?.trim() ?? "";
  if (named !== "") return path.resolve(input.cwd, expandHome(named, input));
  if (input.platform !== "win32") return path.join(input.osHome, ".hermes");
  const local = input.env["LOCALAPPDATA"]?.trim() ?? "";
  return path.join(local === "" ? path.join(input.osHome, "AppData", "Local") : local, "hermes");
}

function basesOfHome(home: string, named: BaseRef["named"], input: FindBases): readonly BaseRef[] {
  const path = pathOf(input.platform);
  const profiles = path.join(home, "profiles");
  // Sorted by code unit: the order of a directory differs from machine to machine, a locale's too.
  const names = input.listProfiles(profiles).toSorted();
  return [
    baseRef(path.join(home, "checkpoints"), home, named, input),
    ...names.map((name) => {
      const profile = path.join(profiles, name);
      // Nobody named the profile: most have no checkpoints, and that is no error.
      return baseRef(path.join(profile, "checkpoints"), profile, null, input);
    }),
  ];
}

/** A home is a profile by its place, also when `$HERMES_HOME` names it, as Hermes does when it runs one. */
function baseRef(base: string, home: string, named: BaseRef["named"], input: FindBases): BaseRef {
  const path = pathOf(input.platform);
  const profile = path.basename(path.dirname(home)) === "profiles" ? path.basename(home) : null;
  return { path: base, home, profile, named };
}

function once(found: readonly BaseRef[]): readonly BaseRef[] {
  const byPath = new Map<string, BaseRef>();
  for (const base of found) {
    // The stricter word counts: a base named by itself has to be there.
    const before = byPath.get(base.path)?.named ?? null;
    const named = base.named === "base" || before === "base" ? "base" : (base.named ?? before);
    byPath.set(base.path, { ...base, named });
  }
  return [...byPath.values()];
}

function absolute(typed: string, flag: string, input: FindBases): string {
  // `--base "$UNSET"` would otherwise mean the directory that the person happens to be in.
  if (typed.trim() === "") throw new GcError("usage", `${flag} is empty: expected a directory`);
  return pathOf(input.platform).resolve(input.cwd, expandHome(typed, input));
}

/** `~` alone or before a separator; the shell leaves it alone in `--home=~/x`, and nobody expands it in a variable. */
function expandHome(typed: string, input: Pick<FindBases, "osHome" | "platform">): string {
  const separated = input.platform === "win32" ? /^~(?=$|[/\\])/ : /^~(?=$|\/)/;
  // A function, because a `$` in the home's name would be read as a reference.
  return typed.replace(separated, () => input.osHome);
}

function pathOf(platform: string): typeof posix {
  return platform === "win32" ? win32 : posix;
}
