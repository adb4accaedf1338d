// Homes of programs that have start-up hooks, and the hooks in them.

import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { HOOK_HOSTS } from "../../src/agents/hook-hosts.ts";
import type { HookPlace, HookSite } from "../../src/agents/hook-site.ts";
import { commandText, hookArgv } from "../../src/hook-setup/command.ts";
import { placeText } from "../../src/hook-setup/plan.ts";
import { type HookDocument, schemaOf } from "../../src/report/schema.ts";
import { run, type RunOptions, type RunResult } from "../support/run.ts";
import { type World, world } from "../support/world.ts";

/** The homes of all programs, with a config.yaml for the first. */
export function homes(): World {
  const w = world();
  for (const name of [".claude", ".gemini", ".openclaw", ".config/opencode"]) {
    mkdirSync(join(w.root, name), { recursive: true });
  }
  writeFileSync(join(w.home, "config.yaml"), "# mine\na: 1\n");
  return w;
}

export function hook(w: World, words: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const env = { XDG_CONFIG_HOME: undefined, XDG_DATA_HOME: undefined, ...options.env };
  return run(["hook", ...words], { home: w, ...options, env });
}

export function documentOf(result: RunResult): HookDocument {
  const document = result.json() as HookDocument;
  expect(schemaOf(document.command).safeParse(document).error).toBeUndefined();
  return document;
}

/** `agent path-in-the-world state` for each place. */
export async function states(w: World, ...words: readonly string[]): Promise<readonly string[]> {
  const { hooks } = documentOf(await hook(w, ["status", "--json", ...words]));
  return hooks.map(({ agent, path, state, gone }) => {
    return `${agent} ${path.replace(`${w.root}/`, "")} ${state}${gone.length > 0 ? " gone" : ""}`;
  });
}

export interface Rendered {
  readonly site: HookSite;
  readonly argv: readonly string[];
  readonly command: string;
  /** The file of this name. */
  readonly file: (name: string) => string;
  /** What it was called with, a line for each call. */
  readonly recorded: () => readonly string[];
}

/** A hook with a program of the test in place of Node: `script` in sh is run with our arguments. */
export function rendered(w: World, agent: string, script: string): Rendered {
  const lines = join(w.work, "recorded");
  const node = join(w.work, "a node");
  writeFileSync(node, `#!/bin/sh\nshift\nprintf '%s\\n' "$*" >>'${lines}'\n${script}\n`);
  chmodSync(node, 0o755);
  const command = join(w.work, "checkpoints.js");
  writeFileSync(command, "");
  const ownFile = join(w.root, ".config/checkpoint-gc/config.yaml");
  const search = { env: {}, osHome: w.root, platform: "linux", cwd: null, homes: [], ownFile };
  const [site] = HOOK_HOSTS.find(({ name }) => name === agent)?.sites(search) ?? [];
  if (site === undefined) throw new Error(`no hook of ${agent}`);
  const argv = hookArgv(site, { node, script: command }, { ownFile, optIn: false });
  const place = (name: string): HookPlace => {
    const found = site.places.find(({ path }) => path.endsWith(name));
    if (found === undefined) throw new Error(`no ${name}`);
    return found;
  };
  return {
    site,
    argv,
    command: commandText(argv),
    file(name) {
      const { path } = place(name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, placeText(place(name), argv));
      return path;
    },
    recorded() {
      const text = existsSync(lines) ? readFileSync(lines, "utf8") : "";
      return text.split("\n").filter((line) => line !== "");
    },
  };
}
