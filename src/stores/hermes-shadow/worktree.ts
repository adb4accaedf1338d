/**
 * `core.worktree` of a shadow repo's `config`, read as text: no include is followed, nothing of it is run.
 * The grammar is that of git-config(1): sections, subsections, quotes, escapes, comments, continued lines.
 */
import { bytePath } from "../../fs/door.ts";
import { decodeUtf8, readSmall } from "../../fs/read-small.ts";
import { type Claim, claimOf } from "./marker.ts";

/** What `git init` writes has 250 bytes. */
const CONFIG_LIMIT = 1024 * 1024;

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
  let section = "";
  let found: string | null = null;
  const lines = config.split("\n");
  for (let at = 0; at < lines.length; at++) {
    let line = (lines[at] ?? "").replace(/\r$/, "").trimStart();
    const header = /^\[\s*([A-Za-z0-9.-]+)\s*(?:"(?:[^"\\]|\\.)*")?\s*\]/.exec(line);
    if (header !== null) {
      // A subsection makes it another section: [core "x"] is not [core].
      section = header[0].includes('"') ? "" : (header[1] ?? "").toLowerCase();
      line = line.slice(header[0].length).trimStart();
    }
    const key = /^([A-Za-z][A-Za-z0-9-]*)\s*(=)?\s*/.exec(line);
    if (key === null) continue;
    let value = line.slice(key[0].length);
    while (continues(value) && at + 1 < lines.length)
      value = value.slice(0, -1) + (lines[++at] ?? "").replace(/\r$/, "");
    if (section === "core" && key[1]?.toLowerCase() === "worktree" && key[2] === "=") found = unescape(value);
  }
  return found;
}

/** A backslash at the end of a line joins the next one, unless it is itself escaped or in a comment. */
function continues(value: string): boolean {
  let quoted = false;
  for (let at = 0; at < value.length; at++) {
    const character = value[at] ?? "";
    if (character === "\\" && ++at === value.length) return true;
    if (character === '"') quoted = !quoted;
    if (!quoted && (character === "#" || character === ";")) return false;
  }
  return false;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", b: "\b" };

function unescape(value: string): string {
  let text = "";
  let kept = 0;
  let quoted = false;
  for (let at = 0; at < value.length; at++) {
    const character = value[at] ?? "";
    if (character === "\\") {
      const next = value[++at] ?? "";
      text += ESCAPES[next] ?? next;
      kept = text.length;
    } else if (character === '"') {
      quoted = !quoted;
      kept = text.length;
    } else if (!quoted && (character === "#" || character === ";")) {
      break;
    } else {
      text += character;
      if (quoted || !/\s/.test(character)) kept = text.length;
    }
  }
  // White space at the end counts only inside quotes.
  return text.slice(0, kept);
}
