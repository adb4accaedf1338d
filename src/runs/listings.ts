/** Lists directories of homes, and reads settings in them, before the pure search for bases needs them. */
import type { FindBases } from "../agents/agent.ts";
import { GcError, withoutCall } from "../errors.ts";
import { rawPath, textOf } from "../fs/byte-path.ts";
import type { ForeignPaths } from "../resolve/foreign.ts";

type ListDirectories = FindBases["listDirectories"];
type ReadText = NonNullable<FindBases["read"]>;

/**
 * Repeats a pure search until every listing that it asks for is there: what is listed may turn out to be a home with
 * listings of its own. A listing that failed throws `base-unreadable` where it is asked for; a file that cannot be read
 * says nothing.
 */
export async function withListings<Found>(
  paths: ForeignPaths,
  search: (listDirectories: ListDirectories, read: ReadText) => Found,
): Promise<Found> {
  const listed = new Map<string, () => readonly string[]>();
  const texts = new Map<string, string | null>();
  for (;;) {
    const missing = new Set<string>();
    const unread = new Set<string>();
    const list: ListDirectories = (directory) => {
      const names = listed.get(directory);
      if (names === undefined) missing.add(directory);
      return names?.() ?? [];
    };
    const read: ReadText = (file) => {
      if (!texts.has(file)) unread.add(file);
      return texts.get(file) ?? null;
    };
    const found = search(list, read);
    if (missing.size + unread.size === 0) return found;
    for (const directory of missing) listed.set(directory, await directoriesIn(directory, paths));
    for (const file of unread) texts.set(file, await textIn(file, paths));
  }
}

async function textIn(file: string, paths: ForeignPaths): Promise<string | null> {
  const found = await paths.read(file);
  return found.kind === "text" ? found.text : null;
}

/**
 * Directories, and symlinks that lead to one: a profile may be on another disk. A dangling symlink is one whose disk is
 * not mounted, and one onto a mount that does not answer cannot be read: both are listed, because their repos
 * may borrow from those of others.
 */
async function directoriesIn(directory: string, paths: ForeignPaths): Promise<() => readonly string[]> {
  const listed = await paths.list(directory);
  if (listed.kind === "trouble") {
    if (listed.code === "ENOENT" || listed.code === "ENOTDIR") return () => [];
    return () => {
      throw new GcError("base-unreadable", `cannot list ${directory}: ${withoutCall(listed.message)}`);
    };
  }
  const all = listed.names.map(({ name, kind }) => ({ name: textOf(rawPath(name)), kind }));
  const links = all.filter(({ kind }) => kind === "symlink").map(({ name }) => `${directory}/${name}`);
  const resolved = await paths.resolve(links);
  const names = all.filter(
    ({ name, kind }) => kind === "directory" || (resolved.get(`${directory}/${name}`)?.end.kind ?? "other") !== "other",
  );
  return () => names.map(({ name }) => name);
}
