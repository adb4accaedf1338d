/** Adds one item to a list in a file of settings, or takes one out; the lines and comments of the others stay. Pure. */
import { isSeq, type YAMLSeq } from "yaml";
import { dashIndent, linesAfter, unitOf, withoutLines } from "./block-text.ts";
import { checked, eolOf, nodeAt, refusing, withSetting } from "./edit-file.ts";
import { appendFlow, compactText, removeFlow, type Splice, spliced } from "./flow-text.ts";
import { rangeOf } from "./node-range.ts";

/** `before`: its items, also where one text means them, which becomes a list then. */
export function withItem(
  text: string,
  file: string,
  path: readonly string[],
  before: readonly string[],
  item: string,
): string {
  return refusing(file, path, () => {
    const items = [...before, item];
    const list = nodeAt(text, file, path);
    if (!isSeq(list) || list.items.length === 0) return withSetting(text, file, path, items);
    return checked(text, spliced(text, addition(text, list, item)), file, path, items);
  });
}

/** Without the first such item. A list of which nothing is left stays as an empty one: no value at all would mean the default. */
export function withoutItem(
  text: string,
  file: string,
  path: readonly string[],
  before: readonly string[],
  item: string,
): string {
  return refusing(file, path, () => {
    const index = before.indexOf(item);
    const items = before.toSpliced(index, 1);
    const list = nodeAt(text, file, path);
    if (!isSeq(list) || items.length === 0) return withSetting(text, file, path, items);
    return checked(text, spliced(text, removal(text, list, index)), file, path, items);
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
