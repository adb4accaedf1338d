/** Which trash items to restore: those that words name, or all of them. Throws before anything is moved. */
import { GcError } from "../errors.ts";
import type { BaseRef } from "../model/home.ts";
import { originalPath, type TrashItem } from "../model/trash.ts";
import { isTrashId } from "../model/trash-name.ts";
import type { RestoreOptions } from "../options.ts";
import { hasMagic } from "../plan/patterns.ts";
import { trashCandidateOf, trashSelectionOf } from "./candidates.ts";
import type { RunContext } from "./context.ts";
import type { SelectedItem } from "../model/history.ts";
import { readTrash, workdirOf } from "./read-trash.ts";
import { resolveWords } from "./resolve-words.ts";

/** The items that words name: an id or a name exactly one, a glob and a workdir one of each entry, the newest. */
export async function selectTrashItems(options: RestoreOptions, context: RunContext): Promise<SelectedItem[]> {
  const { ids: words, all = false } = options;
  if (words.length === 0 && !all) return [];
  const found = await readTrash(context);
  const items = found.bases.flatMap((base) => base.items);
  if (all) return newestOfEach(items);
  const purpose = "restore";
  const unread = found.errors.map(({ message }) => message);
  // An id alone says which, so that nothing has to be read.
  const isId = (word: string): boolean => items.some((one) => isIdOf(word, one.item));
  const subjectOf = words.every(isId) ? () => null : (item: TrashItem) => workdirOf(item, context);
  const candidates = items.map(({ item }) => trashCandidateOf(item, subjectOf(item)));
  const resolved = await resolveWords(words, candidates, { purpose, unread, context, cwd: options.cwd });
  return resolved.flatMap((one) => {
    const isNamed = trashSelectionOf([one]);
    const named = items.filter(({ item }) => isNamed(item));
    if (!isId(one.word) && (hasMagic(one.word) || placesOf(named) > 1)) return openOf(one.word, newestOfEach(named));
    return onlyOne(one.word, named);
  });
}

function isIdOf(word: string, { entryId, id }: TrashItem): boolean {
  return entryId === word || isTrashId(word, id);
}

function onlyOne(word: string, named: readonly SelectedItem[]): readonly SelectedItem[] {
  // Beside a copy of what was put back there may be what has been removed since, which is what is meant.
  const out = named.filter(({ item }) => item.returned !== true);
  const fits = out.length > 0 ? out : named;
  const names = fits.map(({ item }) => item.id);
  if (fits.length > 1)
    throw new GcError("ambiguous", `"${word}" matches ${fits.length} items in the trash: ${names.join(", ")}`, {
      hint: "Name one of these instead.",
    });
  return openOf(word, fits);
}

/** Without those whose deletion has begun: nothing can be done for them. */
function openOf(word: string, named: readonly SelectedItem[]): readonly SelectedItem[] {
  const open = named.filter(({ item }) => !item.marked);
  if (open.length > 0) return open;
  throw new GcError("not-found", `"${word}" cannot be restored: its deletion has begun`, {
    hint: "The next prune finishes it.",
  });
}

/** Of each place the newest that is out of it: what was there before can only be restored by its id. */
function newestOfEach(items: readonly SelectedItem[]): SelectedItem[] {
  const newest = new Map<string, SelectedItem>();
  for (const one of items) {
    const { marked, returned, taken } = one.item;
    const place = originalPath(one.item);
    const before = newest.get(place);
    if (marked || returned === true || (before !== undefined && before.item.taken >= taken)) continue;
    newest.set(place, one);
  }
  return [...newest.values()];
}

function placesOf(items: readonly SelectedItem[]): number {
  return new Set(items.map(({ item }) => originalPath(item))).size;
}

export function byBase(wanted: readonly SelectedItem[]): { ref: BaseRef; items: TrashItem[] }[] {
  const groups = new Map<string, { ref: BaseRef; items: TrashItem[] }>();
  for (const { ref, item } of wanted) {
    const group = groups.get(ref.path) ?? { ref, items: [] };
    if (!group.items.some(({ id }) => id === item.id)) group.items.push(item);
    groups.set(ref.path, group);
  }
  return [...groups.values()];
}
