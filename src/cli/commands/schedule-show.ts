/** What `schedule` says: to people, and as JSON. */
import type { ScheduleDocument } from "../../report/documents.ts";
import { envelope } from "../../report/json.ts";
import { type Look, paintOf } from "../../report/look.ts";
import type {
  LastSweepDocument,
  ScheduleCommand,
  StepDocument,
  TimerDocument,
} from "../../report/schedule-document.ts";
import { visible } from "../../report/visible.ts";
import type { StepResult } from "../../schedule/carry-out.ts";
import type { FoundTimer } from "../../schedule/choose.ts";
import { type Step, stepDetail, stepText } from "../../schedule/steps.ts";
import { quoted } from "../retype.ts";
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

export function timerDocument({ timer, found, every, gone }: FoundTimer, notes: readonly string[]): TimerDocument {
  const { argv, active } = found;
  return { kind: timer.kind, installed: true, active, every, argv, gone, notes, files: [] };
}

export function stepDocument(step: Step, result: Pick<StepResult, "outcome" | "message"> | null): StepDocument {
  return { kind: step.kind, text: stepText(step), outcome: result?.outcome ?? null, message: result?.message ?? null };
}

/** A command line as it could be typed. */
export function argvText(argv: readonly string[], look: Look): string {
  return visible(argv.map(quoted).join(" "), look);
}

/** Each step on a line, and below it what it writes. */
export function stepsText(steps: readonly Step[], look: Look): string {
  const { bold, dim } = paintOf(look);
  return steps
    .flatMap((step) => {
      const detail = stepDetail(step)?.trimEnd().split("\n") ?? [];
      return [
        bold(visible(capital(stepText(step)), look)),
        ...detail.map((line) => dim(`  ${line === "" ? "" : indented(line, look)}`).trimEnd()),
      ];
    })
    .map((line) => `${line}\n`)
    .join("");
}

/** What failed, where anything did. */
export function failuresText(results: readonly StepResult[], look: Look): string {
  return results
    .filter(({ outcome }) => outcome === "failed")
    .map(({ step, message }) => `checkpoints: ${visible(`${stepText(step)}: ${message ?? ""}`, look)}\n`)
    .join("");
}

export function failureOf(results: readonly StepResult[]): ScheduleDocument["error"] {
  const failed = results.find(({ outcome }) => outcome === "failed");
  if (failed === undefined) return null;
  const message = `${stepText(failed.step)}: ${failed.message ?? ""}`;
  return { code: "schedule-failed", message, hint: "checkpoints schedule remove takes away what was installed so far" };
}

export function noteText(note: string, look: Look): string {
  return `Note: ${visible(note, look)}.\n`;
}

/** `visible` would make a space at the beginning of a line visible too. */
function indented(line: string, look: Look): string {
  const text = line.trimStart();
  return " ".repeat(line.length - text.length) + visible(text, look);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
