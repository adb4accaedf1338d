/**
 * What `checkpoints compact` saves: on the golden store, and on entries with twenty snapshots each of a real source tree,
 * which is the src/ of this project at twenty commits in a row. It reports, and asserts nothing.
 *
 *   node scripts/bench/compact.mjs [--dir DIR] [--entries 1000] [--snapshots 20]
 */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const project = fileURLToPath(new URL("../..", import.meta.url));
const command = join(project, "bin/checkpoints.js");

const { values } = parseArgs({
  options: {
    dir: { type: "string", default: tmpdir() },
    entries: { type: "string", default: "1000" },
    snapshots: { type: "string", default: "20" },
  },
});
const entries = Number(values.entries);
const snapshots = Number(values.snapshots);
const root = mkdtempSync(join(resolve(values.dir), "checkpoint-gc-compact-"));
process.on("SIGINT", () => process.exit(130));
process.on("exit", () => rmSync(root, { recursive: true, force: true }));

golden();
generated();

function golden() {
  const home = join(root, "golden");
  mkdirSync(home);
  execFileSync("tar", ["-xzf", join(project, "test/fixtures/golden/v1-store.tar.gz"), "-C", home]);
  const base = execFileSync("find", [home, "-type", "d", "-name", "checkpoints"], { encoding: "utf8" }).trim();
  rest(base);
  measure("golden store", base);
}

function generated() {
  const home = join(root, "home");
  const base = join(home, "checkpoints");
  const work = join(root, "work");
  mkdirSync(base, { recursive: true });
  const commits = execFileSync("git", ["log", "--reverse", "--format=%H", "--", "src"], {
    cwd: project,
    encoding: "utf8",
  })
    .trim()
    .split("\n");
  const variants = Math.max(1, Math.min(entries, commits.length - snapshots + 1));
  const started = performance.now();
  for (let at = 0; at < entries; at++) {
    const workdir = join(work, `project-${at}`);
    mkdirSync(workdir, { recursive: true });
    const repo = join(base, createHash("sha256").update(workdir).digest("hex").slice(0, 16));
    if (at < variants) take(repo, workdir, commits.slice(at, at + snapshots));
    else copy(join(base, nameOf(join(work, `project-${at % variants}`))), repo, workdir);
  }
  rest(base);
  say(`made ${entries} entries of ${variants} kinds in ${seconds(performance.now() - started)}`);
  measure(`${entries} entries, ${snapshots} snapshots each`, base);
}

function nameOf(workdir) {
  return createHash("sha256").update(workdir).digest("hex").slice(0, 16);
}

/** As Hermes takes them. */
function take(repo, workdir, commits) {
  const env = { PATH: process.env.PATH, HOME: root, GIT_DIR: repo, GIT_WORK_TREE: workdir, GIT_CONFIG_NOSYSTEM: "1" };
  const git = (...args) => execFileSync("git", args, { env, cwd: workdir, stdio: "ignore" });
  git("init", "-q");
  git("config", "user.email", "hermes@local");
  git("config", "user.name", "Hermes Checkpoint");
  writeFileSync(join(repo, "HERMES_WORKDIR"), `${workdir}\n`);
  for (const commit of commits) {
    rmSync(join(workdir, "src"), { recursive: true, force: true });
    const tar = execFileSync("git", ["archive", commit, "src"], { cwd: project, maxBuffer: 1 << 28 });
    execFileSync("tar", ["-x", "-C", workdir], { input: tar });
    git("add", "-A");
    git("commit", "-q", "-m", "before write_file", "--allow-empty");
  }
}

function copy(from, repo, workdir) {
  execFileSync("cp", ["-a", from, repo]);
  execFileSync("git", ["config", "--file", join(repo, "config"), "core.worktree", workdir]);
  writeFileSync(join(repo, "HERMES_WORKDIR"), `${workdir}\n`);
}

/** Nobody used it for three hours. */
function rest(base) {
  const at = `@${Math.floor(Date.now() / 1000) - 3 * 3600}`;
  execFileSync("find", [base, "-exec", "touch", "-h", "-d", at, "{}", "+"]);
}

function measure(what, base) {
  const allocated = () =>
    Number(execFileSync("du", ["-s", "--block-size=1", base], { encoding: "utf8" }).split("\t")[0]);
  const before = allocated();
  const started = performance.now();
  const done = spawnSync(process.execPath, [command, "compact", "--yes", "--json", "--base", base], {
    encoding: "utf8",
    maxBuffer: 1 << 30,
    env: { PATH: process.env.PATH, HOME: root },
  });
  const took = performance.now() - started;
  const { totals } = JSON.parse(done.stdout);
  const after = allocated();
  say(
    `${what}: exit ${done.status}, ${totals.packed} of ${totals.scanned} packed, ${totals.failed} failed, ${seconds(took)}`,
  );
  say(
    `  ${totals.looseObjects} loose objects; du ${mb(before)} before, ${mb(after)} after, ${Math.round((1 - after / before) * 100)}% less`,
  );
  say(
    `  the packed alone: ${mb(totals.bytesBefore)} before, ${mb(totals.bytesAfter)} after, ${totals.snapshots} snapshots`,
  );
}

function mb(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
