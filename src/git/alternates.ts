/** Object directories that a repository borrows from: `objects/info/alternates` (gitrepository-layout(5)). */

/** The object directories in a text of alternates, absolute; relative ones are relative to `objects`. */
export function parseAlternates(text: string, objects: string): readonly string[] {
  const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
  const named = lines.filter((line) => line !== "" && !line.startsWith("#"));
  return named.map((line) => absolute(objects, unquoted(line)));
}

/** A path with unusual bytes may be in C quotes. One that is not whole is taken as it stands, as git does. */
const QUOTED = /^"((?:[^"\\]|\\(?:[abfnrtv"\\]|[0-3][0-7]{2}))*)"$/;
const ESCAPES: Readonly<Record<string, number>> = {
  "a": 7,
  "b": 8,
  "t": 9,
  "n": 10,
  "v": 11,
  "f": 12,
  "r": 13,
  '"': 34,
  "\\": 92,
};

/** Bytes that are not UTF-8 become U+FFFD. */
function unquoted(line: string): string {
  const inner = QUOTED.exec(line)?.[1];
  if (inner === undefined) return line;
  const parts = inner.split(/(\\(?:[0-3][0-7]{2}|.))/);
  const bytes = parts.map((part) => {
    if (!part.startsWith("\\")) return Buffer.from(part, "utf8");
    const rest = part.slice(1);
    return Buffer.from([ESCAPES[rest] ?? Number.parseInt(rest, 8)]);
  });
  return Buffer.concat(bytes).toString("utf8");
}

/** Joins and resolves `.` and `..` without accessing the disk. */
export function absolute(from: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${from}/${path}`).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
