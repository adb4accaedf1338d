/**
 * The file of `report --html`: what is in its place is looked at before the scan, which may take minutes, and again
 * before it is written. Only a report is replaced without being asked for: any other file may be the only copy of something.
 */
import { dirname } from "node:path";
import { GcError, systemCode } from "../errors.ts";
import { readHead } from "../fs/read-small.ts";
import { bytePath, lstatOrNull, writable } from "../fs/syscalls.ts";
import { writeElsewhere } from "../fs/write-atomic.ts";
import type { CommonOptions } from "../options.ts";
import { machineOf } from "./context.ts";

export interface ReportFile {
  /** Absolute. */
  readonly path: string;
  /** Replace a file that is no report. */
  readonly force: boolean;
  /** How every report begins. */
  readonly start: string;
}

/** Writes nothing. Throws `usage`. */
export async function checkReportFile(file: ReportFile, options: CommonOptions): Promise<void> {
  const { paths } = machineOf(options);
  const parent = dirname(file.path);
  const end = (await paths.resolve([parent])).get(parent)?.end;
  switch (end?.kind) {
    case "directory":
      if (!writable(bytePath(parent)))
        throw refused(file, `${parent} cannot be written to`, "Name a file in another directory, or - for stdout.");
      checkPlace(file);
      return;
    case "trouble":
      throw refused(file, `${parent} cannot be reached: ${end.message}`, "Name a file in another directory.");
    case "other":
      throw refused(file, `${parent} is not a directory`, "Name a file in a directory.");
    default:
      throw refused(file, `the directory ${parent} does not exist`, "Create it first, or name another one.");
  }
}

/** Readable for its owner alone, since it tells which projects there are. Throws `usage`, and what cannot be written. */
export async function writeReportFile(file: ReportFile, text: string, options: CommonOptions): Promise<void> {
  await checkReportFile(file, options);
  try {
    writeElsewhere(bytePath(file.path), text);
  } catch (error) {
    const code = systemCode(error);
    throw refused(file, `it cannot be written (${code})`, "Name a file in another directory, or - for stdout.");
  }
}

function checkPlace(file: ReportFile): void {
  const there = lookAt(file);
  switch (there) {
    case null:
      return;
    case "directory":
      throw refused(file, "it is a directory", `Name a file in it, such as ${file.path}/report.html.`);
    case "file":
      if (!file.force && !isReplaceable(file))
        throw refused(
          file,
          "a file with other contents is there",
          "To replace it: --force. To keep it: name another file.",
        );
      return;
    default:
      throw refused(
        file,
        `it is ${there === "symlink" ? "a symbolic link" : "not a regular file"}`,
        "Name a file, or - for stdout.",
      );
  }
}

function lookAt(file: ReportFile): "file" | "directory" | "symlink" | "other" | null {
  try {
    return lstatOrNull(bytePath(file.path))?.kind ?? null;
  } catch (error) {
    throw refused(file, `it cannot be looked at (${systemCode(error)})`, "Name another file.");
  }
}

/** An empty file holds nothing that could be lost: `mktemp` makes one. */
function isReplaceable({ path, start }: ReportFile): boolean {
  const head = readHead(bytePath(path), Buffer.byteLength(start));
  return head !== null && (head.length === 0 || head.toString("utf8") === start);
}

function refused({ path }: ReportFile, why: string, hint: string): GcError {
  return new GcError("usage", `--html is ${path}: ${why}`, { hint });
}
