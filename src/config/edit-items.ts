/** Adds one item to a list in a file of settings, or takes one out; the lines and comments of the others stay. Pure. */
import { isSeq, type YAMLSeq } from "yaml";
import { dashIndent, linesAfter, unitOf, withoutLines } from "./block-text.ts";
import { checked, eolOf, nodeAt, refusing, withSetting } from "./edit-file.ts";
import { appendFlow, compactText, removeFlow, type Splice, spliced } from "./flow-text.ts";
import { rangeOf } from "./node-range.ts";

export interface ListPlace {
  readonly text: string;
  readonly file: string;
  readonly path: readonly string[];
  /** Its items, also where one text means them, which becomes a list then. */
  readonly before: readonly string[];
}

export function withItem(place: ListPlace, item: string): string {
  return edited(place, [...place.before, item], (text, list) =>
    list.items.length === 0 ? null : addition(text, list, item),
  );
}

/** Without the first such item. A list of which nothing is left stays as an empty one: no value at all would mean the default. */
export function withoutItem(place: ListPlace, item: string): string {
  const index = place.before.indexOf(item);
  const items = place.before.toSpliced(index, 1);
  return edited(place, items, (text, list) => (items.length === 0 ? null : removal(text, list, index)));
}

/** `change` null: the list is written as a whole, as it is where there is none. */
function edited(
  { text, file, path }: ListPlace,
  items: readonly string[],
  change: (text: string, list: YAMLSeq) => Splice | null,
): string {
  return refusing(file, path, () => {
    const list = nodeAt(text, file, path);
    const splice = isSeq(list) ? change(text, list) : null;
    if (splice === null) return withSetting(text, file, path, items);
    return checked(text, spliced(text, splice), file, path, items);
  });
}

function addition(text: string, list: YAMLSeq, item: string): Splice {
  const eol = eolOf(text);
  if (list.flow === true)
    return appendFlow(text, list, { key: null, value: item }, { spread: false, unit: unitOf(text), eol });
  const last = list.items.at(-1);
  return linesAfter(text, rangeOf(last)[1], [`${dashIndent(text, last)}- ${compactText(item)}`], eol);
}

function removal(text: string, list: YAMLSeq, index: number): Splice {
  if (list.flow === true) return removeFlow(text, list, index);
  const item = list.items[index];
  dashIndent(text, item);
  return withoutLines(text, ...rangeOf(item));
}
