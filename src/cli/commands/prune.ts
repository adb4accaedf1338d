/** Shows the plan, asks, and carries out exactly that plan. Without a yes nothing changes. */
import { GcError } from "../../errors.ts";
import type { Disposal, Plan } from "../../model/plan.ts";
import { isCopyOfRestored } from "../../model/trash.ts";
import type { RunResult } from "../../model/result.ts";
import { withDisposal } from "../../plan/disposal.ts";
import { runDocument } from "../../report/json.ts";
import { command } from "../../report/render-context.ts";
import { isEmpty } from "../../report/is-empty.ts";
import { hasWork, removalsOf, trashOf } from "../../report/totals.ts";
import { prune as prunePlan, refuseForeign } from "../../runs/prune.ts";
import { inOrder } from "../../report/sort.ts";
import { scan } from "../../runs/scan.ts";
import type { Invocation } from "../invocation.ts";
import { whereToAsk } from "../terminal.ts";
import { consentTo, wouldAsk, type Consent } from "../consent.ts";
import { DECLINED, INTERRUPTED, refuse, resultCode } from "../exit-codes.ts";
import { parsePrune, type PruneCall } from "../parse.ts";
import { repeatOf, suggestedPrune } from "../suggested-command.ts";
import { exitCodeOfBases, inSession, WAIT_FOR_LOCK_MS, type Session } from "../session.ts";

export async function prune(call: Invocation): Promise<number> {
  const asked = parsePrune(call, process.cwd());
  return inSession(call, async (session) => {
    const planned = await (asked.interactive ? choose(asked, session) : planFor(asked, session));
    if (typeof planned === "number") return planned;
    const plan = planned;
    const words = nextWords(asked.interactive ? chosenIn(plan, asked) : asked, session);
    if (asked.dryRun) return showDryRun(plan, asked, words, session);
    const machine = { uid: process.getuid?.() ?? null };
    for (const base of plan.bases) refuseForeign(base, { machine });
    if (!hasWork(plan)) {
      // What `keep` leads to is remembered all the same, and copies of what was restored are dropped.
      if (asked.yes || trashOf(plan).some(isCopyOfRestored))
        await session.during((common) => prunePlan(plan, { ...common, waitForLock: WAIT_FOR_LOCK_MS }));
      return showNothing(plan, asked, session);
    }
    if (!session.shared.json && asked.format === null && (!session.shared.quiet || wouldAsk(session, asked.yes))) {
      const { renderPreview } = await import("../texts.ts");
      session.print(renderPreview(plan, session.look, { ...asked, dryRun: false, ...words }));
    }
    const same = words.same ?? command("prune --yes", session.look);
    const consent: Consent = asked.yes
      ? { kind: "agreed", letter: "y" }
      : await consentTo(
          { question: (await import("../texts.ts")).question(plan, session.look), command: same, done: "removed" },
          session,
        );
    if (consent.kind !== "agreed") return refuse("prune", plan, consent, session);
    return remove(disposed(plan, consent.letter), words, asked, session);
  });
}

async function planFor(asked: PruneCall, session: Session): Promise<Plan> {
  return session.during((common) => scan({ ...common, ...asked.scan }));
}

/** The plan of what was chosen from the list, or the exit code where nothing was. */
async function choose(asked: PruneCall, session: Session): Promise<Plan | number> {
  const isDumb = process.env["TERM"] === "dumb";
  if (whereToAsk() !== "here" || isDumb) {
    const why = isDumb ? "TERM is dumb, so its cursor cannot be moved" : "this is none";
    throw new GcError("no-terminal", `--interactive needs a terminal for its list: ${why}`, {
      hint: "To choose without one: checkpoints prune WHAT..., with ids, directories or globs.",
    });
  }
  const { pick } = await import("../picker/pick.ts");
  const { look, stop } = session;
  const picked = await pick(
    async (callbacks) => session.silently((common) => scan({ ...common, ...asked.scan, ...callbacks })),
    { look, sort: asked.sort, signal: stop.signal },
  );
  if (picked.kind === "picked") return picked.plan;
  session.print("Nothing was removed.\n");
  return stop.exitCode() ?? (picked.kind === "interrupted" ? INTERRUPTED : DECLINED);
}

