/**
 * Lines about a base as a whole: its profile, why it is skipped, which of its contents are foreign, and what to do when
 * no base exists.
 */
import type { KeepProblem } from "../model/patterns.ts";
import type { ClockDoubt, PlannedBase } from "../model/plan.ts";
import { glyphsOf, stylesOf, widthOf, type RenderContext } from "./render-context.ts";
import { visible } from "./sanitize.ts";
import { pathText } from "./paths.ts";
import { columnsOf, fitPath, wrap } from "./width.ts";
import { list, moment, number, size } from "./format.ts";

/** `~/.agent/profiles/work/checkpoints  profile work`; `withAgent`: where there are bases of several. */
export function baseHeading({ ref }: Pick<PlannedBase, "ref">, look: RenderContext, withAgent = false): string {
  const { bold, dim } = stylesOf(look);
  const label = ref.profile === null ? ref.label : `profile ${ref.profile}`;
  const what = [...(withAgent ? [ref.agent] : []), ...(label === null ? [] : [label])].join(", ");
  const profile = what === "" ? "" : `  ${visible(what, look)}`;
  const width = widthOf(look);
  const room = width - columnsOf(profile);
  // A path needs some room to be recognizable; where the profile leaves none, it is left out, since the path contains
  // it.
  if (room < 20) return bold(fitPath(ref.path, width, look));
  return bold(fitPath(ref.path, room, look)) + (profile === "" ? "" : dim(profile));
}

/** How every dry run ends. */
export const UNCHANGED = "Dry run: nothing was changed.";

/** Why a base is skipped, and what to do about it. */
export function errorLines({ error }: Pick<PlannedBase, "error">, look: RenderContext): readonly string[] {
  if (error === null) return [];
  const { warning: held } = stylesOf(look);
  const hint = error.hint === null ? [] : wrap(visible(error.hint, look), widthOf(look), look);
  const lines = `Skipped: ${error.message}`.split("\n").map((line) => visible(line, look));
  return [...lines.flatMap((line) => wrap(line, widthOf(look), look)).map(held), ...hint];
}

/** The bases that are skipped for the same reason as this one, itself among them: what it is has to be said once. */
export function skippedWith<T extends Pick<PlannedBase, "error">>({ error }: T, bases: readonly T[]): readonly T[] {
  return error === null ? [] : bases.filter((other) => other.error?.message === error.message);
}

/** A base whose settings have mistakes, which were said before. */
export function unsettledLines(
  { settingsError }: Pick<PlannedBase, "settingsError">,
  look: RenderContext,
): readonly string[] {
  if (settingsError === undefined) return [];
  const sentence = "Its settings have mistakes: nothing is removed until they are corrected.";
  return wrap(sentence, widthOf(look), look).map(stylesOf(look).warning);
}

/** Why a base has no rows. */
export function emptyLine({ exists, trash }: Pick<PlannedBase, "exists" | "trash">): string {
  if (exists) return "Empty.";
  return trash.length === 0
    ? "Does not exist."
    : "Does not exist any more. What was removed from it is still in its trash.";
}

/** On a pipe a line may be as long as it likes, and a hundred names say no more than some. */
const NAMES_WIDTH = 120;

/** Contents of the base that no store claims: never touched. One line with as many names as fit, or all of them. */
export function foreignLines({ foreign }: PlannedBase, all: boolean, look: RenderContext): readonly string[] {
  if (foreign.length === 0) return [];
  const title = `Unrecognized, ignored: ${number(foreign.length)}`;
  const width = Math.min(widthOf(look), NAMES_WIDTH);
  if (all) return [...wrap(title, width, look), ...foreign.map((name) => `  ${fitPath(name, width - 2, look)}`)];
  for (let many = foreign.length; many > 0; many -= 1) {
    const names = foreign.slice(0, many).map((name) => visible(name, look));
    const more = many < foreign.length ? `, ${glyphsOf(look).ellipsis}` : "";
    const line = `${title} (${names.join(", ")}${more})`;
    if (columnsOf(line) <= width) return [line];
  }
  return wrap(title, width, look);
}

/** `No checkpoints found. Looked in ~/.agent/checkpoints.` */
export function renderNothingFound(places: readonly string[], look: RenderContext): string {
  const what = look.group === undefined ? "checkpoints" : "session files";
  const looked = places.length === 0 ? "" : ` Looked in ${list(places.map((place) => pathText(place, look)))}.`;
  return `${wrap(`No ${what} found.${looked}`, widthOf(look), look).join("\n")}\n`;
}

