/**
 * Files of this package that run outside the main thread: the worker and the probe. The build puts them beside the code
 * that starts them and signs each on its first line.
 *
 * A host that bundles the library does not include them, and its bundle may lie beside a `worker.js` of its own:
 * started in place of ours, that would take tasks and never answer. So a file counts only with the signature of this
 * very version.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { expectErrno, UNREADABLE } from "../errors.ts";

/** The first line of a file; scripts/build/bundle.mjs writes the same. */
const SIGNATURE: string = `// checkpoint-gc ${__VERSION__}\n`;

/** The URL that `locate` returns if our file is there, else null: the caller works without it. */
export function ownFile(locate: () => URL): URL | null {
  try {
    const url = locate();
    return beginningOf(url, SIGNATURE.length) === SIGNATURE ? url : null;
  } catch (error) {
    // A bundle in another format has no URL of itself; a bundler may have inlined the path of its build machine.
    if (!(error instanceof TypeError)) expectErrno(error, ...UNREADABLE);
    return null;
  }
}

function beginningOf(url: URL, length: number): string {
  const fd = openSync(url, "r");
  try {
    const buffer = Buffer.alloc(length);
    return buffer.toString("utf8", 0, readSync(fd, buffer, 0, length, 0));
  } finally {
    closeSync(fd);
  }
}
