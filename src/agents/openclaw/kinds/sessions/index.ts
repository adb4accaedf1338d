/**
 * Files that no session names: transcripts whose session is gone, each with all that belongs to it, and what the agent itself
 * put aside when it removed a session or began it anew. Files of a session stay as long as that does.
 *
 * | id | what | removed |
 * | --- | --- | --- |
 * | `<transcript>` | a transcript that no index of the home names | by the retention, from its newest record and its files |
 * | `<transcript>.jsonl.deleted.<time>`, `.reset.` | an archive | by the retention, from the time in its name and its file |
 * | `sessions.json.<uuid>.tmp` | an index that was never put in place | a day after it was written |
 *
 * The indexes are the witness (indexes.ts): without one that can be read nothing goes, nor while an entry of one cannot be.
 */
import { runCooperatively } from "../../../../fs/cooperative.ts";
import type { InUse } from "../../../../model/inspection.ts";
import type { Entry } from "../../../../model/entry.ts";
import { measureFiles } from "../../../../stores/json-files/files.ts";
import type { Kind, Witness } from "../../../../stores/kind.ts";
import { idsOf, sessionFile } from "../../files.ts";
import { inDatabase, type Indexes, readIndexes } from "../../indexes.ts";
import { INDEX } from "../../names.ts";
import { inspectUnit } from "./inspect.ts";
import { discoverUnits, isUnit } from "./units.ts";

const KIND = "openclaw-sessions";

export const openclawSessions: Kind = {
  kind: KIND,
  session: "unreferenced",
  files: true,
  borrows: false,
  defaults: { retention_days: 30 },
  discover: (base, children) => runCooperatively(discoverUnits(KIND, base, children)),
  isEntry: isUnit,
  inspect: inspectUnit,
  witness: readWitness,
  lockNames: null,
  snapshots: () => ({ kind: "known", snapshots: null }),
  measure: async (entries) => measureFiles(entries),
};

async function readWitness(base: string, home: string): Promise<Witness> {
  const indexes = await readIndexes(base, home);
  if (indexes.kind === "unreadable") return indexes;
  const { isCurrent } = indexes;
  return { kind: "read", inUse: (entry) => inUse(entry, indexes), isCurrent };
}

function inUse(entry: Entry, indexes: Extract<Indexes, { readonly kind: "read" }>): InUse | null {
  const { database, isNamed, sessions, unclear } = indexes;
  const by = `${entry.base}/${INDEX}`;
  if (database !== null) return inDatabase(database);
  const file = sessionFile(entry.members[0].place);
  const ids = file?.kind === "transcript" ? idsOf(file.stem) : [];
  if ([...ids, ...entry.members.map(({ place }) => place)].some((name) => isNamed(name, null)))
    return { code: "active", by, sentence: `a session in ${INDEX} names it` };
  // An agent that loses its index begins a new one, and then no transcript has a session.
  if (sessions === 0 && file?.kind === "transcript")
    return { code: "active", by, sentence: `${INDEX} names no session at all, so it may have been begun anew` };
  return unclear;
}
