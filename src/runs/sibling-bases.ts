/** The other bases of the homes of a run, also where only one of them was named. */
import type { FindBases } from "../agents/agent.ts";
import { errnoOf, GcError, messageOf } from "../errors.ts";
import type { IoError } from "../model/entry.ts";
import type { BaseRef } from "../model/home.ts";
import type { ForeignPaths } from "../resolve/foreign.ts";
import { goneBase, resolveBase } from "../scan/base.ts";
import type { SiblingBase } from "../scan/borrowing.ts";
import { findState } from "../state/place.ts";
import { agentOf, type AgentScope, kindsOf } from "./agents.ts";

/** Other bases as found, not resolved, and the errors that prevented finding all of them. */
export interface RelatedBases {
  readonly refs: readonly BaseRef[];
  readonly trouble: IoError | null;
}

/**
 * The homes of these bases, and those that share repos with them, with all their bases. `isNarrow`: the run is about one agent,
 * home or base alone; what borrows from it may be in the usual places of any. Such places that cannot be listed are left out, as
 * a run about all agents leaves them out.
 */
export function relatedBases(
  refs: readonly BaseRef[],
  input: FindBases,
  scope: AgentScope,
  isNarrow: boolean,
): RelatedBases {
  const all = scope.agents.flatMap((agent) => {
    const homes = agent.relatedHomes(refs.filter((ref) => ref.agent === agent.name).map(({ home }) => home));
    const [first] = homes;
    return first === undefined ? [] : [attemptSync(first, () => agent.findBases({ ...input, homes, bases: [] }))];
  });
  const usual = (isNarrow ? scope.agents : []).map((agent) =>
    attemptSync("", () => agent.findBases({ ...input, homes: [], bases: [] })),
  );
  return {
    refs: [...refs, ...[...all, ...usual].flatMap((found) => ("trouble" in found ? [] : (found.value ?? [])))],
    trouble: all.flatMap((found) => ("trouble" in found ? [found.trouble] : []))[0] ?? null,
  };
}

/**
 * Those that exist, each once; one that cannot be read may borrow from anything. Computed once per run, whatever the
 * number of its bases.
 */
export async function basesIn(
  around: RelatedBases,
  userHome: string,
  paths: ForeignPaths,
  scope: AgentScope,
): Promise<readonly SiblingBase[]> {
  const found = new Map<string, SiblingBase>();
  for (const ref of around.refs) {
    const one = await siblingAt(ref, scope, userHome, paths);
    if (one !== null) found.set(one.base, one);
  }
  const { trouble } = around;
  return [...found.values(), ...(trouble === null ? [] : [{ base: trouble.path, state: null, trouble }])];
}

async function siblingAt(
  ref: BaseRef,
  scope: AgentScope,
  userHome: string,
  paths: ForeignPaths,
): Promise<SiblingBase | null> {
  const agent = agentOf(ref, scope);
  // What holds no repos borrows nothing, whether it can be read or not.
  if (kindsOf(agent, ref.path, scope).every(({ borrows }) => borrows === false)) return null;
  const resolved = await attempt(ref.path, () => resolveBase(ref, userHome, paths));
  if ("trouble" in resolved) return { base: ref.path, state: null, trouble: resolved.trouble };
  if (resolved.value === null) return (await unplugged(ref, paths)) ?? goneAt(await goneBase(ref, paths), scope);
  const { path } = resolved.value;
  const state = await attempt(path, () => findState(path));
  if ("trouble" in state) return { base: path, state: null, ...state };
  return { agent, stores: kindsOf(agent, path, scope), base: path, state: state.value };
}

/** What lies in the trash of a deleted base can be restored, and needs what it borrows. */
async function goneAt(ref: BaseRef, scope: AgentScope): Promise<SiblingBase | null> {
  const { path } = ref;
  const state = await attempt(path, () => findState(path));
  if ("trouble" in state) return { base: path, state: null, ...state };
  if (state.value === null) return null;
  const agent = agentOf(ref, scope);
  return { agent, stores: kindsOf(agent, path, scope), base: path, state: state.value, gone: true };
}

/** The repos of one of several homes (a profile) on a disk that is not mounted now reappear with the disk. */
async function unplugged(ref: BaseRef, paths: ForeignPaths): Promise<SiblingBase | null> {
  const home = ref.label === null ? undefined : (await paths.resolve([ref.home])).get(ref.home);
  if (home?.end.kind !== "missing" || home.forms.length < 2) return null;
  const message = `${ref.home} is a symlink to something that does not exist`;
  return { base: ref.path, state: null, trouble: { code: "ENOENT", message, path: ref.home } };
}

type ReadResult<T> = { readonly value: T } | { readonly trouble: IoError };

async function attempt<T>(path: string, look: () => T | Promise<T>): Promise<ReadResult<T | null>> {
  try {
    return { value: await look() };
  } catch (error) {
    return failed(path, error);
  }
}

function attemptSync<T>(path: string, look: () => T): ReadResult<T | null> {
  try {
    return { value: look() };
  } catch (error) {
    return failed(path, error);
  }
}

function failed(path: string, error: unknown): ReadResult<null> {
  const code = error instanceof GcError ? error.code : errnoOf(error);
  if (code === null) throw error;
  // What is not a base holds no repos.
  return code === "base-refused" ? { value: null } : { trouble: { code, message: messageOf(error), path } };
}
