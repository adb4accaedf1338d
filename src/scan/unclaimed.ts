/**
 * Repos in a base that are no entries: a copy under a name of its own, one in an archive, one whose HEAD is a symlink.
 * Nothing touches them, so what they borrow stays as well. What is not a repo or cannot be read is not taken for a
 * borrower: `lost+found` is in every base that is a file system of its own.
 */
import { ifReadable } from "../errors.ts";
import { type Child, childrenOrNone } from "../fs/listing.ts";
import { bytePath, portable, rawPath, textOf } from "../fs/syscalls.ts";
import { readAlternates } from "../stores/git-repository/files.ts";
import { linkedPlaces, NONE } from "../stores/git-repository/linked.ts";
import { foreignPaths } from "../resolve/foreign.ts";
import type { Kind } from "../stores/kind.ts";
import { type BorrowScene, withRealBorrows } from "./borrowed.ts";
import type { Discovered } from "./discover.ts";

/** What was found in a base, and is not an entry. */
export type Unclaimed = Pick<Discovered, "foreign" | "strays" | "listed">;

/** As `Borrowing` of borrowing.ts. */
interface UnclaimedBorrower {
  readonly path: string;
  readonly home: string;
  readonly borrows: readonly string[];
  readonly trouble: null;
}

/** Those that borrow. Throws no errno. */
export async function unclaimedBorrowers(
  discovered: Unclaimed,
  stores: readonly Kind[],
  scene: BorrowScene & { readonly linked: boolean },
): Promise<readonly UnclaimedBorrower[]> {
  if (stores.every(({ borrows }) => borrows === false)) return [];
  const found: UnclaimedBorrower[] = [];
  for (const { path, kind } of placesOf(discovered, scene)) {
    const borrows = kind === "symlink" ? await borrowsBehind(path, scene) : await borrowsAt(path, scene);
    if (borrows.length > 0) found.push({ path, home: path, borrows, trouble: null });
  }
  return found;
}

interface Place {
  readonly path: string;
  readonly kind: Child["kind"];
}

/**
 * Where a repo may be: what is unclaimed in the base; where something may be removed also what is directly in that (an archive,
 * a directory of backups), and what is beside the repos of a project. Each with a working tree or without one.
 */
function* placesOf(
  { foreign, strays, listed }: Unclaimed,
  { base, linked }: BorrowScene & { readonly linked: boolean },
): Generator<Place> {
  const unclaimed = new Set(foreign);
  for (const { name, kind } of listed) {
    if (!unclaimed.has(portable(rawPath(name)))) continue;
    const path = `${base}/${textOf(rawPath(name))}`;
    if (!linked) {
      if (isPlace(kind)) yield { path, kind };
      continue;
    }
    yield* repoIn({ path, kind });
    if (kind !== "directory") continue;
    for (const child of ifReadable(() => childrenOrNone(bytePath(path))) ?? [])
      yield* repoIn({ path: `${path}/${textOf(rawPath(child.name))}`, kind: child.kind });
  }
  if (!linked) return;
  for (const stray of strays) yield* repoIn({ path: `${base}/${textOf(rawPath(stray))}`, kind: "directory" });
}

function* repoIn(place: Place): Generator<Place> {
  if (!isPlace(place.kind)) return;
  yield place;
  if (place.kind === "directory") yield { path: `${place.path}/.git`, kind: "directory" };
}

function isPlace(kind: Child["kind"]): boolean {
  return kind === "directory" || kind === "symlink";
}

async function borrowsAt(path: string, scene: BorrowScene & { readonly linked: boolean }): Promise<readonly string[]> {
  const linked = scene.linked ? linkedPlaces(path, path) : NONE;
  const borrows = [...readAlternates(path, path).borrows, ...linked.borrows];
  if (borrows.length === 0) return [];
  const [real] = await withRealBorrows([{ borrows, borrowsTrouble: null }], scene);
  return real?.borrows ?? borrows;
}

/** Of a repo that was moved elsewhere, where a symlink has its place. What a link leads to in the base is there in its own right. */
async function borrowsBehind(path: string, scene: BorrowScene): Promise<readonly string[]> {
  const { machine, base, signal } = scene;
  const place = (await foreignPaths({ machine, own: base, signal }).resolve([path])).get(path);
  if (place?.end.kind !== "directory" || place.at.startsWith(`${base}/`)) return [];
  const [real] = await withRealBorrows([{ borrows: [`${place.at}/objects`], borrowsTrouble: null }], scene);
  return real?.borrows ?? [];
}
