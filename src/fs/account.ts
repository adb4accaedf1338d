/**
 * The account that this process runs as. A uid need not have a line in passwd (OpenShift gives every pod one of its own,
 * `docker run --user 54321`, a chroot without /etc/passwd), and then `os.userInfo()` throws, and `os.homedir()` with it
 * where `HOME` is not set. So there is one call of each (scripts/layers.table.mjs), that of `os.homedir()` in locations/paths.ts.
 */
import { userInfo } from "node:os";

export { homeDirectory } from "../locations/paths.ts";

/** The user's name, or its number where it has none. */
export function accountName(): string {
  return attempt(() => userInfo().username) ?? String(process.getuid?.() ?? "unknown");
}

/** The home that a timer of this account gets, whatever this process was given; null where it has none. */
export function accountHome(): string | null {
  return attempt(() => userInfo().homedir);
}

function attempt(ask: () => string): string | null {
  try {
    const answer = ask();
    return answer === "" ? null : answer;
  } catch (error) {
    // `ERR_SYSTEM_ERROR`, with ENOENT in its `info`, or an errno of the files that it reads.
    if (error instanceof Error && "code" in error) return null;
    throw error;
  }
}
