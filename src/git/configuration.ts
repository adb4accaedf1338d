/**
 * What a repository's own configuration makes git wait for, or run: files that it includes, and hooks that it defines
 * (git 2.54), which need no file in `hooks` and hear nothing of `core.hooksPath`.
 *
 * git follows includes by itself and cannot be told not to. So the files are listed first, each by a git that does not
 * follow, and each is looked at: a FIFO among them is found at once, and git is not started into it.
 */
import { dirname } from "node:path";
import { readSmall } from "../fs/read-small.ts";
import { bytePath, lstatOrNull } from "../fs/syscalls.ts";
import { runCommand } from "../process/run-command.ts";
import { absolute } from "./alternates.ts";
import { environment } from "./environment.ts";
import { linesOf, notFiles } from "./special-files.ts";

export type Configuration =
  | { readonly kind: "readable"; readonly hooks: readonly string[] }
  /** The path of what it includes and is neither a file nor missing. */
  | { readonly kind: "special"; readonly path: string }
  /** What it includes does not answer: a mount without its server. */
  | { readonly kind: "silent" };

/** git reads a configuration in milliseconds. */
const CONFIG_MS = 5000;

/** git's own bound on includes in included files. */
const MAX_DEPTH = 10;

/** Its files are no FIFOs themselves: the caller has looked at those. */
export async function readConfiguration(gitDirectory: string): Promise<Configuration> {
  const files = ["config", "config.worktree"].map((name) => `${gitDirectory}/${name}`);
  const elsewhere = lstatOrNull(bytePath(`${gitDirectory}/commondir`)) !== null;
  if (!elsewhere && !files.some(namesOthers)) return { kind: "readable", hooks: [] };
  const found = await specialInclude(files);
  if (found !== null) return found;
  // Whatever was not found so, git meets here, with a short deadline and nothing else to do.
  const env = environment(gitDirectory);
  const args = ["config", "--list", "--null", "--name-only"];
  const { end, stdout } = await runCommand({ program: "git", args, env }, { deadline: CONFIG_MS });
  if (end.kind === "timed-out") return { kind: "silent" };
  const keys = stdout.toString("latin1").split("\0");
  return { kind: "readable", hooks: [...new Set(keys.flatMap((key) => /^hook\.(.*)\.[^.]+$/s.exec(key)?.[1] ?? []))] };
}

/** Switches hooks off. By the environment, since a name with `=` in it cannot be given by `-c`. */
export function hooksOff(hooks: readonly string[]): Record<string, string> {
  if (hooks.length === 0) return {};
  const settings: Record<string, string> = { GIT_CONFIG_COUNT: String(hooks.length) };
  for (const [at, name] of hooks.entries()) {
    settings[`GIT_CONFIG_KEY_${at}`] = `hook.${name}.enabled`;
    settings[`GIT_CONFIG_VALUE_${at}`] = "false";
  }
  return settings;
}

/** git does not write a megabyte of configuration, and may read one to the end. */
function namesOthers(path: string): boolean {
  const file = readSmall(bytePath(path), 1024 * 1024);
  if (file.kind === "missing") return false;
  return file.kind !== "bytes" || /\[\s*(?:include|hook)/i.test(file.bytes.toString("latin1"));
}

/** Goes on to the includes of what is included, whatever the condition is that they are under. */
async function specialInclude(files: readonly string[]): Promise<Configuration | null> {
  const seen = new Set(files);
  let level = files;
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth++) {
    const included: string[] = [];
    for (const file of level) included.push(...(await includesOf(file)));
    level = [...new Set(included)].filter((path) => !seen.has(path));
    for (const path of level) seen.add(path);
    if (level.length === 0) break;
    const special = await notFiles(level, CONFIG_MS);
    if (special === "silent") return { kind: "silent" };
    if (special !== "missing" && special[0] !== undefined) return { kind: "special", path: special[0] };
  }
  return null;
}

/** `~/` is none of these: git knows no home here, and refuses the configuration. */
async function includesOf(file: string): Promise<readonly string[]> {
  const query = ["--no-includes", "--null", "--get-regexp", String.raw`^include(if\..*)?\.path$`];
  const printed = await linesOf("git", ["config", "--file", file, ...query], CONFIG_MS, "\0");
  // `<key>\n<value>`
  const values = (typeof printed === "string" ? [] : printed).map((one) => one.split("\n").slice(1).join("\n"));
  return values.filter((path) => path !== "" && !path.startsWith("~")).map((path) => absolute(dirname(file), path));
}
