/** What `keep` and arguments match on this disk, and what is recorded of `keep`: the same for every run. */
import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Agent } from "../agents/agent.ts";
import type { SettingFlag } from "../config/flags.ts";
import { homeOfUser } from "../locations/paths.ts";
import { bytePath, lstatOrNull } from "../fs/syscalls.ts";
import { readSmall } from "../fs/read-small.ts";
import type { JudgeContext } from "../judge.ts";
import type { NamedPattern } from "../model/patterns.ts";
import type { BaseRef } from "../model/home.ts";
import type { Settings } from "../model/settings.ts";
import { nameMatcher } from "../plan/patterns.ts";
import { foreignPaths } from "../resolve/foreign.ts";
import { namedKeeps, namedWords } from "../resolve/patterns.ts";
import { agentOf, type AgentScope } from "./agents.ts";
import { mergedKeeps, readKeeps, type RememberedKeeps, writeKeeps } from "../state/keep.ts";

/** `/etc/passwd` of a large installation; more users than this are served by the network, and not in the file. */
const PASSWD_LIMIT = 4 * 1024 * 1024;

const NOTHING: RememberedKeeps = new Map();

/** `state`: the state directory of the base, or null where there is none. */
export async function keepsFor(
  ref: BaseRef,
  state: string | null,
  settings: Pick<Settings, "keep">,
  context: Pick<JudgeContext, "machine" | "signal"> & AgentScope,
): Promise<readonly NamedPattern[]> {
  if (settings.keep.length === 0) return [];
  const { machine, signal } = context;
  const paths = foreignPaths({ machine, own: ref.path, signal });
  const scene = { homes: homesFor(ref, agentOf(ref, context), machine.userHome), paths, matcher: nameMatcher };
  return namedKeeps(settings.keep, state === null ? NOTHING : readKeeps(state), scene);
}

/** What is named on the command line. */
export async function wordsFor(
  words: readonly string[],
  { machine, signal }: Pick<JudgeContext, "machine" | "signal">,
): Promise<readonly NamedPattern[]> {
  const paths = foreignPaths({ machine, own: null, signal });
  return namedWords(words, { homes: [machine.userHome], paths, matcher: nameMatcher });
}

/**
 * Records what the patterns lead to, and drops patterns that are no longer in the settings. Where the call brought
 * patterns of its own those of the settings are unknown, and nothing is dropped. Throws the errno.
 */
export function rememberKeeps(state: string, keeps: readonly NamedPattern[], flags: readonly SettingFlag[]): void {
  const before = readKeeps(state);
  writeKeeps(state, before, toRemember(before, keeps, flags));
}

/** Whether a run that has nothing else to do would record anything. */
export function isRemembered(
  state: string | null,
  keeps: readonly NamedPattern[],
  flags: readonly SettingFlag[],
): boolean {
  const before = state === null ? NOTHING : readKeeps(state);
  return isDeepStrictEqual(before, toRemember(before, keeps, flags));
}

function toRemember(
  before: RememberedKeeps,
  keeps: readonly NamedPattern[],
  flags: readonly SettingFlag[],
): RememberedKeeps {
  const given = flags.some(({ key }) => key === "keep");
  const named = new Set(keeps.map(({ pattern }) => pattern));
  const kept = new Map([...before].filter(([pattern]) => given || named.has(pattern)));
  const settled = keeps.filter((keep) => keep.settled.length > 0).map((keep) => [keep.pattern, keep.settled] as const);
  return mergedKeeps(kept, new Map(settled));
}

/**
 * What `~` may stand for: the home of the current user, the directory that the home of the agent is in by its name, and
 * the home of the user that owns it.
 */
function homesFor(ref: BaseRef, agent: Agent, userHome: string): readonly string[] {
  // As it was named, and resolved: either may be in the home of a user.
  const above = [ref.home, dirname(ref.path)].flatMap((home) => agent.userHomesAround(home));
  const owner = lstatOrNull(bytePath(ref.path))?.uid ?? null;
  const passwd = owner === null ? null : readSmall(bytePath("/etc/passwd"), PASSWD_LIMIT);
  const own = passwd?.kind === "bytes" && owner !== null ? homeOfUser(passwd.bytes.toString("utf8"), owner) : null;
  return [...new Set([userHome, ...above, ...(own === null ? [] : [own])])];
}
