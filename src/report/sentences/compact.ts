/** Why a repo is packed or left, and what became of it. */
import type { CompactRow, CompactRowResult, LeaveReason } from "../../model/compaction.ts";
import type { Look } from "../look.ts";
import { count, number, size } from "../words.ts";
import { errorText } from "./outcomes.ts";
import type { Wording } from "./reasons.ts";

export function compactSentence({ leave, loose, prunable }: CompactRow): Wording {
  if (leave !== null) return leaveSentence(leave);
  const objects = count(loose?.objects ?? 0, "loose object");
  const bytes = size(loose?.bytes ?? 0);
  return {
    full: `${objects}, ${bytes}${prunable ? "; prune would remove it whole" : ""}`,
    brief: `${objects}, ${bytes}`,
  };
}

function leaveSentence(reason: LeaveReason): Wording {
  switch (reason) {
    case "in-use":
      return { full: "it was used within the last hour", brief: "used within the hour" };
    case "busy":
      return { full: "git is working in it", brief: "git is working in it" };
    case "unreadable":
      return { full: "it could not be read whole", brief: "could not be read whole" };
    case "no-repo":
      return { full: "it is nothing that git could pack", brief: "not to be packed" };
    case "little":
      return { full: "there is too little to gain", brief: "too little to gain" };
  }
}

/** `three in use`: how many are left alone for one reason. */
export function leaveGroup(reason: LeaveReason, many: number): string {
  const text = number(many);
  switch (reason) {
    case "in-use":
      return `${text} used within the last hour`;
    case "busy":
      return `${text} that git is working in`;
    case "unreadable":
      return `${text} that could not be read whole`;
    case "no-repo":
      return `${text} that git could not pack`;
    case "little":
      return `${text} with too little to gain`;
  }
}

export function compactOutcomeSentence(result: CompactRowResult, look: Look): Wording {
  switch (result.outcome) {
    case "packed": {
      const [before, after] = [result.bytesBefore ?? 0, result.bytesAfter ?? 0];
      const percent = before === 0 ? 0 : Math.round((1 - after / before) * 100);
      return same(`now ${size(after)}, ${percent}% less; ${count(result.snapshots ?? 0, "snapshot")} kept`);
    }
    case "left":
      return result.leave === null ? same("left as it was") : leaveSentence(result.leave);
    case "changed":
      return same("it was used in the meantime, and is as it was");
    case "skipped":
      return same("not reached");
    case "failed":
      return same(`${result.error === null ? "" : `${errorText(result.error, look)}; `}left as it was`);
  }
}

function same(text: string): Wording {
  return { full: text, brief: text };
}
