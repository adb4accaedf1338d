/**
 * Whether a missing directory was renamed: its recorded inode and birth time are searched in the listing of the deepest
 * directory that still exists. A directory whose parents were renamed is found where the names begin to differ, and
 * followed down; one that was moved out of a deleted directory is found where that one was.
 *
 * Only what is listed there can be found: a directory moved further away looks deleted.
 */
import type { Ancestor } from "../model/ledger.ts";
import type { Ancestors, Directories } from "./ancestors.ts";

export type Renamed =
  /** `surely`: the birth time matches too; an inode alone may have been reused. */
  | { readonly kind: "renamed"; readonly to: string; readonly surely: boolean }
  | { readonly kind: "not-found" }
  | { readonly kind: "trouble"; readonly code: string };

/** `lost`: the recorded path from the first missing name down to the workdir. */
export function renamedTo(last: string, lost: readonly Ancestor[], ancestors: Ancestors): Renamed {
  const listed = ancestors.directories(last);
  // Its contents were not checked, so the identity of the directory above has to suffice.
  if (listed === null) return { kind: "renamed", to: below(last, lost), surely: false };
  if (listed.kind === "trouble") return listed;
  for (let at = lost.length - 1; at >= 0; at--) {
    const point = lost[at];
    const name = point === undefined ? null : nameOf(point, listed);
    if (point === undefined || name === null) continue;
    const place = below(last, [{ path: name }]);
    const rest = lost.slice(at + 1);
    const surely = point.birth !== "0" && listed.births;
    if (rest.length === 0) return { kind: "renamed", to: place, surely };
    const found = renamedTo(place, rest, ancestors);
    return found.kind === "renamed" ? { ...found, surely: surely && found.surely } : found;
  }
  return listed.whole ? { kind: "not-found" } : { kind: "trouble", code: "EOVERFLOW" };
}

function nameOf({ ino, birth }: Ancestor, { byInode }: Directories): string | null {
  // A workdir that was a file has no inode in the ledger.
  const found = ino === "0" ? undefined : byInode.get(ino);
  if (found === undefined) return null;
  return birth === "0" || found.birth === "0" || birth === found.birth ? found.name : null;
}

function below(directory: string, way: readonly { readonly path: string }[]): string {
  const names = way.map(({ path }) => path.slice(path.lastIndexOf("/") + 1));
  return [directory === "/" ? "" : directory, ...names].join("/");
}
