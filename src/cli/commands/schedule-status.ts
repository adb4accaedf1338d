/** Whether a timer is there, whether it can run, and what the last sweep did. */
import { hostname } from "node:os";
import { GcError } from "../../errors.ts";
import type { SweepRecord } from "../../model/state.ts";
import { iso } from "../../report/json-values.ts";
import { command, type RenderContext } from "../../report/render-context.ts";
import { sweepLine } from "../../report/sweeps.ts";
import { pathText } from "../../report/paths.ts";
import { visible } from "../../report/sanitize.ts";
import { ago, moment } from "../../report/format.ts";
import type { LastSweepDocument } from "../../report/schema/schedule.ts";
import { basesOf, contextOf } from "../../runs/context.ts";
import { findTimers, type FoundTimer } from "../../schedule/choose.ts";
import type { System } from "../../schedule/system.ts";
import { gitNote } from "../../schedule/program-path.ts";
import { jitterSeed } from "../../schedule/task.ts";
import type { TimerHost } from "../../schedule/timer.ts";
import { timersOf } from "../../schedule/timers/index.ts";
import { findState } from "../../state/place.ts";
import { readRecord } from "../../state/record.ts";
import type { Invocation } from "../invocation.ts";
import { namedPlaces, type Shared } from "../parse.ts";
import { inSession } from "../session.ts";
import { systemHere, placeHere } from "./schedule-place.ts";
import { argvText, noteText, scheduleJson, timerDocument } from "./schedule-show.ts";

export async function scheduleStatus(call: Invocation): Promise<number> {
  return inSession(call, async (session) => {
    const { shared, look } = session;
    const place = placeHere();
    const system = systemHere(place);
    const found = await findTimers(timersOf(place), jitterSeed(hostname(), place.userHome), system);
    const timers = await Promise.all(found.map(async (each) => ({ each, notes: await notesOn(each, place, system) })));
    const sweeps = await lastSweeps(found, shared);
    if (shared.json) {
      const lastSweeps = sweeps.map((sweep) => sweepDocument(sweep, look));
      const documents = timers.map(({ each, notes }) => timerDocument(each, notes));
      session.printJson(scheduleJson("schedule status", { status: "done", timers: documents, lastSweeps }, session));
      return 0;
    }
    if (timers.length === 0)
      session.print(`No timer is installed. To install one: ${command("schedule install", look)}\n`);
    for (const { each, notes } of timers) session.print(timerText(each, notes, look));
    for (const sweep of sweeps) session.print(sweepText(sweep, look));
    return 0;
  });
}

async function notesOn({ timer, found }: FoundTimer, place: TimerHost, system: System): Promise<readonly string[]> {
  const git = found.argv === null ? null : await gitNote(found.argv, place, system);
  return [...(await timer.notes(system)), ...(git === null ? [] : [git])];
}

function timerText({ timer, found, every, gone }: FoundTimer, notes: readonly string[], look: RenderContext): string {
  const again = `to fix it: ${command("schedule install", look)}`;
  return [
    `${timer.name}, ${every === null ? `modified, or written by another version; ${again}` : `every ${every}`}\n`,
    found.argv === null ? "" : `  runs ${argvText(found.argv, look)}\n`,
    found.active ? "" : `  is not enabled, so it does not run; ${again}\n`,
    ...gone.map(
      (path) => `  ${visible(path, look)} is missing (upgraded, moved or deleted), so it cannot run; ${again}\n`,
    ),
    ...notes.map((note) => `  ${noteText(note, look)}`),
  ].join("");
}

interface LastSweep {
  readonly base: string;
  readonly record: SweepRecord | null;
  /** Why it cannot be known. */
  readonly error: GcError | null;
}

/** The last sweep of every base that the timers sweep or the command line names. */
async function lastSweeps(found: readonly FoundTimer[], shared: Shared): Promise<readonly LastSweep[]> {
  const argv = found.flatMap((each) => each.found.argv ?? []);
  const after = (flag: string): readonly string[] => argv.filter((_, index) => argv[index - 1] === flag);
  const ofTimers = { home: after("--home"), base: after("--base") };
  const named = namedPlaces(shared);
  const isNamed = named.home !== undefined || named.base !== undefined;
  // That a timer's own home is gone is told with the timer.
  const context = await contextOf({ ...(isNamed ? named : ofTimers), mustExist: isNamed, env: process.env });
  return (await basesOf(context)).flatMap(({ ref, exists, error }): readonly LastSweep[] => {
    if (error !== null) return [{ base: ref.path, record: null, error }];
    return exists ? [lastSweep(ref.path)] : [];
  });
}

function lastSweep(base: string): LastSweep {
  try {
    const state = findState(base);
    return { base, record: state === null ? null : (readRecord(state).sweeps[0] ?? null), error: null };
  } catch (error) {
    if (!(error instanceof GcError)) throw error;
    return { base, record: null, error };
  }
}

function sweepText({ base, record, error }: LastSweep, look: RenderContext): string {
  const place = `Last sweep of ${pathText(base, look)}`;
  if (error !== null) return `${place}: unknown: ${visible(error.message, look)}\n`;
  if (record === null) return `${place}: never\n`;
  return `${place}: ${moment(record.at, look)} (${ago(record.at, look)}): ${sweepWords(record, look)}\n`;
}

function sweepWords(record: SweepRecord, look: RenderContext): string {
  return sweepLine(record, look).replace(/^checkpoint-gc: /, "");
}

function sweepDocument({ base, record, error }: LastSweep, look: RenderContext): LastSweepDocument {
  const trouble = error === null ? (record?.error ?? null) : { code: error.code, message: error.message };
  return {
    base,
    at: record === null ? null : iso(record.at),
    text: record === null ? null : sweepWords(record, look),
    error: trouble,
  };
}
