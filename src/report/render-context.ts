import { createColors } from "picocolors";

/**
 * Everything about the output and its reader that rendering depends on. report/ is pure: apart from the plan nothing
 * else influences the text.
 */
export interface RenderContext {
  /** Ages are relative to this, ms since the epoch. */
  readonly now: number;
  /** Width of the terminal; null on a pipe, where nothing is cut or wrapped. */
  readonly columns: number | null;
  readonly colour: boolean;
  /** False where the terminal is not UTF-8: then only ASCII is printed. */
  readonly unicode: boolean;
  /** The user's home directory, printed as `~`. */
  readonly home: string | null;
  /** Minutes that the zone in which times are printed is ahead of UTC at a time (ms). */
  readonly utcOffset: (at: number) => number;
  /** What entries are called, by kind: one, and many; left out: all are entries. */
  readonly nouns?: Readonly<Record<string, readonly [string, string]>>;
  /** Our own file of settings, for agents that have none that may hold ours; absent: every agent has one in its home. */
  readonly ownSettings?: { readonly file: string; readonly agents: ReadonlySet<string> };
  /** The group of the command, which suggested ones are in where it has them; absent: none. */
  readonly group?: string;
  /** Flags that a suggested command must repeat to mean the same, as typed: `--home /tmp/x`. */
  readonly repeat?: string;
  /** The name of the zone, printed after a clock time, for text that travels to other places. */
  readonly zone?: string;
}

/** The minimum for an id, a verdict and a size beside each other. */
const NARROWEST = 40;

/** How wide a line may be. */
export function widthOf(look: RenderContext): number {
  return look.columns === null ? Number.POSITIVE_INFINITY : Math.max(look.columns, NARROWEST);
}

export interface Glyphs {
  readonly ellipsis: string;
  readonly atLeast: string;
}

export function glyphsOf(look: RenderContext): Glyphs {
  return look.unicode ? { ellipsis: "…", atLeast: "≥" } : { ellipsis: "...", atLeast: ">=" };
}

export type Style = (text: string) => string;

/** Few colours, each with one meaning: red is removed, yellow is protected or needs attention, dim is detail. */
export interface Styles {
  readonly bold: Style;
  readonly dim: Style;
  readonly danger: Style;
  readonly warning: Style;
  readonly plain: Style;
}

export function stylesOf(look: RenderContext): Styles {
  const colours = createColors(look.colour);
  return { bold: colours.bold, dim: colours.dim, danger: colours.red, warning: colours.yellow, plain: (text) => text };
}

/** A command with the flags that apply here. */
export function command(words: string, { repeat, group }: RenderContext): string {
  const named = group !== undefined && words.split(" ")[0] === "prune" ? `${group} ${words}` : words;
  return repeat === undefined || repeat === "" ? `checkpoints ${named}` : `checkpoints ${named} ${repeat}`;
}
