/** What the rows and the routing say of the files of each session: why they stay, and when it was last used. Pure. */
import type { SessionRow } from "./rows.ts";
import type { CooperativeTask } from "../../../model/steps.ts";
import { stemsOf } from "./names.ts";

export interface SessionState {
  readonly row: SessionRow;
  /** Why it is in use, about "it"; null: it is not. */
  readonly hold: string | null;
  /** The newest use of it and of all that was begun from it (ms); null: no time of it is known. */
  readonly usedAt: number | null;
}

export interface States {
  /** By each stem that the files of a session may have. */
  readonly byStem: ReadonlyMap<string, SessionState>;
  /**
   * Stems that the files of two sessions may have, also where a file system does not tell capitals from small letters, or
   * one form of Unicode from another: whose they are is not known. And all others of those sessions.
   */
  readonly shared: ReadonlySet<string>;
}

/** `routed`: the ids that a gateway would continue. A row a step, and each of the parts. */
export function* statesOf(rows: readonly SessionRow[], routed: ReadonlySet<string>): CooperativeTask<States> {
  const family = familyOf(rows);
  yield;
  const holds = holdsOf(rows, routed, family);
  yield;
  const used = usesOf(rows, family);
  const byStem = new Map<string, SessionState>();
  const owners = new Map<string, SessionRow>();
  const contested = new Set<string>();
  for (const row of rows) {
    const state = { row, hold: holds.get(row.id) ?? null, usedAt: used.get(row.id) ?? null };
    for (const stem of stemsOf(row.id)) {
      const name = nameOf(stem);
      if ((owners.get(name) ?? row) !== row) contested.add(name);
      owners.set(name, row);
      byStem.set(stem, state);
    }
    yield;
  }
  const shared = contested.size === 0 ? new Set<string>() : stemsShared(rows, contested);
  for (const stem of shared) byStem.delete(stem);
  return { byStem, shared };
}

/** All stems of the sessions that share one: what may be a part of each keeps the rest of each. */
function stemsShared(rows: readonly SessionRow[], contested: ReadonlySet<string>): ReadonlySet<string> {
  const all = rows.map(({ id }) => stemsOf(id));
  return new Set(all.filter((stems) => stems.some((stem) => contested.has(nameOf(stem)))).flat());
}

/** What a file system may take for the same name. */
function nameOf(stem: string): string {
  return stem.normalize("NFC").toLowerCase().normalize("NFC");
}

interface Family {
  readonly byId: ReadonlyMap<string, SessionRow>;
  readonly children: ReadonlyMap<string, readonly SessionRow[]>;
}

function familyOf(rows: readonly SessionRow[]): Family {
  const children = new Map<string, SessionRow[]>();
  for (const row of rows) {
    if (row.parent === null) continue;
    const others = children.get(row.parent);
    if (others === undefined) children.set(row.parent, [row]);
    else others.push(row);
  }
  return { byId: new Map(rows.map((row) => [row.id, row])), children };
}

function holdsOf(rows: readonly SessionRow[], routed: ReadonlySet<string>, family: Family): Map<string, string> {
  const holds = new Map<string, string>();
  for (const row of rows) {
    const own = ownHold(row, routed);
    if (own !== null) holds.set(row.id, own);
  }
  // What a pinned session was continued as is pinned as well.
  const pinned = rows.filter(({ isPinned }) => isPinned).map(({ id }) => id);
  spread(holds, pinned, "it continues a pinned session", (id) => (family.children.get(id) ?? []).map((row) => row.id));
  // A session without those that it was begun from cannot be shown whole.
  spread(holds, [...holds.keys()], "a session that is kept was begun from it", (id) => {
    const parent = family.byId.get(id)?.parent ?? null;
    return parent === null || !family.byId.has(parent) ? [] : [parent];
  });
  return holds;
}

function ownHold({ id, isOpen, isPinned, isArchived }: SessionRow, routed: ReadonlySet<string>): string | null {
  if (isOpen) return "its session is open: it was never ended";
  if (isPinned) return "its session is pinned";
  if (isArchived) return "its session is archived";
  return routed.has(id) ? "sessions.json routes a conversation to it" : null;
}

/** Each is reached once, so that a circle of parents comes to an end. */
function spread(
  holds: Map<string, string>,
  from: readonly string[],
  sentence: string,
  next: (id: string) => readonly string[],
): void {
  const reached = new Set(from);
  const waiting = [...from];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    for (const other of next(id)) {
      if (reached.has(other)) continue;
      reached.add(other);
      waiting.push(other);
      if (!holds.has(other)) holds.set(other, sentence);
    }
  }
}

/** A session is as young as the youngest that was begun from it. Newest first, each passes its use on to its parents. */
function usesOf(rows: readonly SessionRow[], { byId }: Family): ReadonlyMap<string, number> {
  const used = new Map<string, number>();
  const dated = rows.flatMap((row) => (row.usedAt === null ? [] : [{ row, at: row.usedAt }]));
  for (const { row, at } of dated.toSorted((a, b) => b.at - a.at)) {
    // One that has a use by now has a newer one, and so have all its parents.
    for (let one: SessionRow | undefined = row; one !== undefined && !used.has(one.id);) {
      used.set(one.id, at);
      one = one.parent === null ? undefined : byId.get(one.parent);
    }
  }
  return used;
}
