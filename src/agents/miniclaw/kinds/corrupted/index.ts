/**
 * What it could not read at its start, and put aside before it began the session anew: `<id>.json.corrupted`. It is the
 * only copy of that chat, and it is never read again. By the time of the file, which the rename keeps.
 */
import { discoverFiles, isFileEntry, measureFiles } from "../../../../stores/json-files/files.ts";
import { inspectUnread } from "../../../../stores/json-files/inspect.ts";
import type { Kind } from "../../../../stores/kind.ts";
import { isCorrupted } from "../../names.ts";

const KIND = "miniclaw-corrupted";

export const miniclawCorrupted: Kind = {
  kind: KIND,
  session: "unreferenced",
  defaults: { retention_days: 30 },
  optIn: true,
  files: true,
  borrows: false,
  discover: (base, children) => discoverFiles(KIND, base, children, isCorrupted),
  isEntry: (id, places) => isFileEntry(id, places, isCorrupted),
  inspect: inspectUnread,
  measure: async (entries) => measureFiles(entries),
  lockNames: null,
  snapshots: () => ({ kind: "known", snapshots: null }),
};
