/**
 * Lets opencode and Kilo make snapshots, removes what this package would, and lets them go on: a new snapshot, and the
 * difference to one of before, which is what an undo reads. Not a part of `npm test`: it installs the programs, which are
 * large, into a temporary directory.
 *
 *   node scripts/real-snapshots.mjs [PROGRAM VERSION]
 */
import { deepStrictEqual, match, notStrictEqual } from "node:assert";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

// By a name that is computed: what is built is not checked again.
const { prune, restore, scan } = await import(new URL("../dist/index.js", import.meta.url).href);

const system = `${process.platform}-${process.arch}`;
const PROGRAMS = {
  opencode: { name: `opencode-${system}`, versions: ["1.1.11", "1.18.33"] },
  kilo: { name: `@kilocode/cli-${system}`, versions: ["7.7.9"] },
};

const DAY = 86_400_000;

const [only, version] = process.argv.slice(2);
const runs = Object.entries(PROGRAMS)
  .filter(([program]) => only === undefined || program === only)
  .flatMap(([program, { versions }]) => (version === undefined ? versions : [version]).map((one) => [program, one]));
if (runs.length === 0) throw new Error(`${only} is not one of ${Object.keys(PROGRAMS).join(", ")}`);
for (const [program, one] of runs) await drive(program, one);

async function drive(program, version) {
  const root = mkdtempSync(join(tmpdir(), "real-snapshots-"));
  try {
    const install = join(root, "install");
    mkdirSync(install);
    writeFileSync(join(install, "package.json"), '{"private":true}');
    const { name } = PROGRAMS[program];
    const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    execFileSync("npm", ["install", ...flags, `${name}@${version}`], { cwd: install, stdio: "inherit" });
    const home = join(root, "home");
    mkdirSync(home);
    await inHome({ program, version, root, home, binary: join(install, "node_modules", name, "bin", program) });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function inHome({ program, version, root, home, binary }) {
  const env = { PATH: process.env.PATH, HOME: home, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
  const at = (project) => join(root, "projects", project);
  const snapshots = (project, ...args) =>
    execFileSync(binary, ["debug", "snapshot", ...args], { cwd: at(project), env, encoding: "utf8", timeout: 120_000 });
  const track = (project) => {
    const id = snapshots(project, "track").trim().split("\n").at(-1) ?? "";
    match(id, /^[0-9a-f]{40}$/);
    return id;
  };
  const git = (project, ...args) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: at(project), env });

  const before = {};
  for (const project of ["stays", "goes"]) {
    mkdirSync(at(project), { recursive: true });
    writeFileSync(join(at(project), "a.txt"), `of ${project}\n`);
    git(project, "init", "-q");
    git(project, "add", ".");
    git(project, "commit", "-qm", "one");
    before[project] = track(project);
    writeFileSync(join(at(project), "a.txt"), `changed in ${project}\n`);
    track(project);
  }
  // What the program says of it, to be compared with what it says afterwards.
  const difference = snapshots("stays", "diff", before.stays);
  match(difference, /\+changed in stays/);

  const base = join(home, ".local/share", program, "snapshot");
  const repos = readdirSync(base, { recursive: true, encoding: "utf8" }).filter((path) => basename(path) === "HEAD");
  const options = { env: { HOME: home }, agent: program, disposal: "trash" };
  const left = repos.map((head) => join(base, head, "../objects/pack/tmp_pack_Ab12Cd"));
  for (const path of left) {
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, "left behind");
    utimesSync(path, new Date(Date.now() - 2 * DAY), new Date(Date.now() - 2 * DAY));
  }
  rmSync(at("goes"), { recursive: true });

  const done = await prune(await scan(options), options);
  const taken = done.bases.flatMap(({ entries }) =>
    entries.map(({ planned: { judged }, outcome, error }) => ({
      id: judged.entry.id,
      verdict: judged.verdict,
      outcome,
      error,
    })),
  );
  for (const { id, outcome, error } of taken)
    if (outcome !== "trashed") throw new Error(`${id}: ${outcome}: ${JSON.stringify(error)}`);
  const count = (verdict) => taken.filter((one) => one.verdict === verdict).length;
  // One of an older layout is never moved; what git left in it is.
  const layout = repos.every((path) => path.split("/").length === 3) ? "by worktree" : "by project";
  deepStrictEqual(count("orphan"), layout === "by worktree" ? 1 : 0);
  deepStrictEqual(
    left.filter((path) => existsSync(path)),
    [],
  );

  deepStrictEqual(snapshots("stays", "diff", before.stays), difference);
  writeFileSync(join(at("stays"), "a.txt"), "changed again\n");
  notStrictEqual(track("stays"), before.stays);
  match(snapshots("stays", "diff", before.stays), /\+changed again/);

  const back = await restore({ ...options, ids: taken.map(({ id }) => id) });
  for (const { item, outcome } of back.rows) if (outcome !== "restored") throw new Error(`${item.entryId}: ${outcome}`);
  // The same project in the same place again, as a clone of it would be.
  mkdirSync(at("goes"));
  writeFileSync(join(at("goes"), "a.txt"), "anew\n");
  git("goes", "init", "-q");
  git("goes", "add", ".");
  git("goes", "commit", "-qm", "one");
  track("goes");
  console.log(
    `${program} ${version} (${layout}): ${count("orphan")} orphan and ${count("debris")} temporary files were taken and put back;` +
      " snapshots and differences before, between and after were the same.",
  );
}
