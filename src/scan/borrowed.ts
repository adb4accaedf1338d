/**
 * Where the objects that entries borrow (git alternates) really are. The paths are in a repo and may lead anywhere,
 * even onto a mount that does not answer: so they are not followed where they are read (stores/), but here, by
 * resolve/foreign.ts. Every form between the first link and the last counts, since git resolves them as well.
 */
import type { Inspection } from "../model/inspection.ts";
import type { Machine } from "../model/surroundings.ts";
import { type ForeignPaths, foreignPaths } from "../resolve/foreign.ts";
import { parseAlternates } from "../git/alternates.ts";

export interface BorrowScene {
  readonly machine: Machine;
  /** The base that the entries are in. */
  readonly base: string;
  readonly signal: AbortSignal | undefined;
}

type Borrows = Pick<Inspection, "borrows" | "borrowsTrouble">;

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
  const known = new Map<string, ReturnType<typeof paths.read>>();
  const read: typeof paths.read = (path) => {
    const text = known.get(path) ?? paths.read(path);
    known.set(path, text);
    return text;
  };
  const followed: Found[] = [];
  for (const one of inspections) {
    if (one === null || one.borrows.length === 0) followed.push(one);
    else followed.push({ ...one, ...(await allBorrows(one, { resolve: paths.resolve, read })) });
  }
  return followed;
}

async function allBorrows(
  { borrows, borrowsTrouble }: Borrows,
  paths: Pick<ForeignPaths, "resolve" | "read">,
): Promise<Borrows> {
  const all = new Set<string>();
  let trouble = borrowsTrouble;
  let next: readonly string[] = borrows;
  for (let step = 0; step <= MAX_DEPTH && next.length > 0; step += 1) {
    const resolved = await paths.resolve(next);
    const further: string[] = [];
    for (const { end, at, forms } of next.flatMap((path) => resolved.get(path) ?? [])) {
      // A file, like a missing path, is not an object directory.
      if (end.kind === "trouble" && end.code !== "ENOTDIR")
        trouble ??= { code: end.code, message: end.message, path: at };
      const real = forms.at(-1);
      const isNew = real !== undefined && !all.has(real);
      for (const form of forms) all.add(form);
      if (end.kind !== "directory" || !isNew) continue;
      const file = `${real}/info/alternates`;
      const text = await paths.read(file);
      if (text.kind === "text") further.push(...parseAlternates(text.text, real));
      else if (text.kind === "unreadable" && text.code !== "ENOTDIR")
        trouble ??= { code: text.code, message: text.message, path: file };
    }
    next = further;
  }
  return { borrows: [...all], borrowsTrouble: trouble };
}
