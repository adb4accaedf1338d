import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { renderExplain } from "../../src/report/explain.ts";
import { findingsOf, type Explanation } from "../../src/report/findings.ts";
import { DEFAULT_SETTINGS } from "../../src/model/settings.ts";
import { BASE, DAY, hold, look, NOW, plannedBase, plannedEntry, plannedTrash, type EntryWish } from "./build.ts";
import { samplePlan } from "./sample.ts";

const here = look();
const explained = (wish: EntryWish, over: Partial<Explanation> = {}): Explanation => ({
  base: plannedBase(),
  planned: plannedEntry(wish),
  trash: [],
  ...over,
});
const textOf = (explanation: Explanation, topic: string): readonly string[] =>
  findingsOf(explanation, here).flatMap((each) => (each.topic === topic ? [each.text] : []));

const evidence = { "HERMES_WORKDIR": "/home/ann/work/acme", "hash check": "fits 1aeadc333175595d" };
const seen = { "parent": "/home/ann/work", "parent lists": "12 others, not this one" };
const orphan: EntryWish = {
  holds: [hold("grace", { until: NOW + DAY })],
  judged: {
    evidence: { ...evidence, ...seen },
    presence: { kind: "absent", proof: "observed", evidence: seen },
    missingSince: NOW - 3_600_000,
  },
};

describe("findings", () => {
  it("come in the order in which it was decided", () => {
    expect(findingsOf(explained(orphan), here)).toEqual([
      { topic: "repo", text: "~/.hermes/checkpoints/1aeadc333175595d" },
      { topic: "HERMES_WORKDIR", text: "~/work/acme" },
      { topic: "hash check", text: "fits 1aeadc333175595d" },
      { topic: "directory", text: "~/work/acme" },
      { topic: "presence", text: "absent, observed, missing since 20 Nov 12:20" },
      { topic: "proof", text: "parent: ~/work" },
      { topic: "proof", text: "parent lists: 12 others, not this one" },
      { topic: "last used", text: "8 Nov 13:20 (12 days ago), by mtime" },
      { topic: "newest file", text: "logs/HEAD" },
      { topic: "retention", text: "used within 7 days" },
      { topic: "size", text: "26.1 MB in 120 files" },
      { topic: "snapshots", text: "14, the last one 8 Nov 13:20" },
      { topic: "verdict", text: "orphan: its directory was deleted" },
      { topic: "hold", text: "grace: its directory disappeared recently: kept until 21 Nov 13:20" },
      { topic: "trash", text: "no copy" },
      { topic: "rule", text: "the orphan rule" },
      { topic: "manual", text: "prune would keep it: its directory disappeared recently: kept until 21 Nov 13:20" },
      {
        topic: "automatic",
        text: "automatic sweeps are off; a sweep would keep it: its directory disappeared recently: kept until 21 Nov 13:20",
      },
    ]);
  });

  it("name the newest file as it is called in the repo", () => {
    const inside = explained({ judged: { newestPath: `${BASE}/1aeadc333175595d/logs/refs` } });
    expect(textOf(inside, "newest file")).toEqual(["logs/refs"]);
  });

  it("show core.worktree where it was read", () => {
    const both = { ...evidence, "core.worktree": "/x" };
    expect(textOf(explained({ judged: { evidence: both } }), "core.worktree")).toEqual(["/x"]);
  });

  it.each([
    [{ verdict: "live" }, "present"],
    [{ verdict: "unidentified", path: null }, "not looked for"],
    [{ verdict: "unreachable" }, "unknown: its parent directory is missing too: the disk may be unplugged"],
    [{ verdict: "orphan" }, "absent, observed"],
  ] as const)("say what is known of the presence: %j", (wish, text) => {
    expect(textOf(explained(wish), "presence")).toEqual([text]);
  });

  it("names all files of a session, and counts no snapshots of it", () => {
    const session = explained({ judged: { isSession: true, expiry: { rule: "expired" } } });
    expect(textOf(session, "session")).toEqual([
      session.planned?.judged.entry.members[0].path.replace("/home/ann", "~"),
    ]);
    expect([textOf(session, "repo"), textOf(session, "snapshots")]).toEqual([[], []]);
  });

  it("say what is not known", () => {
    const nothing: EntryWish = {
      bytes: null,
      usedAt: null,
      path: null,
      snapshots: null,
      judged: { files: null, newestPath: null },
    };
    const one = explained(nothing);
    expect(textOf(one, "size")).toEqual(["not measured"]);
    expect(textOf(one, "last used")).toEqual(["not known"]);
    expect(textOf(one, "directory")).toEqual(["unknown"]);
    expect(textOf(one, "snapshots")).toEqual(["not counted"]);
    expect(textOf(explained({ snapshots: { count: 0, last: null } }), "snapshots")).toEqual(["none"]);
    expect(textOf(explained({ snapshots: { count: 1234, last: null } }), "snapshots")).toEqual(["1,234"]);
    expect(textOf(explained({ exact: false }), "last used")[0]).toMatch(/, or later: not every file was checked$/);
    const off = plannedBase({ settings: { ...DEFAULT_SETTINGS, retention_days: 0 } });
    expect(textOf(explained({}, { base: off }), "retention")).toEqual(["no limit: retention_days is off"]);
    expect(textOf(explained({ verdict: "stale" }), "retention")).toEqual(["unused for over 7 days"]);
  });

  it("show troubles, locks and loans, harmless", () => {
    const one = explained({
      holds: [hold("busy", { by: `${BASE}/x/index.lock`, until: NOW + DAY })],
      judged: {
        troubles: [
          { code: "EACCES", message: "EACCES: permission denied, scandir '/x\u001b'", path: "/x\u001b" },
          { code: "EIO", message: "broken", path: "/y" },
        ],
        locks: [{ path: `${BASE}/x/index.lock`, at: NOW - 180_000 }],
        borrows: ["/other/objects"],
      },
    });
    expect(textOf(one, "unreadable")).toEqual(["EACCES: permission denied, scandir '/x\\x1b'", "EIO: broken (/y)"]);
    expect(textOf(one, "lock")).toEqual(["~/.hermes/checkpoints/x/index.lock, 3 minutes ago"]);
    expect(textOf(one, "borrows from")).toEqual(["/other/objects"]);
    expect(textOf(one, "hold")).toEqual([
      "busy: git is working in it, ~/.hermes/checkpoints/x/index.lock, until 21 Nov 13:20",
    ]);
  });

  it("distinguish automatic from manual runs", () => {
    const on = plannedBase({ settings: { ...DEFAULT_SETTINGS, auto_prune: true } });
    const waits = explained({ sweep: { rule: "orphan", holds: [hold("unverified")], action: "keep" } }, { base: on });
    expect(textOf(waits, "hold")).toEqual([
      "unverified: its path does not match its id: only removed manually (automatic runs only)",
    ]);
    expect(textOf(waits, "automatic")).toEqual([
      "a sweep would keep it: its path does not match its id: only removed manually",
    ]);
    expect(textOf(waits, "manual")).toEqual(["prune would remove it: its directory was deleted"]);
    expect(textOf(explained({}, { base: on }), "automatic")).toEqual(["a sweep would remove it by the orphan rule"]);
    const included: EntryWish = {
      verdict: "unreachable",
      rule: "unreachable",
      sweep: { rule: null, holds: [], action: "keep" },
    };
    expect(textOf(explained(included, { base: on }), "automatic")).toEqual([
      "a sweep would keep it: no rule matches there",
    ]);
    expect(textOf(explained({ verdict: "live" }, { base: on }), "automatic")).toEqual([
      "a sweep would keep it: no rule matches",
    ]);
    expect(textOf(explained({ verdict: "live" }), "rule")).toEqual(["no rule matches"]);
  });
});

