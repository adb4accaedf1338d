/** Which test files `npm run test:fast` leaves out: those that start programs, by their imports, and the longest of the others. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { importsOf } from "./imports.mjs";

/** They start nothing, and try every step or very large files. */
const LONG = ["agents/openclaw/entries", "state/ledger-bounds"].map((name) => `test/${name}.test.ts`);

/** Paths relative to `root`. Throws where one of `LONG` is not there. */
export function notFast(root) {
  const files = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => join("test", name));
  const gone = LONG.find((name) => !files.includes(name));
  if (gone !== undefined) throw new Error(`scripts/vitest.fast.mjs names ${gone}, and there is no such file`);
  const known = new Map();
  return files.filter((name) => LONG.includes(name) || startsPrograms(join(root, name), known));
}

/** Whether a file of the tests, or one that it imports, uses node:child_process. Sources are not looked at. */
function startsPrograms(path, known) {
  const before = known.get(path);
  if (before !== undefined) return before;
  // For files that import each other.
  known.set(path, false);
  const imports = importsOf(path, readFileSync(path, "utf8")).map(({ specifier }) => specifier);
  const own = imports
    .filter((specifier) => specifier.startsWith(".") && specifier.endsWith(".ts") && !specifier.includes("/src/"))
    .map((specifier) => resolve(dirname(path), specifier));
  const starts =
    imports.some((specifier) => specifier === "node:child_process") || own.some((each) => startsPrograms(each, known));
  known.set(path, starts);
  return starts;
}
