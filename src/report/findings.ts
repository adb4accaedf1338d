/**
 * Everything known about one entry, in the order in which it was decided: what its kind found, presence with its proof, newest file and its time, size, snapshots, holds, trash, the rule that decided.
 */
import type { IoError } from "../model/entry.ts";
import type { PlannedBase, PlannedEntry } from "../model/plan.ts";
import type { PlannedTrash } from "../model/trash.ts";
import type { Evidence } from "../model/presence.ts";
import { settingsOfKind } from "../model/settings.ts";
import type { Hold } from "../model/reasons.ts";
import type { RenderContext } from "./render-context.ts";
import { sweepHolds, whyOf } from "./sentences.ts";
import { holdSentence } from "./sentences/holds.ts";
import { generalSentence, verdictSentence } from "./sentences/reasons.ts";
import { trashSentence } from "./sentences/trash.ts";
import { visible } from "./sanitize.ts";
import { pathText } from "./paths.ts";
import { ago, count, days, moment, number, size } from "./format.ts";

/** One entry, or what the trash holds of it, with its base. */
export interface Explanation {
  readonly base: PlannedBase;
  readonly planned: PlannedEntry | null;
  /** Trash items of the same id. */
  readonly trash: readonly PlannedTrash[];
}

/** One finding. `topic` is stable and for programs. */
export interface Finding {
  readonly topic: string;
  readonly text: string;
}

type Judging = Pick<PlannedEntry, "judged">;

export function findingsOf({ base, planned, trash }: Explanation, look: RenderContext): readonly Finding[] {
  if (planned === null) return trash.flatMap((each) => trashedFindings(each, base, look));
  return [
    placeFinding(planned, look),
    ...subjectFindings(planned, look),
    ...presenceFindings(planned, look),
    ...useFindings(planned, base, look),
    ...sizeFindings(planned, look),
    { topic: "verdict", text: `${planned.judged.verdict}: ${verdictSentence(planned.judged)}` },
    ...holdFindings(planned, base, look),
    ...(trash.length === 0 ? [{ topic: "trash", text: "no copy" }] : trashFindings(trash, look)),
    ...decisionFindings(planned, base, look),
  ];
}

/** A session may have several files. */
function placeFinding({ judged }: Judging, look: RenderContext): Finding {
  const { members } = judged.entry;
  if (judged.isSession !== true) return { topic: "repo", text: pathText(members[0].path, look) };
  return { topic: "session", text: members.map(({ path }) => pathText(path, look)).join(", ") };
}

/**
 * An entry that exists in the trash alone: the same findings as far as it was judged there, and what is planned for it.
 */
function trashedFindings(each: PlannedTrash, base: PlannedBase, look: RenderContext): readonly Finding[] {
  const { judged, item } = each;
  const [kept] = trashFindings([each], look);
  const known =
    judged === null
      ? []
      : [
          ...subjectFindings({ judged }, look),
          ...presenceFindings({ judged }, look),
          ...useFindings({ judged }, base, look),
          { topic: "verdict", text: `${judged.verdict}: ${verdictSentence(judged)}` },
        ];
  return [...known, ...(kept === undefined ? [] : [kept]), { topic: "rule", text: `removed by the ${item.rule} rule` }];
}

function subjectFindings({ judged }: Judging, look: RenderContext): readonly Finding[] {
  const seen = judged.presence.kind === "not-applicable" ? {} : judged.presence.evidence;
  const own = Object.entries(judged.evidence).filter(([key]) => !(key in seen));
  return own.map(([topic, value]) => ({ topic: visible(topic, look), text: valueText(value, look) }));
}

function presenceFindings({ judged }: Judging, look: RenderContext): readonly Finding[] {
  const { presence, subject, missingSince } = judged;
  const directory = { topic: "directory", text: subject === null ? "unknown" : pathText(subject.value, look) };
  const since = missingSince === null ? "" : `, missing since ${moment(missingSince, look)}`;
  switch (presence.kind) {
    case "present":
      return [directory, { topic: "presence", text: "present" }, ...proof(presence.evidence, look)];
    case "absent":
      return [
        directory,
        { topic: "presence", text: `absent, ${presence.proof}${since}` },
        ...proof(presence.evidence, look),
      ];
    case "unknown": {
      const text = `unknown: ${generalSentence(presence.reason)}`;
      return [directory, { topic: "presence", text }, ...proof(presence.evidence, look)];
    }
    case "not-applicable":
      if (judged.isSession === true) return [];
      return [directory, { topic: "presence", text: "not looked for" }];
  }
}

function valueText(value: Evidence[string] | undefined, look: RenderContext): string {
  return typeof value === "string" ? pathText(value, look) : String(value ?? "none");
}

function proof(evidence: Evidence, look: RenderContext): readonly Finding[] {
  return Object.entries(evidence).map(([key, value]) => ({
    topic: "proof",
    text: `${visible(key, look)}: ${valueText(value, look)}`,
  }));
}

