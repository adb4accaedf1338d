/** Stores to measure on: real git objects, copied as often as it takes, with the marker and the path of each rewritten. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const DAY = 86_400;

/** A shadow repo with about `files` files in it, all of them as old as `ageDays`. */
function template(directory, files, ageDays) {
  const repo = join(directory, "template.git");
  const work = join(directory, "template.work");
  rmSync(repo, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  // Every blob is a loose object of its own; the rest of a repo has about twenty files.
  for (let at = 0; at < Math.max(1, files - 24); at++)
    writeFileSync(join(work, `file-${at}.txt`), `${at}\n`.repeat(40));
  const env = { PATH: process.env.PATH, HOME: directory, GIT_DIR: repo, GIT_WORK_TREE: work, GIT_CONFIG_NOSYSTEM: "1" };
  const git = (...args) => execFileSync("git", args, { env, cwd: work, stdio: "ignore" });
  git("init", "-q");
  git("config", "user.email", "hermes@local");
  git("config", "user.name", "Hermes Checkpoint");
  git("config", "gc.auto", "0");
  git("add", "-A");
  git("commit", "-q", "-m", "before write_file");
  rmSync(join(repo, "hooks"), { recursive: true, force: true });
  writeFileSync(join(repo, "HERMES_WORKDIR"), `${work}\n`);
  const at = `@${Math.floor(Date.now() / 1000) - ageDays * DAY}`;
  execFileSync("find", [repo, "-exec", "touch", "-h", "-d", at, "{}", "+"]);
  return { repo, work };
}

/**
 * Makes a home with `entries` shadow repos below `directory` and returns its path. `mix` says how many of ten are stale
 * and how many are orphans; the rest is live.
 */
export function makeStore(directory, { entries, files, mix }) {
  const home = join(directory, "home");
  const base = join(home, "checkpoints");
  const work = join(directory, "work");
  mkdirSync(base, { recursive: true });
  mkdirSync(join(work, "somebody-stays"), { recursive: true });
  const fresh = template(directory, files, 0);
  const repos = Array.from({ length: entries }, (_, at) => {
    const workdir = join(work, `project-${at}`);
    const id = createHash("sha256").update(workdir).digest("hex").slice(0, 16);
    return { repo: join(base, id), workdir, kind: "live" };
  });
  copyTo(
    repos.map(({ repo }) => repo),
    fresh.repo,
  );
  for (const { repo, workdir } of repos) {
    writeFileSync(join(repo, "HERMES_WORKDIR"), `${workdir}\n`);
    const config = readFileSync(join(repo, "config"), "utf8");
    writeFileSync(join(repo, "config"), config.replace(fresh.work, workdir));
  }
  rmSync(fresh.repo, { recursive: true });
  rmSync(fresh.work, { recursive: true });
  return remixed({ home, base, repos }, mix);
}

/**
 * The same store with another mix, which may hold no more live ones than before: to make one anew takes minutes on a
 * disk. Stale ones, and the orphans that a sweep may take, are two months old.
 */
export function remixed({ home, base, repos }, mix) {
  const next = repos.map((one, at) => ({ ...one, before: one.kind, kind: kindOf(at, mix) }));
  for (const { workdir, kind } of next) {
    if (kind !== "orphan") mkdirSync(workdir, { recursive: true });
    else if (existsSync(workdir)) rmdirSync(workdir);
  }
  const old = next.filter(({ before, kind }) => before === "live" && kind !== "live").map(({ repo }) => repo);
  const at = `@${Math.floor(Date.now() / 1000) - 60 * DAY}`;
  const age = ["-I", "REPO", "-P", "2", "find", "REPO", "-exec", "touch", "-h", "-d", at, "{}", "+"];
  if (old.length > 0) execFileSync("xargs", ["-0", ...age], { input: old.map((repo) => `${repo}\0`).join("") });
  return { home, base, repos: next };
}

/** One directory to many places, by two processes: that takes most of the time of a benchmark. */
function copyTo(places, from) {
  const input = places.map((path) => `${path}\0`).join("");
  execFileSync("xargs", ["-0", "-P", "2", "-n", "1", "cp", "-a", from], { input });
}

/** The first children of a directory into another, which is made. */
export function copyInto(directory, from, count) {
  mkdirSync(directory);
  const input = readdirSync(from)
    .slice(0, count)
    .map((name) => `${join(from, name)}\0`)
    .join("");
  execFileSync("xargs", ["-0", "-P", "2", "-n", "25", "cp", "-a", "-t", directory], { input });
}

function kindOf(at, { stale, orphan }) {
  const digit = at % 10;
  if (digit < stale) return "stale";
  return digit < stale + orphan ? "orphan" : "live";
}
