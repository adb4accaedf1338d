/**
 * The whole tool in two minutes: a temporary home as Hermes agent leaves it after a few months, made with real git, and
 * the commands one would type there. Everything is below one temporary directory, which is always removed at the
 * end. Run it with `npm run demo`.
 *
 * Sizes differ by at least 90 kB from one repo to the next, so that "biggest first" gives one order on every file system.
 */
import { execFile, spawn } from "node:child_process";
import { createCipheriv, createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const COMMAND = fileURLToPath(new URL("../bin/checkpoints.js", import.meta.url));
const BUILT = fileURLToPath(new URL("../dist", import.meta.url));
const HOUR_MS = 3_600_000;

/**
 * @typedef {object} Repo
 * @property {string} name of its directory, below the home
 * @property {number} hours since its last snapshot
 * @property {number} kB of content
 * @property {"deleted" | "parent-gone" | "parent-empty"} [fate] of the directory, where it is no longer there: the
 *   parent is gone with an unplugged drive, or it is empty because a share is not mounted
 * @property {boolean} [lock] git is working in it
 * @property {boolean} [torn] the two files that name its directory are empty
 * @property {string} [profile]
 */

/** @type {readonly Repo[]} */
const REPOS = [
  { name: "code/web-shop", hours: 0.2, kB: 3300 },
  { name: "code/billing-api", hours: 3.2, kB: 1890 },
  { name: "code/mobile-app", hours: 20, kB: 2500 },
  { name: "code/design-system", hours: 30, kB: 1500 },
  { name: "code/infra-terraform", hours: 58, kB: 500 },
  { name: "code/data-pipeline", hours: 82, kB: 1140 },
  { name: "code/docs-site", hours: 106, kB: 780 },
  { name: "clients/acme-portal", hours: 130, kB: 1320 },

  // Still there, but not used for more than a week.
  { name: "code/thesis", hours: 124.4 * 24, kB: 2900 },
  { name: "code/advent-of-code", hours: 330.4 * 24, kB: 400 },
  { name: "code/old-blog", hours: 210.4 * 24, kB: 1690 },
  { name: "code/dotfiles", hours: 45.4 * 24, kB: 300 },
  { name: "code/ml-playground", hours: 95.4 * 24, kB: 3700 },
  { name: "code/raspberry-clock", hours: 16.4 * 24, kB: 200 },

  // Their directories were deleted.
  { name: "code/hackathon-2026", hours: 3.4 * 24, kB: 2200, fate: "deleted" },
  { name: "code/pr-review-4711", hours: 2.4 * 24, kB: 1230, fate: "deleted" },
  { name: "code/pr-review-4698", hours: 5.4 * 24, kB: 960, fate: "deleted" },
  { name: "code/vue-spike", hours: 6.4 * 24, kB: 600, fate: "deleted" },
  { name: "code/cra-upgrade", hours: 20.4 * 24, kB: 1790, fate: "deleted" },
  { name: "scratch/csv-import", hours: 4.4 * 24, kB: 100, fate: "deleted" },
  { name: "scratch/llm-bench", hours: 2.2, kB: 1410, fate: "deleted" },

  // Deleted too, but the settings say that nothing below ~/clients is ever removed.
  { name: "clients/initech-migration", hours: 12.4 * 24, kB: 870, fate: "deleted" },
  // Deleted too, but git is working in the repo at this moment.
  { name: "code/release-build", hours: 0.1, kB: 690, fate: "deleted", lock: true },

  // It is unknown whether these were deleted.
  { name: "usb-drive/photo-archive", hours: 5.4 * 24, kB: 2050, fate: "parent-gone" },
  { name: "nas/video-tools", hours: 3.4 * 24, kB: 1590, fate: "parent-empty" },
  // A power cut emptied the two files that say what this one is about.
  { name: "code/power-cut", hours: 2.4 * 24, kB: 3500, torn: true },

  // A profile is a home of its own.
  { profile: "work", name: "work/backend-monolith", hours: 26, kB: 2700 },
  { profile: "work", name: "work/reports-2025", hours: 70.4 * 24, kB: 1050 },
];

const SETTINGS = `checkpoints:
  retention_days: 7        # Hermes' own setting; this tool reads it
checkpoint_gc:
  keep: ["~/clients"]      # snapshots of these directories are never removed
`;

const stop = new AbortController();
for (const [signal, number] of /** @type {const} */ ([
  ["SIGINT", 2],
  ["SIGTERM", 15],
  ["SIGHUP", 1],
])) {
  process.once(signal, () => {
    process.exitCode = 128 + number;
    stop.abort();
  });
}
// A reader that closes the pipe (`npm run demo | head`) is not a failure.
process.stdout.on("error", (error) => {
  if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EPIPE") throw error;
  stop.abort();
});

const root = realpathSync(mkdtempSync(join(tmpdir(), "demo-")));
const hermes = join(root, ".hermes");
const base = join(hermes, "checkpoints");
try {
  if (!existsSync(BUILT)) throw new Error("the command is not built yet: run npm ci (or npm run build) first");
  await makeHome();
  await tour();
} catch (error) {
  if (!stop.signal.aborted) {
    process.exitCode = 1;
    process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}

async function tour() {
  say(
    "Hermes agent makes a snapshot of each directory it works in, so that a bad edit can be undone. The snapshots of",
    `a directory are a git repo below ~/.hermes/checkpoints, which is never deleted. Here are ${REPOS.length} of them.`,
  );
  say("Step 1. Look. `status` shows what is there, its size, and what would be removed and why. It changes nothing.");
  await checkpoints("status");
  say(
    "Step 2. Ask what `prune` would do. It removes repos that were not used for 7 days, and repos whose directory",
    "was deleted. An unplugged drive is not a deletion: if it is unknown, the snapshots are kept.",
  );
  await checkpoints("prune", "--dry-run");
  say(
    "Step 3. Do exactly that. `--yes` skips the question; `--trash` keeps everything for a week instead of deleting it",
    "permanently.",
  );
  await checkpoints("prune", "--yes", "--trash");
  say("Step 4. What is in the trash, and until when?");
  await checkpoints("trash", "list");
  say("Step 5. The snapshots of ~/code/thesis were needed after all. What is in the trash can be restored.");
  await checkpoints("trash", "restore", hash16(join(root, "code", "thesis")));
  say(
    "Step 6. Prune again: nothing is left to remove. A restored repo counts as used, so it is kept. The newer store/, the",
    "legacy-* archive and a stray file in the same directory were not touched.",
  );
  await checkpoints("prune", "--yes");
  say("That is all. The home of the demo is removed now; your own home was not read.");
}

/** Prints a comment of one or two lines. */
function say(...lines) {
  process.stdout.write(`${lines.map((line) => `# ${line}\n`).join("")}\n`);
}

/** Shows a command and runs it in the demo's home, on this very terminal or pipe. */
async function checkpoints(...args) {
  process.stdout.write(`$ checkpoints ${args.join(" ")}\n`);
  const { HERMES_HOME: _, CHECKPOINT_GC: __, ...env } = process.env;
  const child = spawn(process.execPath, [COMMAND, ...args], {
    cwd: root,
    env: { ...env, HOME: root, USERPROFILE: root },
    stdio: ["ignore", "inherit", "inherit"],
    signal: stop.signal,
    killSignal: "SIGINT",
  });
  await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0) resolve(undefined);
      else reject(new Error(`checkpoints ${args.join(" ")} ended with ${code ?? signal}`));
    });
  });
  process.stdout.write("\n");
}

