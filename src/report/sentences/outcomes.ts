/** What became of one removal, in honest tenses: nothing is said to be gone that is not. */
import type { EntryResult, Outcome, OutcomeError, TrashResult } from "../../model/result.ts";
import type { Look } from "../look.ts";
import { visible } from "../visible.ts";

export function outcomeSentence({ outcome, error, trashId }: EntryResult, look: Look): string {
  switch (outcome) {
    case "removed":
      return "removed";
    case "trashed":
      return "moved to the trash";
    case "returned":
      return "put back";
    case "changed":
      return withError("it changed while it was looked at, and was left alone", error, look);
    case "conflict":
      return withError("it had to go back, but something new had taken its place: it is in the trash", error, look);
    case "already-gone":
      return "another process was faster";
    case "failed":
      return withError(trashId === null ? "left where it was" : "not finished, its rest is in the trash", error, look);
    case "skipped":
      return "not reached";
  }
}

export function trashOutcomeSentence({ outcome, error }: TrashResult, look: Look): string {
  switch (outcome) {
    case "removed":
      return "destroyed";
    case "trashed":
      return "moved to the trash";
    case "returned":
      return "put back";
    case "changed":
      return withError("it changed while it was looked at, and stays in the trash", error, look);
    case "conflict":
      return "something new has taken its place: it stays in the trash";
    case "already-gone":
      return "another process was faster";
    case "failed":
      return withError("it stays in the trash", error, look);
    case "skipped":
      return "not reached";
  }
}

/** `EPERM: operation not permitted; left where it was`: the real errno first. */
function withError(sentence: string, error: OutcomeError | null, look: Look): string {
  return error === null ? sentence : `${errorText(error, look)}; ${sentence}`;
}

export function errorText({ code, message }: OutcomeError, look: Look): string {
  return visible(message.startsWith(code) ? message : `${code}: ${message}`, look);
}

/** An outcome in a word, for a table. */
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
