/** The value of one setting that applies, and nothing else: for scripts. */
import { KIND_NAMES } from "../../agents/names.ts";
import { GcError } from "../../errors.ts";
import { KIND_KEYS, settingNamed, type Settings, settingOf, settingsOfKind } from "../../model/settings.ts";
import { textFromSize } from "../../model/size.ts";
import { pathText } from "../../report/paths.ts";
import type { RenderContext } from "../../report/render-context.ts";
import { visible } from "../../report/sanitize.ts";
import { type BaseSettings, settingsOf } from "../../runs/config.ts";
import { unknownKey } from "../../runs/edit-settings.ts";
import type { Invocation } from "../invocation.ts";
import { inSession } from "../session.ts";

export async function configGet(call: Invocation): Promise<number> {
  const key = call.words[0] ?? "";
  const read = readerOf(key);
  return inSession(call, async (session) => {
    const { shared, look } = session;
    const found = await session.during(settingsOf);
    const lines = onlyValue(key, found, read, look);
    const shown = process.stdout.isTTY ? lines.map((line) => visible(line, look)) : lines;
    if (shared.json) {
      const [{ configJson }, { viewsOf }] = [await import("../../report/more-json.ts"), await import("./config.ts")];
      session.printJson(configJson(viewsOf(found), session.meta(false)));
    } else session.print(shown.map((line) => `${line}\n`).join(""));
    return 0;
  });
}

type Reader = (settings: Settings) => readonly string[];

/** Throws `usage` for what is not a setting. */
function readerOf(key: string): Reader {
  const [first, kind = "", name = "", ...more] = key.split(".");
  const isOfKind = first === "kinds" && more.length === 0 && KIND_NAMES.includes(kind);
  const setting = isOfKind ? (KIND_KEYS.find((one) => one === name) ?? null) : settingNamed(key);
  if (setting === null) throw unknownKey(key);
  return (settings) => {
    const value = (isOfKind ? settingsOfKind(settings, kind) : settings)[setting];
    if (typeof value === "object") return value;
    return [
      settingOf(setting).kind === "bytes" && typeof value === "number" && value > 0
        ? textFromSize(value)
        : String(value),
    ];
  };
}

/** What all homes have in common; to print one of several would be a guess. */
function onlyValue(key: string, found: readonly BaseSettings[], read: Reader, look: RenderContext): readonly string[] {
  const values = new Map<string, { readonly lines: readonly string[]; readonly at: string }>();
  for (const { ref, settings, error, settingsError } of found) {
    const failure = settingsError ?? error;
    if (settings === null && failure !== null) throw failure;
    if (settings === null) continue;
    const lines = read(settings.values);
    const text = lines.join("\n");
    if (!values.has(text)) values.set(text, { lines, at: pathText(ref.home, look) });
  }
  const [first, second] = [...values.values()];
  if (first === undefined) {
    throw new GcError("home-missing", "no home of an agent was found", { hint: "Name it with --home." });
  }
  if (second !== undefined) {
    const message = `${key} differs: it is ${shown(first.lines)} in ${first.at}, and ${shown(second.lines)} in ${second.at}`;
    throw new GcError("ambiguous", message, { hint: "To print one of them, add --agent or --home." });
  }
  return first.lines;
}

function shown(lines: readonly string[]): string {
  return lines.length === 0 ? "empty" : lines.join(", ");
}
