/**
 * What only the reflog of a ref reaches. Git deletes a reflog with its ref, and a bundle holds what the ref reaches: after
 * a reset or a rewritten history the rest would be lost, whatever is put back. In a bare repository git writes reflogs of
 * such refs only where `core.logAllRefUpdates` is `always`.
 */
import { expectErrno, UNREADABLE } from "../errors.ts";
import { bytePath } from "../fs/syscalls.ts";
import { readSmall } from "../fs/read-small.ts";
import { execGit, FAILED_GIT, isGitMissing } from "./exec.ts";

/** A hundred thousand lines. */
const LIMIT = 16 * 1024 * 1024;

const QUERY_MS = 10_000;

/** `<old> <new> <committer>\t<message>` (gitrepository-layout(5)); git follows both. */
const LINE = /^([0-9a-f]{40}|[0-9a-f]{64}) ([0-9a-f]{40}|[0-9a-f]{64}) /gm;

/**
 * The reflog of a ref, as a path, where it has commits that `value` does not reach, or where that is unknown; null where
 * it has none, or where there is no reflog. Rejects with `EINTR` on the signal.
 */
export async function reflogBeyond(
  repository: string,
  name: string,
  value: string,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  const path = `${repository}/logs/${name}`;
  const named = namedIn(path, value);
  if (named === null) return path;
  if (named.size === 0) return null;
  return (await reachesMore(repository, named, value, signal)) ? path : null;
}

/** The other objects that it names; null where it cannot be read. */
function namedIn(path: string, value: string): ReadonlySet<string> | null {
  const file = readSmall(bytePath(path), LIMIT);
  if (file.kind === "missing" || (file.kind === "unreadable" && file.trouble.code === "ENOTDIR")) return new Set();
  if (file.kind !== "bytes") return null;
  const text = file.bytes.toString("latin1");
  const named = new Set([...text.matchAll(LINE)].flatMap(([, before = "", after = ""]) => [before, after]));
  return new Set([...named].filter((one) => one !== value && !/^0+$/.test(one)));
}

/** What is missing in the repository cannot be lost; what git refuses to answer may be. */
async function reachesMore(
  repository: string,
  named: ReadonlySet<string>,
  value: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const args = ["rev-list", "--objects", "--max-count=1", "--ignore-missing", "--stdin"];
  const input = [...named, `^${value}`].map((one) => `${one}\n`).join("");
  const deadline = performance.now() + QUERY_MS;
  try {
    return (await execGit({ gitDirectory: repository, args, input, refs: [], deadline, signal })) !== "";
  } catch (error) {
    if (signal?.aborted === true) throw error;
    if (!isGitMissing(error)) expectErrno(error, ...FAILED_GIT, ...UNREADABLE);
    return true;
  }
}