async function makeHome() {
  mkdirSync(join(hermes, "profiles", "work"), { recursive: true });
  writeFileSync(join(hermes, "config.yaml"), SETTINGS);
  writeFileSync(join(hermes, "profiles", "work", "config.yaml"), "checkpoints:\n  retention_days: 30\n");
  mkdirSync(join(root, "scratch"));
  writeFileSync(join(root, "scratch", "notes.md"), "Things I tried.\n");

  // Git takes a few milliseconds a call and there are some 300 of them: a few repos at a time.
  const waiting = [...REPOS];
  await Promise.all(
    Array.from({ length: 6 }, async () => {
      for (let repo = waiting.shift(); repo !== undefined; repo = waiting.shift()) await makeRepo(repo);
    }),
  );
  for (const { name, fate } of REPOS) {
    if (fate !== undefined) rmSync(join(root, fate === "parent-gone" ? dirname(name) : name), { recursive: true });
  }

  // The newer single store has a project of its own; everything else is ignored.
  const store = join(base, "store");
  await git({ GIT_DIR: store }, "init", "--quiet", "--bare");
  mkdirSync(join(store, "projects"));
  const workdir = join(root, "code", "web-shop");
  const project = JSON.stringify({ workdir, created_at: Date.now() / 1000, last_touch: Date.now() / 1000 });
  writeFileSync(join(store, "projects", `${hash16(workdir)}.json`), project);
  mkdirSync(join(base, "legacy-20260512-091500"));
  writeFileSync(join(base, "legacy-20260512-091500", "HEAD"), "ref: refs/heads/master\n");
  writeFileSync(join(base, "notes.txt"), "Mine: do not delete.\n");
}

