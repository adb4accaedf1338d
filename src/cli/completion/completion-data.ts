/**
 * What a Tab may read: names of directories, and the marker of each repo. It walks nothing, writes nothing and runs no
 * git; what cannot be read is left out silently, because a message would land in the line being edited.
 */
import type { Agent, FindBases } from "../../agents/agent.ts";
import { runSync } from "../../fs/cooperative.ts";
import { bytePath, textOf, rawPath } from "../../fs/syscalls.ts";
import { children } from "../../fs/listing.ts";
import type { Entry } from "../../model/entry.ts";
import { subjectOf } from "../../model/inspection.ts";
import { resolveHere } from "../../resolve/foreign.ts";
import { readMounts } from "../../resolve/machine.ts";
import { entryOf } from "../../reclaim/trash.ts";
import { agentOfNamed, agentScope } from "../../runs/agents.ts";
import { entriesNow } from "../../scan/discover.ts";
import { findTrash } from "../../scan/trash-places.ts";
import { findState } from "../../state/place.ts";
import { kindNamed } from "../../stores/kind.ts";
import { AGENTS, KINDS } from "../../agents/index.ts";
import type { CompletionData, NamedEntry } from "./offer.ts";

export type HomeSearch = Omit<FindBases, "listDirectories" | "read">;

/** How many markers of one base are read: 40 µs each, so this is a tenth of a second. */
const MAX_MARKERS = 2500;

/** Ids consist of characters that no shell treats specially; a name in a trash may be anything. */
const PLAIN_ID = /^[\w.-]+$/;

export function completionData(whereabouts: HomeSearch): CompletionData {
  const { env, osHome } = whereabouts;
  const homes = whereabouts.homes.map((home) => expandVariables(home, env));
  const bases = whereabouts.bases.map((base) => expandVariables(base, env));
  const scene = { machine: { platform: whereabouts.platform, mounts: readMounts(whereabouts.platform) }, own: osHome };
  // Completion must not wait for a mount that does not answer.
  const isDirectory = (path: string): string[] => {
    const found = resolveHere(path, scene);
    return found?.end.kind === "directory" ? [found.at] : [];
  };
  const listDirectories = (path: string): readonly string[] => directoriesIn(path, isDirectory);
  const named = homes.length + bases.length > 0;
  const all = new Map<string, Agent>();
  for (const agent of named ? [agentOfNamed(agentScope({}), [])] : AGENTS) {
    const refs = withFallback([], () => agent.findBases({ ...whereabouts, homes, bases, listDirectories }));
    for (const { path } of refs) for (const base of withFallback([], () => isDirectory(path))) all.set(base, agent);
  }
  return {
    entries: [...all].flatMap(([base, agent]) => withFallback([], () => entriesIn(base, agent))),
    trashed: [...all].flatMap(([base, agent]) => withFallback([], () => trashedFrom(base, agent))),
  };
}

function entriesIn(base: string, agent: Agent): readonly NamedEntry[] {
  return entriesNow(base, agent, Date.now()).map((entry, at) => ({ id: entry.id, workdir: workdirOf(entry, at) }));
}

/** By the entry's own id, and by the full name where several have the same id. A marked item cannot be restored. */
function trashedFrom(base: string, agent: Agent): readonly NamedEntry[] {
  const items = runSync(findTrash(base, findState(base), agent)).filter(
    ({ marked, id }) => !marked && PLAIN_ID.test(id),
  );
  return items.map((item, at) => {
    const alone = items.filter((other) => other.entryId === item.entryId).length === 1;
    return { id: alone ? item.entryId : item.id, workdir: workdirOf(entryOf(item), at) };
  });
}

function workdirOf(entry: Entry | null, at: number): string | null {
  if (at >= MAX_MARKERS || entry === null) return null;
  // The date of the last use does not matter here, and one subject is enough.
  const inspection = kindNamed(KINDS, entry.store)?.inspect(entry, {
    freshAfter: 0,
    locks: false,
    claims: false,
    now: 0,
  });
  return inspection === undefined ? null : (subjectOf(inspection.reading)?.value ?? null);
}

function directoriesIn(path: string, isDirectory: (path: string) => readonly string[]): readonly string[] {
  if (isDirectory(path).length === 0) return [];
  return withFallback([], () => children(bytePath(path)))
    .map(({ name, kind }) => ({ name: textOf(rawPath(name)), kind }))
    .filter(
      ({ name, kind }) => kind === "directory" || (kind === "symlink" && isDirectory(`${path}/${name}`).length > 0),
    )
    .map(({ name }) => name);
}

/** A variable such as `$HOME/x` is still unexpanded text here, and command substitutions are not run. */
function expandVariables(path: string, env: HomeSearch["env"]): string {
  return path.replace(/\$(?:(\w+)|\{(\w+)\})/g, (whole, plain?: string, braced?: string) => {
    return env[plain ?? braced ?? ""] ?? whole;
  });
}

/** An error is no answer to a Tab. */
function withFallback<T>(otherwise: T, look: () => T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}
