/**
 * `prune -i`: the list in the terminal, from which some of what the plan removes is chosen. The keys and the drawing are
 * @clack/core's; what they mean is in state.ts.
 */
import { getColumns, getRows, Prompt, settings } from "@clack/core";
import type { Judged } from "../../model/judgement.ts";
import type { Plan } from "../../model/plan.ts";
import type { SortKey } from "../../model/row-order.ts";
import type { Progress } from "../../model/surroundings.ts";
import { onlyChosen } from "../../plan/chosen.ts";
import { count, size } from "../../report/format.ts";
import type { RenderContext } from "../../report/render-context.ts";
import { hasWork } from "../../report/totals.ts";
import { lineOf } from "../progress.ts";
import { AFTER_STOP_MS } from "../terminal.ts";
import { frameOf, pageSize } from "./frame.ts";
import { foundRows, plannedRows } from "./rows.ts";
import { afterKey, type Key } from "./keys.ts";
import { bytesIn, chosenRows, initialState, type PickerState, withFound, withPlan } from "./state.ts";

/** What a scan tells while it goes on. */
export interface ScanCallbacks {
  readonly onJudged: (judged: readonly Judged[]) => void;
  readonly onProgress: (progress: Progress) => void;
}

/** Where there was nothing to choose from, `picked` is the plan as it is. */
export type Picked = { readonly kind: "picked"; readonly plan: Plan } | { readonly kind: "declined" | "interrupted" };

export interface PickOptions {
  readonly look: RenderContext;
  readonly sort: SortKey | null;
  /** Ends it, as Ctrl-C does. */
  readonly signal: AbortSignal;
}

/** Scans while the list is on the screen, and returns the plan of what was chosen. Throws what `scan` throws. */
export async function pick(scan: (callbacks: ScanCallbacks) => Promise<Plan>, options: PickOptions): Promise<Picked> {
  const { look, signal } = options;
  const list = openList(options);
  const scanning = scan({
    onJudged: (judged) => list.update((state) => withFound(state, foundRows(judged, look))),
    onProgress: (progress) => list.update((state) => ({ ...state, scanning: scanLine(progress, look) })),
  });
  const shown = scanning.then(
    (plan) => {
      list.update((state) => withPlan(state, plannedRows(plan, look)));
      // Without anything to choose the run goes on as one without a list.
      if (!hasWork(plan)) list.close();
    },
    () => list.close(),
  );
  const { end, chosen } = await list.ended;
  if (end === "declined" || end === "interrupted") {
    // Its failure is of no interest any more.
    scanning.catch(() => undefined);
    return { kind: end };
  }
  if (signal.aborted) return { kind: "interrupted" };
  await shown;
  const plan = await scanning;
  return { kind: "picked", plan: end === "accepted" ? onlyChosen(plan, chosen) : plan };
}

/** Beside the number of those that are chosen. */
const SCAN_WIDTH = 40;

function scanLine(progress: Progress, { unicode }: RenderContext): string {
  return lineOf(progress, { unicode, width: SCAN_WIDTH, elapsed: 0 });
}

interface List {
  /** The state at its end. */
  readonly ended: Promise<PickerState>;
  update(change: (state: PickerState) => PickerState): void;
  /** Ends it without an answer. */
  close(): void;
}

const SHOW_CURSOR = "\u001b[?25h";
const HIDE_CURSOR = "\u001b[?25l";

/** Fewer redraws than a slow connection can take. */
const REDRAW_MS = 80;

function openList({ look, sort, signal }: PickOptions): List {
  // Escape leaves the filter first.
  settings.aliases.delete("escape");
  const { stdin: input, stderr: output } = process;
  const closing = new AbortController();
  let state = initialState(sort ?? "size");
  let isClosed = false;
  let isSuspended = false;
  let redrawing: NodeJS.Timeout | null = null;
  const height = (): number => getRows(output);
  const prompt = new Prompt<undefined>(
    {
      input,
      output,
      signal: closing.signal,
      render: () => {
        if (isClosed || isSuspended) return "";
        return state.end === null ? frameOf(state, height(), { ...look, columns: getColumns(output) }) : endLine(state);
      },
      // Any text keeps it open.
      validate: () => (state.end === "accepted" ? undefined : "open"),
    },
    false,
  );
  prompt.on("key", (char, { name, ctrl }) => {
    const key: Key = { char, name, ctrl: ctrl === true };
    state = afterKey(state, key, pageSize(height()));
    if (state.end === "declined" || state.end === "interrupted") prompt.state = "cancel";
  });
  // It redraws when the size of the terminal changes, and has no other way to be told.
  const redraw = (): void => {
    redrawing = null;
    output.emit("resize");
  };
  const close = (): void => {
    if (state.end !== null || isClosed) return;
    isClosed = true;
    redraw();
    closing.abort();
  };
  signal.addEventListener("abort", close, { once: true });
  // Ctrl-Z: the shell gets its screen and its cursor back, and with `fg` the list comes again. It is readline that stops the
  // process, and that leaves its input paused; the timer runs on when it continues, or where nothing could stop it.
  const onKeypress = (_: unknown, key: { readonly name?: string; readonly ctrl?: boolean } | undefined): void => {
    if (key?.name !== "z" || key.ctrl !== true || isClosed) return;
    isSuspended = true;
    output.emit("resize");
    output.write(SHOW_CURSOR);
    setTimeout(onContinued, AFTER_STOP_MS);
  };
  const onContinued = (): void => {
    if (isClosed || !isSuspended) return;
    isSuspended = false;
    input.setRawMode(true);
    input.resume();
    output.write(HIDE_CURSOR);
    output.emit("resize");
  };
  // readline pauses its input on this signal, and its listener may come after the timer.
  const onSignal = (): void => {
    setImmediate(() => {
      if (!isClosed) input.resume();
    });
  };
  const running = prompt.prompt();
  input.prependListener("keypress", onKeypress);
  process.on("SIGCONT", onSignal);
  const ended = running.then(() => {
    isClosed = true;
    input.off("keypress", onKeypress);
    process.off("SIGCONT", onSignal);
    if (redrawing !== null) clearTimeout(redrawing);
    signal.removeEventListener("abort", close);
    return state;
  });
  return {
    ended,
    close,
    update(change) {
      if (isClosed || state.end !== null) return;
      state = change(state);
      redrawing ??= setTimeout(redraw, REDRAW_MS);
    },
  };
}

/** What stays on the screen. */
function endLine(state: PickerState): string {
  if (state.end !== "accepted") return "";
  const picked = chosenRows(state);
  return `Chosen: ${count(picked.length, "entry", "entries")}, ${size(bytesIn(picked))}`;
}