function useFindings(
  { judged }: Judging,
  { settings, settingsError }: PlannedBase,
  look: RenderContext,
): readonly Finding[] {
  const { lastUsed, lastUsedExact, newestPath } = judged;
  if (lastUsed === null) return [{ topic: "last used", text: "not known" }];
  const when = `${moment(lastUsed.at, look)} (${ago(lastUsed.at, look)})`;
  const from = lastUsedExact
    ? `by ${visible(lastUsed.from, look)}`
    : `by ${visible(lastUsed.from, look)}, or later: not every file was checked`;
  const { retention_days } = settingsOfKind(settings, judged.entry.store);
  const limit = retention_days > 0 ? days(retention_days) : null;
  const age =
    settingsError !== undefined
      ? "not known: the settings have mistakes"
      : limit === null
        ? "no limit: retention_days is off"
        : `${judged.old ? "unused for over" : "used within"} ${limit}`;
  return [
    { topic: "last used", text: `${when}, ${from}` },
    ...(newestPath === null
      ? []
      : [{ topic: "newest file", text: pathText(below(judged.entry.members[0].path, newestPath), look) }]),
    { topic: "retention", text: age },
  ];
}

function below(directory: string, path: string): string {
  return path.startsWith(`${directory}/`) ? path.slice(directory.length + 1) : path;
}

function sizeFindings({ judged, snapshots }: PlannedEntry, look: RenderContext): readonly Finding[] {
  const files = judged.files === null ? "" : ` in ${count(judged.files, "file")}`;
  const shared = (judged.shared ?? 0) > 0 ? `, and ${size(judged.shared ?? 0)} shared with others and kept` : "";
  const text = judged.bytes === null ? "not measured" : `${size(judged.bytes)}${files}${shared}`;
  return [
    { topic: "size", text },
    ...judged.troubles.map((trouble) => ({ topic: "unreadable", text: ioErrorText(trouble, look) })),
    ...(judged.isSession !== true ? [{ topic: "snapshots", text: snapshotsText(snapshots, look) }] : []),
  ];
}

function ioErrorText({ code, message, path }: IoError, look: RenderContext): string {
  const what = message.startsWith(code) ? message : `${code}: ${message}`;
  return message.includes(path) ? visible(what, look) : `${visible(what, look)} (${pathText(path, look)})`;
}

function snapshotsText(snapshots: PlannedEntry["snapshots"], look: RenderContext): string {
  if (snapshots === null) return "not counted";
  if (snapshots.count === 0) return "none";
  return snapshots.last === null
    ? number(snapshots.count)
    : `${number(snapshots.count)}, the last one ${moment(snapshots.last, look)}`;
}

function holdFindings(
  { judged, ruling, sweep }: PlannedEntry,
  base: PlannedBase,
  look: RenderContext,
): readonly Finding[] {
  const holds = ruling.holds.map((hold) => holdText(hold, base, look));
  const later = sweepHolds({ ruling, sweep }).map((hold) => `${holdText(hold, base, look)} (automatic runs only)`);
  const locks = judged.locks.map(({ path, at }) => ({
    topic: "lock",
    text: `${pathText(path, look)}, ${ago(at, look)}`,
  }));
  const borrows = judged.borrows.map((path) => ({ topic: "borrows from", text: pathText(path, look) }));
  const all = [...holds, ...later].map((text) => ({ topic: "hold", text }));
  return [...locks, ...borrows, ...(all.length === 0 ? [{ topic: "hold", text: "none" }] : all)];
}

function holdText(hold: Hold, base: PlannedBase, look: RenderContext): string {
  const sentence = holdSentence(hold, look, base);
  const by = hold.by === null ? null : pathText(hold.by, look);
  const end = hold.until === null ? null : moment(hold.until, look);
  return [
    `${hold.code}: ${sentence}`,
    ...(by === null || sentence.includes(by) ? [] : [by]),
    ...(end === null || sentence.includes(end) ? [] : [`until ${end}`]),
    ...wayOut(hold, base),
  ].join(", ");
}

/** What ends the hold of a file that lists borrowers and cannot be read. */
function wayOut({ code, by }: Hold, { unreadableBorrows }: PlannedBase): readonly string[] {
  const file = code === "referenced" ? unreadableBorrows.find(({ path }) => path === by) : undefined;
  if (file === undefined) return [];
  return [file.code === "ENOTSUP" ? "put a regular file in its place" : `make it readable (${file.code})`];
}

function trashFindings(trash: readonly PlannedTrash[], look: RenderContext): readonly Finding[] {
  return trash.map((each) => {
    const bytes = each.bytes === null ? "" : `, ${size(each.bytes)}`;
    const text = `since ${moment(each.item.since, look)}${bytes}: ${trashSentence(each, look)} (${visible(each.item.id, look)})`;
    return { topic: "trash", text };
  });
}

function decisionFindings(planned: PlannedEntry, base: PlannedBase, look: RenderContext): readonly Finding[] {
  const { ruling } = planned;
  return [
    { topic: "rule", text: ruling.rule === null ? "no rule matches" : `the ${ruling.rule} rule` },
    {
      topic: "manual",
      text: `${ruling.action === "remove" ? "prune would remove it" : "prune would keep it"}: ${whyOf(planned, base, look)}`,
    },
    { topic: "automatic", text: automaticText(planned, base, look) },
  ];
}

function automaticText({ ruling, sweep }: PlannedEntry, base: PlannedBase, look: RenderContext): string {
  if (base.settingsError !== undefined) return "no sweep runs until the mistakes in the settings are corrected";
  const off = base.settings.auto_prune ? "" : "automatic sweeps are off; ";
  if (sweep.action === "remove") return `${off}a sweep would remove it by the ${sweep.rule ?? "same"} rule`;
  const holds = sweep.holds.map((hold) => holdSentence(hold, look, base));
  if (holds.length > 0) return `${off}a sweep would keep it: ${holds.join("; ")}`;
  return `${off}a sweep would keep it: no rule matches${ruling.rule === null ? "" : " there"}`;
}
