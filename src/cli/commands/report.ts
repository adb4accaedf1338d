import { openFile } from "../../process/open-file.ts";
import { envelopeOf, endingOf } from "../../report/envelope.ts";
import { size } from "../../report/format.ts";
import { REPORT_START, renderReport } from "../../report/html/page.ts";
import { totalsDocument } from "../../report/json.ts";
import { pathText } from "../../report/paths.ts";
import type { DocumentOf } from "../../report/schema.ts";
import { totalsOf } from "../../report/totals.ts";
import { historyOf } from "../../runs/history.ts";
import { otherPlaces } from "../../runs/others.ts";
import { checkReportFile, writeReportFile } from "../../runs/report-file.ts";
import { scan } from "../../runs/scan.ts";
import { SOME_FAILED } from "../exit-codes.ts";
import type { Invocation } from "../invocation.ts";
import { kindsHere } from "../kinds-here.ts";
import { parseReport } from "../parse.ts";
import { exitCodeOfBases, inSession } from "../session.ts";

export async function report(call: Invocation): Promise<number> {
  const { limits, typed, sort, file: path, open, force } = parseReport(call, process.cwd());
  return inSession(call, async (session) => {
    const { shared, look } = session;
    const file = path === null ? null : { path, force, start: REPORT_START };
    if (file !== null) await session.during((common) => checkReportFile(file, common));
    const plan = await session.during((common) => scan({ ...common, ...limits, everything: true, snapshots: "none" }));
    const { runs } = await session.during(historyOf);
    const isNarrowed = [shared.agents, shared.homes, shared.bases, typed].some((named) => named.length > 0);
    const others = isNarrowed ? [] : await session.during(otherPlaces);
    const version = __VERSION__;
    const text = renderReport({ plan, runs, others, kindsAt: kindsHere, sort, limits: typed, version }, look);
    const code = exitCodeOfBases(plan.bases);
    if (file === null) {
      session.print(text);
      return code;
    }
    await session.during((common) => writeReportFile(file, text, common));
    const failure = open ? await openFile(file.path, process.platform) : null;
    const bytes = Buffer.byteLength(text);
    if (shared.json) {
      const bases = plan.bases.map((base) => endingOf(base, null));
      const document: DocumentOf<"report"> = {
        ...envelopeOf("report", session.meta(false), bases, null),
        file: file.path,
        bytes,
        opened: open && failure === null,
        totals: totalsDocument(totalsOf(plan)),
      };
      session.printJson(document);
    } else session.print(`Wrote ${pathText(file.path, look)} (${size(bytes)}).\n`);
    if (failure === null) return code;
    const where = pathText(file.path, { ...look, home: null });
    session.say(`checkpoints: the report was written, but not opened: ${failure}\nOpen it in a browser: ${where}\n`);
    return code === 0 ? SOME_FAILED : code;
  });
}
