/** Repositories of other agents: many of them, and what a git that failed each hour left in some. */
import { createHash } from "node:crypto";
import { mkdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { command, node } from "./made.mjs";
import { inTurns, timed } from "./measure.mjs";

const DAY = 86_400;

/** Of real ones: directories of loose objects, and the size of a pack that was cut off (bytes). */
const OBJECTS = 20;
const PACK = 200e6;

export function snapshots(/** @type {import("./made.mjs").Bench} */ { root, entries, pairs, add }) {
  const count = entries * 5;
  const home = makeRepos(join(root, "snapshots"), count);
  const env = { HOME: home };
  const gigabytes = Math.round((Math.ceil(count / 5) * PACK) / 1e9);
  const what = `${count} repos of opencode, ${gigabytes} GB of temporary packs (sparse)`;
  const measure = (name, args) => {
    const { peak } = timed(node, [command, ...args], { env: { ...env, MEASURE_MEMORY: "1" } });
    const turn = inTurns(
      pairs,
      () => timed(node, [command, ...args], { env }).ms,
      () => timed("du", ["-s", home]).ms,
    );
    add(`${name}, ${what}`, "du -s", turn, 2, { peak });
  };
  measure("prune --dry-run", ["prune", "--dry-run", "--agent", "opencode"]);
  measure("status", ["--agent", "opencode"]);
  rmSync(join(root, "snapshots"), { recursive: true });
}

/** A tenth are orphans, and a fifth have a temporary pack of two days. Gives the home. */
function makeRepos(directory, count) {
  const home = join(directory, "home");
  const base = join(home, ".local/share/opencode/snapshot");
  mkdirSync(join(directory, "projects", "another"), { recursive: true });
  for (let at = 0; at < count; at++) {
    const worktree = join(directory, "projects", `project-${at}`);
    if (at % 10 !== 0) mkdirSync(worktree);
    const repo = join(base, sha1(`first commit of ${at}`), sha1(worktree));
    for (const name of ["objects/pack", "objects/info", "refs/heads", "info"])
      mkdirSync(join(repo, name), { recursive: true });
    const core = { repositoryformatversion: 0, filemode: true, bare: false, worktree };
    const config = Object.entries(core).map(([key, value]) => `\t${key} = ${value}\n`);
    writeFileSync(join(repo, "HEAD"), "ref: refs/heads/main\n");
    writeFileSync(join(repo, "config"), `[core]\n${config.join("")}`);
    writeFileSync(join(repo, "index"), "DIRC");
    writeFileSync(join(repo, "info/exclude"), "");
    for (let each = 0; each < OBJECTS; each++) {
      const object = sha1(`${at} ${each}`);
      mkdirSync(join(repo, "objects", object.slice(0, 2)), { recursive: true });
      writeFileSync(join(repo, "objects", object.slice(0, 2), object.slice(2)), object);
    }
    if (at % 5 === 0) temporaryPack(join(repo, "objects/pack/tmp_pack_Ab12Cd"));
  }
  return home;
}

function temporaryPack(path) {
  writeFileSync(path, "");
  truncateSync(path, PACK);
  const time = Date.now() / 1000 - 2 * DAY;
  utimesSync(path, time, time);
}

function sha1(text) {
  return createHash("sha1").update(text).digest("hex");
}
