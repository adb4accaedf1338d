/**
 * `projects.json` beside the base: `{"projects": {<path>: <slug>}}`, which the agent goes by. What it cannot mean for
 * certain says nothing: a path that is there twice, and a slug that two paths have.
 */
import { createHash } from "node:crypto";
import { dirname, posix, win32 } from "node:path";
import { ifReadable } from "../../errors.ts";
import { children } from "../../fs/listing.ts";
import { decodeUtf8, readSmall } from "../../fs/read-small.ts";
import { bytePath, lstatOrNull } from "../../fs/syscalls.ts";
import { valueIn } from "../../stores/json-records/scan.ts";
import type { JsonDocument } from "../../stores/json-records/document.ts";
import { knownDocument } from "../../stores/json-records/read.ts";
import { isSlug, MARKER, REGISTRY } from "./names.ts";

export type Registry =
  | { readonly kind: "read"; readonly slugs: ReadonlyMap<string, string> }
  | { readonly kind: "unreadable"; readonly why: string };

const LIST = { path: ["projects"] } as const;

/** By document, since it is asked for with each entry of a base. */
const parsed = new WeakMap<JsonDocument, Registry>();

/** Throws no errno. */
export function readRegistry(base: string): Registry {
  const reading = ifReadable(() => knownDocument(`${dirname(base)}/${REGISTRY}`, LIST));
  if (reading === null) return { kind: "unreadable", why: "it cannot be looked at" };
  if (reading.kind === "missing") return { kind: "unreadable", why: "it is not there" };
  if (reading.kind === "unusable") return { kind: "unreadable", why: reading.error.message };
  const { document } = reading;
  const registry = parsed.get(document) ?? slugsIn(document);
  parsed.set(document, registry);
  return registry;
}

function slugsIn({ bytes, container, records }: JsonDocument): Registry {
  if (container === null) return { kind: "unreadable", why: "it has no projects" };
  const values = [...records].map(([path, { valueStart, end }]) => [path, valueIn(bytes, valueStart, end)] as const);
  const counts = new Map<unknown, number>();
  for (const item of container.items) {
    const value = valueIn(bytes, item.valueStart, item.end);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const certain = values.flatMap(([path, value]): [string, string][] =>
    typeof value === "string" && isSlug(value) && counts.get(value) === 1 ? [[path, value]] : [],
  );
  return { kind: "read", slugs: new Map(certain) };
}

/** PATH_MAX of Linux. */
const MARKER_LIMIT = 4096;

/** The directory that the marker of a slug names, exactly as the agent writes it: absolute, normal, and nothing else. */
export function readRoot(directory: string): string | null {
  const file = readSmall(bytePath(`${directory}/${MARKER}`), MARKER_LIMIT);
  const text = file.kind === "bytes" ? decodeUtf8(file.bytes) : null;
  return text !== null && isPath(text) ? text : null;
}

/** A name that is not UTF-8 leaves U+FFFD, under which its directory is missing. */
function isPath(text: string): boolean {
  if (/[\0\r\n\uFFFD]/.test(text)) return false;
  return posix.isAbsolute(text)
    ? posix.resolve(text) === text
    : /^[A-Za-z]:[\\/]/.test(text) && win32.resolve(text) === text;
}

/**
 * The path that a hash directory is named for, of those that the registry and the markers name; null where it is none of
 * them. What names the path need not be right: the hash proves it.
 */
export function pathOfHash(base: string, hash: string, registry: Registry): string | null {
  return byHash(registry).get(hash) ?? markedPaths(base).get(hash) ?? null;
}

const hashed = new WeakMap<Registry, ReadonlyMap<string, string>>();

function byHash(registry: Registry): ReadonlyMap<string, string> {
  if (registry.kind !== "read") return new Map();
  const known = hashed.get(registry) ?? hashesOf([...registry.slugs.keys()].filter(isPath));
  hashed.set(registry, known);
  return known;
}

/** Of the last base, as long as no slug was added to it: a path that has the hash has it for ever. */
let marked: { readonly as: string; readonly paths: ReadonlyMap<string, string> } | null = null;

function markedPaths(base: string): ReadonlyMap<string, string> {
  const stat = ifReadable(() => lstatOrNull(bytePath(base)));
  const as = JSON.stringify([base, stat?.identity, stat?.mtime]);
  if (marked?.as !== as) marked = { as, paths: hashesOf(readRoots(base)) };
  return marked.paths;
}

function readRoots(base: string): readonly string[] {
  const listed = ifReadable(() => children(bytePath(base))) ?? [];
  const slugs = listed.filter(({ name, kind }) => kind === "directory" && isSlug(name));
  return slugs.flatMap(({ name }) => readRoot(`${base}/${name}`) ?? []);
}

function hashesOf(paths: readonly string[]): ReadonlyMap<string, string> {
  return new Map(paths.map((path) => [createHash("sha256").update(path, "utf8").digest("hex"), path]));
}
