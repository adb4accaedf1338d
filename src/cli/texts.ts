/**
 * Everything that renders text, loaded only where text is printed: measuring the width of characters takes as long to
 * load as a whole run over ten repos takes.
 */
export { renderPreview, renderStatus } from "../report/overview.ts";
export { idleLines, ineffectiveWords } from "../report/idle.ts";
export { UNCHANGED } from "../report/notices.ts";
export { renderRemoved, uncollectedLines } from "../report/removed.ts";
export { renderSessionStats } from "../report/session-stats.ts";
export { question } from "../report/summary.ts";
export { sweepLine } from "../report/sweeps.ts";
export { nothingAlone, totalsAlone } from "./totals-alone.ts";
