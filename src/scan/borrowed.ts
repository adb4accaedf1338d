/**
 * Where the objects that entries borrow (git alternates) really are. The paths are in a repo and may lead anywhere,
 * even onto a mount that does not answer: so they are not followed where they are read (stores/), but here, by
 * resolve/foreign.ts. Every form between the first link and the last counts, since git resolves them as well.
 */
import type { Inspection } from "../model/inspection.ts";
import type { Machine } from "../model/surroundings.ts";
import { type ForeignPaths, foreignPaths } from "../resolve/foreign.ts";
import { parseAlternates } from "../git/alternates.ts";
import type { IoError } from "../model/entry.ts";
import { OBJECT_PART } from "../stores/git-repository/linked.ts";

export interface BorrowScene {
  readonly machine: Machine;
  /** The base that the entries are in. */
  readonly base: string;
  readonly signal: AbortSignal | undefined;
}

type Borrows = Pick<Inspection, "borrows" | "borrowsTrouble">;

/** What leads nowhere for git, as a missing path does. */
const NOWHERE: ReadonlySet<string> = new Set(["ENOTDIR", "ELOOP", "ENAMETOOLONG"]);

/** Git follows no more levels of alternates than these (object-file.c). */
const MAX_DEPTH = 5;

/**
 * The same inspections, with alternates followed to the end, recursively: a repo that is borrowed from may itself
 * borrow, and git follows that too. Usually none borrows, and nothing is resolved.
 */
export async function withRealBorrows<Found extends Borrows | null>(
  inspections: readonly Found[],
  { machine, base, signal }: BorrowScene,
): Promise<readonly Found[]> {
  if (inspections.every((one) => (one?.borrows.length ?? 0) === 0)) return inspections;
  const paths = foreignPaths({ machine, own: base, signal });
  // All projects of a store borrow what it borrows: each file is read once.
  const read = once(paths.read);
  const list = once(paths.list);
  const followed: Found[] = [];
  for (const one of inspections) {
    if (one === null || one.borrows.length === 0) followed.push(one);
    else followed.push({ ...one, ...(await allBorrows(one, { resolve: paths.resolve, read, list })) });
  }
  return followed;
}

function once<T>(ask: (path: string) => Promise<T>): (path: string) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (path) => {
    const answer = known.get(path) ?? ask(path);
    known.set(path, answer);
    return answer;
  };
}

async function allBorrows(
  { borrows, borrowsTrouble }: Borrows,
  paths: Pick<ForeignPaths, "resolve" | "read" | "list">,
): Promise<Borrows> {
  const all = new Set<string>();
  let trouble = borrowsTrouble;
  let next: readonly string[] = borrows;
  for (let step = 0; step <= MAX_DEPTH && next.length > 0; step += 1) {
    const resolved = await paths.resolve(next);
    const further: string[] = [];
    for (const { end, at, forms } of next.flatMap((path) => resolved.get(path) ?? [])) {
      // A file, like a missing path, is not an object directory.
      if (end.kind === "trouble" && !NOWHERE.has(end.code))
        trouble ??= { code: end.code, message: end.message, path: at };
      const real = forms.at(-1);
      const isNew = real !== undefined && !all.has(real);
      for (const form of forms) all.add(form);
      if (end.kind !== "directory" || !isNew) continue;
      const file = `${real}/info/alternates`;
      const text = await paths.read(file);
      if (text.kind === "text") further.push(...parseAlternates(text.text, real));
      else if (text.kind === "unreadable" && !NOWHERE.has(text.code))
        trouble ??= { code: text.code, message: text.message, path: file };
      const links = await linksIn(real, paths);
      further.push(...links.paths);
      trouble ??= links.trouble;
    }
    next = further;
  }
  return { borrows: [...all], borrowsTrouble: trouble };
}

/** Symlinks in an object directory and in its packs, which are followed like lines of alternates. */
async function linksIn(
  directory: string,
  { list }: Pick<ForeignPaths, "list">,
): Promise<{ readonly paths: readonly string[]; readonly trouble: IoError | null }> {
  const found: string[] = [];
  for (const path of [directory, `${directory}/pack`]) {
    const listed = await list(path);
    if (listed.kind === "trouble") {
      if (listed.code === "ENOENT" || NOWHERE.has(listed.code)) continue;
      return { paths: found, trouble: { code: listed.code, message: listed.message, path } };
    }
    const links = listed.names.filter(({ name, kind }) => kind === "symlink" && OBJECT_PART.test(name));
    found.push(...links.map(({ name }) => `${path}/${name}`));
  }
  return { paths: found, trouble: null };
}
