/** How timers access the machine. Tests replace it with a recorder. */
import { dirname } from "node:path";
import { errnoOf, GcError } from "../errors.ts";
import { bytePath, chmod, mkdir, rmdir, unlink } from "../fs/syscalls.ts";
import { replaceText } from "../fs/replace-text.ts";
import { readTextFile } from "../fs/read-text.ts";
import { writeElsewhere } from "../fs/write-atomic.ts";
import { runCommand } from "../process/run-command.ts";
import { type ForeignPaths, foreignPaths } from "../resolve/foreign.ts";
import { readMounts } from "../resolve/machine.ts";
import { type FindMissing, missingBy } from "../resolve/programs.ts";

export interface ProgramResult {
  /** Null where the program does not exist, or a signal ended it. */
  readonly code: number | null;
  /** One byte per character. */
  readonly stdout: string;
  readonly stderr: string;
}

export interface System {
  /** `input` has one byte per character. Never rejects. */
  run(argv: readonly string[], input?: string): Promise<ProgramResult>;
  /** Null where nothing is there. Throws for what cannot be read. */
  read(path: string): string | null;
  /** The paths among these that do not exist: one that cannot be checked, or does not answer, is not included. */
  readonly missing: FindMissing;
  write(path: string, text: string): void;
  /** Throws where the file has another text by now. */
  edit(path: string, before: string | null, text: string): void;
  remove(path: string): void;
  tidy(path: string): void;
}

/** With the current mounts. */
export function foreignHere(): ForeignPaths {
  const { platform } = process;
  return foreignPaths({ machine: { platform, mounts: readMounts(platform) }, own: null, signal: undefined });
}

/** A program that prompts, or waits for a missing bus, must not block forever. */
const TIMEOUT_MS = 30_000;

/** `env` is for the programs; LC_ALL=C makes their messages predictable. */
export function createSystem(env: Readonly<Record<string, string | undefined>>): System {
  return {
    run: (argv, input = "") => run(argv, input, { ...env, LC_ALL: "C" }),
    read,
    missing: async (paths) => missingBy(foreignHere())(paths),
    write(path, text) {
      makeDirectories(dirname(path));
      writeElsewhere(bytePath(path), text);
      // systemd complains about a unit that others cannot read; it contains no secret.
      chmod(bytePath(path), 0o644);
    },
    edit(path, before, text) {
      makeDirectories(dirname(path));
      replaceText(path, before, text);
    },
    remove: (path) => withFallback(["ENOENT", "ENOTDIR"], undefined, () => unlink(bytePath(path))),
    tidy(path) {
      withFallback(["ENOENT", "ENOTDIR", "ENOTEMPTY", "EEXIST", "EBUSY"], undefined, () => rmdir(bytePath(path)));
    },
  };
}

async function run(
  [program = "", ...args]: readonly string[],
  input: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ProgramResult> {
  const command = { program, args, env, input: Buffer.from(input, "latin1") };
  const { end, stdout, stderr } = await runCommand(command, { deadline: TIMEOUT_MS });
  const said = stdout.toString("latin1");
  switch (end.kind) {
    case "exited":
      return { code: end.code, stdout: said, stderr };
    case "not-started":
      return { code: null, stdout: "", stderr: end.message };
    case "timed-out":
      return { code: null, stdout: said, stderr: `${program} did not end within ${TIMEOUT_MS / 1000} seconds` };
    default:
      return { code: null, stdout: said, stderr };
  }
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
  withFallback(["EEXIST"], undefined, () => {
    try {
      mkdir(bytePath(path), 0o755);
    } catch (error) {
      if (errnoOf(error) !== "ENOENT") throw error;
      makeDirectories(dirname(path));
      mkdir(bytePath(path), 0o755);
    }
  });
}

/** Runs it; returns `otherwise` where it failed in one of the expected ways. */
function withFallback<T>(codes: readonly string[], otherwise: T, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (codes.includes(errnoOf(error) ?? "")) return otherwise;
    throw error;
  }
}