/**
 * One shadow repo, as Hermes makes it; then it gets its age.
 * @param {Repo} repo
 */
async function makeRepo({ profile, name, hours, kB, lock, torn }) {
  const workdir = join(root, name);
  const home = profile === undefined ? hermes : join(hermes, "profiles", profile);
  const repo = join(home, "checkpoints", hash16(workdir));
  const place = { GIT_DIR: repo, GIT_WORK_TREE: workdir };
  mkdirSync(workdir, { recursive: true });
  mkdirSync(dirname(repo), { recursive: true });
  writeFileSync(join(workdir, "README.md"), `# ${name}\n`);
  writeFileSync(join(workdir, "assets.bin"), noise(name, kB * 1000));

  await git(place, "init", "--quiet");
  await git(place, "config", "user.email", "hermes@local");
  await git(place, "config", "user.name", "Hermes Checkpoint");
  await git(place, "config", "commit.gpgsign", "false");
  mkdirSync(join(repo, "info"), { recursive: true });
  writeFileSync(join(repo, "info", "exclude"), "node_modules/\n.venv/\n*.log\n");
  writeFileSync(join(repo, "HERMES_WORKDIR"), `${workdir}\n`);
  const last = Math.floor((Date.now() - hours * HOUR_MS) / 1000);
  for (const [reason, seconds] of /** @type {const} */ ([
    ["before write_file", last - 600],
    ["before terminal: npm install", last],
  ])) {
    const date = `${seconds} +0000`;
    await git(place, "add", "-A");
    await git({ ...place, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date }, "commit", "--quiet", "-m", reason);
    writeFileSync(join(workdir, "README.md"), `# ${name}\n\nAfter: ${reason}.\n`);
  }

  if (torn) for (const file of ["HERMES_WORKDIR", "config"]) writeFileSync(join(repo, file), "");
  if (lock) writeFileSync(join(repo, "index.lock"), "");
  setTimes(repo, last);
}

async function git(place, ...args) {
  await promisify(execFile)("git", args, {
    ...(place.GIT_WORK_TREE === undefined ? {} : { cwd: place.GIT_WORK_TREE }),
    env: { PATH: process.env.PATH, HOME: root, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null", ...place },
    signal: stop.signal,
  });
}

/** The name that Hermes gives to the repo of a directory. */
function hash16(path) {
  return createHash("sha256").update(path).digest("hex").slice(0, 16);
}

/** Bytes that do not compress, the same ones for the same name. */
function noise(name, bytes) {
  const key = createHash("sha256").update(name).digest();
  return createCipheriv("aes-128-ctr", key.subarray(0, 16), key.subarray(16)).update(Buffer.alloc(bytes));
}

/** Sets the mtime of everything below a path and of itself, in seconds since the epoch. */
function setTimes(path, seconds) {
  if (lstatSync(path).isDirectory()) for (const name of readdirSync(path)) setTimes(join(path, name), seconds);
  lutimesSync(path, seconds, seconds);
}
