import { createColors } from "picocolors";

/**
 * Everything about the place where text goes and about the person who reads it. report/ is pure: what is not in the
 * plan or in here does not influence a single character.
 */
export interface Look {
  /** Ages are counted from here, ms since the epoch. */
  readonly now: number;
  /** Width of the terminal; null on a pipe, where nothing is cut or wrapped. */
  readonly columns: number | null;
  readonly colour: boolean;
  /** False where the terminal is not UTF-8: then every character that is printed is ASCII. */
  readonly unicode: boolean;
  /** The person's home directory, printed as `~`. */
  readonly home: string | null;
  /** IANA name of the zone in which times are printed. */
  readonly timeZone: string;
  /** Flags that a suggested command must repeat to mean the same thing, as typed: `--home /tmp/x`. */
  readonly repeat?: string;
  /** Name the zone after a clock time, for text that travels to other places. */
  readonly showZone?: boolean;
}

/** Below this nothing of an id, a verdict and a size would fit beside each other. */
const NARROWEST = 40;

/** How wide a line may be. */
export function widthOf(look: Look): number {
  return look.columns === null ? Number.POSITIVE_INFINITY : Math.max(look.columns, NARROWEST);
}

export interface Glyphs {
  readonly ellipsis: string;
  readonly atLeast: string;
}

export function glyphsOf(look: Look): Glyphs {
  return look.unicode ? { ellipsis: "…", atLeast: "≥" } : { ellipsis: "...", atLeast: ">=" };
}

export type Style = (text: string) => string;

/** Few colours, each with one meaning: red goes, yellow is held or wants attention, dim is detail. */
export interface Paint {
  readonly bold: Style;
  readonly dim: Style;
  readonly goes: Style;
  readonly held: Style;
  readonly plain: Style;
}

export function paintOf(look: Look): Paint {
  const colours = createColors(look.colour);
  return { bold: colours.bold, dim: colours.dim, goes: colours.red, held: colours.yellow, plain: (text) => text };
}

/** A command as a person would type it in this place. */
export function command(words: string, look: Look): string {
  return look.repeat === undefined || look.repeat === ""
    ? `checkpoints ${words}`
    : `checkpoints ${words} ${look.repeat}`;
}
