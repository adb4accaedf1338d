/** Repos by their ids and by their directories, matching the word before the cursor. Pure. */
import type { Candidate, NamedEntry, Surroundings } from "./offer.ts";

export function entries(
  completes: "entry" | "trashed" | "entry-or-trashed",
  typed: string,
  words: readonly string[],
  { known, absolute }: Surroundings,
): readonly Candidate[] {
  const { entries: there, trashed } = known();
  const all = [...(completes === "trashed" ? [] : there), ...(completes === "entry" ? [] : trashed)];
  const ids = all.map(({ id, workdir }) => ({ value: id, text: workdir ?? "" }));
  // In a trash one workdir may have several.
  const paths = completes === "trashed" && typed === "" ? [] : all.flatMap((one) => pathOf(one, typed, absolute));
  const sorted = [ids, paths].map((some) => some.toSorted((a, b) => (a.value < b.value ? -1 : 1)));
  return sorted.flat().filter(({ value }) => !words.includes(value));
}

/** A workdir spelled as the word was begun: below `~/`, `./` or an absolute directory. */
function pathOf(
  { id, workdir }: NamedEntry,
  typed: string,
  absolute: (directory: string) => string,
): readonly Candidate[] {
  if (workdir === null) return [];
  if (typed === "") return [{ value: workdir, text: id }];
  const directory = typed.slice(0, typed.lastIndexOf("/") + 1);
  if (directory === "") return [];
  const above = absolute(directory);
  return workdir.startsWith(above) && workdir !== above
    ? [{ value: directory + workdir.slice(above.length), text: id }]
    : [];
}
