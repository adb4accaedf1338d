/**
 * What only people read, loaded only for them: it has to know how wide every character is, which takes as long as all
 * of a run over ten repos.
 */
export { renderPreview, renderStatus } from "../report/overview.ts";
export { renderRemoved, uncollectedLines } from "../report/removed.ts";
export { question } from "../report/summary.ts";
export { sweepLine } from "../report/sweeps.ts";
export { totalsAlone } from "./totals-alone.ts";