describe("renderExplain", () => {
  it("puts labels beside texts, and below 60 columns above them", () => {
    const wide = renderExplain([explained(orphan)], here);
    expect(wide).toMatch(/^~\/\.hermes\/checkpoints\n1aeadc333175595d {2}orphan, kept\nrepo {12}~\/\.hermes/);
    expect(wide).toContain("\nproof           parent: ~/work\n                parent lists: 12 others, not this one\n");
    expect(renderExplain([explained(orphan)], look({ columns: 50 }))).toContain(
      "\nhash check\n  fits 1aeadc333175595d\n",
    );
  });

  it("says what to type next", () => {
    const trash = [plannedTrash({ entryId: "1aeadc333175595d" })];
    expect(renderExplain([explained({})], here)).toMatch(/\nTo remove it alone: checkpoints prune 1aeadc333175595d\n$/);
    expect(renderExplain([explained({}, { planned: null, trash })], here)).toMatch(
      /1aeadc333175595d {2}in the trash\ntrash {2}since 18 Nov 13:20, 3\.1 MB: can be restored until 25 Nov .*\nrule {3}removed by the orphan rule\n\nTo restore it: checkpoints trash restore 1aeadc333175595d\n$/,
    );
    // One whose destruction has begun is refused by `restore`: it is not recommended.
    const [whole] = trash;
    if (whole === undefined) throw new Error("no item");
    const marked = { ...whole, item: { ...whole.item, marked: true } };
    const finish = renderExplain([explained({}, { planned: null, trash: [marked] })], here);
    expect(finish).toMatch(/\n\nTo finish it: checkpoints prune\n$/);
    expect(renderExplain([explained({}, { planned: null, trash: [marked, ...trash] })], here)).toContain(
      "To restore it: checkpoints trash restore 1aeadc333175595d",
    );
    expect(renderExplain([explained({ verdict: "live" }, { trash })], here)).toMatch(
      /restore 1aeadc333175595d --swap\n$/,
    );
    expect(renderExplain([explained({ verdict: "live" })], here)).toMatch(/no rule matches\n$/);
  });

  it("explains each entry that an id fits", () => {
    const text = renderExplain([explained({}), explained({ base: "/p/checkpoints" })], here);
    expect(text.match(/^1aeadc333175595d/gm)).toHaveLength(2);
    expect(text).not.toContain("To remove it");
  });

  it("says in each heading in which part of the base it is, where one id is a repo and a project", () => {
    const { entry } = plannedEntry({}).judged;
    const [{ identity }] = entry.members;
    const place = `store/refs/hermes/${entry.id}`;
    const project = { ...entry, members: [{ path: `${BASE}/${place}`, place, identity }] } as const;
    const text = renderExplain([explained({}), explained({ judged: { entry: project } })], here);
    expect(text.match(/^~\/\.hermes\/checkpoints.*$/gm)).toEqual([
      "~/.hermes/checkpoints",
      "~/.hermes/checkpoints/store",
    ]);
  });

  it.each([40, 59, 60, 80, 120, 200])("fits %i columns and cuts nothing", (columns) => {
    for (const base of samplePlan().bases) {
      for (const planned of base.entries) {
        const text = renderExplain([{ base, planned, trash: base.trash }], look({ columns }));
        expect(text.split("\n").filter((line) => stringWidth(line) > columns)).toEqual([]);
        expect(text).toContain(planned.judged.entry.id);
        expect(text).not.toContain("…");
      }
    }
  });
});
