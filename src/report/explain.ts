/** `explain`: the findings as lines, label and text beside each other where there is room. */
import { isCopyOfRestored } from "../model/trash.ts";
import { findingsOf, type Explanation, type Finding } from "./findings.ts";
import { commandOn } from "./named-command.ts";
import { command, stylesOf, widthOf, type RenderContext, type Style } from "./render-context.ts";
import { nextLines, page, type NextStep } from "./notices.ts";
import { isRemoval } from "./totals.ts";
import { fitPath, padEnd, wrap } from "./width.ts";

/** Narrower than this, a label beside each text would leave too little of the line. */
const SIDE_BY_SIDE = 60;

/** An id that several entries have is explained for each. */
export function renderExplain(explanations: readonly Explanation[], look: RenderContext): string {
  return page([
    ...explanations.flatMap((each) => [...heading(each, look), ...lines(findingsOf(each, look), look), ""]),
    ...nextSteps(explanations, look).flatMap((step) => nextLines(step, look)),
  ]);
}

function heading({ base, planned, trash }: Explanation, look: RenderContext): readonly string[] {
  const { bold, danger: goes, warning: held, plain, dim } = stylesOf(look);
  const id = planned?.judged.entry.id ?? trash[0]?.item.entryId ?? "";
  const first = planned?.judged.entry.members[0].place ?? trash[0]?.item.members[0]?.place ?? "";
  const inside = first.includes("/") ? `/${first.slice(0, first.indexOf("/"))}` : "";
  const place = dim(fitPath(base.ref.path + inside, widthOf(look), look));
  if (planned === null) return [place, `${bold(id)}  ${held("in the trash")}`];
  const { verdict } = planned.judged;
  const style: Style = isRemoval(planned) ? goes : verdict === "live" ? plain : held;
  return [place, `${bold(id)}  ${style(`${verdict}, ${isRemoval(planned) ? "to be removed" : "kept"}`)}`];
}

function lines(findings: readonly Finding[], look: RenderContext): readonly string[] {
  const { dim } = stylesOf(look);
  const width = widthOf(look);
  const label = Math.max(...findings.map(({ topic }) => topic.length)) + 2;
  let before = "";
  return findings.flatMap(({ topic, text }) => {
    const shown = topic === before ? "" : topic;
    before = topic;
    if (width < SIDE_BY_SIDE) {
      const body = wrap(text, width - 2, look).map((line) => `  ${line}`);
      return shown === "" ? body : [dim(shown), ...body];
    }
    const [first = "", ...rest] = wrap(text, width - label, look);
    return [dim(padEnd(shown, label)) + first, ...rest.map((line) => " ".repeat(label) + line)];
  });
}

function nextSteps(explanations: readonly Explanation[], look: RenderContext): readonly NextStep[] {
  const [only] = explanations;
  if (only === undefined || explanations.length > 1) return [];
  const { planned, trash } = only;
  // One whose destruction has begun cannot be put back, and what is back need not be.
  const item = trash.find((one) => !one.item.marked && !isCopyOfRestored(one));
  if (planned !== null && isRemoval(planned)) {
    return [{ what: "To remove it alone", how: commandOn("prune", [planned.judged.entry.id], look) }];
  }
  if (item === undefined)
    return !trash.some((one) => one.item.marked) ? [] : [{ what: "To finish it", how: command("prune", look) }];
  const swap = planned === null ? [] : ["--swap"];
  return [{ what: "To restore it", how: commandOn("trash restore", [item.item.entryId], look, swap) }];
}
