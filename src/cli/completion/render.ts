/**
 * Candidates for the scripts of each shell: one line that says how to treat the rest, then one line each. Values have
 * no control characters. Pure.
 *
 * `files`, `directories`: completed by the shell itself; `words`, `paths`: these candidates, with a blank after a
 * single match; `parts`: these candidates, without one.
 */
import type { Candidate, Completion } from "./offer.ts";

/**
 * As zsh's `_describe` expects them. The script has already removed what was typed up to the last slash, or to the `=`
 * of an option.
 */
export function forZsh(offer: Completion, current: string): string {
  const option = /^--[\w-]+=/.exec(current)?.[0].length ?? 0;
  const kept = kindOf(offer) === "paths" ? current.lastIndexOf("/") + 1 : option;
  const plain = (text: string): string => text.replace(/[\\:]/g, "\\$&");
  const row = ({ value, text }: Candidate): string => plain(value.slice(kept)) + (text === "" ? "" : `:${text}`);
  return lines(offer, candidatesOf(offer).map(row));
}

export function forFish(offer: Completion): string {
  return lines(
    offer,
    candidatesOf(offer).map(({ value, text }) => (text === "" ? value : `${value}\t${text}`)),
  );
}

export function lines(offer: Completion, rows: readonly string[]): string {
  return [kindOf(offer), ...rows].map((row) => `${row}\n`).join("");
}

function candidatesOf(offer: Completion): readonly Candidate[] {
  return offer.kind === "candidates" ? offer.candidates : [];
}

function kindOf(offer: Completion): string {
  if (offer.kind !== "candidates") return offer.kind;
  const values = candidatesOf(offer).map(({ value }) => value);
  if (values.some((value) => value.includes("/"))) return "paths";
  return values.length > 0 && values.every((value) => value.endsWith("=")) ? "parts" : "words";
}
