import { createHash } from "node:crypto";
import { chmodSync, lstatSync, lutimesSync, readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The root of this project. */
export const PROJECT: string = fileURLToPath(new URL("../../", import.meta.url)).replace(/\/$/, "");

export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;

/** The name that Hermes gives to the shadow repo of a directory. */
export function hash16(path: string): string {
  return createHash("sha256").update(path, "utf8").digest("hex").slice(0, 16);
}

function below(path: string | Buffer, name: Buffer): Buffer {
  return Buffer.concat([Buffer.from(path), Buffer.from("/"), name]);
}

/** Everything below `path` and `path` itself, children first, as bytes; symlinks are named, not followed. */
export function* everythingBelow(path: string | Buffer): Generator<Buffer> {
  if (lstatSync(path).isDirectory()) {
    for (const name of readdirSync(path, { encoding: "buffer" })) yield* everythingBelow(below(path, name));
  }
  yield Buffer.from(path);
}

/**
 * Sets the mtime of `path` and of everything below it, directories and symlinks too. `at` in ms since the epoch; whole
 * seconds come out exact, fractions to the microsecond.
 */
export function setTimes(path: string | Buffer, at: number): void {
  // As text: of a negative number Node makes the present.
  const seconds = String(at / 1000);
  for (const each of everythingBelow(path)) lutimesSync(each, seconds, seconds);
}

/** Removes a tree of the test's own making, directories without permissions included. */
export function removeTree(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    openUp(path);
    rmSync(path, { recursive: true, force: true });
  }
}

function openUp(path: string | Buffer): void {
  if (!lstatSync(path).isDirectory()) return;
  chmodSync(path, 0o700);
  for (const name of readdirSync(path, { encoding: "buffer" })) openUp(below(path, name));
}
