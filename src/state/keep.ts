/**
 * `keep.json`: the recorded targets of the `keep` patterns, so that an unplugged disk, or a symlink that no longer
 * exists, does not end the protection. A pattern that is no longer in the settings is dropped.
 */
import * as z from "zod/mini";
import { once } from "../model/once.ts";
import { bytePath } from "../fs/syscalls.ts";
import { writeAtomic } from "../fs/write-atomic.ts";
import type { NamedPlace } from "../model/patterns.ts";
import { protectionIn, protectionJson, protectionText } from "./versioned.ts";

export type RememberedKeeps = ReadonlyMap<string, readonly NamedPlace[]>;

const VERSION = 1;
/** A hundred patterns with ten long paths each. */
const LIMIT = 1024 * 1024;
/** Targets of a pattern over the years, newest first: disks and machines come and go. */
const MAX_PLACES = 64;

const schema = once(() => {
  const absolute = z.string().check(z.startsWith("/"));
  return z.object({
    version: z.literal(VERSION),
    patterns: z.array(
      z.object({
        pattern: z.string(),
        places: z.array(z.object({ at: absolute, glob: z.nullable(absolute) })),
      }),
    ),
  });
});

/**
 * Throws `state-newer`, and `state-unusable` where the file exists and is not usable: without it an entry that must be
 * kept might not be.
 */
export function readKeeps(state: string): RememberedKeeps {
  const protection = { path: fileOf(state), limit: LIMIT, holds: "what keep protects", version: VERSION };
  const text = protectionText(protection);
  if (text === null) return new Map();
  const { patterns } = protectionIn(protection, protectionJson(protection, text), schema);
  return new Map(patterns.map(({ pattern, places }) => [pattern, places]));
}

/** The recorded targets of each pattern: the present one, then earlier ones. */
export function mergedKeeps(before: RememberedKeeps, now: RememberedKeeps): RememberedKeeps {
  const patterns = [...new Set([...now.keys(), ...before.keys()])];
  return new Map(
    patterns.map((pattern) => {
      const all = [...(now.get(pattern) ?? []), ...(before.get(pattern) ?? [])];
      const once = new Map(all.map((place) => [JSON.stringify([place.at, place.glob]), place]));
      return [pattern, [...once.values()].slice(0, MAX_PLACES)];
    }),
  );
}

/** Writes where something changed. Throws the errno. */
export function writeKeeps(state: string, before: RememberedKeeps, keeps: RememberedKeeps): void {
  const text = textOf(keeps);
  if (text !== textOf(before)) writeAtomic(bytePath(fileOf(state)), text, bytePath(state));
}

function textOf(keeps: RememberedKeeps): string {
  const patterns = [...keeps].map(([pattern, places]) => ({
    pattern,
    places: places.map(({ at, glob }) => ({ at, glob })),
  }));
  return `${JSON.stringify({ version: VERSION, patterns })}\n`;
}

function fileOf(state: string): string {
  return `${state}/keep.json`;
}
