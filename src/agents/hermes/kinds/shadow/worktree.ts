/** `core.worktree` of a shadow repo's `config`. */
import { bytePath } from "../../../../fs/syscalls.ts";
import { decodeUtf8, readSmall } from "../../../../fs/read-small.ts";
import { CONFIG_LIMIT, configLines } from "../../../../stores/git-repository/config.ts";
import { type Claim, claimOf } from "./marker.ts";

export function readWorktree(repo: string): Claim {
  const file = readSmall(bytePath(`${repo}/config`), CONFIG_LIMIT);
  switch (file.kind) {
    case "missing":
      return { kind: "absent" };
    case "unreadable":
      return { kind: "unusable", reason: "marker-unreadable", text: null, trouble: file.trouble };
    case "not-a-file":
      return { kind: "unusable", reason: "marker-not-a-file", text: null, trouble: null };
    case "too-large":
      return { kind: "unusable", reason: "marker-too-large", text: null, trouble: null };
    case "bytes": {
      const text = decodeUtf8(file.bytes);
      if (text === null) return { kind: "unusable", reason: "marker-not-utf8", text: null, trouble: null };
      const value = coreWorktree(text);
      return value === null ? { kind: "absent" } : claimOf(value);
    }
  }
}

/** The last `worktree` of section `core`, or null. */
export function coreWorktree(config: string): string | null {
  let found: string | null = null;
  for (const line of configLines(config))
    if (line.kind === "value" && line.name === "core.worktree" && line.value !== null) found = line.value;
  return found;
}
