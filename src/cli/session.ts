/** One run of one command: where it writes, what it passes to the library, and how it stops. */
import type { BaseError } from "../model/plan.ts";
import type { CommonOptions } from "../options.ts";
import type { Meta } from "../report/json.ts";
import type { Look } from "../report/look.ts";
import type { Call } from "./call.ts";
import { exitCodeFor, reportFailure } from "./failure.ts";
import { loggerTo } from "./log.ts";
import { writeJson } from "./write-json.ts";
import { output } from "./output.ts";
import { namedPlaces, parseShared, type Shared } from "./parse.ts";
import { lookHere } from "./place.ts";
import { NO_PROGRESS, progressLine, type ProgressLine } from "./progress.ts";
import { repeatOf } from "./retype.ts";
import { watchSignals, type Stop } from "./stop.ts";

export interface Session {
  readonly shared: Shared;
  readonly look: Look;
  readonly stop: Stop;
  /** Calls the library, with a line of progress for as long as that takes. */
  during<T>(work: (common: CommonOptions) => Promise<T>): Promise<T>;
  /** A result, to stdout. */
  print(text: string): void;
  printJson(document: object): void;
  /** Anything else, to stderr. */
  say(text: string): void;
  /** For a document about this run. */
  meta(dryRun: boolean): Meta;
}

/** By hand, how long another run may take to get out of the way: long enough for a sweep with nothing to do. */
export const WAIT_FOR_LOCK_MS = 10_000;

/**
 * Runs a command and gives its exit code. Whatever it throws is reported here, because only here is known whether
 * somebody asked it to stop.
 */
export async function inSession(call: Call, command: (session: Session) => Promise<number>): Promise<number> {
  const shared = parseShared(call);
  const startedAt = Date.now();
  const look = lookHere({ now: startedAt, color: shared.color, repeat: repeatOf(shared) });
  let line = NO_PROGRESS;
  const say = (text: string): void => {
    line.erase();
    output.say(text);
  };
  const print = (text: string): void => {
    line.erase();
    output.print(text);
  };
  const stop = watchSignals(() => say("Stopping after what is begun; once more stops at once.\n"));
  const logger = loggerTo(say, shared.verbose, look);
  const during: Session["during"] = async (work) => {
    line = progressHere(shared, look);
    const onProgress = line.show;
    try {
      const { signal } = stop;
      const common = { mustExist: true, sharesLoop: false, env: process.env, signal, logger, onProgress };
      return await work({ ...namedPlaces(shared), ...common });
    } finally {
      line.end();
    }
  };
  try {
    return await command({
      shared,
      look,
      stop,
      during,
      print,
      printJson: (document) => writeJson(document, print),
      say,
      meta: (dryRun) => ({ version: __VERSION__, startedAt, durationMs: Date.now() - startedAt, dryRun }),
    });
  } catch (error) {
    const { json, verbose } = shared;
    return reportFailure(error, { command: call.command, json, verbose, startedAt, stopped: stop.exitCode() });
  } finally {
    stop.dispose();
  }
}

/** The exit code for what went wrong with whole bases; 0 where nothing did. */
export function exitCodeOfBases(bases: readonly { readonly error: BaseError | null }[]): number {
  const error = bases.find((base) => base.error !== null)?.error ?? null;
  return error === null ? 0 : exitCodeFor(error.code);
}

/** On a terminal that can erase a line, and for a person who waits for something. */
function progressHere({ command, json, quiet, verbose }: Shared, { unicode }: Look): ProgressLine {
  const silent =
    json ||
    quiet ||
    verbose ||
    command === "auto" ||
    command === "history" ||
    command === "config" ||
    command === "schema";
  if (silent || !process.stderr.isTTY || process.env["TERM"] === "dumb") return NO_PROGRESS;
  return progressLine({ write: output.say, columns: () => process.stderr.columns, unicode });
}
