/** The transcript of an old gateway: a JSON object on each line, and none says of which session it is. */
import { readSmall } from "../../../fs/read-small.ts";
import { bytePath } from "../../../fs/syscalls.ts";
import { objectIn, type ObjectReading, readingOf } from "../../../stores/json-files/read.ts";

const NEWLINE = 0x0a;

/** What its last line says: one that was cut off is no object. Throws no errno. */
export function lastLineOf(path: string): ObjectReading {
  const file = readSmall(bytePath(path), LIMIT);
  if (file.kind !== "bytes") return readingOf(bytePath(path), file);
  const { bytes } = file;
  const end = bytes.at(-1) === NEWLINE ? bytes.length - 1 : bytes.length;
  return objectIn(bytes.subarray(bytes.lastIndexOf(NEWLINE, end - 1) + 1, end));
}

/** A long one has some megabytes. */
const LIMIT: number = 32 << 20;
