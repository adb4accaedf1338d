/** The render context that report/ needs, from the terminal and the environment. Pure. */
import { WITHOUT_SETTINGS } from "../agents/names.ts";
import { settingsFileOf } from "../locations/settings-file.ts";
import { NOUNS } from "../agents/nouns.ts";
import type { RenderContext } from "../report/render-context.ts";

export interface TerminalFacts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly isTerminal: boolean;
  /** As the terminal reports it; 0 where it is unknown. */
  readonly columns: number | undefined;
  readonly now: number;
  readonly userHome: string;
  /** Minutes ahead of UTC at a time (ms). */
  readonly utcOffset: (at: number) => number;
  /** False: `--no-color`. */
  readonly color: boolean;
  readonly repeat: string;
}

export function renderContextOf(stage: TerminalFacts): RenderContext {
  const { now, repeat, userHome } = stage;
  return {
    now,
    columns: stage.isTerminal ? columnsOf(stage) : null,
    colour: isColoured(stage),
    unicode: isUnicode(stage),
    home: userHome === "" ? null : userHome,
    utcOffset: stage.utcOffset,
    nouns: NOUNS,
    ownSettings: { file: settingsFileOf(stage.env, stage.platform), agents: WITHOUT_SETTINGS },
    repeat,
  };
}

/** A terminal without a size (a bare pty has 0 columns) is as wide as COLUMNS says, else 80 columns. */
function columnsOf({ columns, env }: TerminalFacts): number {
  if (columns !== undefined && columns > 0) return columns;
  const named = Number(env["COLUMNS"]);
  return Number.isInteger(named) && named > 0 ? named : 80;
}

/** Disabling colour takes precedence over enabling it; FORCE_COLOR=0 is another way to disable it. */
function isColoured({ env, color, isTerminal }: TerminalFacts): boolean {
  if (!color || isSet(env["NO_COLOR"]) || env["FORCE_COLOR"] === "0") return false;
  return isSet(env["FORCE_COLOR"]) || (isTerminal && env["TERM"] !== "dumb");
}

/**
 * The locale's character set, with POSIX's precedence of the variables. macOS and Windows terminals are UTF-8 whatever
 * these say. Where none is set (cron, containers) UTF-8 is assumed too: what reads those logs expects it. A locale of C
 * or with another character set means ASCII.
 */
function isUnicode({ env, platform }: TerminalFacts): boolean {
  if (platform === "win32" || platform === "darwin") return true;
  const locale = [env["LC_ALL"], env["LC_CTYPE"], env["LANG"]].find(isSet);
  return locale === undefined || /utf-?8/i.test(locale);
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}
