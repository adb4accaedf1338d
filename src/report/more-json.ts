/** Documents of the commands that run nothing, and of what fails. */
import { GcError, messageOf } from "../errors.ts";
import type { BaseError } from "../model/plan.ts";
import { totalsDocument as compactTotalsDocument } from "./compact-json.ts";
import { compactTotals } from "./compact-totals.ts";
import type { ConfigView } from "./config-view.ts";
import type { AnyDocument, Command, ConfigDocument, ExplainDocument } from "./documents.ts";
import { findingsOf, type Explanation } from "./findings.ts";
import { entryDocument, envelope, jsonLook, totalsDocument, trashDocument, type Meta } from "./json.ts";
import { totalsOf } from "./totals.ts";

export function explainJson(explanations: readonly Explanation[], now: number, meta: Meta): ExplainDocument {
  const look = jsonLook(now);
  return {
    ...envelope("explain", meta, "done", null),
    explanations: explanations.map((each) => ({
      base: each.base.ref.path,
      entry: each.planned === null ? null : entryDocument(each.planned, each.base, look),
      findings: findingsOf(each, look),
      trash: each.trash.map((item) => trashDocument(item, look)),
    })),
  };
}

export function configJson(views: readonly ConfigView[], meta: Meta): ConfigDocument {
  const error = views.find((view) => view.error !== null)?.error ?? null;
  return {
    ...envelope("config", meta, error === null ? "done" : "error", error),
    bases: views.map(({ ref, resolved, error }) => ({
      path: ref.path,
      home: ref.home,
      profile: ref.profile,
      error,
      settings: resolved?.values ?? null,
      origins: resolved?.origins ?? null,
    })),
  };
}

/** What a command prints when it cannot go on: the same fields as when it can, with nothing in them. */
export function errorJson(command: Command, thrown: unknown, meta: Meta): AnyDocument {
  const error = errorFields(thrown);
  switch (command) {
    case "compact": {
      const none = compactTotals({ version: 1, now: meta.startedAt, bases: [] }, null);
      const totals = compactTotalsDocument(none);
      return { ...envelope(command, meta, "error", error), bases: [], entries: [], totals };
    }
    case "explain":
      return { ...envelope(command, meta, "error", error), explanations: [] };
    case "config":
      return { ...envelope(command, meta, "error", error), bases: [] };
    case "history":
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
    default: {
      const nothing = totalsOf({ version: 1, mode: "by-hand", now: meta.startedAt, disposal: "destroy", bases: [] });
      const head = envelope(command, meta, "error", error);
      return { ...head, bases: [], entries: [], trash: [], totals: totalsDocument(nothing) };
    }
  }
}

function errorFields(thrown: unknown): BaseError {
  if (thrown instanceof GcError) return { code: thrown.code, message: thrown.message, hint: thrown.hint };
  return { code: "internal", message: messageOf(thrown), hint: null };
}
