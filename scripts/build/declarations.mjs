/** The declarations of dist/types: those that index.d.ts and hook.d.ts reach, and they may reach nothing but our own. */
import { spawn } from "node:child_process";
import { readFile, readdir, rm } from "node:fs/promises";
import { createRequire, isBuiltin } from "node:module";
import { dirname, join, resolve } from "node:path";
import { importsOf } from "../imports.mjs";

const publicEntries = ["index.d.ts", "hook.d.ts", "housekeeping.d.ts"];

export async function declarations(root, outDir) {
  await tsc(["--project", join(root, "scripts/tsconfig.declarations.json"), "--outDir", outDir]);
  const reached = new Set();
  const queue = publicEntries.map((name) => join(outDir, name));
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    for (const { specifier } of importsOf(file, await readFile(file, "utf8"))) {
      if (specifier.startsWith(".")) queue.push(resolve(dirname(file), specifier.replace(/(\.d)?\.[jt]s$/, ".d.ts")));
      else if (!isBuiltin(specifier)) {
        throw new Error(
          `the public types mention "${specifier}" (in ${file.slice(outDir.length + 1)}), which is not installed with the package`,
        );
      }
    }
  }
  for (const entry of await readdir(outDir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !reached.has(path)) await rm(path);
  }
}

function tsc(args) {
  const manifest = createRequire(import.meta.url).resolve("typescript/package.json");
  const child = spawn(process.execPath, [join(dirname(manifest), "bin/tsc"), ...args], { stdio: "inherit" });
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", (code) => (code === 0 ? done(undefined) : fail(new Error(`tsc ended with ${code}`))));
  });
}
