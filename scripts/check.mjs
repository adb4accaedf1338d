/**
 * Runs every `check:*` script of package.json, all at once, and says how each went; the output of those that failed
 * follows its line. The last line is `N passed, N failed`.
 *
 *     node scripts/check.mjs                  all
 *     node scripts/check.mjs types layers     these
 *     CHECK_SUMMARY=file node ...             also write { passed, failed } there
 */
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { scripts } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const known = Object.keys(scripts).flatMap((name) => (name.startsWith("check:") ? name.slice("check:".length) : []));
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !known.includes(name));

if (unknown.length > 0) {
  console.error(`no such check: ${unknown.join(", ")}; there are ${known.join(", ")}`);
  process.exitCode = 2;
} else {
  const results = await Promise.all((asked.length > 0 ? asked : known).map(check));
  const passed = results.filter(Boolean).length;
  const failed = results.length - passed;
  if (process.env.CHECK_SUMMARY !== undefined) {
    writeFileSync(process.env.CHECK_SUMMARY, JSON.stringify({ passed, failed }));
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

async function check(name) {
  const begin = performance.now();
  const { code, output } = await run("npm", ["run", "--silent", `check:${name}`]);
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  console.log(`${code === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
  if (code !== 0) console.log(output.trimEnd().replaceAll(/^/gm, "    "));
  return code === 0;
}

function run(command, args) {
  const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const pieces = [];
  child.stdout.on("data", (piece) => pieces.push(piece));
  child.stderr.on("data", (piece) => pieces.push(piece));
  return new Promise((done) => {
    child.once("error", (error) => done({ code: 1, output: error.message }));
    child.once("close", (code) => done({ code, output: Buffer.concat(pieces).toString() }));
  });
}
