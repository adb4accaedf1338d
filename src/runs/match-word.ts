/**
 * Which rows an argument names, in this order: an id; a path of an entry or a workdir; a glob of workdirs; what a path is
 * inside of, the nearest first; the one workdir below a path; the beginning of an id or the name of a project, where only
 * one has it. A word that could mean several is never guessed at. Pure.
 */
import type { NamedPattern } from "../model/patterns.ts";
import { isTrashId } from "../model/trash-name.ts";
import { hasMagic, nameMatcher, pathsNamed, wordMatcher } from "../plan/patterns.ts";
import type { Candidate, Purpose } from "./candidates.ts";

/** As git, which takes four characters at least. */
export const MIN_PREFIX = 4;

/** With its workdir as recorded, and where that leads to. */
export interface Row extends Candidate {
  readonly workdirs: readonly string[];
}

export type Match =
  | { readonly kind: "none" }
  | { readonly kind: "rows"; readonly rows: readonly Row[] }
  /** `above`: the word is a directory above their workdirs. */
  | { readonly kind: "several"; readonly rows: readonly Row[]; readonly above: boolean };

/** `userHome` replaces `~`. */
export function matchWord(word: NamedPattern, rows: readonly Row[], purpose: Purpose, userHome: string): Match {
  const { pattern } = word;
  // Nothing but what is in the trash is restored or deleted there.
  const acting = rows.filter(({ trashId }) => purpose !== "change" || trashId === null).filter(trashAlone(purpose));
  const exact = acting.filter(({ id, trashId }) => id === pattern || (trashId !== null && isTrashId(pattern, trashId)));
  if (exact.length > 0) return { kind: "rows", rows: exact };
  const bare = isBare(pattern) ? matchBare(pattern, purpose === "empty" ? rows : acting, purpose) : null;
  // `**` is a glob as well.
  if (bare !== null && (bare.kind !== "none" || !hasMagic(pattern))) return bare;
  return matchPath(word, purpose === "remove" ? acting.map(withoutTrashPath) : acting, purpose, userHome);
}

/** A path in the trash does not say that what has taken its place meanwhile is meant as well. */
function withoutTrashPath(row: Row): Row {
  return row.trashId === null ? row : { ...row, paths: [] };
}

/** A word without a separator is an id or a name, and never a path. */
export function isBare(pattern: string): boolean {
  return !pattern.includes("/") && pattern !== "~";
}

function trashAlone(purpose: Purpose): (row: Row) => boolean {
  return purpose === "restore" || purpose === "empty" ? ({ trashId }) => trashId !== null : () => true;
}

function matchBare(pattern: string, rows: readonly Row[], purpose: Purpose): Match {
  const found = rows.filter((row) => isPrefix(pattern, row) || projectOf(row) === pattern);
  const acting = found.filter(trashAlone(purpose));
  if (acting.length === 0) return { kind: "none" };
  return isOne(found, purpose) ? { kind: "rows", rows: acting } : { kind: "several", rows: found, above: false };
}

function isPrefix(pattern: string, { id, trashId }: Row): boolean {
  return pattern.length >= MIN_PREFIX && (id.startsWith(pattern) || trashId?.startsWith(pattern) === true);
}

/** The last part of a workdir. */
export function projectOf({ subject }: Row): string | null {
  return subject === null ? null : subject.slice(subject.lastIndexOf("/") + 1);
}

/**
 * Whether rows are one entry, or all of one workdir. What is shown may be in several bases; what is removed is either in
 * its place or in the trash, and a beginning of an id does not say which.
 */
function isOne(rows: readonly Row[], purpose: Purpose): boolean {
  const trashed = rows.filter(({ trashId }) => trashId !== null).length;
  if (purpose === "remove" && trashed > 0 && trashed < rows.length) return false;
  const ids = new Set(rows.map(({ base, id }) => (purpose === "show" ? id : `${base}\0${id}`)));
  const workdirs = new Set(rows.map(({ base, id, subject }) => subject ?? `${base}\0${id}`));
  return ids.size === 1 || workdirs.size === 1;
}

function matchPath(word: NamedPattern, rows: readonly Row[], purpose: Purpose, userHome: string): Match {
  const typed = [...new Set(pathsNamed(word, userHome))];
  const exact = rows.filter((row) => typed.some((path) => depthOf(path, row) === 0));
  if (exact.length > 0) return { kind: "rows", rows: exact };
  if (hasMagic(word.pattern)) {
    const matches = wordMatcher(word, userHome);
    const isProject = isBare(word.pattern) ? nameMatcher(word.pattern) : () => false;
    const matched = rows.filter(
      (row) =>
        row.workdirs.some((subject) => matches({ id: "", path: "", subject })) || isProject(projectOf(row) ?? ""),
    );
    if (matched.length > 0) return oneToShow(matched, purpose, false);
  }
  const above = rows.filter((row) => typed.some((path) => isAbove(path, row)));
  // A mistyped path is not inside of anything.
  const inside = word.problem === null ? nearestTo(typed, rows) : [];
  if (inside.length > 0 && (above.length === 0 || purpose === "show")) return { kind: "rows", rows: inside };
  if (above.length === 0) return { kind: "none" };
  const one = inside.length === 0 && isOne(above, purpose);
  return one ? { kind: "rows", rows: above } : { kind: "several", rows: above, above: true };
}

function oneToShow(rows: readonly Row[], purpose: Purpose, above: boolean): Match {
  const several = purpose === "show" && !isOne(rows, purpose);
  return several ? { kind: "several", rows, above } : { kind: "rows", rows };
}

/** Those whose workdir, or whose own files, are the nearest above a path. */
function nearestTo(paths: readonly string[], rows: readonly Row[]): readonly Row[] {
  const depths = rows.map((row) => Math.min(...paths.map((path) => depthOf(path, row))));
  const nearest = Math.min(...depths);
  return nearest === Infinity ? [] : rows.filter((_, at) => depths[at] === nearest);
}

/** How many steps a path is below what a row has on the disk; Infinity where it is not below it. */
function depthOf(path: string, { paths, place, workdirs }: Row): number {
  return Math.min(...[...paths, place, ...workdirs].map((above) => stepsBelow(path, above)));
}

function stepsBelow(path: string, above: string): number {
  if (path === above) return 0;
  if (above === "/") return path.startsWith("/") ? path.split("/").length - 1 : Infinity;
  return path.startsWith(`${above}/`) ? path.slice(above.length).split("/").length - 1 : Infinity;
}

function isAbove(path: string, { place, workdirs }: Row): boolean {
  const below = path === "/" ? "/" : `${path}/`;
  return [place, ...workdirs].some((each) => each.startsWith(below));
}
