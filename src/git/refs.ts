/**
 * The value of a ref, read from git's files (gitrepository-layout(5)): the loose file, else the line in `packed-refs`.
 * Without running git: this is needed for every entry, and once more right before and after one is moved.
 */
import { expectErrno, UNREADABLE } from "../errors.ts";
import { bytePath } from "../fs/syscalls.ts";
import { namesOrNone } from "../fs/listing.ts";
import { readSmall } from "../fs/read-small.ts";

/** `broken`: something is there, and no single value can be read from it. */
export type RefReading =
  | { readonly kind: "value"; readonly value: string }
  | { readonly kind: "missing" }
  | { readonly kind: "broken" };

const VALUE = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** 100 bytes a ref: a hundred and sixty thousand projects. */
const PACKED_LIMIT = 16 * 1024 * 1024;

/** A repository and one of its refs, from the path that a loose ref has: the part from the last `/refs/` on. */
export function refAt(path: string): { readonly repository: string; readonly name: string } {
  const at = path.lastIndexOf("/refs/");
  return { repository: path.slice(0, at), name: path.slice(at + 1) };
}

/** `packed`: the lines of `packed-refs` where they are known already. */
export function readRef(repository: string, name: string, packed?: PackedRefs): RefReading {
  const loose = readSmall(bytePath(`${repository}/${name}`), 1024);
  switch (loose.kind) {
    case "bytes": {
      const value = loose.bytes.toString("latin1").trim();
      return VALUE.test(value) ? { kind: "value", value } : { kind: "broken" };
    }
    case "missing":
      return packed === undefined ? findPacked(repository, name) : fromPacked(packed, name);
    case "unreadable":
      return loose.trouble.code === "ENOTDIR" ? { kind: "missing" } : { kind: "broken" };
    case "not-a-file":
    case "too-large":
      return { kind: "broken" };
  }
}

/** Values by name; null: the file exists and cannot be read. */
export type PackedRefs = ReadonlyMap<string, string> | null;

export function readPackedRefs(repository: string): PackedRefs {
  const file = readSmall(bytePath(`${repository}/packed-refs`), PACKED_LIMIT);
  if (file.kind === "missing") return new Map();
  if (file.kind !== "bytes") return null;
  const lines = file.bytes.toString("latin1").split("\n");
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const [value = "", name = ""] = line.split(" ");
      return VALUE.test(value) && name !== "" ? [[name, value]] : [];
    }),
  );
}

/** Looks for one line and parses no other: that is asked for each of thousands of projects. */
function findPacked(repository: string, name: string): RefReading {
  const file = readSmall(bytePath(`${repository}/packed-refs`), PACKED_LIMIT);
  if (file.kind === "missing") return { kind: "missing" };
  if (file.kind !== "bytes") return { kind: "broken" };
  const { bytes } = file;
  const inside = bytes.indexOf(` ${name}\n`, 0, "latin1");
  // A last line that was cut right after the name still is one.
  const last = bytes.length - name.length - 1;
  const at = inside === -1 && last > 0 && bytes.indexOf(` ${name}`, last, "latin1") === last ? last : inside;
  if (at === -1) return { kind: "missing" };
  const value = bytes.toString("latin1", bytes.lastIndexOf("\n", at) + 1, at);
  return VALUE.test(value) ? { kind: "value", value } : { kind: "missing" };
}

function fromPacked(packed: PackedRefs, name: string): RefReading {
  if (packed === null) return { kind: "broken" };
  const value = packed.get(name);
  return value === undefined ? { kind: "missing" } : { kind: "value", value };
}

/** Names of the refs directly below a directory of refs (`refs/heads`), loose and packed. Throws no errno. */
export function refsBelow(repository: string, directory: string, packed: PackedRefs): string[] {
  const found = new Set<string>();
  for (const name of looseNames(`${repository}/${directory}`)) if (!name.endsWith(".lock")) found.add(name);
  for (const name of packed?.keys() ?? []) {
    if (name.startsWith(`${directory}/`)) found.add(name.slice(directory.length + 1));
  }
  return [...found].toSorted();
}

function looseNames(directory: string): readonly string[] {
  try {
    return namesOrNone(bytePath(directory));
  } catch (error) {
    expectErrno(error, ...UNREADABLE);
    // What cannot be listed is not found, and what is not found is not removed.
    return [];
  }
}
