/**
 * `<state>/next`: its mtime is the time before which no sweep can be due. A start-up hook reads nothing else (and the
 * times of files of settings), so every outcome of `auto` sets it (write-next.ts). With built-ins alone.
 *
 * Its size tells the rest without another system call. The content is put together from `-` (the sweep is switched off,
 * which a host with a consent of its own may overrule), `notice\n` (there is a `notice` beside it), `given settings.\n`
 * (the call gave settings of its own, so another call may be due earlier) and a last line where there was a file of our
 * own settings: one that is not there any more has no time of its own.
 */
import { node } from "../locations/builtins.ts";
import { resolveLocally } from "../locations/links.ts";
import { hasErrno, lstatIfExists } from "../locations/lookup.ts";
import { DAY } from "../model/time.ts";

const DISABLED = "-";
const NOTICE = "notice\n";
const GIVEN = "given settings.\n";
const SETTINGS = "with our own file of settings..\n";

/** `auto` sets `next` a day ahead or so, and never further than this: what is further ahead was set by a wrong clock. */
const MAX_AHEAD: number = 31 * DAY;

export interface NextFlags {
  /** The last run did nothing because automatic sweeps are off. */
  readonly disabled: boolean;
  /** A notice waits to be shown. */
  readonly notice: boolean;
  /** The last run used settings that its call gave. */
  readonly given: boolean;
  /** There was a file of our own settings (locations/settings-file.ts). */
  readonly settings: boolean;
}

export interface Next extends NextFlags {
  /** ms since the epoch. */
  readonly at: number;
  /** When it was written (ms), by the ctime. */
  readonly writtenAt: number;
}

export function encodeNext({ disabled, notice, given, settings }: NextFlags): string {
  return `${disabled ? DISABLED : ""}${notice ? NOTICE : ""}${given ? GIVEN : ""}${settings ? SETTINGS : ""}`;
}

export function decodeNext(size: number): NextFlags {
  const settings = size >= SETTINGS.length;
  const others = settings ? size - SETTINGS.length : size;
  const given = others >= GIVEN.length;
  const rest = given ? others - GIVEN.length : others;
  const both = DISABLED.length + NOTICE.length;
  return {
    disabled: rest === DISABLED.length || rest === both,
    notice: rest === NOTICE.length || rest === both,
    given,
    settings,
  };
}

/** Null where there is none, or not as a regular file: `auto` replaces everything else. Throws the errno. */
export function readNext(state: string): Next | null {
  const stat = lstatIfExists(`${state}/next`);
  if (stat?.isFile() !== true) return null;
  return { at: stat.mtimeMs, writtenAt: stat.ctimeMs, ...decodeNext(stat.size) };
}

export function isAhead({ at }: Next, now: number): boolean {
  return at > now && at <= now + MAX_AHEAD;
}

export interface SettingsFiles {
  /** The home of the base, and the file of its agent that may be there. */
  readonly home: string;
  readonly agentFile: string;
  /** The home of the user, and the file of our own. */
  readonly userHome: string;
  readonly ownFile: string;
}

/** Whether no sweep of a base is due before `next`. `consented`: the caller has enabled automatic sweeps. */
export function holds(next: Next, files: SettingsFiles, now: number, consented: boolean): boolean {
  if (consented && next.disabled) return false;
  return isAhead(next, now) && !isChanged(files.agentFile, files.home, next.writtenAt) && !isOwnChanged(files, next);
}

/** Also where it appeared, under whatever time, or is gone. What leads off the local disks only `auto` looks at. */
function isOwnChanged({ ownFile, userHome }: SettingsFiles, { settings, writtenAt }: Next): boolean {
  try {
    const way = wayTo(ownFile, userHome);
    if (way === "missing") return settings;
    if (way === "through a link" && resolveLocally(ownFile, userHome) === "elsewhere") return false;
    const isThere = node.fs.statSync(ownFile, { throwIfNoEntry: false }) !== undefined;
    if (isThere !== settings) return true;
    // A directory that was exchanged for another keeps the time of what is in it.
    const above = lstatIfExists(node.path.dirname(ownFile));
    return settings && ((above?.ctimeMs ?? 0) >= writtenAt || isChanged(ownFile, userHome, writtenAt));
  } catch (error) {
    if (!hasErrno(error)) throw error;
    return false;
  }
}

/** Without a system call that follows a link below the home of the user. */
function wayTo(file: string, userHome: string): "missing" | "plain" | "through a link" {
  const { path } = node;
  const parts = path.relative(userHome, file).split(path.sep);
  if (parts[0] === ".." || path.isAbsolute(parts[0] ?? "")) return "through a link";
  let at = userHome;
  for (const part of parts) {
    at = path.join(at, part);
    const stat = lstatIfExists(at);
    if (stat === null) return "missing";
    if (stat.isSymbolicLink()) return "through a link";
  }
  return "plain";
}

/**
 * By ctime, since a copied file may keep an old mtime, and one with an mtime in the future would count as changed at
 * every start. Where the file cannot be read, `next` decides: `auto` reads the settings when that has passed.
 */
function isChanged(file: string, home: string, since: number): boolean {
  try {
    const stat = lstatIfExists(file);
    // The kernel's clock ticks every few milliseconds: the same time may be a change right after the run.
    if (stat === null || stat.ctimeMs >= since) return stat !== null;
    if (!stat.isSymbolicLink() || resolveLocally(file, home) === "elsewhere") return false;
    return node.fs.statSync(file).ctimeMs >= since;
  } catch (error) {
    if (!hasErrno(error)) throw error;
    return false;
  }
}
