/** Sets or removes one setting in one file: which file that is, whether the value is one, and the text before and after. */
import { readAgentFile } from "../config/agent-file.ts";
import { keysAt, withoutSetting, withSetting, type WrittenValue } from "../config/edit-file.ts";
import { parseFlag } from "../config/flags.ts";
import { readOwnFile } from "../config/own-file.ts";
import { nearestName } from "../config/suggest.ts";
import { valueFromText } from "../config/text-value.ts";
import { unknownKeyHint } from "../config/wording.ts";
import { GcError } from "../errors.ts";
import { readExactText } from "../fs/read-text.ts";
import { settingsFileOf as ownSettingsFile } from "../locations/settings-file.ts";
import { KIND_KEYS, OWN_BLOCK, settingNamed, type SettingKey, settingOf } from "../model/settings.ts";
import type { CommonOptions } from "../options.ts";
import { agentOfNamed, agentScope, type AgentScope, listOf, namedAgents } from "./agents.ts";
import { changedList } from "./changed-list.ts";
import { machineOf } from "./context.ts";

export interface EditRequest {
  readonly key: string;
  /** `add` and `remove` change a list, of which the other items stay. */
  readonly change: "set" | "add" | "remove" | "unset";
  /** Empty to unset it. */
  readonly values: readonly string[];
}

export interface SettingsEdit {
  readonly file: string;
  /** Ours, and not that of an agent. */
  readonly isOwn: boolean;
  /** The key as it is written in the file, with all that it is below. */
  readonly path: readonly string[];
  /** Null: it is none of ours, and can only be removed. */
  readonly setting: SettingKey | null;
  /** Null: there is no file. */
  readonly before: string | null;
  readonly after: string;
}

/** Throws `usage` for a wrong key, value or place, `settings-*` for a file that cannot be edited. Changes nothing. */
export async function settingsEdit(request: EditRequest, options: CommonOptions): Promise<SettingsEdit> {
  const scope = agentScope(options);
  const target = await targetOf(request, scope, options);
  const { file, isOwn } = target;
  const found = readExactText(file);
  if (found.kind === "unreadable") {
    throw new GcError("settings-unreadable", `${file} cannot be edited: ${found.message}`);
  }
  const before = found.kind === "text" ? found.text : null;
  const text = before ?? "";
  const path = [...target.block, ...writtenKey(text, file, target.block, target.key)];
  const setting = target.setting;
  if (request.change === "unset") {
    if (setting === null && !keysAt(text, file, path.slice(0, -1)).includes(path.at(-1) ?? ""))
      throw unknownKey(request.key);
    return { file, isOwn, path, setting, before, after: withoutSetting(text, file, path) };
  }
  if (setting === null) throw unknownKey(request.key);
  requireKind(target.key, kindsOf(scope));
  const value = valueOf(setting, request, scope);
  const after =
    request.change === "set"
      ? withSetting(text, file, path, value)
      : changedList(
          { change: request.change, setting, text, file, path, items: itemsOf(value, request) },
          namedAgents(scope, listOf(options.agent)),
        );
  requireValid(target, after, text);
  return { file, isOwn, path, setting, before, after };
}

interface Target {
  readonly file: string;
  readonly isOwn: boolean;
  readonly block: readonly string[];
  /** Below the block. */
  readonly key: readonly string[];
  readonly setting: SettingKey | null;
  /** Throws what reading it would throw. */
  readonly check: (text: string) => void;
}

async function targetOf({ key }: EditRequest, scope: AgentScope, options: CommonOptions): Promise<Target> {
  const [agents, homes, bases] = [options.agent, options.home, options.base].map((named) =>
    named === undefined ? [] : [named].flat(),
  );
  if ((bases ?? []).length > 0)
    throw new GcError("usage", "--base has no file of settings: expected --home or --agent, or neither");
  if ((homes ?? []).length > 1) throw new GcError("usage", "--home is given several times: expected one home");
  const keys = key.split(".");
  const name = keys.at(-1) ?? "";
  const isOfKind = keys.length === 3 && keys[0] === "kinds";
  const setting = keys.length === 1 || isOfKind ? settingNamed(name) : null;
  const { env, machine, paths } = machineOf(options);
  const [home] = homes ?? [];
  if (home !== undefined) {
    const agent = agentOfNamed(scope, agents ?? []);
    const found = (await paths.resolve([home])).get(home);
    // A file in a home that is not there would be read by no run.
    if (found?.end.kind !== "directory")
      throw new GcError("home-missing", `the home ${home} does not exist`, { hint: "Check the path of --home." });
    const resolved = found.at;
    const file = agent.settings?.file(resolved, machine.platform) ?? null;
    if (file === null || keys.length > 1) {
      const hint = `In our own file: checkpoints config set ${key} ... ${keys.length > 1 ? "without --home" : `--agent ${agent.name}`}.`;
      throw new GcError("usage", `${key} cannot be set for one home of ${agent.name}`, { hint });
    }
    const check = (text: string): void => {
      readAgentFile(text, file, { block: agent.settings?.block ?? null, kinds: agent.kinds }, kindsOf(scope));
    };
    return { file, isOwn: false, block: [OWN_BLOCK], key: keys, setting, check };
  }
  const file = ownSettingsFile(env, machine.platform);
  const [agent, ...more] = agents === undefined || agents.length === 0 ? [] : namedAgents(scope, agents);
  if (more.length > 0) throw new GcError("usage", "--agent is given several times: expected one agent");
  if (agent !== undefined && keys.length > 1)
    throw new GcError("usage", `${key} cannot be set for one agent: expected a setting without a kind`);
  const check = (text: string): void => {
    readOwnFile(text, file, { kinds: kindsOf(scope), agents: scope.agents.map((one) => one.name) });
  };
  return {
    file,
    isOwn: true,
    block: agent === undefined ? [] : ["agents", agent.name],
    key: keys,
    setting: ofKind(setting, isOfKind),
    check,
  };
}

