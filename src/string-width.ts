/**
 * string-width, loaded for the first text that needs it: building the tables of its expressions takes 40 ms, which is
 * half a start of Node, and nearly all output is ASCII.
 */
import { createRequire } from "node:module";
import type counter from "string-width";

let loaded: typeof counter | null = null;

/** Columns of a text in a terminal: wide characters count two, combining ones none. */
export function stringWidth(text: string): number {
  loaded ??= load();
  return loaded(text);
}

function load(): typeof counter {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the exports of wide.ts
  return (createRequire(__DIST__)("./wide.cjs") as { readonly stringWidth: typeof counter }).stringWidth;
}
