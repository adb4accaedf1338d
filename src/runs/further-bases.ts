/**
 * Bases in no usual place: those that our file of settings names, and those in directories that entries of other agents
 * are about. Where a home or base was named for the run, that is all of it.
 */
import { isAbsolute } from "node:path";
import type { Agent, FindBases } from "../agents/agent.ts";
import { NO_OWN_LAYERS, type OwnLayers, readOwnFile } from "../config/own-file.ts";
import { expectErrno, GcError, UNREADABLE } from "../errors.ts";
import { createYielder } from "../fs/cooperative.ts";
import type { BaseRef } from "../model/home.ts";
import { subjectOf } from "../model/inspection.ts";
import type { CommonOptions } from "../options.ts";
import type { ForeignPaths } from "../resolve/foreign.ts";
import { resolveBase } from "../scan/base.ts";
import { discover } from "../scan/discover.ts";
import { kindNamed } from "../stores/kind.ts";
import { agentOf, type AgentScope, kindsOf, listOf, namedAgents } from "./agents.ts";
import { withListings } from "./listings.ts";

export interface FurtherSearch {
  readonly options: CommonOptions;
  readonly input: Omit<FindBases, "listDirectories" | "read">;
  readonly scope: AgentScope;
  readonly paths: ForeignPaths;
  readonly ownFile: string;
}

/** Beside `found`, those of the usual places. Not resolved. Throws `interrupted`. */
export async function furtherBases(found: readonly BaseRef[], search: FurtherSearch): Promise<readonly BaseRef[]> {
  const { options, input, paths } = search;
  // What is looked for in them may be sessions alone; the directories are those that repositories are about.
  const scope = { ...search.scope, sessionsOnly: false };
  if (input.homes.length + input.bases.length > 0) return [];
  const named = listOf(options.agent);
  const agents = namedAgents(scope, named);
  const own = await ownLayers(search);
  const asked = agents.filter(
    (agent) => named.length > 0 || options.sessions === true || isCollected(agent, own, options),
  );
  const around = asked.filter(({ basesAround }) => basesAround !== undefined);
  const workdirs =
    around.length === 0 ? [] : await workdirsIn(await otherBases(found, around, search), { ...search, scope });
  return withListings(paths, (listDirectories, read) => {
    const further: FindBases = { ...input, listDirectories, read };
    return [
      ...agents.flatMap((agent) => basesInSettings(agent, own, further)),
      ...around.flatMap((agent) => agent.basesAround?.(workdirs, further) ?? []),
    ];
  });
}

/** A base that is gone by now is none: its disk may be unplugged. */
function basesInSettings(agent: Agent, own: OwnLayers, input: FindBases): readonly BaseRef[] {
  const bases = own.bases.get(agent.name) ?? [];
  return bases.length === 0 ? [] : agent.findBases({ ...input, bases }).map((ref) => ({ ...ref, named: null }));
}

/** A file that cannot be read is reported where its settings are needed, and what is in the trash can be listed all the same. */
async function ownLayers({ scope, paths, ownFile }: FurtherSearch): Promise<OwnLayers> {
  const file = await paths.read(ownFile);
  if (file.kind !== "text") return NO_OWN_LAYERS;
  const known = { kinds: scope.kinds.map(({ kind }) => kind), agents: scope.agents.map(({ name }) => name) };
  try {
    return readOwnFile(file.text, ownFile, known);
  } catch (error) {
    if (error instanceof GcError) return NO_OWN_LAYERS;
    throw error;
  }
}

/**
 * Which directories others are about is found by reading each of their entries, once more than a run does anyway: that is
 * only done where the agent was named, or its kinds are collected.
 */
function isCollected({ name, kinds }: Agent, own: OwnLayers, { settings, flags = [] }: CommonOptions): boolean {
  const flag: unknown = flags.findLast(({ key }) => key === "collect")?.value;
  const values = [
    settings?.collect,
    settings?.stores,
    flag,
    own.agents.get(name)?.values.collect,
    own.top?.values.collect,
  ];
  const collected = new Set(values.flatMap((value): readonly unknown[] => (Array.isArray(value) ? value : [])));
  return kinds.some(({ kind }) => collected.has(kind));
}

/** Where only one agent was named, the usual places of the others. */
async function otherBases(
  found: readonly BaseRef[],
  around: readonly Agent[],
  { input, scope, paths }: FurtherSearch,
): Promise<readonly BaseRef[]> {
  const others = scope.agents.filter((agent) => !around.includes(agent));
  const searched = others.filter(({ name }) => !found.some(({ agent }) => agent === name));
  try {
    const more = await withListings(paths, (listDirectories, read) =>
      searched.flatMap((agent) => agent.findBases({ ...input, listDirectories, read })),
    );
    return [...found.filter(({ agent }) => others.some(({ name }) => name === agent)), ...more];
  } catch (error) {
    // What cannot be listed was not asked for.
    if (error instanceof GcError && error.code === "base-unreadable") return [];
    throw error;
  }
}

/** What the repositories there are about, each once. */
async function workdirsIn(refs: readonly BaseRef[], search: FurtherSearch): Promise<readonly string[]> {
  const workdirs = new Set<string>();
  for (const ref of refs) for (const one of await workdirsOf(ref, search)) workdirs.add(one);
  return [...workdirs].filter((one) => isAbsolute(one));
}

/** None where the base cannot be read: it is reported where it is judged. */
async function workdirsOf(ref: BaseRef, { options, input, scope, paths }: FurtherSearch): Promise<readonly string[]> {
  const { signal } = options;
  const agent = agentOf(ref, scope);
  const now = (options.now ?? Date.now)();
  const yieldIfDue = createYielder(signal);
  try {
    const base = (await resolveBase(ref, input.osHome, paths))?.path ?? null;
    if (base === null) return [];
    const stores = kindsOf(agent, base, scope).filter(({ borrows, inside }) => borrows !== false && inside !== true);
    if (stores.length === 0) return [];
    const { entries } = await discover(base, stores, { sharesLoop: options.sharesLoop ?? true, signal, now, agent });
    const found: string[] = [];
    for (const entry of entries) {
      const look = { freshAfter: 0, locks: false, claims: false, now };
      const inspection = kindNamed(stores, entry.store)?.inspect(entry, look) ?? null;
      const subject = inspection === null ? null : subjectOf(inspection.reading);
      if (subject !== null) found.push(subject.value);
      await yieldIfDue();
    }
    return found;
  } catch (error) {
    if (error instanceof GcError && error.code.startsWith("base-")) return [];
    expectErrno(error, ...UNREADABLE);
    return [];
  }
}
