/** Object directories that a repository borrows from: `objects/info/alternates` (gitrepository-layout(5)). */

/** The object directories in a text of alternates, absolute; relative ones are relative to `objects`. */
export function parseAlternates(text: string, objects: string): readonly string[] {
  const lines = text.split("\n").map((line) => unquote(line.replace(/\r$/, "")));
  const named = lines.filter((line) => line !== "" && !line.startsWith("#"));
  return named.map((line) => absolute(objects, line));
}

/** A path with unusual bytes may be in C-style quotes. */
function unquote(line: string): string {
  const quoted = /^"(.*)"$/.exec(line)?.[1];
  return quoted === undefined ? line : quoted.replace(/\\(["\\])/g, "$1");
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
