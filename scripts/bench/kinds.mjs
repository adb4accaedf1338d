/**
 * What an entry costs, each kind of snapshots of other agents beside Hermes' shadow repos: the same repository in the place and
 * with the files that its agent has. The cost of a run without entries is not part of it. Processor time of all threads, since
 * what other programs do in between is no part of that.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { command, node } from "./made.mjs";
import { inTurns } from "./measure.mjs";

const DAY = 86_400;
const YARDSTICK = "hermes-shadow";

/** Of real ones. */
const OBJECTS = 20;

/** The calls that name a path, and those that list a directory: what an entry costs, and not what Node does besides. */
const COUNTED = "trace=%file,getdents64";

export function kinds(/** @type {import("./made.mjs").Bench} */ { root, entries, pairs, add }) {
  const directory = join(root, "kinds");
  const made = Object.entries(KINDS).map(([kind, of]) => ({
    kind,
    agent: of.agent,
    each: entries * (of.share ?? 1),
    full: makeHome(join(directory, kind), of, entries),
    // Of pieces in repositories these count, and not the repositories.
    without: makeHome(join(directory, `${kind}-none`), of.within ?? of, of.within === undefined ? 0 : entries),
  }));
  const [yardstick, ...others] = made;
  if (yardstick === undefined) return;
  for (const name of ["prune --dry-run", "status"]) {
    const words = name.split(" ");
    const costOf = ({ agent, each, full, without }, measure) => {
      const args = [command, ...words, "--agent", agent];
      return (measure(args, full) - measure(args, without)) / each;
    };
    const milliseconds = (args, home) => processorTime(args, home, directory);
    const callsEach = (of) => costOf(of, callsOf);
    const ofYardstick = callsEach(yardstick);
    for (const one of others) {
      const turn = inTurns(
        pairs,
        () => Math.max(0.001, costOf(one, milliseconds)),
        () => Math.max(0.001, costOf(yardstick, milliseconds)),
      );
      const calls = [callsEach(one), ofYardstick].map((each) => each.toFixed(1)).join(" calls an entry, not ");
      const more = ofYardstick > 0 ? { note: calls } : {};
      add(`${name}, ${entries} of ${one.kind}, processor time`, YARDSTICK, turn, 1, more);
    }
  }
  rmSync(directory, { recursive: true });
}

