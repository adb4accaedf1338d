/**
 * Repos in a base that are no entries: a copy under a name of its own, or one whose HEAD is a symlink. Nothing touches them,
 * so what they borrow stays as well. What is no repo or cannot be read is not taken for a borrower: `lost+found` is in every
 * base that is a file system of its own.
 */
import { portable, rawPath, textOf } from "../fs/syscalls.ts";
import { readAlternates } from "../stores/git-repository/files.ts";
import { linkedPlaces, NONE } from "../stores/git-repository/linked.ts";
import { foreignPaths } from "../resolve/foreign.ts";
import type { Kind } from "../stores/kind.ts";
import { type BorrowScene, withRealBorrows } from "./borrowed.ts";
import type { Discovered } from "./discover.ts";

/** As `Borrowing` of borrowing.ts. */
interface UnclaimedBorrower {
  readonly path: string;
  readonly home: string;
  readonly borrows: readonly string[];
  readonly trouble: null;
}

/** Those that borrow. Throws no errno. */
export async function unclaimedBorrowers(
  { foreign, listed }: Pick<Discovered, "foreign" | "listed">,
  stores: readonly Kind[],
  scene: BorrowScene & { readonly linked: boolean },
): Promise<readonly UnclaimedBorrower[]> {
  if (stores.every(({ borrows }) => borrows === false)) return [];
  const unclaimed = new Set(foreign);
  const found: UnclaimedBorrower[] = [];
  for (const { name, kind } of listed) {
    if (!unclaimed.has(portable(rawPath(name)))) continue;
    const path = `${scene.base}/${textOf(rawPath(name))}`;
    if (kind === "symlink") {
      const borrows = await borrowsBehind(path, scene);
      if (borrows.length > 0) found.push({ path, home: path, borrows, trouble: null });
    }
    if (kind !== "directory") continue;
    const linked = scene.linked ? linkedPlaces(path, path) : NONE;
    const all = { borrows: [...readAlternates(path, path).borrows, ...linked.borrows], borrowsTrouble: null };
    if (all.borrows.length === 0) continue;
    const [real = all] = await withRealBorrows([all], scene);
    found.push({ path, home: path, borrows: real.borrows, trouble: null });
  }
  return found;
}

/** Of a repo that was moved elsewhere, where a symlink has its place. What a link leads to in the base is there in its own right. */
async function borrowsBehind(path: string, scene: BorrowScene): Promise<readonly string[]> {
  const { machine, base, signal } = scene;
  const place = (await foreignPaths({ machine, own: base, signal }).resolve([path])).get(path);
  if (place?.end.kind !== "directory" || place.at.startsWith(`${base}/`)) return [];
  const [real] = await withRealBorrows([{ borrows: [`${place.at}/objects`], borrowsTrouble: null }], scene);
  return real?.borrows ?? [];
}
