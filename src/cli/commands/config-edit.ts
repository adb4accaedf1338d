/** `config set`, `add`, `remove` and `unset`: shows the lines that change, and writes them. */
import { errnoOf, GcError, ifReadable } from "../../errors.ts";
import { bytePath, lstatOrNull } from "../../fs/syscalls.ts";
import { linesChanged } from "../../hook-setup/lines-changed.ts";
import { envelope } from "../../report/envelope.ts";
import { UNCHANGED } from "../../report/notices.ts";
import { pathText } from "../../report/paths.ts";
import type { RenderContext } from "../../report/render-context.ts";
import { visible } from "../../report/sanitize.ts";
import { settingsOf } from "../../runs/config.ts";
import { type EditRequest, type SettingsEdit, settingsEdit } from "../../runs/edit-settings.ts";
import { createSystem } from "../../schedule/system.ts";
import type { Invocation } from "../invocation.ts";
import { inSession, type Session } from "../session.ts";

export async function configSet(call: Invocation): Promise<number> {
  const [first = "", ...rest] = call.words;
  // As --set takes it.
  const [, name, value] = /^([\w.-]+)=(.*)$/s.exec(first) ?? [];
  const [key, values] = rest.length === 0 && name !== undefined ? [name, [value ?? ""]] : [first, rest];
  if (values.length === 0) {
    throw new GcError("usage", `${key} has no value: expected checkpoints config set ${key} VALUE`, {
      hint: "To remove a setting: checkpoints config unset KEY",
    });
  }
  return editSettings("config set", { key, change: "set", values }, call);
}

export async function configAdd(call: Invocation): Promise<number> {
  const [key = "", ...values] = call.words;
  return editSettings("config add", { key, change: "add", values }, call);
}

export async function configRemove(call: Invocation): Promise<number> {
  const [key = "", ...values] = call.words;
  return editSettings("config remove", { key, change: "remove", values }, call);
}

export async function configUnset(call: Invocation): Promise<number> {
  return editSettings("config unset", { key: call.words[0] ?? "", change: "unset", values: [] }, call);
}

async function editSettings(
  command: "config set" | "config add" | "config remove" | "config unset",
  request: EditRequest,
  call: Invocation,
): Promise<number> {
  const dryRun = call.values["dryRun"] === true;
  return inSession(call, async (session) => {
    const { shared, look } = session;
    const edit = await session.during((common) => settingsEdit(request, common));
    const changes = linesChanged(edit.before ?? "", edit.after);
    const written = !dryRun && changes !== "";
    const emptied = isEmptied(edit);
    if (written) write(edit, emptied);
    const overridden = written ? await overriding(edit, session) : [];
    if (shared.json) {
      const { file, path } = edit;
      const lines = changes === "" ? [] : changes.split("\n");
      session.printJson({
        ...envelope(command, session.meta(dryRun), "done", null),
        edit: { file, key: path.join("."), changes: lines, written, removed: written && emptied, overridden },
      });
    } else
      session.print(textOf(edit, changes, { dryRun, overridden, emptied, isSet: request.change !== "unset" }, look));
    return 0;
  });
}

/** Nothing is left in our own file, which would stay as one that says nothing. That of an agent is not ours to remove. */
function isEmptied({ file, isOwn, before, after }: SettingsEdit): boolean {
  if (!isOwn || before === null || before === after || after.trim() !== "") return false;
  // What a symlink leads to is kept somewhere else, with its history perhaps.
  return ifReadable(() => lstatOrNull(bytePath(file)))?.kind === "file";
}

function write({ file, before, after }: SettingsEdit, emptied: boolean): void {
  const system = createSystem(process.env);
  try {
    // Refused where it has changed meanwhile.
    system.edit(file, before, after);
    if (emptied) system.remove(file);
  } catch (error) {
    const code = errnoOf(error);
    if (code === null) throw error;
    throw new GcError("settings-unreadable", `${file} cannot be written (${code}): nothing was changed`, {
      hint: "Make its directory writable for this user, or run it as the user whose it is.",
      cause: error,
    });
  }
}

/** Files that set the same, and count for a base in place of this one. Broken settings are another command's to report. */
async function overriding({ file, setting }: SettingsEdit, session: Session): Promise<readonly string[]> {
  if (setting === null || setting === "keep") return [];
  try {
    const bases = await session.during((common) => settingsOf({ ...common, mustExist: false }));
    const files = bases.flatMap(({ settings }) => {
      const origin = settings?.origins[setting];
      return origin?.kind === "file" && origin.file !== file ? [origin.file] : [];
    });
    return [...new Set(files)];
  } catch (error) {
    if (error instanceof GcError) return [];
    throw error;
  }
}

interface Done {
  readonly dryRun: boolean;
  readonly overridden: readonly string[];
  /** The file goes with its last line. */
  readonly emptied: boolean;
  readonly isSet: boolean;
}

function textOf(
  { file, path }: SettingsEdit,
  changes: string,
  { dryRun, overridden, emptied, isSet }: Done,
  look: RenderContext,
): string {
  const name = path.join(".");
  if (changes === "" && isSet)
    return `${name} in ${pathText(file, look)} has this value already: nothing to do.
`;
  if (changes === "")
    return `${name} is not set in ${pathText(file, look)}: nothing to do.
`;
  const lines = changes.split("\n").map((line) => visible(line, look));
  return [
    pathText(file, look),
    ...lines,
    ...overridden.map((other) =>
      isSet
        ? `${pathText(other, look)} sets ${path.at(-1) ?? ""} too, and counts there.`
        : `${pathText(other, look)} still sets ${path.at(-1) ?? ""}.`,
    ),
    ...(emptied
      ? [dryRun ? "Nothing is left in it: it would be removed." : "Nothing was left in it: it was removed."]
      : []),
    ...(dryRun ? [UNCHANGED] : []),
    "",
  ].join("\n");
}
