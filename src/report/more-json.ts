/** Documents of the commands that do not run a plan, and of errors. */
import { GcError, messageOf } from "../errors.ts";
import type { BaseError } from "../model/plan.ts";
import { totalsDocument as compactTotalsDocument } from "./compact-json.ts";
import { compactTotals } from "./compact-totals.ts";
import type { ConfigView } from "./config-view.ts";
import type { AnyDocument, Command, DocumentOf, Envelope, RunCommand, RunDocument } from "./schema.ts";
import { findingsOf, type Explanation } from "./findings.ts";
import { envelope, jsonLook, ownerOf, withFormerName, type Meta } from "./envelope.ts";
import { entryDocument, totalsDocument, trashDocument } from "./json.ts";
import { totalsOf } from "./totals.ts";

export function explainJson(explanations: readonly Explanation[], now: number, meta: Meta): DocumentOf<"explain"> {
  const look = jsonLook(now);
  return {
    ...envelope("explain", meta, "done", null),
    explanations: explanations.map((each) => ({
      base: each.base.ref.path,
      entry: each.planned === null ? null : entryDocument(each.planned, each.base, look),
      findings: findingsOf(each, look),
      trash: each.trash.map((item) => trashDocument(item, each.base, look)),
    })),
  };
}

export function configJson(views: readonly ConfigView[], meta: Meta): DocumentOf<"config"> {
  const errorOf = ({ error, settingsError }: ConfigView): BaseError | null => error ?? settingsError ?? null;
  const error = views.map(errorOf).find((one) => one !== null) ?? null;
  return {
    ...envelope("config", meta, error === null ? "done" : "error", error),
    bases: views.map((view) => ({
      ...ownerOf(view.ref),
      error: errorOf(view),
      settings: view.resolved === null ? null : withFormerName(view.resolved.values),
      origins: view.resolved === null ? null : withFormerName(view.resolved.origins),
      kindOrigins: view.resolved?.kindOrigins ?? {},
      keepProblems: view.keepProblems ?? [],
    })),
  };
}

/** What a command prints when it fails: the same fields as on success, empty. */
export function errorJson(command: Command, thrown: unknown, meta: Meta): AnyDocument {
  const error = errorFields(thrown);
  switch (command) {
    case "compact": {
      const none = compactTotals({ version: 1, now: meta.startedAt, bases: [], missingPrograms: [] }, null);
      const totals = compactTotalsDocument(none);
      return { ...envelope(command, meta, "error", error), bases: [], entries: [], totals, missingPrograms: [] };
    }
    case "explain":
      return { ...envelope(command, meta, "error", error), explanations: [] };
    case "config":
      return { ...envelope(command, meta, "error", error), bases: [] };
    case "config set":
    case "config add":
    case "config remove":
    case "config unset":
      return { ...envelope(command, meta, "error", error), edit: null };
    case "doctor":
      return { ...envelope(command, meta, "error", error), checks: [], faults: 0, warnings: 0 };
    case "history":
      return { ...envelope(command, meta, "error", error), bases: [], runs: [] };
    case "report":
      return { ...envelope(command, meta, "error", error), file: null, bytes: null, opened: false, totals: null };
    case "undo":
      return { ...envelope(command, meta, "error", error), ...noRun(meta), planned: undefined, undone: null };
    case "trash restore":
      return { ...envelope(command, meta, "error", error), ...noRun(meta), planned: undefined };
    case "sessions stats":
      return { ...envelope(command, meta, "error", error), bases: [] };
    case "housekeeping":
      return envelope(command, meta, "error", error);
    case "schema":
      return envelope(command, meta, "error", error);
    case "schedule install":
    case "schedule remove":
    case "schedule status":
    case "schedule print":
      return { ...envelope(command, meta, "error", error), timers: [], steps: [], lastSweeps: [] };
    case "hook install":
    case "hook remove":
    case "hook status":
    case "hook print":
      return { ...envelope(command, meta, "error", error), hooks: [], steps: [], files: [] };
    default:
      return { ...envelope(command, meta, "error", error), ...noRun(meta) };
  }
}

function noRun({ startedAt }: Meta): Omit<RunDocument, keyof Envelope<RunCommand>> {
  const nothing = totalsOf({ version: 1, mode: "manual", now: startedAt, disposal: "destroy", bases: [] });
  return { saveTo: null, bases: [], entries: [], trash: [], others: [], totals: totalsDocument(nothing) };
}

function errorFields(thrown: unknown): BaseError {
  if (thrown instanceof GcError) return { code: thrown.code, message: thrown.message, hint: thrown.hint };
  return { code: "internal", message: messageOf(thrown), hint: null };
}
