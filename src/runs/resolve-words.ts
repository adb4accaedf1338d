/** The one place that finds out what the arguments of a command name, or says what they could have meant. */
import { nearestNames } from "../config/suggest.ts";
import { GcError } from "../errors.ts";
import type { NamedPattern } from "../model/patterns.ts";
import { hasMagic } from "../plan/patterns.ts";
import { operands, withTilde } from "../report/paths.ts";
import { foreignPaths } from "../resolve/foreign.ts";
import type { Candidate, Purpose, ResolvedWord } from "./candidates.ts";
import type { RunContext } from "./context.ts";
import { isBare, matchWord, MIN_PREFIX, projectOf, type Row } from "./match-word.ts";
import { wordsFor } from "./patterns.ts";

/** How many an error names before it only counts the rest. */
const MAX_NAMED = 10;
const MAX_NEAREST = 3;

export interface WordScene {
  readonly purpose: Purpose;
  /** Why some bases could not be searched. */
  readonly unread: readonly string[];
  readonly context: Pick<RunContext, "machine" | "signal" | "sessionsOnly">;
  /** What relative paths were relative to; default: the directory of the process. */
  readonly cwd?: string | undefined;
}

/**
 * The rows that each word names. Throws `not-found` where it names none, and `ambiguous` where it could mean several and
 * does not say so.
 */
export async function resolveWords(
  words: readonly string[],
  candidates: readonly Candidate[],
  scene: WordScene,
): Promise<readonly ResolvedWord[]> {
  if (words.length === 0) return [];
  const { machine } = scene.context;
  const named = await wordsFor(words, scene.context);
  const rows = words.every(isBare)
    ? candidates.map((one): Row => ({ ...one, workdirs: one.subject === null ? [] : [one.subject] }))
    : await withTargets(candidates, scene);
  return named.map((word) => {
    const match = matchWord(asTyped(word, rows, scene), rows, scene.purpose, machine.userHome);
    if (match.kind === "none") throw notFound(word, rows, scene);
    if (match.kind === "several") throw ambiguous(word, match.rows, match.above, machine.userHome);
    return { word: word.pattern, rows: match.rows };
  });
}

/** An id with a slash in it was taken for a relative path. */
function asTyped(word: NamedPattern, rows: readonly Row[], { cwd = process.cwd() }: WordScene): NamedPattern {
  const typed = word.pattern.startsWith(`${cwd}/`) ? word.pattern.slice(cwd.length + 1) : "";
  return rows.some(({ id }) => id === typed) ? { ...word, pattern: typed } : word;
}

/** Agents record a workdir as typed or as resolved, so both are compared. */
async function withTargets(candidates: readonly Candidate[], { context }: WordScene): Promise<readonly Row[]> {
  const { machine, signal } = context;
  const subjects = new Set(candidates.flatMap(({ subject }) => (subject?.startsWith("/") === true ? [subject] : [])));
  const resolved = await foreignPaths({ machine, own: null, signal }).resolve(subjects);
  return candidates.map((one): Row => {
    if (one.subject === null) return { ...one, workdirs: [] };
    const target = resolved.get(one.subject)?.forms.at(-1) ?? one.subject;
    return { ...one, workdirs: [...new Set([one.subject, target])] };
  });
}

function ambiguous({ pattern }: NamedPattern, rows: readonly Row[], above: boolean, userHome: string): GcError {
  const lines = linesOf(rows, userHome);
  const more = lines.length > MAX_NAMED ? [`and ${lines.length - MAX_NAMED} more`] : [];
  const glob = `'${pattern.replace(/\/+$/, "")}/**'`;
  const { first, last } = operands([glob]);
  const all = above && !hasMagic(pattern) ? [`To name all of them: ${[...first, ...last].join(" ")}`] : [];
  return new GcError("ambiguous", `"${pattern}" means ${lines.length} entries: expected one`, {
    hint: [...lines.slice(0, MAX_NAMED), ...more, ...all].join("\n"),
  });
}

/** A line for each entry: its id, where it is, and its workdir. */
function linesOf(rows: readonly Row[], userHome: string): readonly string[] {
  const both = new Set(rows.map(({ trashId }) => trashId !== null)).size > 1;
  const lines = rows.map(({ id, subject, trashId }) => {
    const where = !both ? "" : trashId === null ? "  (in its place)" : "  (in the trash)";
    return `${id}${subject === null ? "" : `  ${withTilde(subject, { home: userHome })}`}${where}`;
  });
  return [...new Set(lines)].toSorted();
}

function notFound({ pattern }: NamedPattern, rows: readonly Row[], { purpose, unread, context }: WordScene): GcError {
  const inTrash = purpose === "restore" || purpose === "empty";
  const searched = inTrash ? rows.filter(({ trashId }) => trashId !== null) : rows;
  const names = [
    ...searched.map(({ id }) => id),
    ...searched.flatMap((row) => (isBare(pattern) ? (projectOf(row) ?? []) : row.workdirs)),
  ];
  const nearest = nearestNames(pattern, [...new Set(names)], MAX_NEAREST);
  const isShort = isBare(pattern) && pattern.length < MIN_PREFIX && searched.some(({ id }) => id.startsWith(pattern));
  const list = inTrash ? "To list the trash: checkpoints trash list" : "To list every entry: checkpoints status --all";
  const what = inTrash ? "nothing in the trash" : context.sessionsOnly ? "no session" : "no checkpoint";
  const how = context.sessionsOnly
    ? "an id, the first four characters of one or more, or the path of its file"
    : "an id, the first four characters of one or more, a project directory or its name, or a glob";
  return new GcError("not-found", `${what} matches "${pattern}": expected ${how}`, {
    hint: [
      ...unread.map((message) => `Not searched: ${message}`),
      ...(isShort ? [`"${pattern}" is too short for the beginning of an id: expected ${MIN_PREFIX} characters.`] : []),
      ...(nearest.length === 0
        ? []
        : [`The nearest: ${nearest.map((name) => withTilde(name, { home: context.machine.userHome })).join(", ")}`]),
      list,
    ].join("\n"),
  });
}
