/** Why an entry that a rule would take is kept all the same. */
import type { Trouble } from "../../model/entry.ts";
import type { Hold, HoldCode } from "../../model/reasons.ts";
import type { Look } from "../look.ts";
import { pathText, shortened } from "../paths.ts";
import { moment, number } from "../words.ts";
import type { Wording } from "./reasons.ts";

/** `unread`: the files that say who borrows from whom and could not be read; a hold by one of them says so. */
export function holdSentence({ code, until, by }: Hold, look: Look, unread: readonly Trouble[] = []): Wording {
  const end = until === null ? null : moment(until, look);
  switch (code) {
    case "busy":
      return { full: "git is working in it", brief: "git is working in it" };
    case "kept":
      return by === null
        ? { full: "its directory is on the keep list", brief: "on the keep list" }
        : {
            full: `its directory matches keep: ${pathText(by, look)}`,
            brief: `keep: ${shortened(by, 30, look, once)}`,
          };
    case "referenced":
      if (by !== null && unread.some(({ path }) => path === by)) {
        return {
          full: `whether another repo borrows from it is unknown: ${pathText(by, look)} cannot be read`,
          brief: "borrowing repos are unknown",
        };
      }
      return by === null
        ? { full: "another repo borrows objects from it", brief: "another repo borrows from it" }
        : {
            full: `another repo borrows objects from it: ${pathText(by, look)}`,
            brief: "another repo borrows from it",
          };
    case "unreadable":
      return by === null
        ? { full: "it could not be read whole", brief: "could not be read whole" }
        : { full: `it could not be read whole: ${pathText(by, look)}`, brief: "could not be read whole" };
    case "restored":
      return end === null
        ? { full: "it was put back from the trash: that counts as a use", brief: "was put back from the trash" }
        : { full: `it was put back from the trash: stays until ${end}`, brief: `put back: stays until ${end}` };
    case "not-enabled":
      return {
        full: `${by ?? "its kind"} is collected where the setting stores names it: --set stores=${by ?? "..."}`,
        brief: `stores does not name ${by ?? "its kind"}`,
      };
    case "within":
      return { full: "it goes with the repo it lies in", brief: "goes with its repo" };
    case "grace":
      return end === null
        ? { full: "its directory vanished recently: waits a while", brief: "vanished recently: waits" }
        : { full: `its directory vanished recently: waits until ${end}`, brief: `waits until ${end}` };
    case "unverified":
      return {
        full: "its path does not fit its id: left for a person to decide",
        brief: "path does not fit its id",
      };
  }
}

/** `3 that vanished recently`: how many entries one hold keeps, for a sum. */
export function holdGroup(code: HoldCode, count: number): string {
  const one = count === 1;
  const many = number(count);
  switch (code) {
    case "busy":
      return `${many} that git is working in`;
    case "kept":
      return `${many} that ${one ? "matches" : "match"} keep`;
    case "referenced":
      return `${many} that others borrow from`;
    case "unreadable":
      return `${many} that could not be read whole`;
    case "restored":
      return `${many} that ${one ? "was" : "were"} put back`;
    case "not-enabled":
      return `${many} of kinds that stores does not name`;
    case "within":
      return `${many} inside what goes`;
    case "grace":
      return `${many} whose directory vanished recently`;
    case "unverified":
      return `${many} whose path does not fit ${one ? "its id" : "their ids"}`;
  }
}

/** Some thirty signs are brief; whether they fit is for whoever knows the columns. */
function once(): number {
  return 1;
}
