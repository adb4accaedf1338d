/** The settings of a base, from the file of its agent and from ours, and when they last changed. */
import { dirname } from "node:path";
import { defaultSettings, resolveSettings, type TextResult } from "../config/settings.ts";
import { expectErrno, UNREADABLE } from "../errors.ts";
import { bytePath, lstatOrNull } from "../fs/syscalls.ts";
import type { BaseRef } from "../model/home.ts";
import type { ResolvedSettings, Settings } from "../model/settings.ts";
import { agentOf } from "./agents.ts";
import type { RunContext } from "./context.ts";

/** The agent's own file of settings for a base. */
export function settingsFileOf(ref: BaseRef, context: RunContext): string | null {
  return agentOf(ref, context).settings?.file(ref.home, context.machine.platform) ?? null;
}

/** The settings of a base. Throws `settings-unreadable` and `settings-invalid`. */
export async function settingsFor(ref: BaseRef, context: RunContext): Promise<ResolvedSettings> {
  const agent = agentOf(ref, context);
  const path = settingsFileOf(ref, context);
  const { flags, ownFile, agents } = context;
  return resolveSettings({
    agent,
    agentFile:
      path === null || agent.settings === null
        ? null
        : { path, block: agent.settings.block, result: await context.paths.read(path) },
    ownFile: { path: ownFile, result: await readOwn(context) },
    flags,
    kinds: context.kinds.map(({ kind }) => kind),
    agents: agents.map(({ name }) => name),
  });
}

/** Those of a base whose files say nothing, or cannot be read. */
export function defaultsFor(ref: BaseRef, context: RunContext): Settings {
  return defaultSettings(agentOf(ref, context));
}

/**
 * A link to a disk that is not mounted is no missing file: with what it keeps unknown, nothing may be removed. Of our file
 * alone, since every agent decides by itself what a link of its own means.
 */
async function readOwn({ ownFile, machine, paths }: RunContext): Promise<TextResult> {
  const file = await paths.read(ownFile);
  if (file.kind !== "missing" || machine.platform === "win32") return file;
  for (let path = ownFile; path !== dirname(path); path = dirname(path)) {
    const found = await paths.resolve([path, dirname(path)]);
    const [own, above] = [found.get(path), found.get(dirname(path))];
    if (own === undefined || above === undefined || own.forms.length === 1) return file;
    if (above.end.kind === "missing") continue;
    if (own.forms.length === above.forms.length) return file;
    return { kind: "unreadable", code: "ENOENT", message: `${path} leads to ${own.at}, which is not there` };
  }
  return file;
}

/** When the settings of a base last changed: of each file its ctime (ms), null where it is not there. */
export async function settingsTimes(ref: BaseRef, context: RunContext): Promise<readonly (number | null)[]> {
  const path = settingsFileOf(ref, context);
  return Promise.all([...(path === null ? [] : [path]), context.ownFile].map(async (file) => timeOf(file, context)));
}

async function timeOf(path: string, { paths }: RunContext): Promise<number | null> {
  const found = (await paths.resolve([path])).get(path);
  if (found?.end.kind !== "other") return null;
  try {
    return lstatOrNull(bytePath(found.at))?.ctime ?? null;
  } catch (error) {
    expectErrno(error, ...UNREADABLE);
    return null;
  }
}
