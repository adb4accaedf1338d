/**
 * The PATH of the command that a timer runs. systemd, launchd and cron each have a PATH of their own, without the
 * directories of Homebrew, Nix or a home: a sweep would not find git there, and every removal from the single store
 * would fail. So the PATH is part of the command, as `env PATH=... node ...`: this works for all of them, and affects
 * nothing else in a crontab. So are the variables by which settings, the desktop's trash and the homes of agents are found.
 */
import { directoriesWith } from "../resolve/programs.ts";
import type { System } from "./system.ts";
import type { TimerHost } from "./timer.ts";

const ENV = "/usr/bin/env";
const ASSIGNMENT = "PATH=";
/** The program after them is an absolute path. */
const VARIABLE = /^[A-Z][A-Z0-9_]*=/;

/** Variables with places of a user that are not where a timer of the account would look. */
export type PlaceVariables = Readonly<Record<string, string>>;

/** The programs that a sweep starts: git for the single store, and either of the others for locks. */
const PROGRAMS: readonly string[] = ["git", "flock", "perl"];

/** The system's own directories of programs, so that what is installed there later is found too. */
const ALWAYS: readonly string[] = ["/usr/local/bin", "/usr/bin", "/bin"];

/** The default PATH of cron and launchd (crontab(5), launchd.plist(5)). */
const UNNAMED = "/usr/bin:/bin";

/**
 * No kind of timer supports a line break in an argument, XML no control character at all, and half a surrogate pair
 * cannot be encoded.
 */
export const UNWRITABLE: RegExp = /[\p{Cc}\p{Cs}\u2028\u2029\ufffe\uffff]/u;

/**
 * The directories of the caller's PATH that contain the programs of a sweep, and those of the system. Null on Windows,
 * whose tasks have the user's.
 */
export async function programPath(
  { env, platform }: Pick<TimerHost, "env" | "platform">,
  system: System,
): Promise<string | null> {
  if (platform === "win32") return null;
  const named = (env["PATH"] ?? "").split(":").filter((directory) => !UNWRITABLE.test(directory));
  const holding = await directoriesWith(PROGRAMS, named, system.missing);
  return [...new Set([...holding, ...ALWAYS])].join(":");
}

/**
 * A command line with a PATH, and with variables of places that are not the usual ones; null: with neither.
 */
export function withPath(path: string | null, argv: readonly string[], places: PlaceVariables = {}): readonly string[] {
  if (path === null) return argv;
  const named = Object.entries(places).map(([name, value]) => `${name}=${value}`);
  return [ENV, `${ASSIGNMENT}${path}`, ...named, ...argv];
}

/** The PATH and the rest of a command line that `withPath` made; `path` is null where it has none. */
export function splitPath(argv: readonly string[]): { readonly path: string | null; readonly argv: readonly string[] } {
  const [program, assignment, ...rest] = argv;
  if (program !== ENV || assignment?.startsWith(ASSIGNMENT) !== true) return { path: null, argv };
  const path = assignment.slice(ASSIGNMENT.length);
  const begins = rest.findIndex((word) => !VARIABLE.test(word));
  return { path, argv: begins === -1 ? [] : rest.slice(begins) };
}

/** A warning where a timer with this command line will not find git; null where it will. */
export async function gitNote(
  argv: readonly string[],
  { env, platform }: Pick<TimerHost, "env" | "platform">,
  system: System,
): Promise<string | null> {
  if (platform === "win32") return null;
  const path = splitPath(argv).path ?? UNNAMED;
  if ((await directoriesWith(["git"], path.split(":"), system.missing)).length > 0) return null;
  const consequence = "without it nothing can be removed from the single store";
  const [found] = await directoriesWith(["git"], (env["PATH"] ?? "").split(":"), system.missing);
  return found === undefined
    ? `git is not in PATH (${path}): ${consequence}. Install git, then run: checkpoints schedule install`
    : `git is in ${found}, which is not in the PATH of the timer (${path}): ${consequence}. To put it right: checkpoints schedule install`;
}
