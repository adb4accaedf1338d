/** Paths as they are typed, and the home of the account. With built-ins alone, as a start-up hook needs it. */
import type { posix } from "node:path";
import { node } from "./builtins.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface HomeContext {
  readonly env: Environment;
  /** The home directory of the user, absolute. */
  readonly osHome: string;
  readonly platform: string;
  /**
   * What relative paths are relative to, absolute; null for the process's own directory, which is read only when
   * needed.
   */
  readonly cwd: string | null;
}

/** An absolute path. `~` alone or before a separator is the user's home: a shell does not expand it in `--home=~/x`. */
export function resolveTyped(typed: string, { osHome, platform, cwd }: Omit<HomeContext, "env">): string {
  const separated = platform === "win32" ? /^~(?=$|[/\\])/ : /^~(?=$|\/)/;
  // A function, because a `$` in the home's name would be read as a reference.
  const expanded = typed.replace(separated, () => osHome);
  return resolveFrom({ platform, cwd }, expanded);
}

/** An agent may run in a directory that was removed, so only `resolve` reads the process's own. */
export function resolveFrom(
  { platform, cwd }: Pick<HomeContext, "platform" | "cwd">,
  ...parts: readonly string[]
): string {
  return pathOf(platform).resolve(...(cwd === null ? [] : [cwd]), ...parts);
}

/** The home directory of the account, or `/` where it has none, as login(1) and container runtimes do. */
export function homeDirectory(): string {
  try {
    const home = node.os.homedir();
    return home === "" ? "/" : home;
  } catch (error) {
    // A uid without a line in passwd: `ERR_SYSTEM_ERROR`, with ENOENT in its `info`, or an errno of the files that it
    // reads.
    if (error instanceof Error && "code" in error) return "/";
    throw error;
  }
}

/** The value of a variable whose name Windows may spell in another case (`Path`). */
export function variableOf(env: Environment, name: string, platform: string): string | undefined {
  if (platform !== "win32") return env[name];
  return Object.entries(env).find(([each]) => each.toUpperCase() === name.toUpperCase())?.[1];
}

/** A directory of the XDG Base Directory Specification: one that is relative counts for no program. */
export function xdgDirectory(
  name: keyof typeof XDG_DEFAULTS,
  { env, osHome, platform }: Omit<HomeContext, "cwd">,
): string {
  const path = pathOf(platform);
  const named = variableOf(env, name, platform) ?? "";
  if (path.isAbsolute(named)) return path.resolve(named);
  return path.join(osHome, XDG_DEFAULTS[name]);
}

const XDG_DEFAULTS = {
  XDG_CONFIG_HOME: ".config",
  XDG_DATA_HOME: ".local/share",
  XDG_STATE_HOME: ".local/state",
} as const;

export function pathOf(platform: string): typeof posix {
  return platform === "win32" ? node.path.win32 : node.path.posix;
}

/** The environment takes precedence, as for `os.homedir()`, because a host may pass one that is not the process's. */
export function userHomeOf(env: Environment, platform: string): string {
  const named = variableOf(env, platform === "win32" ? "USERPROFILE" : "HOME", platform) ?? "";
  return named === "" ? homeDirectory() : named;
}

/** A user's home from the text of `/etc/passwd` (passwd(5)); null where it has none there, or none that is a path. */
export function homeOfUser(passwd: string, uid: number): string | null {
  const line = passwd.split("\n").find((one) => one.split(":")[2] === String(uid));
  const home = line?.split(":")[5] ?? "";
  return home.startsWith("/") ? home : null;
}
