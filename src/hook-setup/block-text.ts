/** Lines of an entry. A key that was written for it has a comment behind it, which says that it goes with the entry. Pure. */
import type { Pair } from "yaml";
import { rangeOf } from "../config/node-range.ts";

const TAG = "# checkpoint-gc";

/** Lines of a key that is written for what is below it. */
export function keyLine(key: string, indent: string): string {
  return `${indent}${key}: ${TAG}`;
}

/** `- command: "..."` and its further keys; a string in the quotes of JSON, which are those of YAML. */
export function itemLines(entry: Readonly<Record<string, unknown>>, indent: string): readonly string[] {
  return Object.entries(entry).map(
    ([key, value], at) => `${indent}${at === 0 ? "- " : "  "}${key}: ${JSON.stringify(value)}`,
  );
}

/** Whether a key came with an entry. */
export function isTagged(text: string, { key }: Pair): boolean {
  const [, end] = rangeOf(key);
  return new RegExp(`^[ \\t]*:[ \\t]*${TAG}[ \\t]*\\r?(?:\\n|$)`).test(text.slice(end));
}
