/** Inspects an entry that is one JSON file, wherever it lies now. What the file says is up to its kind. */
import { bytePath, type Stat } from "../../fs/syscalls.ts";
import type { Entry, IoError, LastUse, Member } from "../../model/entry.ts";
import type { Expiry, InUse, Inspection, SubjectReading } from "../../model/inspection.ts";
import { DAY } from "../../model/time.ts";
import type { InspectOptions } from "../kind.ts";
import { isPlainFile } from "./files.ts";
import { lookAt } from "./look.ts";
import { type JsonObject, readObject } from "./read.ts";
import { because, type FileReason, unidentified } from "./reasons.ts";
import { newestUse, timeOfFile } from "./times.ts";

/** What a file says of itself. */
export interface FileSays {
  readonly reading: SubjectReading;
  /** By the times in it; null: it has none that is plausible, and then it is not old, whatever the time of the file is. */
  readonly lastUse: LastUse | null;
  /** By which rule it ages; absent: it expires. */
  readonly expiry?: Expiry;
  /** What it says of its own use. */
  readonly inUse?: InUse;
}

/** How files of a kind are read. */
export interface FileFormat {
  /** A file that its program writes first, to rename it then. */
  readonly isTemporary: (name: string) => boolean;
  /** Files that are read although they were written recently: what they say counts for others. */
  readonly isAlwaysRead?: (name: string) => boolean;
  readonly read: (object: JsonObject, file: ReadFile) => FileSays;
}

export interface ReadFile {
  /** The name that it had in its base. */
  readonly name: string;
  /** Where it is now. */
  readonly path: string;
  /** By the time of the file; null: that is not plausible. */
  readonly written: LastUse | null;
  /** The clock of the run (ms). */
  readonly now: number;
}

/** After this time its program is not writing it any more (ms). */
const ABANDONED_AFTER = DAY;

export function inspectFile({ members: [member] }: Entry, look: InspectOptions, format: FileFormat): Inspection {
  const stat = lookAt(member, look);
  return "code" in stat ? unreadable(stat) : { ...readFile(member, stat, look, format), bytes: stat.bytes };
}

function readFile({ path, place: name }: Member, stat: Stat, look: InspectOptions, format: FileFormat): Inspection {
  if (!isPlainFile(stat)) return inspection({ reading: unidentified("not-a-plain-file") });
  const written = timeOfFile(stat.mtime);
  if (stat.size === 0) return debris("empty", written);
  if (format.isTemporary(name)) return debris("left-while-writing", written);
  // A recent write settles it, and reading twenty thousand files takes seconds.
  const isRecent = look.freshAfter !== null && stat.mtime >= look.freshAfter;
  if (isRecent && format.isAlwaysRead?.(name) !== true) {
    return inspection({ reading: { kind: "not-applicable" }, touched: written, lastUse: written });
  }
  const file = readObject(bytePath(path));
  if (file.kind === "unreadable") return unreadable(file.trouble);
  if (file.kind === "unusable") return inspection({ reading: unidentified(file.reason) });
  const { lastUse, ...says } = format.read(file.object, { name, path, written, now: look.now });
  if (lastUse === null) return inspection(says);
  return inspection({ ...says, touched: written, lastUse: newestUse(lastUse, written) });
}

/** Of files whose content does not count: by the time of the file alone. */
export function inspectUnread({ members: [member] }: Entry, look: InspectOptions): Inspection {
  const stat = lookAt(member, look);
  if ("code" in stat) return unreadable(stat);
  if (!isPlainFile(stat)) return inspection({ reading: unidentified("not-a-plain-file") });
  const written = timeOfFile(stat.mtime);
  if (written === null) return inspection({ reading: unidentified("no-usable-time") });
  const reading: SubjectReading = { kind: "not-applicable" };
  return inspection({ reading, touched: written, lastUse: written, bytes: stat.bytes });
}

/**
 * An inspection with what is the same for all files: they have no locks, nothing that they borrow, and they expire, but for
 * those that cannot be judged: one that is half written when it is read again must not go by what it said before.
 */
export function inspection(found: Pick<Inspection, "reading"> & Partial<Omit<Inspection, "reading">>): Inspection {
  const none = { touched: null, lastUse: null, locks: [], borrows: [], borrowsTrouble: null, troubles: [] };
  if (found.reading.kind !== "unidentified") return { ...none, expiry: EXPIRED, ...found };
  const { expiry: _, ...known } = found;
  return { ...none, ...known };
}

const EXPIRED: Expiry = { rule: "expired" };

/** `not`: why it counts for nothing, as an inspection. */
export type Found<T> = { readonly found: T } | { readonly not: Inspection };

/** Files that are all there and regular, and the newest of their times. */
export interface Files {
  readonly mtime: LastUse;
  /** In bytes. */
  readonly size: number;
  /** Those that they have allocated. */
  readonly bytes: number;
}

export function filesOf(members: readonly Member[], look: Pick<InspectOptions, "justListed">): Found<Files> {
  const stats = members.map((member) => lookAt(member, look));
  const trouble = stats.find((stat) => "code" in stat);
  if (trouble !== undefined) return { not: unreadable(trouble) };
  const known = stats.filter((stat): stat is Stat => !("code" in stat));
  if (!known.every(isPlainFile)) return { not: cannotBeJudged("not-a-plain-file") };
  const mtime = { at: Math.max(...known.map((stat) => stat.mtime)), from: "mtime" };
  const [size, bytes] = [sum(known.map((one) => one.size)), sum(known.map((one) => one.bytes))];
  return { found: { mtime, size, bytes } };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

export function cannotBeJudged(reason: FileReason): Inspection {
  return inspection({ reading: unidentified(reason) });
}

/** A day after it was written it goes. */
export function debris(reason: FileReason, written: LastUse | null): Inspection {
  const reading: SubjectReading = {
    kind: "debris",
    ...because(reason),
    after: ABANDONED_AFTER,
    subject: null,
    evidence: {},
  };
  return inspection({ reading, touched: written, lastUse: written });
}

export function unreadable(trouble: IoError): Inspection {
  const reading: SubjectReading = {
    kind: "unidentified",
    reason: "unreadable",
    evidence: { [trouble.path]: trouble.code },
  };
  return inspection({ reading, troubles: [trouble] });
}
