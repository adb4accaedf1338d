/** Lines about a base as a whole: whose it is, why it is left alone, what in it is not ours, and when there is none. */
import type { PlannedBase } from "../model/plan.ts";
import { glyphsOf, paintOf, widthOf, type Look } from "./look.ts";
import { visible } from "./visible.ts";
import { pathText } from "./paths.ts";
import { columnsOf, fitPath, wrap } from "./width.ts";
import { list, moment, number, size } from "./words.ts";

/** `~/.hermes/profiles/work/checkpoints  profile work` */
export function baseHeading({ ref }: Pick<PlannedBase, "ref">, look: Look): string {
  const { bold, dim } = paintOf(look);
  const profile = ref.profile === null ? "" : `  profile ${visible(ref.profile, look)}`;
  const width = widthOf(look);
  const room = width - columnsOf(profile);
  // A path needs some room to be told from the next one; a profile that leaves none is in the path anyway.
  if (room < 20) return bold(fitPath(ref.path, width, look));
  return bold(fitPath(ref.path, room, look)) + (profile === "" ? "" : dim(profile));
}

/** Why a base is left alone altogether, and what to do about it. */
export function errorLines({ error }: Pick<PlannedBase, "error">, look: Look): readonly string[] {
  if (error === null) return [];
  const { held } = paintOf(look);
  const hint = error.hint === null ? [] : wrap(visible(error.hint, look), widthOf(look), look);
  return [...wrap(`Left alone: ${visible(error.message, look)}`, widthOf(look), look).map(held), ...hint];
}

/** What lies in the base and is not ours: never touched. One line with as many names as fit, or all of them. */
export function foreignLines({ foreign }: PlannedBase, all: boolean, look: Look): readonly string[] {
  if (foreign.length === 0) return [];
  const what = foreign.length === 1 ? "Not a shadow repo" : "Not shadow repos";
  const title = `${what}, left alone: ${number(foreign.length)}`;
  const width = widthOf(look);
  if (all) return [...wrap(title, width, look), ...foreign.map((name) => `  ${fitPath(name, width - 2, look)}`)];
  for (let many = foreign.length; many > 0; many -= 1) {
    const names = foreign.slice(0, many).map((name) => visible(name, look));
    const more = many < foreign.length ? `, ${glyphsOf(look).ellipsis}` : "";
    const line = `${title} (${names.join(", ")}${more})`;
    if (columnsOf(line) <= width) return [line];
  }
  return wrap(title, width, look);
}

/** `No checkpoints found. Looked in ~/.hermes/checkpoints.` */
export function renderNothingFound(places: readonly string[], look: Look): string {
  const looked = places.length === 0 ? "" : ` Looked in ${list(places.map((place) => pathText(place, look)))}.`;
  return `${wrap(`No checkpoints found.${looked}`, widthOf(look), look).join("\n")}\n`;
}

/** What a person can type next, and what for. */
export interface NextStep {
  readonly what: string;
  readonly how: string;
}

/** The command stays in one line where it can, to be copied. */
export function nextLines({ what, how }: NextStep, look: Look): readonly string[] {
  const width = widthOf(look);
  const line = `${what}: ${how}`;
  if (columnsOf(line) <= width) return [line];
  // The full name of something in the trash takes 39 columns: it is not broken for the sake of an indent.
  const widest = Math.max(...how.split(" ").map(columnsOf));
  const indent = " ".repeat(Math.max(0, Math.min(2, width - widest)));
  const parts = wrap(how, width - indent.length, look).map((part) => indent + part);
  return [...wrap(`${what}:`, width, look), ...parts];
}

/** Why an automatic run would destroy nothing today. */
export function clockLines({ clockDoubt }: PlannedBase, look: Look): readonly string[] {
  if (clockDoubt === null) return [];
  const line = `The clock says ${moment(clockDoubt.now, look)}, the last run said ${moment(clockDoubt.recorded, look)}: automatic runs destroy nothing until this is settled.`;
  return wrap(line, widthOf(look), look).map(paintOf(look).held);
}

/** By how much a base stays over `max_size`, where protections make that unreachable. */
export function capLines({ cap }: Pick<PlannedBase, "cap">, look: Look): readonly string[] {
  if (cap === undefined || cap === null || cap.shortfall === 0) return [];
  const line = `Stays ${size(cap.shortfall)} over max_size (${size(cap.maxSize)}): whatever else is here was used within a day, or is held.`;
  return wrap(line, widthOf(look), look).map(paintOf(look).held);
}

/** Lines as text, with one line feed at its end and no more than one empty line in a row. */
export function page(lines: readonly string[]): string {
  const kept = lines.filter((line, at) => line !== "" || (at > 0 && lines[at - 1] !== ""));
  return `${kept.join("\n").trimEnd()}\n`;
}
