/** What is known about the place where text goes, as report/ wants to know it. Pure. */
import type { Look } from "../report/look.ts";

export interface Stage {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly isTerminal: boolean;
  /** As the terminal says; 0 where it does not know. */
  readonly columns: number | undefined;
  readonly now: number;
  readonly userHome: string;
  /** Asked for when it is first needed: to find it out takes a fifth of a start. */
  readonly timeZone: () => string;
  /** False: `--no-color`. */
  readonly color: boolean;
  readonly repeat: string;
}

export function lookOf(stage: Stage): Look {
  const { now, repeat, userHome } = stage;
  return {
    now,
    columns: stage.isTerminal ? columnsOf(stage) : null,
    colour: isColoured(stage),
    unicode: isUnicode(stage),
    home: userHome === "" ? null : userHome,
    get timeZone() {
      return stage.timeZone();
    },
    repeat,
  };
}

/** A terminal without a size (a bare pty has 0 columns) is as wide as COLUMNS says, else as terminals always were. */
function columnsOf({ columns, env }: Stage): number {
  if (columns !== undefined && columns > 0) return columns;
  const named = Number(env["COLUMNS"]);
  return Number.isInteger(named) && named > 0 ? named : 80;
}

/** A word against colour counts before a word for it; FORCE_COLOR=0 is how some say no. */
function isColoured({ env, color, isTerminal }: Stage): boolean {
  if (!color || isSet(env["NO_COLOR"]) || env["FORCE_COLOR"] === "0") return false;
  return isSet(env["FORCE_COLOR"]) || (isTerminal && env["TERM"] !== "dumb");
}

/**
 * The locale's character set, by the order that POSIX gives the variables. macOS and Windows terminals are UTF-8
 * whatever these say. Where none is set (cron, containers) it is taken for UTF-8 too: what reads those logs is, and a
 * locale of C or with another character set is a word against it.
 */
function isUnicode({ env, platform }: Stage): boolean {
  if (platform === "win32" || platform === "darwin") return true;
  const locale = [env["LC_ALL"], env["LC_CTYPE"], env["LANG"]].find(isSet);
  return locale === undefined || /utf-?8/i.test(locale);
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}
