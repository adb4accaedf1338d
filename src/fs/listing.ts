/** Lists a directory with the kind of each child, symlinks as symlinks. */
import { readdirSync } from "node:fs";
import { native } from "./byte-path.ts";
import { type BytePath, below, type FileKind, lstatOrNull } from "./door.ts";
import { announce } from "./tap.ts";

export interface Child {
  /** Byte name. */
  readonly name: string;
  readonly kind: FileKind;
}

/** Children of a directory, sorted by name. Throws the errno. */
export function children(path: BytePath): Child[] {
  announce("readdir", path);
  const found = readdirSync(native(path), { encoding: "latin1", withFileTypes: true });
  const listed = found.map((child): Child => {
    if (child.isDirectory()) return { name: child.name, kind: "directory" };
    if (child.isFile()) return { name: child.name, kind: "file" };
    if (child.isSymbolicLink()) return { name: child.name, kind: "symlink" };
    // Some file systems do not tell the type with the name.
    return { name: child.name, kind: lstatOrNull(below(path, child.name))?.kind ?? "other" };
  });
  return listed.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