/** Of a whole run (ms). */
function processorTime(args, home, scratch) {
  const [preload, report] = [join(scratch, "processor.mjs"), join(scratch, "processor")];
  writeFileSync(
    preload,
    `import { writeFileSync } from "node:fs";
process.on("exit", () => {
  const { user, system } = process.cpuUsage();
  writeFileSync(${JSON.stringify(report)}, String((user + system) / 1000));
});`,
  );
  const { status, stderr } = spawnSync(node, ["--import", preload, ...args], { encoding: "utf8", env: envOf(home) });
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}: ${stderr}`);
  return Number(readFileSync(report, "utf8"));
}

function envOf(home) {
  return { PATH: process.env.PATH, HOME: home, LC_ALL: "C.UTF-8" };
}

/** Of a whole run; 0 where strace is missing. */
function callsOf(args, home) {
  const traced = spawnSync("strace", ["-f", "-c", "-U", "calls,name", "-e", COUNTED, node, ...args], {
    encoding: "utf8",
    env: envOf(home),
    maxBuffer: 1 << 26,
  });
  return Number(/^\s*(\d+)\s+total$/m.exec(traced.stderr ?? "")?.[1] ?? 0);
}

/**
 * @typedef {object} Layout
 * @property {(worktree: string) => string} place of the git directory, below the home
 * @property {Readonly<Record<string, string>>} [writer] of its config
 * @property {(repo: string, worktree: string, at: number) => void} [finish] what else is there
 * @property {number} [share] entries a repository, where there are more of them than repositories
 * @property {(home: string, worktrees: readonly string[]) => void} [register]
 */

/** `within`: the same without what is measured. @type {Record<string, Layout & { agent: string, within?: Layout }>} */
const KINDS = {
  [YARDSTICK]: {
    agent: "hermes",
    place: (worktree) => `.hermes/checkpoints/${hex("sha256", worktree).slice(0, 16)}`,
    finish: (repo, worktree) => writeFileSync(join(repo, "HERMES_WORKDIR"), `${worktree}\n`),
  },
  "opencode-snapshots": { agent: "opencode", place: (worktree) => ofWorktree("opencode", worktree) },
  "opencode-snapshots, and a temporary pack in a fifth": {
    agent: "opencode",
    place: (worktree) => ofWorktree("opencode", worktree),
    finish(repo, _, at) {
      if (at % 5 === 0) temporaryPack(repo);
    },
    share: 1.2,
  },
  "opencode-temporary": {
    agent: "opencode",
    place: (worktree) => ofWorktree("opencode", worktree),
    finish: temporaryPack,
    within: { place: (worktree) => ofWorktree("opencode", worktree) },
  },
  "kilo-snapshots": { agent: "kilo", place: (worktree) => ofWorktree("kilo", worktree) },
  "cline-checkpoints": {
    agent: "cline",
    place: (worktree) => `${STORAGE}/saoudrizwan.claude-dev/checkpoints/${hash31(worktree)}/.git`,
    writer: { name: "Cline Checkpoint", email: "checkpoint@cline.bot" },
  },
  "roo-checkpoints": {
    agent: "roo",
    place: (worktree) => `${STORAGE}/rooveterinaryinc.roo-cline/tasks/${uuid(worktree)}/checkpoints/.git`,
    writer: { name: "Roo Code", email: "noreply@example.com" },
    finish: (repo) => writeFileSync(join(repo, "../../ui_messages.json"), "[]"),
  },
  "gemini-snapshots": {
    agent: "gemini",
    place: (worktree) => `.gemini/history/${slug(worktree)}/.git`,
    finish(repo, worktree) {
      writeFileSync(join(repo, "../.project_root"), worktree);
      writeFileSync(join(repo, "../.gitconfig"), "");
    },
    register: (home, worktrees) => {
      const projects = Object.fromEntries(worktrees.map((worktree) => [worktree, slug(worktree)]));
      writeFileSync(join(home, ".gemini/projects.json"), JSON.stringify({ projects }));
    },
  },
};

const STORAGE = ".config/Code/User/globalStorage";

/** A tenth are orphans. Gives the home. */
function makeHome(directory, /** @type {Layout} */ { place, writer, finish, register }, count) {
  const home = join(directory, "home");
  mkdirSync(join(directory, "projects", "another"), { recursive: true });
  mkdirSync(home);
  const worktrees = Array.from({ length: count }, (_, at) => join(directory, "projects", `project-${at}`));
  for (const [at, worktree] of worktrees.entries()) {
    if (at % 10 !== 0) mkdirSync(worktree);
    const repo = join(home, place(worktree));
    makeRepo(repo, worktree, writer);
    finish?.(repo, worktree, at);
  }
  if (count > 0) register?.(home, worktrees);
  return home;
}

function makeRepo(repo, worktree, writer) {
  for (const name of ["objects/pack", "objects/info", "refs/heads", "info", "logs"])
    mkdirSync(join(repo, name), { recursive: true });
  const section = (name, values) =>
    `[${name}]\n${Object.entries(values)
      .map(([key, value]) => `\t${key} = ${value}\n`)
      .join("")}`;
  const core = section("core", { repositoryformatversion: 0, filemode: true, bare: false, worktree });
  writeFileSync(join(repo, "config"), writer === undefined ? core : core + section("user", writer));
  writeFileSync(join(repo, "HEAD"), "ref: refs/heads/main\n");
  writeFileSync(join(repo, "index"), "DIRC");
  writeFileSync(join(repo, "info/exclude"), "");
  const ids = Array.from({ length: OBJECTS }, (_, at) => hex("sha1", `${worktree} ${at}`));
  const lines = ids
    .slice(0, 3)
    .map((id, at, all) => `${all[at - 1] ?? "0".repeat(40)} ${id} A <a@b> 1780000000 +0000\t${at}`);
  writeFileSync(join(repo, "logs/HEAD"), `${lines.join("\n")}\n`);
  writeFileSync(join(repo, "refs/heads/main"), `${ids[2]}\n`);
  for (const id of ids) {
    mkdirSync(join(repo, "objects", id.slice(0, 2)), { recursive: true });
    writeFileSync(join(repo, "objects", id.slice(0, 2), id.slice(2)), id);
  }
}

function ofWorktree(app, worktree) {
  return `.local/share/${app}/snapshot/${hex("sha1", `first commit of ${worktree}`)}/${hex("sha1", worktree)}`;
}

function temporaryPack(repo) {
  const path = join(repo, "objects/pack/tmp_pack_Ab12Cd");
  writeFileSync(path, "cut off");
  const time = Date.now() / 1000 - 2 * DAY;
  utimesSync(path, time, time);
}

function hash31(text) {
  return String(text.split("").reduce((hash, unit) => (Math.imul(hash, 31) + unit.charCodeAt(0)) >>> 0, 0));
}

function uuid(text) {
  return hex("sha256", text).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}

function slug(worktree) {
  return worktree.slice(dirname(worktree).length + 1);
}

function hex(algorithm, text) {
  return createHash(algorithm).update(text).digest("hex");
}
