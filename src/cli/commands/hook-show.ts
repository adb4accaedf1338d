/** The output of `hook`, as text and as JSON. */
import { envelope } from "../../report/envelope.ts";
import type { HookCommand, HookDocument } from "../../report/schema.ts";
import type { Session } from "../session.ts";

export type ShownHooks = Pick<HookDocument, "status"> &
  Partial<Pick<HookDocument, "error" | "hooks" | "steps" | "files" | "dryRun">>;

export function hookJson(command: HookCommand, shown: ShownHooks, session: Session): HookDocument {
  const { status, error = null, hooks = [], steps = [], files = [], dryRun = false } = shown;
  return { ...envelope(command, session.meta(dryRun), status, error), hooks, steps, files };
}
