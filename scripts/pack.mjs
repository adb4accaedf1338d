/**
 * Makes the package: builds, copies what ships into a directory of its own, and packs that. What only a clone needs
 * (scripts, devDependencies, `private`) is left out of its package.json; the one in the clone is never changed, and is
 * private, so that it cannot be published with them.
 *
 *     node scripts/pack.mjs                 checkpoint-gc-VERSION.tgz in the current directory
 *     node scripts/pack.mjs --into DIR      there
 *     node scripts/pack.mjs --as-built      with dist/ as it is
 *     node scripts/pack.mjs --json          prints the report of `npm pack --json`, not one line
 *
 * To publish: `npm publish FILE`.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "./build.mjs";

const onlyInClone = new Set(["scripts", "devDependencies", "private"]);
const root = fileURLToPath(new URL("..", import.meta.url));
const { values } = parseArgs({
  options: { "into": { type: "string" }, "as-built": { type: "boolean" }, "json": { type: "boolean" } },
});

if (values["as-built"] !== true) await build({ clean: true });
const stage = mkdtempSync(join(tmpdir(), "checkpoint-gc-pack-"));
try {
  const all = Object.entries(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
  const manifest = Object.fromEntries(all.filter(([name]) => !onlyInClone.has(name)));
  for (const name of [...manifest.files, "README.md", "LICENSE"]) {
    // A build that died, or one that is at work.
    const filter = (path) => !path.includes("/.build-");
    cpSync(join(root, name), join(stage, name), { recursive: true, preserveTimestamps: true, filter });
  }
  writeFileSync(join(stage, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", resolve(values.into ?? ".")];
  const report = execFileSync("npm", args, { cwd: stage, encoding: "utf8" });
  const [{ filename, size, entryCount }] = JSON.parse(report);
  const line = `${filename}: ${Math.ceil(size / 1000)} kB, ${entryCount} files\n`;
  process.stdout.write(values.json === true ? report : line);
} finally {
  rmSync(stage, { recursive: true, force: true });
}
