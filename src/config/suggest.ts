import { distance } from "fastest-levenshtein";

/**
 * The candidate that a mistyped name most likely meant, or null where none is near. Hyphens and capitals count as no
 * mistake at all; of two equally near the first wins. A third of the letters may be wrong, two in a short name: more
 * than that suggests words that have nothing to do with what was typed.
 */
export function nearestName(name: string, candidates: readonly string[]): string | null {
  const typed = plain(name);
  let best: { readonly candidate: string; readonly steps: number } | null = null;
  for (const candidate of candidates) {
    const steps = distance(typed, plain(candidate));
    const allowed = Math.max(2, Math.floor(candidate.length / 3));
    // A name shorter than the allowance would be "near" everything.
    if (steps > allowed || steps >= typed.length) continue;
    if (best === null || steps < best.steps) best = { candidate, steps };
  }
  return best?.candidate ?? null;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll("-", "_");
}
