/**
 * What the agent itself says of which entries are in use: an index file, a database. Read once a base and kind for the
 * plan, and before a removal again, unless the kind can tell that nothing has changed there.
 */
import { errnoOf } from "../errors.ts";
import type { Entry, LastUse } from "../model/entry.ts";
import type { BaseRef } from "../model/home.ts";
import type { AgentLimits, InUse } from "../model/inspection.ts";
import { type Kind, kindNamed, type Witness } from "../stores/kind.ts";

export interface Witnesses {
  /** Reads those of the kinds of these entries. Throws nothing: one that cannot be read holds every entry of its kind. */
  readonly read: (entries: readonly Entry[]) => Promise<void>;
  /** Whether an entry is in use; null: it is not, as far as its agent tells. */
  readonly inUse: (entry: Entry) => InUse | null;
  /** When its agent used it last; null: it does not tell. */
  readonly lastUse: (entry: Entry) => LastUse | null;
  /** What its agent itself removes it by; null: it does not tell. */
  readonly limits: (entry: Entry) => AgentLimits | null;
}

/** The witnesses of one base. */
export function witnessesOf(base: Pick<BaseRef, "path" | "home">, stores: readonly Kind[]): Witnesses {
  const known = new Map<string, Witness>();
  return {
    async read(entries) {
      for (const name of new Set(entries.map(({ store }) => store))) {
        const kind = kindNamed(stores, name);
        if (kind?.witness === undefined || isCurrent(known.get(name))) continue;
        known.set(name, await asked(kind.witness, base));
      }
    },
    inUse(entry) {
      const witness = known.get(entry.store);
      if (witness === undefined) return null;
      return witness.kind === "read"
        ? witness.inUse(entry)
        : { code: "witness", by: witness.path, errno: witness.code };
    },
    lastUse(entry) {
      const witness = known.get(entry.store);
      return witness?.kind === "read" ? (witness.lastUse?.(entry) ?? null) : null;
    },
    limits(entry) {
      const witness = known.get(entry.store);
      return witness?.kind === "read" ? (witness.limits?.(entry) ?? null) : null;
    },
  };
}

function isCurrent(witness: Witness | undefined): boolean {
  return witness?.kind === "read" && witness.isCurrent?.() === true;
}

async function asked(
  read: NonNullable<Kind["witness"]>,
  { path, home }: Pick<BaseRef, "path" | "home">,
): Promise<Witness> {
  try {
    return await read(path, home);
  } catch (error) {
    // Whatever it is: what is not known to be unused is in use.
    return { kind: "unreadable", path, code: errnoOf(error) ?? "EINVAL" };
  }
}
