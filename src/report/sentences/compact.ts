/** Why a repo is packed or skipped, and the result. */
import type { CompactRow, CompactRowResult, SkipReason } from "../../model/compaction.ts";
import type { RenderContext } from "../render-context.ts";
import { count, number, size } from "../format.ts";
import { errorText } from "./outcomes.ts";

export function compactSentence({ skipReason, loose, prunable }: CompactRow): string {
  if (skipReason !== null) return skipSentence(skipReason);
  const objects = count(loose?.objects ?? 0, "loose object");
  const bytes = size(loose?.bytes ?? 0);
  return `${objects}, ${bytes}${prunable ? "; prune would remove the whole repo" : ""}`;
}

function skipSentence(reason: SkipReason): string {
  switch (reason) {
    case "in-use":
      return "it was used within the last hour";
    case "busy":
      return "git is working in it";
    case "unreadable":
      return "it could not be fully read";
    case "not-a-repo":
      return "git cannot pack it";
    case "linked":
      return "another repo is linked to its objects";
    case "not-worth-it":
      return "there is too little to gain";
  }
}

/** `three in use`: how many are skipped for one reason. */
export function skipGroup(reason: SkipReason, many: number): string {
  const text = number(many);
  switch (reason) {
    case "in-use":
      return `${text} used within the last hour`;
    case "busy":
      return `${text} that git is working in`;
    case "unreadable":
      return `${text} that could not be fully read`;
    case "not-a-repo":
      return `${text} that git cannot pack`;
    case "linked":
      return `${text} that another repo is linked to`;
    case "not-worth-it":
      return `${text} with too little to gain`;
  }
}

export function compactOutcomeSentence(result: CompactRowResult, look: RenderContext): string {
  switch (result.outcome) {
    case "packed": {
      const [before, after] = [result.bytesBefore ?? 0, result.bytesAfter ?? 0];
      const percent = before === 0 ? 0 : Math.round((1 - after / before) * 100);
      return `${size(after)}, ${percent}% less; ${count(result.snapshots ?? 0, "snapshot")} kept`;
    }
    case "left":
      return result.skipReason === null ? "left unchanged" : skipSentence(result.skipReason);
    case "changed":
      return "it was used in the meantime and left unchanged";
    case "skipped":
      return "not reached";
    case "failed":
      return `${result.error === null ? "" : `${errorText(result.error, look)}; `}left unchanged`;
  }
}
