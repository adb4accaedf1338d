import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/model/plan.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../src/model/settings.ts";
import { renderPreview, renderStatus } from "../../src/report/overview.ts";
import { baseRef, DAY, hold, look, NOW, plannedBase, plannedEntry, plannedTrash, planOf } from "./build.ts";
import { idOf, samplePlan } from "./sample.ts";

const plan = samplePlan();
const WIDTHS = [40, 60, 80, 120, 200] as const;
const ids = plan.bases.flatMap(({ entries }) => entries.map(({ judged }) => judged.entry.id));
const dryRun = (over = {}, of: Plan = plan): string => renderPreview(of, look(over), { rows: "all", dryRun: true });
const status = (over = {}, of: Plan = plan): string => renderStatus(of, look(over));
/** The lines of the entry with this id. */
const linesOf = (text: string, id: string): readonly string[] => {
  const lines = text.split("\n");
  const at = lines.findIndex((line) => line.includes(id));
  const next = lines.findIndex((line, index) => index > at && !line.startsWith("  "));
  return lines.slice(at, next);
};

describe.each(WIDTHS)("at %i columns", (columns) => {
  it.each([true, false])("no line is too wide, with UTF-8 %s", (unicode) => {
    for (const text of [
      dryRun({ columns, unicode }),
      status({ columns, unicode }),
      renderStatus(plan, look({ columns, unicode }), { all: true }),
    ]) {
      expect(text.split("\n").filter((line) => stringWidth(line) > columns)).toEqual([]);
    }
  });

  it("every id is whole", () => {
    const shown = dryRun({ columns });
    expect(ids.filter((id) => !shown.includes(id))).toEqual([]);
  });

  it("every removal says what it is, how big, since when, where, why and how many snapshots are removed", () => {
    const all = linesOf(dryRun({ columns }), idOf(2)).join("\n");
    for (const part of [
      "orphan",
      "1.2 GB",
      "10 days ago",
      "landing-page",
      /deleted/,
      /\b31\s+snapshots|\b31, last/,
      "21 Sep",
    ])
      expect(all).toMatch(part);
  });

  it("hostile names stay where they are", () => {
    for (const text of [dryRun({ columns }), status({ columns })]) {
      expect(text.replaceAll(/\n|\u200d/g, "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
  });
});

describe("layouts", () => {
  it.each([40, 60, 79])("a block an entry at %i columns", (columns) => {
    const lines = dryRun({ columns }).split("\n");
    const rows = lines.filter((line) => /^[0-9a-f]{16} /.test(line));
    // Every entry, and the two rows of the trash that change.
    expect(rows).toHaveLength(ids.length + 2);
    const at = lines.findIndex((line) => line.startsWith(idOf(1)));
    const [, path, ...why] = linesOf(dryRun({ columns }), idOf(1));
    expect(why.map((line) => line.trim()).join(" ")).toBe("its directory was deleted; no snapshots");
    expect(lines[at + 2 + why.length]).toMatch(/^[0-9a-f]{16} /);
    expect(path).toMatch(/^ {2}~\/work\/acme\/site/);
  });

  it("puts the reason below from 80 columns on, and beside where there is room", () => {
    expect(linesOf(dryRun({ columns: 80 }), idOf(3))[1]).toBe(
      "         unused for 19 days; 124 snapshots, the last one 23 Jul 13:20",
    );
    expect(linesOf(dryRun({ columns: 200 }), idOf(3))[0]).toMatch(
      /^stale +812\.0 MB {2}19 days ago {2}124, last 23 Jul .* unused for 19 days$/,
    );
  });

  it("cuts and wraps nothing on a pipe", () => {
    const text = dryRun({ columns: null });
    expect(text).toContain("~/src/very-long-organisation-name/monorepo/packages/frontend/apps/landing-page");
    expect(text).not.toContain("…");
    expect(text).toMatch(/^28 repos, .*; automatic sweep: off, would remove 8$/m);
  });

  it("aligns columns behind wide characters", () => {
    const rows = dryRun({ columns: 200 })
      .split("\n")
      .filter((line) => line.includes("directory was deleted") && line.startsWith("orphan"));
    const starts = rows.map((line) => stringWidth(line.slice(0, line.indexOf("its directory"))));
    expect(new Set(starts).size).toBe(1);
    expect(rows.length).toBeGreaterThan(4);
  });

  it("prints ASCII alone without UTF-8", () => {
    for (const columns of [40, 80, 120, null]) {
      expect(dryRun({ columns, unicode: false }) + status({ columns, unicode: false })).toMatch(/^[\x20-\x7e\n]*$/);
    }
  });

  it("prints no escape without colour, and few with", () => {
    expect(dryRun() + status()).not.toContain("\u001b");
    const coloured = dryRun({ colour: true, columns: 80 });
    expect(coloured).toContain("\u001b[31morphan\u001b[39m");
    expect(coloured).toContain("\u001b[33munreachable\u001b[39m");
    expect(coloured.replaceAll(/\u001b\[\d+m/g, "")).toBe(dryRun({ columns: 80 }));
  });
});

describe("order and rows", () => {
  it("shows removals first, biggest first, then what looks dead and stays, and sums up the live", () => {
    const text = status({ columns: 200 });
    const at = (part: string): number => text.indexOf(part);
    expect(
      [...text.matchAll(/^(?:orphan|stale) +(\S+ \S+) .*(?:was deleted|unused for)/gm)].map((match) => match[1]),
    ).toEqual(["3.1 GB", "1.2 GB", "999.9 MB", "812.0 MB", "94.2 MB", "88.0 MB", "4.0 kB", "512 B"]);
    expect(at("Would be removed: 8 repos, 6.2 GB")).toBeGreaterThan(0);
    expect(at("Kept to be safe: 6 repos")).toBeGreaterThan(at("Would be removed"));
    expect(at("Live: 14 repos, 140.0 MB")).toBeGreaterThan(at("Kept although"));
    expect(text).not.toContain(idOf(40));
  });

  it.each([
    [8, null],
    [7, "… and 1 more, 512 B: --rows all shows them"],
    [0, "… and 8 more, 6.2 GB: --rows all shows them"],
  ])("shows %i rows and sums up the rest in one line", (rows, rest) => {
    const text = renderPreview(plan, look({ columns: null }), { rows, dryRun: true });
    expect(text.split("\n").find((line) => line.startsWith("… and ")) ?? null).toBe(rest);
  });

  it("lists the live ones and the foreign names with --all", () => {
    const text = renderStatus(plan, look(), { all: true });
    expect(text).toContain("Live: 14 repos");
    expect(text).toContain(idOf(40));
    expect(text).toContain("Unrecognized, ignored: 3\n  store\n  legacy-20261120-131744\n  notes.txt\n");
  });

  it("says once, above the rows, what keeps several from being moved", () => {
    const readOnly = hold("read-only", { by: "/home/ann/.hermes/checkpoints" });
    const held = (id: string, holds: (typeof readOnly)[]): ReturnType<typeof plannedEntry> =>
      plannedEntry({ id, verdict: "stale", action: "keep", holds });
    const sentence = "~/.hermes/checkpoints is on a read-only file system: remount it for writing first";
    const two = status(
      { columns: null },
      planOf([plannedBase({ entries: [held("a1", [readOnly]), held("a2", [readOnly])] })]),
    );
    expect(two.split(sentence)).toHaveLength(2);
    expect(two).toMatch(/^Kept to be safe: 2 repos.*\n~\/.* first\nVERDICT/m);
    expect(two.match(/ read-only: see above$/gm)).toHaveLength(2);
    // One alone has it in its row, and so have two with one each.
    const other = hold("read-only", { by: "/elsewhere" });
    const each = status(
      { columns: null },
      planOf([plannedBase({ entries: [held("a1", [readOnly]), held("a2", [other])] })]),
    );
    expect(each).not.toContain("see above");
    expect(each.match(/a1 .* is on a read-only file system: remount it for writing first$/m)).not.toBeNull();
  });

  it("counts what is foreign in one line", () => {
    expect(status({ columns: 200 })).toContain("Unrecognized, ignored: 3 (store, legacy-20261120-131744, notes.txt)\n");
    expect(status({ columns: 60 })).toContain("Unrecognized, ignored: 3 (store, legacy-20261120-131744, …)\n");
    const one = planOf([plannedBase({ foreign: ["a\nb"] })]);
    expect(status({}, one)).toContain("Unrecognized, ignored: 1 (a\\x0ab)\n");
  });

  it("only sums up what a narrowed run was not asked for", () => {
    const others = [
      plannedEntry({ id: idOf(80), rule: null }),
      plannedEntry({ id: idOf(81), verdict: "stale", rule: null }),
    ];
    const text = dryRun({}, planOf([...others, plannedEntry({ id: idOf(82) })]));
    expect(text).toContain("Not selected: 2 repos, 52.3 MB\n");
    expect(text).not.toContain(idOf(80));
    expect(text).toContain("; kept 2 not selected;");
  });

  it("shows rows of the trash that change, and sums up the trash", () => {
    const text = status({ columns: 200 });
    expect(text).toMatch(/^delete +500\.0 MB .* it expired on 19 Nov$/m);
    expect(text).toMatch(/^restore .* its directory exists again: will be restored$/m);
    expect(text).toContain("In the trash: 3 repos, 506.2 MB until 19 Nov or later (checkpoints trash list)");
  });
});

describe("ends", () => {
  it("a dry run says what to type and that nothing was changed", () => {
    expect(dryRun()).toMatch(/\nTo run it: checkpoints prune\nDry run: nothing was changed\.\n$/);
    const next = renderPreview(plan, look(), { rows: 20, dryRun: true, next: "checkpoints prune --retention-days 30" });
    expect(next).toMatch(/\nTo run it: checkpoints prune --retention-days 30\nDry run: nothing was changed\.\n$/);
  });

  it("a dry run of a sweep names the command that sweeps", () => {
    const off = planOf(plan.bases, { mode: "automatic", disposal: "trash" });
    expect(dryRun({}, off)).toContain("To run it now: checkpoints auto --now --opt-in\n");
    expect(dryRun({}, off)).toContain("Would be moved to the trash: 8 repos");
    const on = planOf(
      plan.bases.map((base) => ({ ...base, settings: { ...base.settings, auto_prune: true } })),
      { mode: "automatic" },
    );
    expect(dryRun({}, on)).toContain("To run it now: checkpoints auto --now\n");
  });

  it("before the question nothing claims that it is a dry run", () => {
    const text = renderPreview(plan, look(), { rows: 20, dryRun: false });
    expect(text).not.toMatch(/Dry run|To run it/);
    expect(text).toContain("prune would remove 8");
    expect(text).toMatch(/would remove 8\n\n$/);
    expect(text).not.toMatch(/\bremoved\b(?<!be removed)/);
  });

  it("status names the next command, with the flags that it needs", () => {
    expect(status({ repeat: "--home /tmp/h" })).toMatch(/\nTo review and remove: checkpoints prune --home \/tmp\/h\n$/);
    const held = planOf([plannedEntry({ id: idOf(5), holds: [hold("busy")] })]);
    expect(status({}, held)).toMatch(new RegExp(`\\nTo see why one is kept: checkpoints explain ${idOf(5)}\\n$`));
    const fine = planOf([plannedEntry({ verdict: "live" })]);
    expect(status({}, fine)).toMatch(
      /^Nothing to free: 1 repo, 26\.1 MB\nKept:\n {2}26\.1 MB {2}1 live\nAutomatic sweep: off/,
    );
    expect(status({}, fine)).toMatch(/\nTo see all of them: checkpoints status --all\n$/);
    expect(dryRun({}, fine)).toMatch(/\nDry run: nothing was changed\.\n$/);
  });
});

describe("bases", () => {
  const profile = plannedBase({
    ref: baseRef({ path: "/home/ann/.hermes/profiles/work/checkpoints", profile: "work" }),
    entries: [plannedEntry({ id: idOf(60) })],
  });

  it("have headings of their own and totals together", () => {
    const text = status({}, planOf([plannedBase(), profile]));
    expect(text).toMatch(/\n~\/\.hermes\/checkpoints\n\nEmpty\.\n/);
    expect(text).toContain("\n~/.hermes/profiles/work/checkpoints  profile work\n");
    expect(text).toMatch(
      /^You can free 26\.1 of 26\.1 MB: 1 of 1 repo\n {2}26\.1 MB {2}1 whose directory was deleted\n/,
    );
  });

  it("that are left alone say why", () => {
    const error = { code: "settings-invalid", message: 'retention_days is "x"\u001b', hint: "Write 7." };
    const text = status({}, planOf([profile, plannedBase({ error })]));
    expect(text).toContain('Skipped: retention_days is "x"\\x1b\nWrite 7.\n');
  });

  it("that do not exist read differently from those that are empty", () => {
    expect(status({}, planOf([plannedBase({ exists: false }), profile]))).toContain("\nDoes not exist.\n");
    const nowhere = planOf([plannedBase({ exists: false })]);
    expect(status({}, nowhere)).toBe("No checkpoints found. Looked in ~/.hermes/checkpoints.\n");
    expect(dryRun({}, nowhere)).toBe(
      "No checkpoints found. Looked in ~/.hermes/checkpoints.\nDry run: nothing was changed.\n",
    );
  });

  it("say when the last sweep was and when the next is due", () => {
    expect(status({ columns: null })).toContain(
      "Last sweep: 19 Nov 17:20 (20 hours ago) by ann@box: 12 to trash (3.1 GB: 9 orphan, 3 stale), 40 kept, 0 failed, 2.1 s; undo until 28 Nov: checkpoints history. Automatic sweeps are off.",
    );
    const on = { ...DEFAULT_SETTINGS, auto_prune: true };
    expect(status({}, planOf([plannedBase({ settings: on })]))).toContain("Last sweep: never. Next one: now.");
    expect(status({ columns: null }, planOf([plannedBase({ settings: on, nextDue: NOW + DAY })]))).toContain(
      "Last sweep: none recorded, but the marker in the base says that there was one. Next one: 21 Nov 13:20.",
    );
  });

  it("name our own file of settings to turn them on, where the agent has none that may hold ours", () => {
    const ownSettings = { file: "/home/ann/.config/checkpoint-gc/config.yaml", agents: new Set(["acme"]) };
    const of = (agent: string): string =>
      status({ columns: null, ownSettings }, planOf([plannedBase({ ref: baseRef({ agent }) })]));
    expect(of("acme")).toContain("To turn them on: checkpoints config set auto_prune true --agent acme\n");
    expect(of("hermes")).toContain("To turn them on: checkpoints config set auto_prune true --home ~/.hermes\n");
  });

  it.each<[string, Partial<Settings>, number, string, string]>([
    [
      "collect has none of its kinds",
      { collect: ["toy"], auto_prune: true },
      1,
      "Automatic sweeps take nothing of it.\nTo turn them on: checkpoints config set collect toy,chats --home",
      " --set collect=toy,chats",
    ],
    [
      "neither is set",
      { collect: ["toy"] },
      1,
      "config set auto_prune true --home ~/.hermes && checkpoints config set collect toy,chats --home ~/.hermes\n",
      " --set",
    ],
    [
      "collect has one of them",
      { collect: ["toy", "odd"] },
      1,
      "To turn them on: checkpoints config set auto_prune true --home",
      "\n",
    ],
    [
      "nothing is there yet",
      { collect: [] },
      0,
      "checkpoints config set collect chats,files --home",
      " --set collect=chats,files",
    ],
    [
      "it is large",
      { collect: ["toy"], auto_prune: true },
      201,
      "5.2 GB and no automatic cleanup. To turn it on: checkpoints config set collect toy,chats --home",
      " --set collect=toy,chats",
    ],
  ])("name what sweeps need where %s, and keep what is collected", (_, set, many, hint, preview) => {
    const kinds = [{ kind: "chats" }, { kind: "files" }, { kind: "odd", optIn: true }];
    const entry = plannedEntry();
    const chat = { ...entry, judged: { ...entry.judged, entry: { ...entry.judged.entry, store: "chats" } } };
    const entries = Array.from({ length: many }, () => chat);
    const base = plannedBase({ entries, settings: { ...DEFAULT_SETTINGS, ...set } });
    const text = renderStatus(planOf([base]), look({ columns: null, nouns: {} }), { kindsAt: () => kinds });
    expect(text).toContain(hint);
    expect(text).toContain(`Preview: checkpoints auto --dry-run${preview}`);
  });

  it.each([
    ["1 GiB", [plannedEntry({ bytes: 2 ** 30 })], null],
    [
      "more than 1 GiB",
      [plannedEntry({ bytes: 2 ** 30 + 1 })],
      "1.0 GB and no automatic cleanup. To turn it on: checkpoints config set auto_prune true --home ~/.hermes",
    ],
    ["200 entries", Array.from({ length: 200 }, () => plannedEntry({ bytes: 1 })), null],
    [
      "201 entries",
      Array.from({ length: 201 }, () => plannedEntry({ bytes: 1 })),
      "201 repos and no automatic cleanup. ",
    ],
  ])("warn in one line at %s", (_, entries, warning) => {
    const text = status({}, planOf([plannedBase({ entries })]));
    if (warning === null) expect(text).not.toContain("no automatic cleanup");
    else expect(text).toContain(`\n${warning}`);
    const on = planOf([plannedBase({ entries, settings: { ...DEFAULT_SETTINGS, auto_prune: true } })]);
    expect(status({}, on)).not.toContain("no automatic cleanup");
  });

  it("say that the clock is in doubt", () => {
    const base = plannedBase({ clockDoubt: { recorded: NOW - 40 * DAY, now: NOW } });
    expect(status({ columns: null }, planOf([base]))).toContain(
      "The clock says 20 Nov 13:20, but the last run recorded 11 Oct 13:20: automatic runs delete nothing",
    );
  });

  it("say until when an earlier jump of the clock counts, and no two times that agree", () => {
    const base = plannedBase({ clockDoubt: { recorded: NOW, now: NOW, until: NOW + (5 * DAY) / 24 } });
    const text = status({ columns: null }, planOf([base]));
    expect(text).toContain("The clock jumped less than a day ago: automatic runs delete nothing until 20 Nov 18:20.");
    expect(text).not.toContain("The clock says");
  });

  it("do not add up what was not measured", () => {
    const unknown = plannedEntry({ verdict: "unreachable", bytes: null });
    const text = dryRun({ columns: null }, planOf([plannedBase({ entries: [plannedEntry(), unknown, unknown] })]));
    expect(text).toContain("\nKept to be safe: 2 repos\n");
    expect(text).toContain("\n3 repos; prune would remove 1 whose directory was deleted, 26.1 MB;");
    const none = renderPreview(planOf([unknown]), look(), { rows: 0, dryRun: true });
    expect(none).toContain("\n… and 1 more: --rows all shows them\n");
  });

  it("mark what was not measured, what was read in part, and ages that are only a bound", () => {
    const trouble = { code: "EACCES", message: "permission denied", path: "/x" };
    const rows = [
      plannedEntry({ id: idOf(70), bytes: null, usedAt: null }),
      plannedEntry({ id: idOf(71), judged: { troubles: [trouble] }, exact: false }),
    ];
    const text = dryRun(
      { columns: 200 },
      planOf([plannedBase({ entries: rows, trash: [plannedTrash({ bytes: null })] })]),
    );
    expect(linesOf(text, idOf(70))[0]).toMatch(/^orphan +\? {2}\? /);
    expect(linesOf(text, idOf(71))[0]).toMatch(/^orphan +≥26\.1 MB {2}under 12 days ago/);
  });
});
