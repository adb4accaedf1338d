/** Repos by their ids and by their directories, as far as a word was begun. Pure. */
import type { Candidate, Named, Surroundings } from "./offer.ts";

export function entries(
  completes: "entry" | "trashed" | "entry-or-trashed",
  typed: string,
  words: readonly string[],
  { known, absolute }: Surroundings,
): readonly Candidate[] {
  const { entries: there, trashed } = known();
  const all = [...(completes === "trashed" ? [] : there), ...(completes === "entry" ? [] : trashed)];
  const ids = all.map(({ id, workdir }) => ({ value: id, text: workdir ?? "" }));
  const paths = completes === "trashed" ? [] : all.flatMap((one) => pathOf(one, typed, absolute));
  const sorted = [ids, paths].map((some) => some.toSorted((a, b) => (a.value < b.value ? -1 : 1)));
  return sorted.flat().filter(({ value }) => !words.includes(value));
}

/** A workdir in the words that were begun: below `~/`, `./` or whatever directory was typed. */
function pathOf({ id, workdir }: Named, typed: string, absolute: (directory: string) => string): readonly Candidate[] {
  if (workdir === null) return [];
  if (typed === "") return [{ value: workdir, text: id }];
  const directory = typed.slice(0, typed.lastIndexOf("/") + 1);
  if (directory === "") return [];
  const above = absolute(directory);
  return workdir.startsWith(above) && workdir !== above
    ? [{ value: directory + workdir.slice(above.length), text: id }]
    : [];
}
