/** The result of one removal. A sentence never says that something is removed which is not. */
import type { EntryResult, Outcome, OutcomeError, TrashResult } from "../../model/result.ts";
import type { RenderContext } from "../render-context.ts";
import { pathText, shellWord } from "../paths.ts";
import { visible } from "../sanitize.ts";

export function outcomeSentence({ planned, outcome, error, trashId }: EntryResult, look: RenderContext): string {
  switch (outcome) {
    case "removed":
      return "removed";
    case "trashed":
      return "moved to the trash";
    case "returned":
      return "put back";
    case "changed":
      return withError("it changed during the check and was left alone", error, look);
    case "conflict":
      return withError(
        "it could not be put back because something new is in its place; it is in the trash",
        error,
        look,
      );
    case "already-gone":
      return "another process had already removed it";
    case "failed":
      return withStep(
        trashId === null ? "left in place" : "not finished; what is left of it is in the trash",
        trashId === null ? planned.judged.entry.members[0].path : null,
        error,
        look,
      );
    case "skipped":
      return "not reached";
  }
}

export function trashOutcomeSentence({ planned, outcome, error }: TrashResult, look: RenderContext): string {
  switch (outcome) {
    case "removed":
      return "destroyed";
    case "trashed":
      return "moved to the trash";
    case "returned":
      return "put back";
    case "changed":
      return withError("it changed during the check and stays in the trash", error, look);
    case "conflict":
      return "something new is in its place; it stays in the trash";
    case "already-gone":
      return "another process had already removed it";
    case "failed":
      return withStep("it stays in the trash", planned.item.members[0]?.path ?? null, error, look);
    case "skipped":
      return "not reached";
  }
}

/** The result in plain words, then the errno of the last failed step. */
function withError(sentence: string, error: OutcomeError | null, look: RenderContext): string {
  return error === null ? sentence : `${sentence} (${errorText(error, look)})`;
}

/** `path`: what was to be removed. */
function withStep(sentence: string, path: string | null, error: OutcomeError | null, look: RenderContext): string {
  const step = error === null ? null : stepFor(error, path, look);
  return withError(step === null ? sentence : `${sentence}: ${step}`, error, look);
}

/**
 * What to do about an immutable file, or one of another user, deep inside an entry: it is not found before removal
 * fails (scan/obstacles.ts). Where the error names a file, the permissions of its directory may be the cause.
 */
function stepFor({ code, message }: OutcomeError, path: string | null, look: RenderContext): string | null {
  const file = /^.*\((\/.*)\)$/s.exec(message)?.[1];
  const at = file === undefined ? path : file.slice(0, Math.max(1, file.lastIndexOf("/")));
  const target = at === null ? "PATH" : shellWord(pathText(at, { ...look, home: null }));
  switch (code) {
    case "EPERM":
      return `it may be immutable or append-only: sudo chattr -R -i -a ${target} (on a Mac: sudo chflags -R 0), then run this again`;
    case "EACCES":
      return `this user may not write there: sudo chown -R "$(id -u)" ${target}, then run this again`;
    default:
      return null;
  }
}

export function errorText({ code, message }: OutcomeError, look: RenderContext): string {
  return visible(message.startsWith(code) ? message : `${code}: ${message}`, look);
}

/** The outcome as one word, for a table. */
export function outcomeWord(outcome: Outcome): string {
  switch (outcome) {
    case "removed":
    case "trashed":
    case "returned":
    case "changed":
    case "conflict":
    case "failed":
      return outcome;
    case "already-gone":
      return "gone";
    case "skipped":
      return "not reached";
  }
}
