/**
 * A warning about a directory of sessions that is larger than its agent's own check allows, and what makes it smaller. A
 * command is only proposed for what it removes, and what stays above the limit after that is said with its reason.
 */
import type { FilesAndBytes, PlannedBase, SizeCheck } from "../model/plan.ts";
import { count, number, size } from "./format.ts";
import { pathText } from "./paths.ts";
import { command, type RenderContext } from "./render-context.ts";

/** Null: it is not, or its agent has no such check. */
export function sizeWarning({ ref, sizeCheck: check }: PlannedBase, look: RenderContext): string | null {
  if (check === undefined || !isOverSize(check)) return null;
  const { most, all, removable } = check;
  const many = `${pathText(ref.path, look)} has ${sumText(all)}: more than ${number(most.files)} files or ${size(most.bytes)}`;
  const left = minus(all, removable);
  return [
    many,
    ...(removable.count === 0 ? [] : [`To remove ${oldText(check)}: ${pruneOf(ref.agent, look)}`]),
    ...(isOver(left, check) ? restSentences(left, check) : []),
  ].join(". ");
}

/** Why it is still too large when all that is old has gone. */
function restSentences(left: FilesAndBytes, { all, ofEntries, removable }: SizeCheck): readonly string[] {
  const others = minus(all, ofEntries);
  const kept = minus(ofEntries, removable);
  return [
    ...(removable.count === 0 ? [] : [`That leaves ${sumText(left)}`]),
    ...(others.files === 0
      ? []
      : [
          `${sumText(others)}, ${others.files === 1 ? "is not a session and is" : "are not sessions and are"} never removed here: move or delete ${others.files === 1 ? "it" : "them"} yourself`,
        ]),
    ...(kept.files === 0
      ? []
      : [`${sumText(kept)}, ${kept.files === 1 ? "is" : "are"} not old enough by the agent's own settings, or in use`]),
  ];
}

export function isOverSize(check: SizeCheck): boolean {
  return isOver(check.all, check);
}

/** What makes it smaller; null: nothing in it may be removed. */
export function sizeRemedy({ ref, sizeCheck: check }: PlannedBase, look: RenderContext): string | null {
  return check === undefined || check.removable.count === 0 ? null : pruneOf(ref.agent, look);
}

function isOver({ files, bytes }: FilesAndBytes, { most }: SizeCheck): boolean {
  return files > most.files || bytes > most.bytes;
}

function minus(a: FilesAndBytes, b: FilesAndBytes): FilesAndBytes {
  return { files: a.files - b.files, bytes: a.bytes - b.bytes };
}

function sumText({ files, bytes }: FilesAndBytes): string {
  return `${count(files, "file")}, ${size(bytes)}`;
}

function oldText({ removable: { count: many, bytes } }: SizeCheck): string {
  return `${number(many)} that ${many === 1 ? "is" : "are"} old, ${size(bytes)}`;
}

/** In the place that the flags of this command name, with no flag twice. */
function pruneOf(agent: string, look: RenderContext): string {
  const named = /(?:^| )--agent /.test(look.repeat ?? "") ? "" : ` --agent ${agent}`;
  return command(`sessions prune${named}`, look);
}
