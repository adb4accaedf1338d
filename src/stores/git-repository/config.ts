/**
 * A git `config` read as text: no include is followed, and nothing in it is run. The grammar is that of git-config(1):
 * sections, subsections, quotes, escapes, comments, continued lines.
 */

/** What `git init` writes has 250 bytes. */
export const CONFIG_LIMIT: number = 1024 * 1024;

/** `value` null: a key without `=`, which git treats as true. */
export type ConfigLine =
  | { readonly kind: "value"; readonly name: string; readonly value: string | null }
  /** A line that is none of those: git refuses the whole file. */
  | { readonly kind: "broken"; readonly line: string };

/** Every setting in its order, named `section.key` or `section.Subsection.key`, lower case but for the subsection. */
export function* configLines(config: string): Generator<ConfigLine, void> {
  let section = "";
  const lines = config.split("\n");
  for (let at = 0; at < lines.length; at++) {
    let line = (lines[at] ?? "").replace(/\r$/, "").trimStart();
    const header = /^\[\s*([A-Za-z0-9.-]+)\s*(?:"((?:[^"\\]|\\.)*)")?\s*\]/.exec(line);
    if (header !== null) {
      // A subsection makes it another section: [core "x"] is not [core].
      section = (header[1] ?? "").toLowerCase() + (header[2] === undefined ? "" : `.${header[2]}`);
      line = line.slice(header[0].length).trimStart();
    }
    if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
    const key = /^([A-Za-z][A-Za-z0-9-]*)[ \t]*(=|$|[#;])\s*/.exec(line);
    if (key === null) {
      yield { kind: "broken", line };
      continue;
    }
    let value = line.slice(key[0].length);
    while (key[2] === "=" && continues(value) && at + 1 < lines.length)
      value = value.slice(0, -1) + (lines[++at] ?? "").replace(/\r$/, "");
    const name = `${section}.${(key[1] ?? "").toLowerCase()}`;
    yield { kind: "value", name, value: key[2] === "=" ? unescape(value) : null };
  }
}

/** Nearly every value has none of these, and is what it looks like. */
const SPECIAL = /[\\"#;]/;

/** A backslash at the end of a line joins the next one, unless it is itself escaped or in a comment. */
function continues(value: string): boolean {
  if (!SPECIAL.test(value)) return false;
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
  if (!SPECIAL.test(value)) return value.trimEnd();
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
