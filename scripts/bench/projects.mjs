/** Removing projects of a single store, beside git alone: what is packed is put into the trash, what is not is destroyed. */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { built, node } from "./made.mjs";
import { inTurns, timed } from "./measure.mjs";

/** What people report. */
const PROJECTS = 250;

const WAYS = [
  { name: "destroyed at once", disposal: "destroy", script: 'git update-ref -d "$1"' },
  {
    name: "into the trash",
    disposal: "trash",
    script: 'git bundle create -q "$BUNDLES/${1##*/}" "$1" && git update-ref -d "$1"',
  },
];

export function projects(/** @type {import("./made.mjs").Bench} */ { root, entries, pairs, add }) {
  const count = Math.min(PROJECTS, entries);
  const directory = join(root, "projects");
  const home = join(directory, "home");
  const template = join(directory, "template");
  const refs = makeProjects(template, join(directory, "work"), count);
  const fresh = () => {
    rmSync(home, { recursive: true, force: true });
    execFileSync("cp", ["-a", template, home]);
    execFileSync("sync", ["-f", home]);
  };
  const bundles = join(directory, "bundles");
  const env = { GIT_DIR: join(home, "checkpoints", "store"), GIT_CONFIG_NOSYSTEM: "1", BUNDLES: bundles };
  for (const { name, disposal, script } of WAYS) {
    const turn = inTurns(
      pairs,
      () => {
        fresh();
        return removalOf(home, disposal, count);
      },
      () => {
        fresh();
        mkdirSync(bundles);
        const { ms } = timed("sh", ["-c", `for name; do set -- "$name"; ${script} || exit 1; done`, "sh", ...refs], {
          env,
        });
        rmSync(bundles, { recursive: true });
        return ms;
      },
    );
    add(`prune of ${count} projects of a store, ${name}, without scan and collection`, "git alone", turn, 1.5);
  }
  rmSync(directory, { recursive: true });
}

/** Names of the refs. Their directories are not there. */
function makeProjects(home, work, count) {
  const store = join(home, "checkpoints", "store");
  mkdirSync(join(work, "somebody-stays"), { recursive: true });
  mkdirSync(store, { recursive: true });
  const env = { PATH: process.env.PATH, HOME: home, GIT_DIR: store, GIT_CONFIG_NOSYSTEM: "1" };
  execFileSync("git", ["init", "-q", "--bare"], { env });
  execFileSync("git", ["config", "gc.auto", "0"], { env });
  for (const name of ["projects", "indexes", "ledgers"]) mkdirSync(join(store, name));
  const at = Math.floor(Date.now() / 1000) - 60 * 86_400;
  const made = Array.from({ length: count }, (_, number) => {
    const workdir = join(work, `project-${number}`);
    const id = createHash("sha256").update(workdir).digest("hex").slice(0, 16);
    writeFileSync(join(store, "projects", `${id}.json`), JSON.stringify({ workdir, created_at: at, last_touch: at }));
    writeFileSync(join(store, "ledgers", `${id}.json`), "{}");
    return { ref: `refs/hermes/${id}`, workdir };
  });
  const input = made.map(({ ref, workdir }) =>
    [0, 1, 2, 3, 4].map((turn) => commitOf(ref, at, workdir, turn)).join(""),
  );
  execFileSync("git", ["fast-import", "--quiet"], { env, input: input.join("") });
  return made.map(({ ref }) => ref);
}

function commitOf(ref, at, workdir, turn) {
  const files = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => {
    const text = `${workdir} ${turn} ${number}\n`.repeat(60);
    return `M 100644 inline d${number}/f\ndata ${Buffer.byteLength(text)}\n${text}\n`;
  });
  return `commit ${ref}\ncommitter H <h@l> ${at} +0000\ndata 1\ns\n${files.join("")}`;
}

/**
 * Of a library call in a process of its own (ms), until the last is gone: what is found out before is a row of its own, and
 * git alone collects nothing after.
 */
function removalOf(home, disposal, count) {
  const program = `import { prune, scan } from ${JSON.stringify(built("index.js"))};
const options = { home: ${JSON.stringify(home)}, settings: { stores: ["hermes-store"] }, sharesLoop: false };
const plan = await scan({ ...options, disposal: ${JSON.stringify(disposal)} });
const started = performance.now();
let ended = 0;
const onProgress = ({ stage }) => {
  if (stage === "remove") ended = performance.now();
};
const result = await prune(plan, { ...options, onProgress });
const gone = result.bases[0].entries.filter(({ outcome }) => outcome === "removed" || outcome === "trashed").length;
console.log(JSON.stringify({ ms: ended - started, gone }));`;
  const run = spawnSync(node, ["--input-type=module", "-e", program], { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`a prune ended with ${run.status}: ${run.stderr}`);
  const { ms, gone } = JSON.parse(run.stdout);
  if (gone !== count) throw new Error(`a prune removed ${gone} projects of ${count}`);
  return ms;
}
