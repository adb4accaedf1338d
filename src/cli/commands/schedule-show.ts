/** The output of `schedule`, as text and as JSON. */
import { capitalized } from "../../report/format.ts";
import type { ScheduleCommand, ScheduleDocument } from "../../report/schema.ts";
import { envelope } from "../../report/envelope.ts";
import { type RenderContext, stylesOf, widthOf } from "../../report/render-context.ts";
import type { LastSweepDocument, StepDocument, TimerDocument } from "../../report/schema/schedule.ts";
import { visible } from "../../report/sanitize.ts";
import type { StepResult } from "../../schedule/carry-out.ts";
import type { FoundTimer } from "../../schedule/choose.ts";
import { type TimerStep, stepDetail, stepText } from "../../schedule/steps.ts";
import { shellWord } from "../../report/paths.ts";
import { wrap } from "../../report/width.ts";
import type { Session } from "../session.ts";

export interface Shown {
  readonly status: "done" | "declined" | "error";
  readonly error?: ScheduleDocument["error"];
  readonly timers: readonly TimerDocument[];
  readonly steps?: readonly StepDocument[];
  readonly lastSweeps?: readonly LastSweepDocument[];
  readonly dryRun?: boolean;
}

export function scheduleJson(command: ScheduleCommand, shown: Shown, session: Session): ScheduleDocument {
  const { status, error = null, timers, steps = [], lastSweeps = [], dryRun = false } = shown;
  return { ...envelope(command, session.meta(dryRun), status, error), timers, steps, lastSweeps };
}

/** What is known of a run that is asked for first. */
export interface ConfirmedDocument {
  readonly status: "done" | "declined" | "error";
  readonly error?: ScheduleDocument["error"];
  readonly steps: readonly StepDocument[];
  readonly dryRun?: boolean;
}

/** A document of a run that was confirmed: after it has been done, the timers are as it wanted them. */
export function timersJson(
  command: "schedule install" | "schedule remove",
  timers: readonly TimerDocument[],
  session: Session,
): (shown: ConfirmedDocument) => ScheduleDocument {
  const installed = command === "schedule install";
  return (shown) => {
    const isDone = shown.status === "done" && shown.dryRun !== true;
    const now = isDone ? timers.map((timer) => ({ ...timer, installed, active: installed })) : timers;
    return scheduleJson(command, { ...shown, timers: now }, session);
  };
}

export function timerDocument({ timer, found, every, gone }: FoundTimer, notes: readonly string[]): TimerDocument {
  const { argv, active } = found;
  return { kind: timer.kind, installed: true, active, every, argv, gone, notes, files: [] };
}

export function stepDocument(step: TimerStep, result: Pick<StepResult, "outcome" | "message"> | null): StepDocument {
  return { kind: step.kind, text: stepText(step), outcome: result?.outcome ?? null, message: result?.message ?? null };
}

/** A command line as a user would type it. */
export function argvText(argv: readonly string[], look: RenderContext): string {
  return visible(argv.map(shellWord).join(" "), look);
}

/** Each step on a line, and below it the file that it writes. */
export function stepsText(steps: readonly TimerStep[], look: RenderContext): string {
  const { bold, dim } = stylesOf(look);
  return steps
    .flatMap((step) => {
      const detail = stepDetail(step)?.trimEnd().split("\n") ?? [];
      return [
        bold(visible(capitalized(stepText(step)), look)),
        ...detail.map((line) => dim(`  ${line === "" ? "" : indented(line, look)}`).trimEnd()),
      ];
    })
    .map((line) => `${line}\n`)
    .join("");
}

/** The steps that failed, if any. */
export function failuresText(results: readonly StepResult[], look: RenderContext): string {
  return results
    .filter(({ outcome }) => outcome === "failed")
    .map(({ step, message }) => `checkpoints: ${visible(`${stepText(step)}: ${message ?? ""}`, look)}\n`)
    .join("");
}

/** `group`: of the command. */
export function failureOf(results: readonly StepResult[], group: string): ScheduleDocument["error"] {
  const failed = results.find(({ outcome }) => outcome === "failed");
  if (failed === undefined) return null;
  const message = `${stepText(failed.step)}: ${failed.message ?? ""}`;
  return { code: `${group}-failed`, message, hint: `To remove what was installed so far: checkpoints ${group} remove` };
}

export function noteText(note: string, look: RenderContext): string {
  return `${wrap(`Note: ${visible(note, look)}.`, widthOf(look), look).join("\n")}\n`;
}

/** Indented after escaping, because `visible` would escape leading spaces too. */
function indented(line: string, look: RenderContext): string {
  const text = line.trimStart();
  return " ".repeat(line.length - text.length) + visible(text, look);
}
