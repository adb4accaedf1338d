/** Which rows of a plan an argument selects, with the trash items of the same entry. Pure. */
import { GcError } from "../errors.ts";
import type { NamedPattern } from "../model/patterns.ts";
import type { Plan, PlannedBase, PlannedEntry, PlannedTrash } from "../model/plan.ts";
import { pathsNamed, wordMatcher } from "../plan/patterns.ts";
import { type Selectable, selectableOf } from "../plan/request.ts";
import type { Explanation } from "../report/findings.ts";

/** How many matches an error names before it only counts the rest. */
const NAMED = 10;

/**
 * Exact matches of an id or path; else the single one below it or matching the glob. Throws `ambiguous` where several
 * match, since many explanations at once would be unreadable. `userHome` replaces `~`.
 */
export function explanationsOf(plan: Plan, word: NamedPattern, userHome: string): readonly Explanation[] {
  const all = plan.bases.flatMap(explanationsIn);
  const paths = pathsNamed(word, userHome);
  const exact = all.filter((each) => namesOf(each).some((name) => paths.includes(name)));
  if (exact.length > 0) return exact;
  const matches = wordMatcher(word, userHome);
  const near = all.filter((each) => selectables(each).some(matches));
  if (near.length > 1) throw ambiguous(word.pattern, near);
  return near;
}

/** Every entry, and every trashed one that no longer exists in the base. */
function explanationsIn(base: PlannedBase): readonly Explanation[] {
  const ids = new Set(base.entries.map(idOf));
  const gone = base.trash.filter(({ item }) => !ids.has(item.entryId));
  return [
    ...base.entries.map((planned) => ({ base, planned, trash: trashOf(base, idOf(planned)) })),
    ...[...new Set(gone.map(({ item }) => item.entryId))].map((id) => ({
      base,
      planned: null,
      trash: trashOf(base, id),
    })),
  ];
}

function trashOf({ trash }: PlannedBase, id: string): readonly PlannedTrash[] {
  return trash.filter(({ item }) => item.entryId === id);
}

function idOf({ judged }: PlannedEntry): string {
  return judged.entry.id;
}

function selectables({ planned, trash }: Explanation): readonly Selectable[] {
  return [
    ...(planned === null ? [] : [selectableOf(planned.judged)]),
    ...trash.map(({ item, subject }) => ({
      id: item.entryId,
      path: item.members[0]?.path ?? item.id,
      subject: subject?.value ?? null,
    })),
  ];
}

function namesOf(explanation: Explanation): readonly string[] {
  const inTrash = explanation.trash.map(({ item }) => item.id);
  return [...selectables(explanation).flatMap(({ id, path, subject }) => [id, path, subject ?? id]), ...inTrash];
}

function isSession({ planned, trash }: Explanation): boolean {
  return (planned?.judged ?? trash[0]?.judged)?.isSession === true;
}

function ambiguous(word: string, near: readonly Explanation[]): GcError {
  const names = near.map((each) => {
    const { id, subject } = selectables(each)[0] ?? { id: word, subject: null };
    const directory = subject ?? (isSession(each) ? null : "directory unknown");
    return directory === null ? id : `${id} (${directory})`;
  });
  const more = names.length > NAMED ? [`and ${names.length - NAMED} more`] : [];
  return new GcError("ambiguous", `"${word}" means ${near.length} entries: expected one`, {
    hint: [...names.slice(0, NAMED), ...more].join(", "),
  });
}
