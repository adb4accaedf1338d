/**
 * Candidates for the scripts of each shell: one line that says what to do with the rest, then one line each. Values have
 * no control characters. Pure.
 *
 * `files`, `directories`: the shell's own; `words`, `paths`: these, with a blank after the one that is left; `parts`:
 * these, without one.
 */
import type { Candidate, Offer } from "./offer.ts";

/** As _describe wants them. What is typed up to the last slash, or to the `=` of an option, the script has set aside. */
export function forZsh(offer: Offer, current: string): string {
  const option = /^--[\w-]+=/.exec(current)?.[0].length ?? 0;
  const kept = kindOf(offer) === "paths" ? current.lastIndexOf("/") + 1 : option;
  const plain = (text: string): string => text.replace(/[\\:]/g, "\\$&");
  const row = ({ value, text }: Candidate): string => plain(value.slice(kept)) + (text === "" ? "" : `:${text}`);
  return lines(offer, candidatesOf(offer).map(row));
}

export function forFish(offer: Offer): string {
  return lines(
    offer,
    candidatesOf(offer).map(({ value, text }) => (text === "" ? value : `${value}\t${text}`)),
  );
}

export function lines(offer: Offer, rows: readonly string[]): string {
  return [kindOf(offer), ...rows].map((row) => `${row}\n`).join("");
}

function candidatesOf(offer: Offer): readonly Candidate[] {
  return offer.kind === "candidates" ? offer.candidates : [];
}

function kindOf(offer: Offer): string {
  if (offer.kind !== "candidates") return offer.kind;
  const values = candidatesOf(offer).map(({ value }) => value);
  if (values.some((value) => value.includes("/"))) return "paths";
  return values.length > 0 && values.every((value) => value.endsWith("=")) ? "parts" : "words";
}
