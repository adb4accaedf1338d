/** The output of `hook`, as text and as JSON. */
import { envelope } from "../../report/envelope.ts";
import { command, stylesOf, type RenderContext } from "../../report/render-context.ts";
import { pathText } from "../../report/paths.ts";
import { visible } from "../../report/sanitize.ts";
import type { HookCommand, HookDocument } from "../../report/schema.ts";
import type { HookPlaceDocument } from "../../report/schema/hook.ts";
import type { Session } from "../session.ts";
import type { ShownHook } from "./hook-places.ts";
import type { ConfirmedDocument } from "./schedule-show.ts";

export type ShownHooks = Pick<HookDocument, "status"> &
  Partial<Pick<HookDocument, "error" | "hooks" | "steps" | "files" | "dryRun">>;

export function hookJson(command: HookCommand, shown: ShownHooks, session: Session): HookDocument {
  const { status, error = null, hooks = [], steps = [], files = [], dryRun = false } = shown;
  return { ...envelope(command, session.meta(dryRun), status, error), hooks, steps, files };
}

/** `after`: looks again, once it has been done. */
export function confirmedJson(
  command: "hook install" | "hook remove",
  before: readonly ShownHook[],
  after: () => readonly HookPlaceDocument[],
  session: Session,
): (shown: ConfirmedDocument) => HookDocument {
  return (shown) => {
    const isDone = shown.status === "done" && shown.dryRun !== true;
    return hookJson(command, { ...shown, hooks: isDone ? after() : before.map(hookDocument) }, session);
  };
}

export function hookDocument({ host, place, state, argv, gone, message }: ShownHook): HookPlaceDocument {
  return { agent: host.name, path: place.path, part: place.kind, state, argv, gone, message };
}

/** A heading for each program, and a line for each of its places. */
export function hooksText(hooks: readonly ShownHook[], look: RenderContext): string {
  const { bold } = stylesOf(look);
  const titles = [...new Set(hooks.map(({ host }) => host.title))];
  return titles
    .map((title) => {
      const own = hooks.filter(({ host }) => host.title === title);
      const lines = [...new Set(own.map((each) => `  ${hookLine(each, look)}\n`))];
      return `${bold(title)}\n${lines.join("")}`;
    })
    .join("");
}

function hookLine({ place, site, isThere, state, gone, message }: ShownHook, look: RenderContext): string {
  if (!isThere) return `not used here: there is no ${pathText(site.home, look)}`;
  const where = pathText(place.path, look);
  const install = command("hook install", look);
  const [missing] = gone;
  if (missing !== undefined && (state === "installed" || state === "outdated")) {
    return `${where}: does nothing, because ${visible(missing, look)} is not there; to fix it: ${install}`;
  }
  if (state === "outdated") return `${where}: installed, and not up to date; to update it: ${install}`;
  return `${where}: ${STATES[state]}${message === null ? "" : `: ${visible(message, look)}`}`;
}

const STATES: Readonly<Record<Exclude<ShownHook["state"], "outdated">, string>> = {
  missing: "not installed",
  installed: "installed",
  changed: "left alone",
  foreign: "left alone",
  unreadable: "cannot be used",
};
