// The report as text: what is in it, what its policy allows, and that names are nothing but text.

import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { bucketsOf } from "../../../src/report/html/histogram.ts";
import { itemsOf, type ReportItem } from "../../../src/report/html/items.ts";
import { html } from "../../../src/report/html/markup.ts";
import { REPORT_START } from "../../../src/report/html/page.ts";
import { type MapCell, mapOf } from "../../../src/report/html/treemap.ts";
import { baseRef, DAY, hold, look, NOW, plannedBase, plannedEntry, plannedTrash, planOf } from "../build.ts";
import { entryIn, HOSTILE, hostile, reportOf, tenThousand, yearOld } from "./plans.ts";

const hashOf = (text: string): string => `sha256-${createHash("sha256").update(text).digest("base64")}`;
const itemsIn = (...bases: Parameters<typeof planOf>): readonly ReportItem[] =>
  itemsOf(planOf(...bases), look(), { sort: null });

describe("markup", () => {
  it("escapes every text that is put into it, and no markup that it made", () => {
    expect(
      html`<p title="${`"><b>'&`}">${"<i>"}${html`<b>${"&amp;"}</b>`}${[html`<u></u>`, html`<s></s>`]}${7}</p>`.markup,
    ).toBe('<p title="&quot;&gt;&lt;b&gt;&#39;&amp;">&lt;i&gt;<b>&amp;amp;</b><u></u><s></s>7</p>');
  });

  it("leaves the spaces of a text as they are", () => {
    expect(html`<p>${"a\n  b"}</p>`.markup).toBe("<p>a\n  b</p>");
  });
});

describe("the file", () => {
  it("is the same for the same input", () => {
    expect(reportOf(yearOld())).toBe(reportOf(yearOld()));
  });

  it("begins as every report does", () => {
    expect(reportOf(planOf([])).startsWith(REPORT_START)).toBe(true);
  });

  it("allows its own style and script by their hashes, and nothing else", () => {
    const text = reportOf(yearOld());
    const policy = /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(text)?.[1]?.replaceAll("&#39;", "'");
    const [style, script] = ["style", "script"].map(
      (name) => new RegExp(`<${name}>([^]*?)</${name}>`).exec(text)?.[1] ?? "",
    );
    expect(policy).toBe(
      `default-src 'none'; script-src '${hashOf(script ?? "")}'; style-src '${hashOf(style ?? "")}'; base-uri 'none'; form-action 'none'`,
    );
  });

  it("has one script and one style, and no attribute that its policy would stop", () => {
    for (const plan of [yearOld(), hostile()]) {
      const text = reportOf(plan);
      expect(text.match(/<script/g)).toHaveLength(1);
      expect(text.match(/<style/g)).toHaveLength(1);
      expect(text).not.toMatch(/<[^>]*\s(?:style|on\w+)="/);
      expect(text).not.toMatch(/(?:src|href)="(?!#)/);
    }
  });

  it.each(HOSTILE.map((name) => [name.slice(0, 40), name] as const))("has no unescaped %j", (_, name) => {
    const text = reportOf(hostile());
    if (/[<"']/.test(name)) expect(text).not.toContain(name);
    expect(text).not.toMatch(/[\u2028\u2029\u202a-\u202e\u2066-\u2069\u001b\u0000]/);
  });

  it("stays below five megabytes for ten thousand entries", () => {
    expect(Buffer.byteLength(reportOf(tenThousand()))).toBeLessThan(5_000_000);
  });

  it("says what a prune would free, and with which command", () => {
    const text = reportOf(yearOld());
    expect(text).toMatch(/You can free 14\.2\u00a0GB <span class="muted">of 40\.3\u00a0GB/);
    for (const reason of ["20 whose directory was deleted", "23 unused for over 7 days", "1 that git is working in"])
      expect(text).toContain(reason);
    expect(text).toContain("<code>checkpoints prune</code>");
  });

  it("repeats the limits of the selection in the command, and says what they leave out", () => {
    const left = { ...plannedEntry({ id: "aaaa", bytes: 5e6 }), isUnselected: true as const };
    const text = reportOf(planOf([plannedEntry(), left]), { limits: ["--older-than 30d"] });
    expect(text).toContain("<code>checkpoints prune --older-than 30d</code>");
    expect(text).toMatch(/match(?:es)? <code>--older-than 30d<\/code>;\s+1 repo, 5\.0 MB left out/);
    expect(text).not.toContain("aaaa");
  });

  it("says so where there is nothing", () => {
    const text = reportOf(planOf([plannedBase({ exists: false })]), { runs: [], others: [] });
    expect(text).toContain("<h1>Nothing to show</h1>");
    expect(text).toContain("Looked in ~/.hermes/checkpoints.");
    expect(text).not.toContain('id="items"');
  });

  it("says so where nothing can be freed", () => {
    expect(reportOf(planOf([plannedEntry({ verdict: "live" })]))).toContain("Nothing to free");
  });

  it("says which base was skipped, and why", () => {
    const error = { code: "base-unreadable", message: "it cannot be <read>", hint: "Run it as root." };
    expect(reportOf(planOf([plannedBase({ error })]))).toContain("Skipped: it cannot be &lt;read&gt;");
  });
});

describe("the command of a row", () => {
  const commandOf = (entry: ReturnType<typeof plannedEntry>): string => itemsIn([entry])[0]?.command ?? "";

  it.each([
    ["is removed", plannedEntry(), "checkpoints prune 1aeadc333175595d"],
    ["is in use", plannedEntry({ verdict: "live" }), "checkpoints explain 1aeadc333175595d"],
    ["is held", plannedEntry({ holds: [hold("busy")] }), "checkpoints explain 1aeadc333175595d"],
    [
      "is unreachable",
      plannedEntry({ verdict: "unreachable" }),
      "checkpoints prune 1aeadc333175595d --include unreachable",
    ],
    [
      "is unreachable and held",
      plannedEntry({ verdict: "unreachable", holds: [hold("kept")] }),
      "checkpoints explain 1aeadc333175595d",
    ],
    [
      "is unidentified",
      plannedEntry({ verdict: "unidentified", path: null }),
      "checkpoints prune 1aeadc333175595d --include unidentified",
    ],
    [
      "is of a kind that is not collected",
      plannedEntry({ holds: [hold("not-enabled", { by: "hermes-shadow" })] }),
      "checkpoints prune 1aeadc333175595d --agent hermes",
    ],
    [
      "is of such a kind and busy",
      plannedEntry({ holds: [hold("not-enabled"), hold("busy")] }),
      "checkpoints explain 1aeadc333175595d",
    ],
    ["has a name that a shell would read", plannedEntry({ id: "a b;$(c)" }), "checkpoints prune 'a b;$(c)'"],
  ])("that %s", (_, entry, command) => {
    expect(commandOf(entry)).toBe(command);
  });

  it("names a kind that collect alone can name", () => {
    const entry = plannedEntry({ holds: [hold("not-enabled")] });
    const kindsAt = () => [{ kind: "hermes-shadow", optIn: true }];
    expect(itemsOf(planOf([entry]), look(), { sort: null, kindsAt })[0]?.command).toBe(
      "checkpoints prune 1aeadc333175595d --set collect=hermes-shadow",
    );
  });

  it("names the path where two entries have one id", () => {
    const other = baseRef({ path: "/srv/checkpoints" });
    const items = itemsIn([
      plannedBase({ entries: [plannedEntry()] }),
      plannedBase({ ref: other, entries: [plannedEntry({ base: other.path })] }),
    ]);
    expect(items.map(({ command }) => command)).toEqual([
      "checkpoints prune /home/ann/.hermes/checkpoints/1aeadc333175595d",
      "checkpoints prune /srv/checkpoints/1aeadc333175595d",
    ]);
  });

  it("puts back what is in the trash, or finishes it", () => {
    const [waiting, marked] = [plannedTrash(), plannedTrash({ entryId: "ffff" })];
    const trash = [waiting, { ...marked, item: { ...marked.item, marked: true } }];
    expect(
      itemsIn([plannedBase({ trash })])
        .map(({ command }) => command)
        .toSorted(),
    ).toEqual(["checkpoints trash empty", `checkpoints trash restore ${waiting.item.id}`]);
  });

  it("repeats the flags of the run", () => {
    const [item] = itemsOf(planOf([plannedEntry()]), look({ repeat: "--home /srv/x" }), { sort: null });
    expect(item?.command).toBe("checkpoints prune 1aeadc333175595d --home /srv/x");
  });
});

describe("rows", () => {
  it("are the largest first, over all bases and the trash, or in the order that is asked for", () => {
    const other = baseRef({ path: "/srv/checkpoints" });
    const plan = planOf([
      plannedBase({
        entries: [plannedEntry({ id: "b", path: "/b", bytes: 10, usedAt: NOW - 3 * DAY })],
        trash: [plannedTrash({ bytes: 20, entryId: "t", subject: null })],
      }),
      plannedBase({
        ref: other,
        entries: [plannedEntry({ id: "a", path: "/a", bytes: 30, usedAt: NOW - DAY, base: other.path })],
      }),
    ]);
    const order = (sort: "size" | "age" | "name" | null) => itemsOf(plan, look(), { sort }).map(({ id }) => id);
    expect(order(null)).toEqual(["a", "t", "b"]);
    expect(order("age")).toEqual(["b", "t", "a"]);
    expect(order("name")).toEqual(["a", "b", "t"]);
  });

  it("leave out what is back in its place, and what is outside the selection", () => {
    const trash = [plannedTrash({ reason: "restored" }), plannedTrash({ reason: "not-selected", entryId: "eeee" })];
    const entries = [{ ...plannedEntry(), isUnselected: true as const }];
    expect(itemsIn([plannedBase({ entries, trash })])).toEqual([]);
  });
});

describe("ages", () => {
  it.each([
    ["under a day", DAY - 1],
    ["1 to 7 days", DAY],
    ["1 to 7 days", 7 * DAY - 1],
    ["1 to 4 weeks", 7 * DAY],
    ["1 to 3 months", 28 * DAY],
    ["3 to 12 months", 91 * DAY],
    ["over a year", 365 * DAY],
    ["under a day", -DAY],
  ])("%s: last used %d ms ago", (name, ago) => {
    const items = itemsIn([plannedEntry({ usedAt: NOW - ago })]);
    expect(bucketsOf(items, NOW).find((bucket) => bucket.items.length === 1)?.name).toBe(name);
  });

  it("have a row for what is unknown only where something is", () => {
    expect(bucketsOf(itemsIn([plannedEntry()]), NOW)).toHaveLength(6);
    expect(bucketsOf(itemsIn([plannedEntry({ usedAt: null })]), NOW).at(-1)).toMatchObject({
      name: "unknown",
      bytes: 26_163_000,
    });
  });
});

describe("the map", () => {
  const shape = { width: 1000, height: 500, most: 100 };
  const cells = (items: readonly ReportItem[], most = shape.most): readonly MapCell[] =>
    mapOf(items, { ...shape, most }).filter((part) => part.kind === "cell");

  it("has a cell for each entry, with an area that is its share of the bytes", () => {
    const ref = baseRef();
    const sizes = [6e9, 3e9, 1e9];
    const found = cells(itemsIn(sizes.map((bytes, at) => entryIn(ref, "k", at, { bytes }))));
    const area = found.map(({ box }) => box.width * box.height);
    expect(found.map(({ size }) => size)).toEqual(["6.0 GB", "3.0 GB", "1.0 GB"]);
    expect((area[0] ?? 0) / (area[1] ?? 1)).toBeCloseTo(2, 1);
  });

  it("lets no cell leave the map or cover another", () => {
    const boxes = cells(itemsOf(yearOld(), look(), { sort: null })).map(({ box }) => box);
    for (const [at, a] of boxes.entries()) {
      expect(a.x).toBeGreaterThanOrEqual(0);
      expect(a.x + a.width).toBeLessThanOrEqual(100.01);
      expect(a.y + a.height).toBeLessThanOrEqual(500);
      for (const b of boxes.slice(at + 1)) {
        const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
        const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
        expect(across > 0.01 && down > 0).toBe(false);
      }
    }
  });

  it("puts small ones of one colour together, and keeps the sum", () => {
    const found = cells(itemsOf(tenThousand(), look(), { sort: null }));
    expect(found.length).toBeLessThanOrEqual(106);
    const groups = found.filter(({ item }) => item === null);
    expect(groups.map(({ label }) => label)).toContainEqual(expect.stringMatching(/^1,9\d\d small ones$/));
    expect(new Set(groups.map(({ state, frees }) => `${state} ${String(frees)}`)).size).toBe(groups.length);
  });

  it("gives a single small one its own name", () => {
    const ref = baseRef();
    const found = cells(
      itemsIn([entryIn(ref, "k", 0, { bytes: 1e9 }), entryIn(ref, "k", 1, { bytes: 9e8, path: "/x/one" })]),
      1,
    );
    expect(found.map(({ label }) => label)).toContain("one");
  });

  it("leaves out what has no size", () => {
    expect(cells(itemsIn([plannedEntry({ bytes: null }), plannedEntry({ bytes: 0 })]))).toEqual([]);
    expect(reportOf(planOf([plannedEntry({ bytes: null })]))).toContain("1 of unknown size have no cell.");
  });
});
