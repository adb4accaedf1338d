/** What becomes of something in the trash, and why. */
import type { PlannedTrash } from "../../model/plan.ts";
import type { Look } from "../look.ts";
import { command } from "../look.ts";
import { day } from "../words.ts";
import type { Wording } from "./reasons.ts";

export function trashSentence({ reason, until, item }: PlannedTrash, look: Look): Wording {
  const end = day(until, look);
  switch (reason) {
    case "unfinished":
      return { full: "its removal was interrupted and can only be finished", brief: "half removed: will be finished" };
    case "workdir-back":
      return { full: "its directory is there again: goes back by itself", brief: "directory is back: goes back" };
    case "half-isolated":
      return { full: "a run died while moving it here: goes back", brief: "half moved: goes back" };
    case "expired":
      return { full: `its time in the trash ended on ${end}`, brief: `expired on ${end}` };
    case "waiting":
      return { full: `can be put back until ${end}`, brief: `until ${end}` };
    case "place-taken":
      return {
        full: `a new repo has taken its place: ${command(`trash restore ${item.entryId} --swap`, look)}`,
        brief: "a new repo has taken its place",
      };
    case "not-proved":
      return {
        full: "its time is over, but nobody can prove now that its directory is gone",
        brief: "absence not proved: stays",
      };
    case "kept":
      return { full: "its directory matches keep by now: stays", brief: "matches keep" };
    case "referenced":
      return {
        full: "its time is over, but another repo borrows objects from it",
        brief: "another repo borrows from it",
      };
    case "clock":
      return {
        full: "the clock has jumped: nothing is destroyed until it can be trusted",
        brief: "the clock has jumped: stays",
      };
    case "future-date":
      return {
        full: `its date lay in the future: counted from now, it stays until ${end}`,
        brief: `odd date: until ${end}`,
      };
    case "over-cap":
      return {
        full: "goes early: there is more than max_size, and what is in the trash goes first",
        brief: "over max_size",
      };
    case "emptied":
      return { full: "removed with the whole trash", brief: "removed with the whole trash" };
    case "not-selected":
      return { full: "not part of this run", brief: "not part of this run" };
  }
}