/** For one kind, few settings have an effect. */
function ofKind(setting: SettingKey | null, isOfKind: boolean): SettingKey | null {
  return isOfKind && !KIND_KEYS.some((key) => key === setting) ? null : setting;
}

/** Before the text is made: a mistake in that would be named by a line that is in no file. */
function requireKind([block, name = "", ...rest]: readonly string[], kinds: readonly string[]): void {
  if (block !== "kinds" || rest.length === 0 || kinds.includes(name)) return;
  const meant = nearestName(name, kinds);
  throw new GcError(
    "usage",
    `${JSON.stringify(name)} is not a kind: expected one of ${kinds.join(", ")}`,
    meant === null ? {} : { hint: `Did you mean ${meant}?` },
  );
}

function kindsOf({ kinds }: AgentScope): readonly string[] {
  return kinds.map(({ kind }) => kind);
}

/** A setting that stands in the file under a former name keeps it: under both names it would be an error. */
function writtenKey(text: string, file: string, block: readonly string[], keys: readonly string[]): readonly string[] {
  const above = keys.slice(0, -1);
  const key = keys.at(-1) ?? "";
  const setting = settingNamed(key);
  const written = keysAt(text, file, [...block, ...above]).find((each) => settingNamed(each) === setting);
  return [...above, setting === null || written === undefined ? (setting ?? key) : written];
}

function valueOf(
  setting: SettingKey,
  { key, change, values: texts }: EditRequest,
  { kinds }: AgentScope,
): WrittenValue {
  const { kind } = settingOf(setting);
  const known = kinds.map((each) => each.kind);
  if (kind === "patterns" || kind === "kinds") {
    const typed = kind === "kinds" ? texts.flatMap((text) => text.split(",")) : texts;
    const items = typed.map((item) => item.trim());
    // What is wrong has to be removable.
    if (change === "remove") return items;
    // A single empty text is an empty list.
    if (change === "set" && items.length === 1 && items[0] === "") return [];
    for (const item of items) {
      if (item === "") throw new GcError("usage", `the value to add to ${key} is empty: expected text`);
      parseFlag(setting, item, key, known);
    }
    return items;
  }
  const [text = "", ...more] = texts;
  if (more.length > 0) throw new GcError("usage", `${key} takes one value, but got ${texts.length}`);
  const { value } = parseFlag(setting, text, key, known);
  // As it was typed: 2G is easier to read than its bytes.
  if (kind === "bytes" && value !== 0) return text.trim();
  return typeof value === "number" || typeof value === "boolean" ? value : String(valueFromText(setting, text));
}

function itemsOf(value: WrittenValue, { key, change }: EditRequest): readonly string[] {
  if (typeof value === "object") return value;
  throw new GcError("usage", `${key} is not a list, so config ${change} cannot change it`, {
    hint: `To write its value: checkpoints config set ${key} VALUE`,
  });
}

/** What was broken before may stay so: otherwise it could not be mended one value after the other. */
function requireValid({ check }: Target, after: string, before: string): void {
  try {
    check(after);
  } catch (error) {
    if (isValid(check, before)) throw error;
  }
}

function isValid(check: Target["check"], text: string): boolean {
  try {
    check(text);
    return true;
  } catch (error) {
    if (error instanceof GcError) return false;
    throw error;
  }
}

export function unknownKey(key: string): GcError {
  return new GcError("usage", `${JSON.stringify(key)} is not a setting`, {
    hint: unknownKeyHint(key.split(".").at(-1) ?? key),
  });
}
