import { distance } from "fastest-levenshtein";

/**
 * The candidate that a mistyped name most likely meant, or null where none is similar. Differences in hyphens and case
 * cost nothing; of two equally similar ones the first wins. A third of the letters may differ, two in a short name:
 * with more the suggestions are unrelated to what was typed.
 */
export function nearestName(name: string, candidates: readonly string[]): string | null {
  const typed = plain(name);
  let best: { readonly candidate: string; readonly steps: number } | null = null;
  for (const candidate of candidates) {
    const steps = distance(typed, plain(candidate));
    const allowed = Math.max(2, Math.floor(candidate.length / 3));
    // A name shorter than the allowance would be similar to everything.
    if (steps > allowed || steps >= typed.length) continue;
    if (best === null || steps < best.steps) best = { candidate, steps };
  }
  return best?.candidate ?? null;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll("-", "_");
}
