/**
 * Lets Gemini CLI make snapshots, with a version of each layout on one home, removes what this package would, and lets both
 * versions go on: snapshots of before are restored, and new ones made. Not a part of `npm test`: it installs the core of the
 * program, which is large, into a temporary directory.
 *
 *   node scripts/real-gemini.mjs
 */
import { deepStrictEqual, match, ok } from "node:assert";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// By a name that is computed: what is built is not checked again.
const { prune, restore, scan } = await import(new URL("../dist/index.js", import.meta.url).href);

/** One that names its directories by hash, and one that copies these to slugs. */
const [BEFORE, SINCE] = ["0.28.2", "0.61.0"];
const CORE = "@google/gemini-cli-core";

/** What it was released with: a later one refuses the variables that it sets. */
const OVERRIDES = { [BEFORE]: { "simple-git": "3.28.0" } };

const HOUR = 3_600_000;

/** What the program does at a start with checkpointing, then a snapshot or a restore. */
const STEP = `
const [core, project, what, of] = process.argv.slice(1);
const { Storage } = await import(core + "/dist/src/config/storage.js");
const { GitService } = await import(core + "/dist/src/services/gitService.js");
const git = new GitService(project, new Storage(project));
await git.initialize();
if (what === "snapshot") {
  await git.createFileSnapshot(of);
  console.log("id " + (await git.getCurrentCommitHash()));
} else await git.restoreProjectFromSnapshot(of);
process.exit(0);
`;

const root = mkdtempSync(join(tmpdir(), "real-gemini-"));
try {
  for (const version of [BEFORE, SINCE]) install(version);
  await drive();
} finally {
  rmSync(root, { recursive: true, force: true });
}

function install(version) {
  const at = join(root, version);
  mkdirSync(at);
  writeFileSync(join(at, "package.json"), JSON.stringify({ private: true, overrides: OVERRIDES[version] ?? {} }));
  const flags = ["--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--loglevel=error"];
  execFileSync("npm", ["install", ...flags, `${CORE}@${version}`], { cwd: at, stdio: "inherit" });
}

function step(version, project, what, of) {
  const args = ["--input-type=module", "-e", STEP, join(root, version, "node_modules", CORE), at(project), what, of];
  const env = { PATH: process.env.PATH, HOME: join(root, "home"), GIT_CONFIG_NOSYSTEM: "1" };
  const limits = { cwd: at(project), env, timeout: 120_000 };
  return execFileSync(process.execPath, args, { ...limits, encoding: "utf8", stdio: "pipe" });
}

function at(project) {
  return join(root, "projects", project);
}

function snapshot(version, project, text) {
  mkdirSync(at(project), { recursive: true });
  writeFileSync(join(at(project), "a.txt"), text);
  const [, id] = /^id ([0-9a-f]{40})$/m.exec(step(version, project, "snapshot", text)) ?? [];
  ok(id !== undefined);
  return id;
}

function restored(version, project, id) {
  step(version, project, "restore", id);
  return readFileSync(join(at(project), "a.txt"), "utf8");
}

async function drive() {
  mkdirSync(join(root, "home"));
  const first = {};
  for (const project of ["stays", "goes", "returns"]) {
    first[project] = snapshot(BEFORE, project, `first of ${project}`);
    snapshot(BEFORE, project, `second of ${project}`);
    snapshot(SINCE, project, `third of ${project}`);
  }
  // The older version goes on in one of them: its directory has a snapshot that the copy of it has not.
  const only = snapshot(BEFORE, "returns", "fourth of returns");

  const history = join(root, "home/.gemini/history");
  const before = readdirSync(history).toSorted();
  deepStrictEqual(before.length, 6);
  rmSync(at("goes"), { recursive: true });

  const options = { env: { HOME: join(root, "home") }, agent: "gemini", disposal: "trash" };
  // Both versions were used just now, and a copy is taken an hour after that.
  const later = { ...options, now: () => Date.now() + 2 * HOUR };
  const done = await prune(await scan(later), later);
  const taken = done.bases.flatMap(({ entries }) =>
    entries.map(({ planned: { judged }, outcome, error }) => ({ entry: judged.entry, judged, outcome, error })),
  );
  for (const { entry, outcome, error } of taken)
    if (outcome !== "trashed") throw new Error(`${entry.id}: ${outcome}: ${JSON.stringify(error)}`);
  deepStrictEqual(taken.map(({ judged }) => judged.verdict).toSorted(), ["debris", "orphan", "orphan"]);
  deepStrictEqual(
    taken.map(({ judged }) => judged.subject.value).toSorted(),
    [at("goes"), at("goes"), at("stays")].toSorted(),
  );
  deepStrictEqual(readdirSync(history).filter((name) => name.length === 64).length, 1);

  // Snapshots of the older version are in the copy, and those that are only in its own directory are still there.
  deepStrictEqual(restored(SINCE, "stays", first.stays), "first of stays");
  snapshot(SINCE, "stays", "fourth of stays");
  deepStrictEqual(restored(BEFORE, "returns", only), "fourth of returns");
  deepStrictEqual(restored(SINCE, "returns", first.returns), "first of returns");

  // A project that is made again has its slug as before, and a repository anew.
  const anew = snapshot(SINCE, "goes", "anew");
  deepStrictEqual(
    readdirSync(history).filter((name) => name.startsWith("goes")),
    ["goes"],
  );
  let missing = "";
  try {
    restored(SINCE, "goes", first.goes);
  } catch (error) {
    missing = String(error);
  }
  match(missing, new RegExp(first.goes));
  deepStrictEqual(readFileSync(join(at("goes"), "a.txt"), "utf8"), "anew");
  deepStrictEqual(restored(SINCE, "goes", anew), "anew");

  // What is put back takes the place of nothing.
  const ids = taken.map(({ entry }) => entry.id);
  const occupied = (await restore({ ...later, ids })).rows.filter(({ outcome }) => outcome !== "restored");
  deepStrictEqual(
    occupied.map(({ item }) => item.entryId),
    ["goes"],
  );
  rmSync(join(history, "goes/.git"), { recursive: true });
  for (const { item, outcome } of (await restore({ ...later, ids: ["goes"] })).rows)
    if (outcome !== "restored") throw new Error(`${item.entryId}: ${outcome}`);
  deepStrictEqual(restored(SINCE, "goes", first.goes), "first of goes");
  deepStrictEqual(restored(BEFORE, "stays", first.stays), "first of stays");
  ok(existsSync(join(history, "goes/.project_root")));
  console.log(
    `${BEFORE} and ${SINCE}: a copy and an orphan with its copy were taken and put back; snapshots of before, between and after could be restored.`,
  );
}