async function remove(plan: Plan, words: NextWords, { format }: PruneCall, session: Session): Promise<number> {
  // Loaded before anything is done: an upgrade that replaces these files meanwhile must not prevent the report.
  const text = session.shared.json || format !== null ? null : await import("../texts.ts");
  const finish = text === null ? null : (await import("../after-run.ts")).watchRun(plan);
  const result = await session.during((common) => prunePlan(plan, { ...common, waitForLock: WAIT_FOR_LOCK_MS }));
  const document = (): ReturnType<typeof runDocument> => runDocument("prune", result, session.meta(false));
  if (format !== null) {
    session.printRows(document().entries, format, ({ outcome }) => outcome === "removed" || outcome === "trashed");
    for (const { error } of result.bases) if (error !== null) session.say(`checkpoints: ${error.message}\n`);
  } else if (text === null || finish === null) session.printJson(document());
  else session.print(text.renderRemoved(result, session.look, { ...words, after: await finish(result) }));
  return resultCode(result, session);
}

async function showDryRun(plan: Plan, asked: PruneCall, words: NextWords, session: Session): Promise<number> {
  const { shared, look } = session;
  const { sort, format } = asked;
  if (shared.json || format !== null) {
    const document = runDocument("prune", inOrder(plan, sort ?? (format === null ? null : "size")), session.meta(true));
    if (format === null) session.printJson(document);
    else session.printRows(document.entries, format, ({ action }) => action === "remove");
    return exitCodeOfBases(plan.bases);
  }
  const { renderPreview, totalsAlone, UNCHANGED } = await import("../texts.ts");
  if (shared.quiet) session.print(`${totalsAlone(plan, look)}${UNCHANGED}\n`);
  else session.print(renderPreview(plan, look, { ...asked, dryRun: true, ...(hasWork(plan) ? words : {}) }));
  return exitCodeOfBases(plan.bases);
}

async function showNothing(plan: Plan, asked: PruneCall, session: Session): Promise<number> {
  const { shared, look } = session;
  if (asked.format !== null) return exitCodeOfBases(plan.bases);
  const idle: RunResult = { plan, status: "done", bases: [], durationMs: 0 };
  if (shared.json) session.printJson(runDocument("prune", idle, session.meta(false)));
  else {
    const { renderPreview, nothingAlone } = await import("../texts.ts");
    if (!shared.quiet || isEmpty(plan)) session.print(renderPreview(plan, look, { ...asked, dryRun: false }));
    if (!isEmpty(plan)) session.print(shared.quiet ? nothingAlone(plan, look) : "Nothing to remove.\n");
  }
  return exitCodeOfBases(plan.bases);
}

/** The question offers the answers that make sense for this plan; `y` means the plan as shown. */
function disposed(plan: Plan, letter: string): Plan {
  const chosen: Readonly<Record<string, Disposal>> = { d: "destroy", t: "trash" };
  const disposal = chosen[letter];
  return disposal === undefined ? plan : withDisposal(plan, disposal);
}

/** So few are named; more are chosen again. */
const NAMED = 5;

/** The call that means what was chosen. */
function chosenIn(plan: Plan, asked: PruneCall): PruneCall {
  const ids = removalsOf(plan).map(({ judged }) => judged.entry.id);
  return ids.length > NAMED ? asked : { ...asked, interactive: false, scan: { ...asked.scan, what: ids } };
}

/** The same run as a command, and without its question. */
interface NextWords {
  readonly next?: string;
  readonly same?: string;
}

function nextWords(asked: PruneCall, { shared }: Session): NextWords {
  const next = suggestedPrune(asked, shared, repeatOf(shared));
  const same = suggestedPrune(asked, shared, repeatOf(shared), ["--yes"]);
  return next === null || same === null ? {} : { next, same };
}
