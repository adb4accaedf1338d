/** One run of one command: where it writes, what it passes to the library, and how it stops. */
import type { BaseError } from "../model/plan.ts";
import type { Progress } from "../model/surroundings.ts";
import type { CommonOptions } from "../options.ts";
import type { Meta } from "../report/envelope.ts";
import { command as typed, type RenderContext } from "../report/render-context.ts";
import type { Invocation } from "./invocation.ts";
import { errorText, exitCodeFor, reportFailure } from "./failure.ts";
import { loggerTo } from "./log.ts";
import type { RowFormat } from "../model/row-order.ts";
import { writeJson } from "./write-json.ts";
import { writeRows } from "./write-rows.ts";
import { output } from "./output.ts";
import { isOn, namedPlaces, parseShared, type Shared } from "./parse.ts";
import { renderContextHere } from "./terminal.ts";
import { NO_PROGRESS, progressLine, type ProgressLine } from "./progress.ts";
import { repeatOf } from "./suggested-command.ts";
import { watchSignals, type Stop } from "./signals.ts";

export interface Session {
  readonly shared: Shared;
  readonly look: RenderContext;
  readonly stop: Stop;
  /** Calls the library and shows a progress line meanwhile. */
  during<T>(work: (common: CommonOptions) => Promise<T>): Promise<T>;
  /** The same without that line, for what draws by itself. */
  silently<T>(work: (common: CommonOptions) => Promise<T>): Promise<T>;
  /** Writes a result to stdout. */
  print(text: string): void;
  printJson(document: object): void;
  /** Writes the rows that `isShown` accepts to stdout, one a line. */
  printRows<T extends { readonly id: string }>(
    rows: Iterable<T>,
    format: RowFormat,
    isShown: (row: T) => boolean,
  ): void;
  /** Writes anything else to stderr. */
  say(text: string): void;
  /** The fields of a document that describe this run. */
  meta(dryRun: boolean): Meta;
}

/** Commands that move entries to the trash. */
const REMOVING: ReadonlySet<string> = new Set(["prune", "auto", "trash restore", "undo"]);

/** Commands that change entries one by one, unless they only say what they would do. */
const CHANGING: ReadonlySet<string> = new Set([...REMOVING, "compact", "trash empty"]);

/** Stages in which nothing is changed. */
const LOOKING: ReadonlySet<Progress["stage"]> = new Set(["scan", "measure"]);

/** How long a manual run waits for another run to finish: long enough for a sweep with nothing to do. */
export const WAIT_FOR_LOCK_MS = 10_000;

/**
 * Runs a command and returns its exit code. Errors are reported here, because only here is it known whether a signal
 * asked the run to stop.
 */
export async function inSession(call: Invocation, command: (session: Session) => Promise<number>): Promise<number> {
  const shared = parseShared(call);
  const startedAt = Date.now();
  const here = renderContextHere({ now: startedAt, color: shared.color, repeat: repeatOf(shared) });
  const look = shared.sessions ? { ...here, group: "sessions" } : here;
  let line = NO_PROGRESS;
  // Of the work that goes on; null: not known.
  let stage: Progress["stage"] | null = null;
  const isChanging = (): boolean =>
    CHANGING.has(shared.command) && !isOn(call, "dryRun") && (stage === null || !LOOKING.has(stage));
  const say = (text: string): void => {
    line.erase();
    output.say(text);
  };
  const print = (text: string): void => {
    line.erase();
    output.print(text);
  };
  const stop = watchSignals({
    onFirst: () => {
      // Its sweeps are processes of their own: there is nothing to finish here.
      if (shared.command === "housekeeping" || !isChanging()) say("Stopping.\n");
      else say("Finishing the current entry. Press Ctrl-C again to stop now.\n");
    },
    onSecond: () => {
      if (REMOVING.has(shared.command)) say(`Stopped. To list what was not put back: ${typed("trash list", look)}\n`);
    },
  });
  const logger = loggerTo(say, shared.verbose, look);
  const silently: Session["silently"] = async (work) => {
    const { signal } = stop;
    // What is not shown need not be worked out.
    const onProgress = (progress: Progress): void => {
      ({ stage } = progress);
      line.show(progress);
    };
    const shown = line === NO_PROGRESS ? {} : { onProgress };
    const common = { mustExist: true, sharesLoop: false, env: process.env, signal, logger, ...shown };
    return work({ ...namedPlaces(shared), ...common });
  };
  const during: Session["during"] = async (work) => {
    line = progressHere(shared, look);
    stage = null;
    try {
      return await silently(work);
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
      silently,
      print,
      printJson: (document) => writeJson(document, print),
      printRows: (rows, format, isShown) => writeRows(rows, format, isShown, print),
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

/** What is wrong with a base, and with its settings. */
interface BaseErrors {
  readonly error: BaseError | null;
  readonly settingsError?: BaseError;
}

/** Says what is wrong in the settings of bases that are shown all the same, each mistake once. For programs it is in the document. */
export function saySettingsErrors(bases: readonly BaseErrors[], session: Session): void {
  const { shared, look } = session;
  if (shared.json) return;
  const texts = bases.flatMap(({ settingsError }) =>
    settingsError === undefined ? [] : [errorText(settingsError, look)],
  );
  for (const text of new Set(texts)) session.say(`${text}\n`);
}

/** The exit code for failures of whole bases; 0 where there were none. */
export function exitCodeOfBases(bases: readonly BaseErrors[]): number {
  const error =
    bases.map(({ error, settingsError }) => error ?? settingsError ?? null).find((one) => one !== null) ?? null;
  return error === null ? 0 : exitCodeFor(error.code);
}

/** Only on a terminal that can erase a line, and for output that is read by a person. */
function progressHere({ command, json, quiet, verbose }: Shared, { unicode }: RenderContext): ProgressLine {
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
