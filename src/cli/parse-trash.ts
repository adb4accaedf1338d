/** The command lines of the trash and of undo. Pure. Every wrong value throws GcError `usage`. */
import { GcError } from "../errors.ts";
import type { Invocation } from "./invocation.ts";
import { isOn, text, word } from "./parse.ts";
import { parseRowOptions, type RowOptions } from "./parse-selection.ts";
import { resolveArgument } from "./resolve-argument.ts";
import { seeHelp } from "./suggestions.ts";

export interface RestoreCall {
  readonly ids: readonly string[];
  /** Everything that the last sweep trashed, in place of ids. */
  readonly last: boolean;
  /** Everything in the trash, in place of ids. */
  readonly all: boolean;
  readonly swap: boolean;
  readonly to: string | null;
  readonly dryRun: boolean;
}

export function parseRestore(call: Invocation, cwd: string): RestoreCall {
  const to = text(call, "to");
  // An unset variable must not restore into the current directory.
  if (to?.trim() === "") throw new GcError("usage", "--to is empty: expected a directory");
  const [last, all] = [isOn(call, "last"), isOn(call, "all")];
  const instead = all ? "--all" : "--last";
  if ((last || all) && call.words.length > 0)
    throw new GcError("usage", `${instead} takes no arguments: expected one or the other`);
  if (!last && !all && call.words.length === 0) {
    throw new GcError("usage", "missing required argument 'what'", { hint: seeHelp(["trash", "restore"]) });
  }
  const ids = call.words.map((each) => resolveArgument(word(each), cwd));
  return { ids, last, all, swap: isOn(call, "swap"), to, dryRun: isOn(call, "dryRun") };
}

export interface UndoCall {
  /** Which run of the history; null: the last one that moved something to the trash. */
  readonly run: number | null;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly swap: boolean;
}

export function parseUndo(call: Invocation): UndoCall {
  const [typed] = call.words;
  if (typed !== undefined && !/^[1-9]\d{0,5}$/.test(typed))
    throw new GcError("usage", `${JSON.stringify(typed)} is not the number of a run: expected 1, 2, ...`, {
      hint: "To list the runs: checkpoints history. To restore by id or directory: checkpoints trash restore",
    });
  const run = typed === undefined ? null : Number(typed);
  return { run, dryRun: isOn(call, "dryRun"), yes: isOn(call, "yes"), swap: isOn(call, "swap") };
}

export interface EmptyCall extends Pick<RowOptions, "limits" | "typed"> {
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly what: readonly string[];
}

export function parseEmpty(call: Invocation, cwd: string): EmptyCall {
  const { limits, typed } = parseRowOptions(call);
  if (isOn(call, "all") && call.words.length > 0)
    throw new GcError("usage", "--all takes no arguments: expected one or the other");
  const what = call.words.map((each) => resolveArgument(word(each), cwd));
  return { dryRun: isOn(call, "dryRun"), yes: isOn(call, "yes"), what, limits, typed };
}
