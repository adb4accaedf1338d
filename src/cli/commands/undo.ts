/** Puts back what one run moved to the trash. Asks only where something new is in the place of some of it. */
import type { SelectedItem } from "../../model/history.ts";
import { isExchange } from "../../model/state.ts";
import type { Plan } from "../../model/plan.ts";
import { runDocument } from "../../report/json.ts";
import { runDocumentOf } from "../../report/history.ts";
import { renderUndone, renderUndoPlan, undoQuestion, type UndoView } from "../../report/undo.ts";
import { restorePlanJson, restorePlanOf } from "../../report/restore-plan.ts";
import { ago, moment } from "../../report/format.ts";
import { command } from "../../report/render-context.ts";
import { previewRestore } from "../../runs/plan-restore.ts";
import { restoreAs } from "../../runs/restore.ts";
import { scan } from "../../runs/scan.ts";
import { chooseUndo, type UndoChoice } from "../../runs/undo.ts";
import type { Invocation } from "../invocation.ts";
import { consentTo, wouldAsk, type Consent } from "../consent.ts";
import { refuseWith, resultCode, SOME_FAILED } from "../exit-codes.ts";
import { parseUndo } from "../parse-trash.ts";
import { restoredRun } from "../restored-run.ts";
import { inSession, WAIT_FOR_LOCK_MS, type Session } from "../session.ts";

export async function undo(call: Invocation): Promise<number> {
  const asked = parseUndo(call);
  return inSession(call, async (session) => {
    const { shared, look } = session;
    const choice = await session.during((common) =>
      chooseUndo(asked.run, common, (at) => `${moment(at, look)} (${ago(at, look)})`),
    );
    // Read before restoring: afterwards the trash no longer says what it held.
    const plan = await session.during((common) => scan({ ...common, snapshots: "none" }));
    const view = viewOf(choice, plan);
    // What an exchange moved away goes back by another one.
    const swaps = asked.swap || isExchange(choice.run.command);
    const document = (run: ReturnType<typeof runDocument>): object => {
      const { restored, deleted } = view;
      return { ...run, command: "undo", undone: { ...runDocumentOf(choice.run), missing: { restored, deleted } } };
    };
    if (asked.dryRun) {
      if (!shared.json) session.print(renderUndoPlan(view, look, { dryRun: true, swap: swaps }));
      else {
        const ids = choice.run.items.map(({ item }) => item.id);
        const preview = restorePlanOf(
          view.plan,
          await session.during((common) => previewRestore({ ...common, ids, swap: swaps })),
        );
        const run = runDocument("trash restore", view.plan, session.meta(true));
        session.printJson({ ...document(run), planned: restorePlanJson(preview) });
      }
      return 0;
    }
    const asks = view.conflicts.size > 0 && !swaps && wouldAsk(session, asked.yes);
    if (asks) session.print(renderUndoPlan(view, look, { dryRun: false, swap: false }));
    const consent: Consent = asks
      ? await consentTo(
          {
            question: undoQuestion(view, look),
            command: command(`undo ${choice.run.number} --yes`, look),
            done: "restored",
          },
          session,
        )
      : { kind: "agreed", letter: "y" };
    if (consent.kind !== "agreed")
      return refuseWith(runDocument("trash restore", plan, session.meta(false)), consent, session, "restored");
    return putBack(choice, view, swaps || consent.letter === "s", document, session);
  });
}

async function putBack(
  { run }: UndoChoice,
  view: UndoView,
  swap: boolean,
  document: (run: ReturnType<typeof runDocument>) => object,
  session: Session,
): Promise<number> {
  const ids = run.items.map(({ item }) => item.id);
  const done = await session.during((common) =>
    restoreAs("undo", { ...common, ids, swap, waitForLock: WAIT_FOR_LOCK_MS }),
  );
  const result = restoredRun(view.plan, done, swap);
  if (session.shared.json) session.printJson(document(runDocument("trash restore", result, session.meta(false))));
  else session.print(renderUndone(view, result, session.look, { alone: session.shared.quiet }));
  if (result.status === "interrupted") return resultCode(result, session);
  const failed = result.bases.some(({ trash }) => trash.some(({ outcome }) => outcome !== "returned"));
  return failed ? SOME_FAILED : resultCode(result, session);
}

/** What of it can be put back, what has something in its way, and what is no longer there. */
function viewOf({ run, conflicts, missing, missingCount }: UndoChoice, plan: Plan): UndoView {
  const chosen = new Set(run.items.map(({ item }) => item.id));
  const bases = plan.bases.map((base) => ({ ...base, trash: base.trash.filter(({ item }) => chosen.has(item.id)) }));
  const inPlace = new Set([
    ...plan.bases.flatMap(({ entries }) => entries.map(({ judged }) => judged.entry.id)),
    ...plan.bases.flatMap(({ trash }) => trash.flatMap(({ item }) => (item.returned === true ? [item.entryId] : []))),
  ]);
  const restored = missing.filter((id) => [...inPlace].some((entry) => id.startsWith(`${entry}.`))).length;
  return {
    run,
    plan: { ...plan, bases },
    conflicts: new Set(conflicts.map(({ item }: SelectedItem) => item.id)),
    restored,
    deleted: missingCount - restored,
  };
}
