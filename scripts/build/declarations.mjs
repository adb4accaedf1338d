/**
 * The declarations of dist/types: one file for each entry of the package, with what that entry exports and the types
 * that those need. The files that tsc writes beside them are not shipped: their names and exports are internal.
 */
import { spawn } from "node:child_process";
import { mkdtemp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { rollUp } from "./roll-up.mjs";

const publicEntries = ["index.d.ts", "hook.d.ts", "housekeeping.d.ts"];

export async function declarations(root, outDir) {
  await mkdir(outDir, { recursive: true });
  const all = await mkdtemp(join(outDir, ".all-"));
  try {
    await tsc(["--project", join(root, "scripts/tsconfig.declarations.json"), "--outDir", all]);
    const read = (path) => readFile(path, "utf8");
    for (const name of publicEntries) await writeFile(join(outDir, name), await rollUp(join(all, name), read));
  } finally {
    await rm(all, { recursive: true, force: true });
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