/** A command to type next, and what it does. */
export interface NextStep {
  readonly what: string;
  readonly how: string;
}

/** Kept on one line where possible, so that it can be copied. */
export function nextLines({ what, how }: NextStep, look: RenderContext): readonly string[] {
  const width = widthOf(look);
  const line = `${what}: ${how}`;
  if (columnsOf(line) <= width) return [line];
  // The full name of a trash item takes 39 columns: it is not broken for the sake of an indent.
  const widest = Math.max(...how.split(" ").map(columnsOf));
  const indent = " ".repeat(Math.max(0, Math.min(2, width - widest)));
  const parts = wrap(how, width - indent.length, look).map((part) => indent + part);
  return [...wrap(`${what}:`, width, look), ...parts];
}

/** Why an automatic run would remove nothing today. */
export function clockLines({ clockDoubt }: PlannedBase, look: RenderContext): readonly string[] {
  if (clockDoubt === null) return [];
  return wrap(clockSentence(clockDoubt, look), widthOf(look), look).map(stylesOf(look).warning);
}

/** Where a removal frees less than it says, since the objects stay. */
export function uncollectableLines({ uncollectable = [] }: PlannedBase, look: RenderContext): readonly string[] {
  const sentences = uncollectable.map(
    ({ path, why }) => `Unused objects in ${pathText(path, look)} will not be removed: ${visible(why, look)}.`,
  );
  return sentences.flatMap((one) => wrap(one, widthOf(look), look).map(stylesOf(look).warning));
}

export function clockSentence({ now, recorded, until }: ClockDoubt, look: RenderContext): string {
  if (until !== undefined)
    return `The clock jumped less than a day ago: automatic runs delete nothing until ${moment(until, look)}.`;
  return `The clock says ${moment(now, look)}, but the last run recorded ${moment(recorded, look)}: automatic runs delete nothing until this is resolved.`;
}

/** By how much a base stays over `max_size`, or over what its agent keeps, where holds make the limit unreachable. */
export function capLines(
  { cap, entryLimits = [] }: Pick<PlannedBase, "cap" | "entryLimits">,
  look: RenderContext,
): readonly string[] {
  const rest = "the rest was used within a day or is protected.";
  const sized =
    cap === undefined || cap === null || cap.shortfall === 0
      ? []
      : [`Still ${size(cap.shortfall)} over max_size (${size(cap.maxSize)}): ${rest}`];
  const counted = entryLimits
    .filter(({ shortfall }) => shortfall > 0)
    .map(
      ({ kind, most, shortfall }) =>
        `Still ${number(shortfall)} over the ${number(most)} ${look.nouns?.[kind]?.[1] ?? "entries"} that the agent keeps: ${rest}`,
    );
  return [...sized, ...counted].flatMap((line) => wrap(line, widthOf(look), look)).map(stylesOf(look).warning);
}

/**
 * `keep` patterns that match nothing now: a mistyped pattern protects nothing, and neither does one below an unmounted
 * disk.
 */
export function keepLines(problems: readonly KeepProblem[], look: RenderContext): readonly string[] {
  const lines = problems.map((problem) => `${keepSentence(problem, look)}. ${keptStill(problem)}`);
  return lines.flatMap((line) => wrap(line, widthOf(look), look)).map(stylesOf(look).warning);
}

export function keepSentence({ pattern, code, path }: KeepProblem, look: RenderContext): string {
  const typed = `keep "${visible(pattern, look)}"`;
  return isMissing(code)
    ? `${typed} matches nothing now: ${pathText(path, look)} does not exist`
    : `${typed} cannot be resolved now: ${visible(code, look)} at ${pathText(path, look)}`;
}

function keptStill({ code }: KeepProblem): string {
  return isMissing(code)
    ? "What it matched earlier is still kept."
    : "What it matched earlier, and what is below that mount, is still kept.";
}

function isMissing(code: string): boolean {
  return code === "ENOENT" || code === "ENOTDIR";
}

/** Lines as text, ending with one line feed and with no more than one empty line in a row. */
export function page(lines: readonly string[]): string {
  const kept = lines.filter((line, at) => line !== "" || (at > 0 && lines[at - 1] !== ""));
  return `${kept.join("\n").trimEnd()}\n`;
}
