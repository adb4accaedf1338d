/** Sorts the children of a base: entries of the stores, and foreign ones, which are never touched. */
import type { Entry } from "../model/entry.ts";
import { runCooperatively, yieldToEventLoop } from "../fs/cooperative.ts";
import { bytePath, portable, rawPath } from "../fs/syscalls.ts";
import { type Child, children, childrenInSteps } from "../fs/listing.ts";
import { discoverAll, type BatchOptions } from "./inspect-batch.ts";
import { type Agent, kindsAt } from "../agents/agent.ts";
import { isOurs } from "../model/names.ts";
import type { Kind } from "../stores/kind.ts";

export interface Discovered {
  readonly entries: readonly Entry[];
  /** Portable names. */
  readonly foreign: readonly string[];
  /** Byte paths below the base of what is unknown inside of something known; `foreign` has them too. */
  readonly strays: readonly string[];
  /** What was listed, for kinds that are asked later in the same run: they find what they listed in it, too. */
  readonly listed: readonly Child[];
}

type Reserving = Pick<Agent, "reserves">;

/** Names that belong to the agent itself are shown only to the kind that is responsible for them. */
export function isFor(store: Kind, name: string, { reserves }: Reserving): boolean {
  return !reserves(name) || store.reserved?.(name) === true;
}

/** The kinds whose entries are directly in a base. `collect`: those that are taken. */
export function outside(stores: readonly Kind[], collect: readonly string[]): readonly Kind[] {
  return stores.filter(
    ({ kind, inside, whenCollected }) => inside !== true && (whenCollected !== true || collect.includes(kind)),
  );
}

/** `known`: what was listed before. Throws the errno where the base itself cannot be listed, and `interrupted`. */
export async function discover(
  base: string,
  stores: readonly Kind[],
  run: BatchOptions & { readonly agent: Reserving },
  known: readonly Child[] | null = null,
): Promise<Discovered> {
  const listed = known ?? (await runCooperatively(childrenInSteps(bytePath(base)), run.signal)).filter(isUnreserved);
  await yieldToEventLoop();
  const claimed = new Set<string>();
  const entries: Entry[] = [];
  const strays: string[] = [];
  for (const store of stores) {
    const shown = listed.filter(
      ({ name }) => isFor(store, name, run.agent) && (store.inside === true || !claimed.has(name)),
    );
    const found = await discoverAll(store, base, shown, run);
    for (const name of found.claimed) claimed.add(name);
    entries.push(...found.entries);
    strays.push(...(found.strays ?? []));
    await yieldToEventLoop();
  }
  const others = listed.filter((child) => !claimed.has(child.name)).map(({ name }) => name);
  return { entries, foreign: [...others, ...strays].map((name) => portable(rawPath(name))), strays, listed };
}

/**
 * The entries of a base synchronously, of those kinds that support it, for callers that cannot wait (completion).
 * Throws the errno.
 */
export function entriesNow(
  base: string,
  agent: Reserving & Pick<Agent, "kinds" | "kindsAt">,
  now: number,
): readonly Entry[] {
  const listed = children(bytePath(base)).filter(isUnreserved);
  return outside(kindsAt(agent, base), []).flatMap((store) => {
    const found = store.discover(
      base,
      listed.filter(({ name }) => isFor(store, name, agent)),
      now,
    );
    return found instanceof Promise ? [] : found.entries;
  });
}

function isUnreserved({ name }: Child): boolean {
  return !isOurs(name);
}
