/** The directory that a repository is of, by its own `config`. */
import { decodeUtf8, readSmall } from "../../fs/read-small.ts";
import { bytePath } from "../../fs/syscalls.ts";
import { CONFIG_LIMIT, configLines } from "./config.ts";

export type WorktreeSetting =
  | { readonly kind: "path"; readonly path: string }
  /** The file is whole, and has no such setting. */
  | { readonly kind: "none" }
  /** What git would take as the directory is not certain from this file alone. `text`: the setting, where it is one. */
  | { readonly kind: "unusable"; readonly why: string; readonly text: string | null };

export type ConfigReading =
  | { readonly kind: "values"; readonly values: ReadonlyMap<string, string | null> }
  | { readonly kind: "unusable"; readonly why: string };

/** `core.worktree`, read as text. Throws no errno. */
export function worktreeSetting(gitDirectory: string): WorktreeSetting {
  const config = readConfig(gitDirectory);
  return config.kind === "values" ? worktreeIn(config.values) : { ...config, text: null };
}

/**
 * Only an absolute path is one: `~` is for a home that may be another's by now, and a relative one is relative to a place
 * that a removal would change.
 */
export function worktreeIn(values: ReadonlyMap<string, string | null>): WorktreeSetting {
  const found = values.get("core.worktree") ?? "";
  if (found === "") return { kind: "none" };
  const isPath = found.startsWith("/") || /^[A-Za-z]:[\\/]/.test(found);
  return isPath && !found.includes("\0")
    ? { kind: "path", path: found }
    : { kind: "unusable", why: "core.worktree is not an absolute path", text: found.slice(0, 200) };
}

/**
 * The settings of a git directory by its own file, named `section.key`; of several the last. Unusable where another file may
 * say something else. Throws no errno.
 */
export function readConfig(gitDirectory: string): ConfigReading {
  const file = readSmall(bytePath(`${gitDirectory}/config`), CONFIG_LIMIT);
  if (file.kind === "unreadable") return unusable(`config cannot be read (${file.trouble.code})`);
  if (file.kind === "missing") return unusable("config is not there");
  if (file.kind !== "bytes")
    return unusable(file.kind === "too-large" ? "config is too large" : "config is not a regular file");
  const text = decodeUtf8(file.bytes);
  if (text === null) return unusable("config is not UTF-8");
  const values = new Map<string, string | null>();
  for (const line of configLines(text)) {
    if (line.kind === "broken") return unusable(`config has a line that git refuses: ${line.line.slice(0, 80)}`);
    if (/^include(?:if\..*)?\.path$/.test(line.name)) return unusable("config includes another file");
    if (line.name === "extensions.worktreeconfig" && !isFalse(line.value))
      return unusable("config.worktree counts too");
    values.set(line.name, line.value);
  }
  return { kind: "values", values };
}

function isFalse(value: string | null): boolean {
  return value !== null && /^(?:false|no|off|0|)$/i.test(value);
}

function unusable(why: string): { readonly kind: "unusable"; readonly why: string } {
  return { kind: "unusable", why };
}
