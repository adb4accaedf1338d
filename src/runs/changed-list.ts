/** `config add` and `config remove`: a list of a file of settings with some items more, or without some. */
import { DEFAULT_SETTINGS, type SettingKey, settingOf } from "../model/settings.ts";
import type { Agent } from "../agents/agent.ts";
import { valueIn } from "../config/edit-file.ts";
import { withItem, withoutItem } from "../config/edit-items.ts";
import { GcError } from "../errors.ts";

export interface ListChange {
  readonly change: "add" | "remove";
  readonly setting: SettingKey;
  readonly text: string;
  readonly file: string;
  /** As the key is written in the file. */
  readonly path: readonly string[];
  readonly items: readonly string[];
}

/** The text after the change; `agents`: those it is for. Throws `usage` for an item that is not there, and where the list would replace the default. */
export function changedList(wanted: ListChange, agents: readonly Pick<Agent, "defaults">[]): string {
  const { change, setting, text, file, path, items } = wanted;
  const before = itemsIn(wanted);
  const usual = [...new Set(agents.flatMap(({ defaults }) => defaults?.collect ?? DEFAULT_SETTINGS.collect))];
  if (before === null && setting === "collect" && usual.length > 0) throw notSet(wanted, usual);
  return items.reduce<Edited>(
    ({ text: so, list }, item) => {
      const isThere = list.includes(item);
      if (change === "add") {
        return isThere
          ? { text: so, list }
          : { text: withItem({ text: so, file, path, before: list }, item), list: [...list, item] };
      }
      if (!isThere) throw notThere(item, list, wanted);
      const left = list.toSpliced(list.indexOf(item), 1);
      return { text: withoutItem({ text: so, file, path, before: list }, item), list: left };
    },
    { text, list: before ?? [] },
  ).text;
}

interface Edited {
  readonly text: string;
  readonly list: readonly string[];
}

/** As the reader takes it: a text is one pattern, or the names of kinds. Null: it is not set there. */
function itemsIn({ setting, text, file, path }: ListChange): readonly string[] | null {
  const value = valueIn(text, file, path);
  if (value === undefined) return null;
  if (typeof value === "string") {
    return settingOf(setting).kind === "kinds" ? value.split(/[\s,]+/).filter((kind) => kind !== "") : [value];
  }
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  throw new GcError("settings-invalid", `${path.join(".")} in ${file} is not a list of texts`, {
    hint: `To replace it: checkpoints config set ${setting} VALUE...`,
  });
}

function notThere(item: string, list: readonly string[], { file, path }: ListChange): GcError {
  const hint = list.length === 0 ? {} : { hint: `It has ${list.join(", ")}.` };
  return new GcError("usage", `${JSON.stringify(item)} is not in ${path.join(".")} of ${file}`, hint);
}

/** A list that was not set stands in place of the default one, so all that is meant has to be named. */
function notSet({ change, file, path, items }: ListChange, usual: readonly string[]): GcError {
  const meant = change === "add" ? [...new Set([...usual, ...items])] : usual.filter((kind) => !items.includes(kind));
  const message = `${path.join(".")} is not set in ${file}, and a list there would replace the default`;
  const values = meant.length === 0 ? '""' : meant.join(" ");
  return new GcError("usage", message, {
    hint: `To write the default with this change: checkpoints config set collect ${values}`,
  });
}
