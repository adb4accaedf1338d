/** Why an entry is kept although a rule selects it. */
import type { PlannedBase } from "../../model/plan.ts";
import type { Hold, HoldCode } from "../../model/reasons.ts";
import { command, type RenderContext } from "../render-context.ts";
import { pathText, shellWord } from "../paths.ts";
import { moment, number } from "../format.ts";

/** The base matters where a file that lists borrowers could not be read, or a kind is to be added to those of a setting. */
export function holdSentence(
  hold: Hold,
  look: RenderContext,
  { unreadableBorrows: unread = [], settings }: Partial<Pick<PlannedBase, "unreadableBorrows" | "settings">> = {},
): string {
  const { code, until, by } = hold;
  const end = until === null ? null : moment(until, look);
  switch (code) {
    case "busy":
      return "git is working in it";
    case "active":
      return hold.sentence ?? "its agent uses it";
    case "witness": {
      if (hold.sentence !== undefined) return hold.sentence;
      const errno = hold.errno === undefined ? "" : ` (${hold.errno})`;
      return `whether it is in use is not known: ${by === null ? "its index" : pathText(by, look)} cannot be read${errno}`;
    }
    case "latest":
      return hold.count === 1 ? "it is the newest" : `it is one of the newest ${number(hold.count ?? 0)} (keep_latest)`;
    case "unsure-owner":
      return hold.sentence ?? "its agent is running and may write over the change: stop it first";
    case "unsupported":
      return `its store uses a format that is not supported: ${by ?? "unknown"}`;
    case "shared-layout":
      return "newer repos may lie in its directory, so it is never moved";
    case "undo-deletes":
      return "its agent deletes files of the directory where an undo finds no snapshots";
    case "unfinished":
      return "its agent was ended while it changed it: only removed manually";
    case "kept":
      return by === null ? "its directory is on the keep list" : `its directory matches keep: ${pathText(by, look)}`;
    case "referenced":
      return borrowerSentence(
        by,
        look,
        unread.some(({ path }) => path === by),
      );
    case "checked-out":
      return by === null
        ? "a worktree elsewhere uses it"
        : `a worktree elsewhere uses it (git worktree remove): ${pathText(by.replace(/\/\.git$/, ""), look)}`;
    case "reflog":
      return `its reflog has snapshots that its ref does not have${by === null ? "" : `: ${pathText(by, look)}`}`;
    case "unreadable": {
      const errno = hold.errno === undefined ? "" : ` (${hold.errno})`;
      const where = by === null ? "" : `: ${pathText(by, look)}`;
      return `it could not be fully read${errno}${where}`;
    }
    case "restored":
      return end === null
        ? "it was restored from the trash, which counts as a use"
        : `it was restored from the trash: kept until ${end}`;
    case "not-enabled":
      return `not included: add ${by ?? "its kind"} to the setting collect (--set collect=${[...(settings?.collect ?? []), by ?? "..."].join(",")})`;
    case "within":
      return "it is removed with the repo it is in";
    case "grace":
      return end === null
        ? "its directory disappeared recently: kept for now"
        : `its directory disappeared recently: kept until ${end}`;
    case "unverified":
      return "its path does not match its id: only removed manually";
    case "no-permission":
      return permissionSentence(hold, look);
    case "read-only":
      return `${by === null ? "it" : pathText(by, look)} is on a read-only file system: remount it for writing first`;
    case "lower-layer":
      return `${by === null ? "it" : pathText(by, look)} is in a lower layer of an overlay mount, from which no directory can be moved: remove it where it was made`;
    case "settings-unknown":
      return "kept until the mistakes in the settings are corrected";
  }
}

const OBSTACLES: Readonly<Partial<Record<HoldCode, string>>> = {
  "no-permission": "no permission: see above",
  "read-only": "read-only: see above",
  "lower-layer": "in a lower layer: see above",
};

