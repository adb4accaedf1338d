/** How timers touch the machine. Tests put a recorder in its place. */
import { spawn } from "node:child_process";
import { dirname } from "node:path";
import { errnoOf, GcError } from "../errors.ts";
import { bytePath, chmod, mkdir, realPath, rmdir, unlink } from "../fs/door.ts";
import { readTextFile } from "../fs/read-text.ts";
import { writeAtomic } from "../fs/write-atomic.ts";

export interface Ran {
  /** Null where the program is not there, or a signal ended it. */
  readonly code: number | null;
  /** One byte a character. */
  readonly stdout: string;
  readonly stderr: string;
}

export interface Hands {
  /** `input` has one byte a character. Never rejects. */
  run(argv: readonly string[], input?: string): Promise<Ran>;
  /** Null where nothing is there. Throws for what cannot be read. */
  read(path: string): string | null;
  /** False only where nothing is there: what cannot be looked at is not gone. */
  isThere(path: string): boolean;
  write(path: string, text: string): void;
  remove(path: string): void;
  tidy(path: string): void;
}

/** A program that asks something, or waits for a bus that is not there, must not keep us. */
const PATIENCE_MS = 30_000;

/** `env` is for the programs, in which LC_ALL=C makes their words known ones. */
export function handsOn(env: Readonly<Record<string, string | undefined>>): Hands {
  return {
    run: (argv, input = "") => run(argv, input, { ...env, LC_ALL: "C" }),
    read,
    isThere(path) {
      return orElse(["ENOENT", "ENOTDIR"], false, () => realPath(path) !== "");
    },
    write(path, text) {
      makeDirectories(dirname(path));
      writeAtomic(bytePath(path), text, bytePath(dirname(path)));
      // systemd complains of a unit that others cannot read; nothing in it is a secret.
      chmod(bytePath(path), 0o644);
    },
    remove: (path) => orElse(["ENOENT", "ENOTDIR"], undefined, () => unlink(bytePath(path))),
    tidy(path) {
      orElse(["ENOENT", "ENOTDIR", "ENOTEMPTY", "EEXIST", "EBUSY"], undefined, () => rmdir(bytePath(path)));
    },
  };
}

function run(
  [program = "", ...args]: readonly string[],
  input: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { env, windowsHide: true });
    // Not spawn's own `timeout`: where there is no such program, its timer keeps this process alive until the end.
    const late = setTimeout(() => child.kill(), PATIENCE_MS);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", (error) => {
      clearTimeout(late);
      resolve({ code: null, stdout: "", stderr: error.message });
    });
    child.on("close", (code) => {
      clearTimeout(late);
      resolve({ code, stdout: Buffer.concat(out).toString("latin1"), stderr: Buffer.concat(err).toString("utf8") });
    });
    // One that ends without reading is no failure of ours; its exit code tells.
    child.stdin.on("error", () => undefined);
    child.stdin.end(Buffer.from(input, "latin1"));
  });
}

function read(path: string): string | null {
  const file = readTextFile(path);
  switch (file.kind) {
    case "text":
      return file.text;
    case "missing":
      return null;
    case "unreadable":
      throw new GcError("usage", `${path} cannot be read: ${file.message}`, { hint: "Nothing was changed." });
  }
}

function makeDirectories(path: string): void {
  orElse(["EEXIST"], undefined, () => {
    try {
      mkdir(bytePath(path), 0o755);
    } catch (error) {
      if (errnoOf(error) !== "ENOENT") throw error;
      makeDirectories(dirname(path));
      mkdir(bytePath(path), 0o755);
    }
  });
}

/** Does it; `otherwise` where it failed in one of the expected ways. */
function orElse<T>(codes: readonly string[], otherwise: T, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (codes.includes(errnoOf(error) ?? "")) return otherwise;
    throw error;
  }
}
