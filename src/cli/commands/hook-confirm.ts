/** Shared by `hook install` and `hook remove`: the steps for every place, and what is left alone. */
import type { HookPlan } from "../../hook-setup/plan.ts";
import type { HookProgram } from "../../hook-setup/command.ts";
import { isEphemeral } from "../../schedule/stable-path.ts";
import { createSystem } from "../../schedule/system.ts";
import type { TimerStep } from "../../schedule/steps.ts";
import { visible } from "../../report/sanitize.ts";
import { SOME_FAILED } from "../exit-codes.ts";
import type { Invocation } from "../invocation.ts";
import type { Session } from "../session.ts";
import { confirmAndRun } from "./confirm-and-run.ts";
import { type HookChoice, programHere, type ShownHook, shownHooks } from "./hook-places.ts";
import { confirmedJson, hookDocument, hookJson } from "./hook-show.ts";
import { noteText } from "./schedule-show.ts";

export interface ConfirmedHooks {
  readonly command: "hook install" | "hook remove";
  readonly chosen: readonly HookChoice[];
  /** Null: as each hook has it. */
  readonly optIn: boolean | null;
  readonly planOf: (hook: ShownHook) => HookPlan;
  readonly isDone: (hook: ShownHook) => boolean;
  /** Printed where there is nothing to do. */
  readonly none: string;
  readonly question: string;
  /** The flags that repeat the same choice. */
  readonly words: string;
  readonly done: string;
  readonly notes: readonly string[];
}

export async function confirmHooks(asked: ConfirmedHooks, { values }: Invocation, session: Session): Promise<number> {
  const { shared, look } = session;
  const program = await programHere();
  const hooks = await shownHooks(asked.chosen, program, asked.optIn);
  const plans = hooks.map((hook) => ({ hook, plan: asked.planOf(hook) }));
  const refused = plans.flatMap(({ plan }) => plan.refused ?? []);
  const touched = plans.filter(({ plan }) => plan.steps.length > 0).map(({ hook }) => hook);
  const steps = [...plans.flatMap(({ plan }) => plan.steps), ...emptied(asked, touched)];
  if (!shared.json) for (const each of refused) session.say(`checkpoints: left alone: ${visible(each, look)}\n`);
  if (steps.length === 0) {
    const shown = {
      status: refused.length > 0 ? "error" : "done",
      error: errorOf(refused),
      hooks: hooks.map(hookDocument),
    } as const;
    if (shared.json) session.printJson(hookJson(asked.command, shown, session));
    else if (refused.length === 0) session.print(asked.none);
    return refused.length > 0 ? SOME_FAILED : 0;
  }
  const after = (): ReturnType<typeof hookDocument>[] =>
    hooks.map((hook) => ({ ...hookDocument(hook), state: stateAfter(hook) }));
  const titles = [...new Set(touched.map(({ host }) => host.title))].join(", ");
  const notes =
    asked.command === "hook install"
      ? [...new Set(touched.flatMap(({ site }) => site.notes)), ...asked.notes, ...passingNotes(program)]
      : [];
  const code = await confirmAndRun(
    {
      command: asked.command,
      document: confirmedJson(asked.command, hooks, after, session),
      steps,
      intro: `The start-up hook of ${titles}:\n`,
      notes: notes.map((note) => noteText(note, look)).join(""),
      question: asked.question,
      words: asked.words,
      dryRun: values["dryRun"] === true,
      yes: values["yes"] === true,
      done: asked.done,
    },
    createSystem(process.env),
    session,
  );
  return code === 0 && refused.length > 0 ? SOME_FAILED : code;

  function stateAfter(hook: ShownHook): ShownHook["state"] {
    if (!touched.includes(hook)) return hook.state;
    return asked.command === "hook install" ? "installed" : "missing";
  }
}

function passingNotes({ script }: HookProgram): readonly string[] {
  return isEphemeral(script) ? [`${script} is in a cache that npm clears: install it with npm install -g first`] : [];
}

/** A directory of ours goes when nothing is left in it. */
function emptied({ command }: ConfirmedHooks, touched: readonly ShownHook[]): readonly TimerStep[] {
  if (command === "hook install") return [];
  const directories = touched.filter(({ place }) => place.kind === "file").flatMap(({ site }) => site.directory ?? []);
  return [...new Set(directories)].map((path) => ({ kind: "tidy", path }));
}

function errorOf(refused: readonly string[]): { code: string; message: string; hint: string | null } | null {
  return refused[0] === undefined ? null : { code: "hook-failed", message: `left alone: ${refused[0]}`, hint: null };
}
