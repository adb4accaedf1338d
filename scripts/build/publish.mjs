/** Moves a finished build into dist/, in an order in which whoever reads dist/ meanwhile finds something complete. */
import { mkdir, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

/** A command that began before this build loads its chunks lazily: the longest one a test lets run, and some. */
const leftoverAgeMs = 15 * 60_000;

/**
 * Renames every file of `fresh` into `dist`, `last` at the end, and dates those `startedAt`: a source that was saved
 * during the build then counts as newer. Returns the names of the files, relative to `dist`.
 */
export async function publish(fresh, dist, last, startedAt) {
  const files = await filesBelow(fresh);
  const entries = files.filter((name) => last.includes(name));
  for (const name of [...files.filter((file) => !last.includes(file)), ...entries]) {
    const from = join(fresh, name);
    if (last.includes(name)) await utimes(from, startedAt, startedAt);
    await mkdir(dirname(join(dist, name)), { recursive: true });
    await rename(from, join(dist, name));
  }
  return new Set(files);
}

/** Removes from `dist` what is not in `files` and is older than `ageMs`, and what builds that died left half done. */
export async function sweepLeftovers(dist, files, ageMs = leftoverAgeMs) {
  for (const top of await readdir(dist, { withFileTypes: true })) {
    // Another build's directory, perhaps still at work in it: not to be looked into, and only age tells it is dead.
    const unfinished = top.name.startsWith(".build-");
    const within = top.isDirectory() && !unfinished;
    const names = within ? (await filesBelow(join(dist, top.name))).map((name) => join(top.name, name)) : [top.name];
    for (const name of names) {
      if (files.has(name) || (await ageOf(join(dist, name))) < (unfinished ? leftoverAgeMs : ageMs)) continue;
      await rm(join(dist, name), { recursive: true, force: true });
    }
  }
}

async function ageOf(path) {
  // Another build may have moved the file on since it was listed.
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
  return Date.now() - mtimeMs;
}

async function filesBelow(directory) {
  const found = await readdir(directory, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)));
}