/** Sentences about what keeps several entries from being moved, such as a read-only disk: said once, above their rows. */
export function sharedObstacles(holds: readonly Hold[], look: RenderContext): readonly string[] {
  const all = holds.filter(({ code }) => code in OBSTACLES).map((hold) => holdSentence(hold, look));
  return [...new Set(all)].filter((one) => all.indexOf(one) !== all.lastIndexOf(one));
}

/** What is left to say in a row once the sentence was said above it. */
export function obstacleInBrief({ code }: Hold): string {
  return OBSTACLES[code] ?? "see above";
}

/** Which permission is missing, and who could act, or what to change. */
function permissionSentence({ by, owner = null, around = false, base }: Hold, look: RenderContext): string {
  const what = by === null ? "it" : pathText(by, look);
  const target = by === null ? "PATH" : shellWord(pathText(by, { ...look, home: null }));
  if (owner === null) return `${what} cannot be written to: chmod u+rwx ${target}`;
  const name = owner.replace(/^#/, "user ");
  const user = owner.startsWith("#") ? `'${owner}'` : owner;
  const step = around
    ? `run it as ${name}: sudo -u ${user} ${command("prune", placed(base, look))}`
    : `only ${name} can change it; to take ownership: sudo chown -R "$(id -u)" ${target}`;
  return `${what} belongs to ${name}: ${step}`;
}

/**
 * A place that no flag names was found by the home of the current user, and would be a different one for another user.
 */
function placed(base: string | undefined, look: RenderContext): RenderContext {
  const { repeat = "" } = look;
  if (base === undefined || /(?:^| )--(?:home|base) /.test(repeat)) return look;
  const place = `--base ${shellWord(pathText(base, { ...look, home: null }))}`;
  return { ...look, repeat: repeat === "" ? place : `${place} ${repeat}` };
}

/** `3 that vanished recently`: how many entries one hold keeps, for a sum. */
export function holdGroup(code: HoldCode, count: number): string {
  const one = count === 1;
  const many = number(count);
  switch (code) {
    case "busy":
      return `${many} that git is working in`;
    case "active":
      return `${many} in use`;
    case "witness":
      return `${many} whose use is not known`;
    case "latest":
      return `${many} among the newest`;
    case "unsure-owner":
      return `${many} of an agent that is running`;
    case "unsupported":
      return `${many} in a store with an unsupported format`;
    case "shared-layout":
      return `${many} of an older layout that others share`;
    case "undo-deletes":
      return `${many} that an undo needs`;
    case "unfinished":
      return `${many} that ${one ? "its agent" : "their agent"} left half changed`;
    case "kept":
      return `${many} that ${one ? "matches" : "match"} keep`;
    case "referenced":
      return `${many} that others borrow from`;
    case "checked-out":
      return `${many} that ${one ? "a worktree uses" : "worktrees use"}`;
    case "reflog":
      return `${many} with snapshots that only ${one ? "its reflog has" : "their reflogs have"}`;
    case "unreadable":
      return `${many} that could not be fully read`;
    case "restored":
      return `${many} that ${one ? "was" : "were"} restored`;
    case "not-enabled":
      return `${many} of kinds not in collect`;
    case "within":
      return `${many} inside repos that are removed`;
    case "grace":
      return `${many} whose directory disappeared recently`;
    case "unverified":
      return `${many} whose path does not match ${one ? "its id" : "their ids"}`;
    case "no-permission":
      return `${many} that this user cannot move`;
    case "read-only":
      return `${many} on a read-only file system`;
    case "lower-layer":
      return `${many} in a lower layer of an overlay mount`;
    case "settings-unknown":
      return `${many} until the settings are corrected`;
  }
}

/** `by`: the borrower, or where that is `isUnread` the file that would name it. */
export function borrowerSentence(by: string | null, look: RenderContext, isUnread = false): string {
  if (by === null) return "another repo borrows objects from it";
  const path = pathText(by, look);
  return isUnread
    ? `another repo may borrow objects from it: ${path} cannot be read`
    : `another repo borrows objects from it: ${path}`;
}
