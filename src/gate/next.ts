/**
 * `<state>/next`: its mtime is the time before which no sweep can be due. A start-up hook reads nothing else (and the
 * time of config.yaml), so every outcome of `auto` sets it (write-next.ts). With built-ins alone.
 *
 * Its size tells the rest without another system call. The content is put together from `-` (the sweep is switched off,
 * which a host with a consent of its own may overrule), `notice\n` (there is a `notice` beside it) and `given settings.\n`
 * (the call gave settings of its own, so another call may be due earlier).
 */
import { node } from "../locations/builtins.ts";
import { resolveLocally } from "../locations/links.ts";
import { hasErrno, lstatIfExists } from "../locations/lookup.ts";
import { DAY } from "../model/time.ts";

const DISABLED = "-";
const NOTICE = "notice\n";
const GIVEN = "given settings.\n";

/** `auto` sets `next` a day ahead or so, and never further than this: what is further ahead was set by a wrong clock. */
const MAX_AHEAD: number = 31 * DAY;

export interface NextFlags {
  /** The last run did nothing because automatic sweeps are off. */
  readonly disabled: boolean;
  /** A notice waits to be shown. */
  readonly notice: boolean;
  /** The last run used settings that its call gave. */
  readonly given: boolean;
}

export interface Next extends NextFlags {
  /** ms since the epoch. */
  readonly at: number;
  /** When it was written (ms), by the ctime. */
  readonly writtenAt: number;
}

export function encodeNext({ disabled, notice, given }: NextFlags): string {
  return `${disabled ? DISABLED : ""}${notice ? NOTICE : ""}${given ? GIVEN : ""}`;
}

export function decodeNext(size: number): NextFlags {
  const given = size >= GIVEN.length;
  const rest = given ? size - GIVEN.length : size;
  const both = DISABLED.length + NOTICE.length;
  return {
    disabled: rest === DISABLED.length || rest === both,
    notice: rest === NOTICE.length || rest === both,
    given,
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

/** Whether no sweep of a base of `home` is due before `next`. `consented`: the caller has enabled automatic sweeps. */
export function holds(next: Next, home: string, now: number, consented: boolean): boolean {
  if (consented && next.disabled) return false;
  return isAhead(next, now) && !configChangedSince(home, next.writtenAt);
}

/**
 * By ctime, since a copied file may keep an old mtime, and one with an mtime in the future would count as changed at
 * every start. Where config.yaml cannot be read, `next` decides: `auto` reads the settings when that has passed.
 */
function configChangedSince(home: string, since: number): boolean {
  const file = `${home}/config.yaml`;
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
