import { distance } from "fastest-levenshtein";

/** Letters that say little by themselves. */
const SHORT = 3;

/**
 * The candidate that a mistyped name most likely meant, or null where none is similar. Differences in hyphens and case
 * cost nothing; of two equally similar ones the first wins. A third of the letters may differ, two in a short name, one in a very short one:
 * with more the suggestions are unrelated to what was typed.
 */
export function nearestName(name: string, candidates: readonly string[]): string | null {
  return nearestNames(name, candidates, 1)[0] ?? null;
}

/** At most so many of them, the most similar first; the beginning of a single one means that one. */
export function nearestNames(name: string, candidates: readonly string[], most: number): readonly string[] {
  const typed = plain(name);
  const begun = candidates.filter((candidate) => typed.length >= SHORT && plain(candidate).startsWith(typed));
  if (begun.length === 1) return begun;
  const similar = candidates.flatMap((candidate) => {
    const allowed = candidate.length <= SHORT + 1 ? 1 : Math.max(2, Math.floor(candidate.length / 3));
    // No fewer letters need changing than the lengths differ by.
    if (Math.abs(candidate.length - typed.length) > allowed) return [];
    const steps = distance(typed, plain(candidate));
    // A name shorter than the allowance would be similar to everything.
    return steps > allowed || steps >= typed.length ? [] : [{ candidate, steps }];
  });
  return similar
    .toSorted((a, b) => a.steps - b.steps)
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll("-", "_");
}
