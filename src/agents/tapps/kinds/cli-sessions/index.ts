/**
 * Sessions of the command line: an id, a directory, and whether it was running. Nothing else is in them, and one that was
 * killed stays "running" for ever, so the time of the file is all there is.
 *
 * Their names are those of sessions of the session manager, so what is in a file says whose it is. This kind is asked first,
 * and leaves to the other what it does not know for sure.
 */
import { bytePath } from "../../../../fs/syscalls.ts";
import { readSmall } from "../../../../fs/read-small.ts";
import type { Child } from "../../../../fs/listing.ts";
import { discoverFiles, isFileEntry, measureFiles } from "../../../../stores/json-files/files.ts";
import { type FileFormat, type FileSays, inspectFile, type ReadFile } from "../../../../stores/json-files/inspect.ts";
import { type JsonObject, objectIn } from "../../../../stores/json-files/read.ts";
import { unidentified } from "../../../../stores/json-files/reasons.ts";
import type { Discovery, Kind } from "../../../../stores/kind.ts";
import { isRun } from "../../names.ts";
import { tracked } from "../../tracked.ts";
import { formatOf } from "../sessions/formats.ts";

const KIND = "tapps-cli-sessions";

/** A UUID, a word, and a path of 4,096 bytes, each of them escaped. */
const LONGEST = 32 * 1024;

/** A field that each of them has. One that is written with escapes is not its program's. */
const FIELD = '"project_root"';

const SESSION: FileFormat = { isTemporary: () => false, read };

export const tappsCliSessions: Kind = {
  kind: KIND,
  session: "session",
  defaults: { retention_days: 30 },
  block: { path: ["cleanup", "sessions"], keys: { retention_days: "max_age_days" } },
  files: true,
  borrows: false,
  discover: found,
  discoverSome: found,
  isEntry: (id, places) => isFileEntry(id, places, isRun),
  inspect: (entry, look) => inspectFile(entry, look, SESSION),
  witness: tracked,
  measure: async (entries) => measureFiles(entries),
  lockNames: null,
  snapshots: () => ({ kind: "known", snapshots: null }),
};

function found(base: string, children: readonly Child[]): Discovery {
  return discoverFiles(KIND, base, children, (name) => isRun(name) && isOfCommandLine(`${base}/${name}`));
}

function isOfCommandLine(path: string): boolean {
  const file = readSmall(bytePath(path), LONGEST);
  // Most are other sessions, and parsing all of those twice takes longer than anything else that is asked of them.
  if (file.kind !== "bytes" || !file.bytes.includes(FIELD)) return false;
  const found = objectIn(file.bytes);
  return found.kind === "object" && formatOf(found.object) === "run";
}

function read(session: JsonObject, { name, written }: ReadFile): FileSays {
  const { session_id: id, project_root: root, started } = session;
  if (formatOf(session) !== "run" || typeof root !== "string" || typeof started !== "boolean") {
    return { reading: unidentified("wrong-fields"), lastUse: null };
  }
  const evidence = { project: root, started };
  if (`${String(id)}.json` !== name) {
    return { reading: unidentified("other-name", { ...evidence, session_id: String(id) }), lastUse: null };
  }
  if (written === null) return { reading: unidentified("no-usable-time", evidence), lastUse: null };
  return { reading: { kind: "not-applicable" }, lastUse: written };
}
