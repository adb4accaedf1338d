/** What happens to a trash item, and why. */
import type { PlannedTrash, ReferencedBy } from "../../model/trash.ts";
import { commandOn } from "../named-command.ts";
import type { RenderContext } from "../render-context.ts";
import { command } from "../render-context.ts";
import { day, moment } from "../format.ts";
import { borrowerSentence } from "./holds.ts";

export function trashSentence(planned: PlannedTrash, look: RenderContext): string {
  const { action, reason, until, item, trouble, referencedBy } = planned;
  const end = day(until, look);
  switch (reason) {
    case "unfinished":
      return "its removal was interrupted and can only be finished";
    case "workdir-back":
      return "its directory exists again: will be restored";
    case "half-isolated":
      return "a run was killed while moving it: will be restored";
    case "expired":
      return `it expired on ${end}`;
    case "waiting":
      return `can be restored until ${end}`;
    case "place-taken":
      return `something new is in its place: ${commandOn("trash restore", [item.entryId], look, ["--swap"])}`;
    case "place-unreadable":
      return `it would be restored, but its place cannot be read${trouble === undefined ? "" : ` (${trouble.code})`}: ${commandOn("trash restore", [item.id], look, ["--to DIR"])}`;
    case "restored":
      return action === "destroy"
        ? "it is back in its place: the next run deletes this copy"
        : `it is back in its place: this copy is kept until ${moment(until, look)}`;
    case "dangling-ref":
      return "its ref exists again without its snapshots: will be restored";
    case "overwritten":
      return `it was restored, but another program has overwritten it since: ${commandOn("trash restore", [item.id], look, ["--swap"])}`;
    case "deleted-again":
      return `it was restored, and is no longer in its place: ${commandOn("trash restore", [item.id], look)}`;
    case "superseded":
      return `it was restored, and newer snapshots of it were moved to the trash since: restore those first (${command("trash list", look)})`;
    case "not-proved":
      return "it has expired, but it cannot be proved now that its directory is gone";
    case "kept":
      return "its directory matches keep now";
    case "referenced":
      return borrowerWords(referencedBy, look);
    case "clock":
      return "the clock has jumped: nothing is deleted until it can be trusted";
    case "future-date":
      return `its date was in the future: counted from now, it is kept until ${end}`;
    case "over-cap":
      return "deleted early to get under max_size: the trash is deleted first";
    case "emptied":
      return "removed with the whole trash";
    case "not-selected":
      return "not part of this run";
    case "settings-unknown":
      return "kept until the mistakes in the settings are corrected";
  }
}

function borrowerWords(referencedBy: ReferencedBy | undefined, look: RenderContext): string {
  if (referencedBy === undefined) return borrowerSentence(null, look);
  return borrowerSentence(referencedBy.path, look, referencedBy.unread);
}
