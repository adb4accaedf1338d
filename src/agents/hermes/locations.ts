/**
 * Where homes and bases of Hermes are, by what was typed, by the environment and by the account. With built-ins alone,
 * because a start-up hook asks as well as the settings (homes.ts).
 */
import { node } from "../../locations/builtins.ts";
import {
  type Environment,
  type HomeContext,
  pathOf,
  resolveFrom,
  resolveTyped,
  userHomeOf,
  variableOf,
} from "../../locations/paths.ts";

export interface Location {
  /** The flag that passes it to `auto`: `--home` or `--base`. */
  readonly kind: "home" | "base";
  /** Absolute. */
  readonly path: string;
  /** The home directory of the user, which cannot be a base. */
  readonly userHome: string;
}

/** A base, and the home that it is in and that has its config.yaml. */
export interface BaseLocation {
  readonly home: string;
  /** The file of settings, whether it is there or not. */
  readonly agentFile: string;
  readonly name: string;
  readonly userHome: string;
}

export interface NamedLocation {
  readonly home?: string | undefined;
  readonly base?: string | undefined;
}

/** The variable that names a home. */
export const HOME_VARIABLE = "HERMES_HOME";

/** The directory of a home that is its base. */
export const BASE_NAME = "checkpoints";

/**
 * The named home and base, else the default home. Throws for a name that is empty, as an unset variable is: it would
 * otherwise mean the working directory.
 */
export function findLocations(named: NamedLocation, env: Environment): readonly Location[] {
  const { platform } = process;
  const context: HomeContext = { env, osHome: userHomeOf(env, platform), platform, cwd: null };
  const userHome = context.osHome;
  const locations: Location[] = [];
  for (const kind of ["home", "base"] as const) {
    const typed: unknown = named[kind];
    if (typed === undefined) continue;
    if (typeof typed !== "string" || typed.trim() === "") throw new Error(`${kind} is empty: expected a directory`);
    locations.push({ kind, path: resolveTyped(typed, context), userHome });
  }
  return locations.length > 0 ? locations : [{ kind: "home", path: defaultHome(context), userHome }];
}

export function baseOf({ kind, path, userHome }: Location): BaseLocation {
  if (kind === "home") return baseOfHome(path, userHome);
  const home = node.path.dirname(path);
  return { home, agentFile: configFileOf(home, process.platform), name: node.path.basename(path), userHome };
}

export function baseOfHome(home: string, userHome: string): BaseLocation {
  return { home, agentFile: configFileOf(home, process.platform), name: BASE_NAME, userHome };
}

/** The config.yaml whose settings apply to a base. */
export function configFileOf(home: string, platform: string): string {
  return pathOf(platform).join(home, "config.yaml");
}

/** The home that Hermes uses where none is named: `$HERMES_HOME`, else the platform's default. */
export function defaultHome(context: HomeContext): string {
  const { env, osHome, platform } = context;
  const path = pathOf(platform);
  const named = variableOf(env, HOME_VARIABLE, platform)?.trim() ?? "";
  if (named !== "") return resolveTyped(named, context);
  if (platform !== "win32") return resolveFrom(context, osHome, ".hermes");
  const local = variableOf(env, "LOCALAPPDATA", platform)?.trim() ?? "";
  return resolveFrom(context, local === "" ? path.join(osHome, "AppData", "Local") : local, "hermes");
}
