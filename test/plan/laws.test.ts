// What holds for every base, whatever is in it. On a failure fast-check prints the seed and the path to replay it with.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classify } from "../../src/classify/classify.ts";
import { needsWalk } from "../../src/classify/needs.ts";
import { AGE_RULES } from "../../src/model/reasons.ts";
import type { Settings } from "../../src/model/settings.ts";
import { DAY } from "../../src/model/time.ts";
import type { Request } from "../../src/plan/request.ts";
import { type Found, foundBase, positiveRetention, request, settings, survey } from "./arbitrary.ts";
import { automatic, byHand, NOW, planAtOnce, type Rows } from "./build.ts";

const RUNS = { numRuns: 300 };

function planned(found: Found, set: Settings, asked: Request): Rows {
  return planAtOnce(survey(found, set), set, asked);
}

function law(check: (found: Found, set: Settings, asked: Request) => void): void {
  fc.assert(fc.property(foundBase, settings, request, check), RUNS);
}

function removed(rows: Rows): readonly string[] {
  const entries = rows.entries.filter(({ ruling }) => ruling.action === "remove");
  return entries.map(({ judged }) => judged.entry.members[0].path).toSorted();
}

function destroyed(rows: Rows): readonly string[] {
  return rows.trash
    .filter(({ action }) => action === "destroy")
    .map(({ item }) => item.id)
    .toSorted();
}

/** Everything that a plan says, whatever the order of its rows. */
function asSets(rows: Rows): unknown {
  const entries = rows.entries.map((row) => ({ ...row, after: row.after.toSorted() }));
  return {
    entries: new Map(entries.map((row) => [row.judged.entry.members[0].path, row])),
    trash: new Map(rows.trash.map((row) => [row.item.id, row])),
    unreadable: new Set(rows.unreadableBorrows.map(({ path }) => path)),
  };
}

describe("nothing is planned for removal without being asked for", () => {
  it("that is live, unreachable, unidentified or held", () => {
    law((found, set, asked) => {
      for (const { judged, ruling } of planned(found, set, asked).entries) {
        if (ruling.action === "keep") continue;
        const included = asked.mode === "manual" && asked.include.some((verdict) => verdict === judged.verdict);
        expect(["orphan", "stale", "debris"].includes(judged.verdict) || included).toBe(true);
        expect(ruling.rule).not.toBeNull();
        expect(ruling.holds).toEqual([]);
        expect(judged.troubles).toEqual([]);
        const byAge = ["stale", ...AGE_RULES];
        if (judged.verdict === "orphan" && !set.delete_orphans) expect(byAge).toContain(ruling.rule);
        if ([...byAge, "debris"].includes(ruling.rule ?? "")) expect(set.retention_days).toBeGreaterThan(0);
        if (ruling.rule === "debris") expect(["absent", "not-applicable"]).toContain(judged.presence.kind);
      }
    });
  });

  it("whose workdir is there and which was used within the retention, or within the limit of its own", () => {
    law((found, set, asked) => {
      const rows = planned(found, set, asked);
      const retention = Math.max(0, set.retention_days) * DAY;
      for (const { judged } of rows.entries.filter(({ ruling }) => ruling.action === "remove")) {
        const limit = judged.expiry?.after ?? retention;
        if (judged.presence.kind === "present") expect(judged.lastUsed?.at).toBeLessThan(NOW - limit);
      }
    });
  });

  it("in the trash, but what was marked, or is past its date and not borrowed from", () => {
    law((found, set, asked) => {
      const rows = planned(found, set, asked);
      for (const { item, verdict, action } of rows.trash) {
        if (action !== "destroy" || item.marked) continue;
        expect(item.since + set.trash_days * DAY).toBeLessThanOrEqual(NOW);
        if (item.rule === "orphan") expect(["orphan", "stale"]).toContain(verdict);
        expect(asked.mode === "automatic" && found.clockDoubted).toBe(false);
      }
    });
  });

  it("in an automatic run whose clock is in doubt", () => {
    law((found, set, asked) => {
      const nothingKept = { ...set, trash_days: 0 };
      const rows = planned({ ...found, clockDoubted: true }, nothingKept, automatic({ selects: asked.selects }));
      expect(destroyed(rows)).toEqual([]);
      expect(rows.entries.flatMap(({ steps }) => steps).filter(({ kind }) => kind === "destroy")).toEqual([]);
    });
  });
});

describe("a plan", () => {
  it("has every entry once, to be removed or to be kept, and every item of the trash", () => {
    law((found, set, asked) => {
      const rows = planned(found, set, asked);
      const paths = rows.entries.map(({ judged }) => judged.entry.members[0].path);
      expect(paths.toSorted()).toEqual(found.entries.map(({ entry }) => entry.members[0].path).toSorted());
      expect(rows.trash.map(({ item }) => item.id)).toEqual(found.trash.map(({ item }) => item.id));
      for (const { ruling, steps, after } of rows.entries) {
        expect(steps.length > 0).toBe(ruling.action === "remove");
        expect(ruling.action === "remove" || after.length === 0).toBe(true);
        expect(
          ruling.rule === null ? ruling.action === "keep" : ruling.holds.length > 0 === (ruling.action === "keep"),
        ).toBe(true);
      }
    });
  });

  it("is the same whatever the order of the entries", () => {
    const shuffled = fc.tuple(foundBase, fc.infiniteStream(fc.nat())).map(([found, keys]): [Found, Found] => {
      const shuffle = <T>(all: readonly T[]): T[] =>
        all
          .map((one) => ({ one, key: Number(keys.next().value) }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ one }) => one);
      return [found, { ...found, entries: shuffle(found.entries), trash: shuffle(found.trash) }];
    });
    fc.assert(
      fc.property(shuffled, settings, request, ([found, other], set, asked) => {
        expect(asSets(planned(other, set, asked))).toEqual(asSets(planned(found, set, asked)));
      }),
      RUNS,
    );
  });

  it("puts each borrower before its lender, and destroys no lender of what can be restored", () => {
    law((found, set, asked) => {
      const rows = planned(found, set, asked);
      const gone = new Set(
        rows.trash.filter(({ action }) => action === "destroy").map(({ item }) => item.members[0]?.path),
      );
      const inTrash = new Set<string>();
      for (const { judged, ruling, steps, after } of rows.entries) {
        if (ruling.action === "keep") continue;
        const path = judged.entry.members[0].path;
        expect(after.every((borrower) => gone.has(borrower))).toBe(true);
        const destroys = steps.some(({ kind }) => kind === "destroy");
        if (destroys) expect(after.some((borrower) => inTrash.has(borrower))).toBe(false);
        else inTrash.add(path);
        gone.add(path);
      }
    });
  });

  it("survives JSON", () => {
    law((found, set, asked) => {
      const rows = planned(found, set, asked);
      expect(JSON.parse(JSON.stringify(rows))).toStrictEqual(rows);
    });
  });

  it("removes no more with a longer retention", () => {
    fc.assert(
      fc.property(foundBase, settings, request, positiveRetention, positiveRetention, (found, set, asked, a, b) => {
        const shorter = planned(found, { ...set, retention_days: Math.min(a, b) }, asked);
        const longer = planned(found, { ...set, retention_days: Math.max(a, b) }, asked);
        expect(removed(shorter)).toEqual(expect.arrayContaining([...removed(longer)]));
        expect(destroyed(shorter)).toEqual(expect.arrayContaining([...destroyed(longer)]));
      }),
      RUNS,
    );
  });

  it("removes no more where it is narrowed, and no less where more is included", () => {
    law((found, set, asked) => {
      const narrowed = planned(found, set, asked);
      const whole = planned(found, set, { ...asked, only: null, selects: null });
      expect(removed(whole)).toEqual(expect.arrayContaining([...removed(narrowed)]));
      expect(destroyed(whole)).toEqual(expect.arrayContaining([...destroyed(narrowed)]));
      const without = planned(found, set, { ...asked, include: [] });
      expect(removed(narrowed)).toEqual(expect.arrayContaining([...removed(without)]));
    });
  });
});

describe("what both modes make of one base", () => {
  // There is no exception: only flags narrow a manual run, and its settings are the same.
  it("is never more in an automatic run than in a manual one", () => {
    law((found, set) => {
      const [person, sweep] = [planned(found, set, byHand()), planned(found, set, automatic())];
      expect(removed(person)).toEqual(expect.arrayContaining([...removed(sweep)]));
      expect(destroyed(person)).toEqual(expect.arrayContaining([...destroyed(sweep)]));
    });
  });

  it("is shown by a run of either mode: its word on the sweep is the sweep's own", () => {
    law((found, set, asked) => {
      const sweep = planned(found, set, automatic());
      const rulings = (rows: Rows, which: "ruling" | "sweep"): unknown =>
        new Map(rows.entries.map((row) => [row.judged.entry.id, row[which]]));
      const narrowed = asked.mode === "manual" ? asked : automatic();
      expect(rulings(planned(found, set, narrowed), "sweep")).toEqual(rulings(sweep, "ruling"));
    });
  });
});

describe("a walk that was saved", () => {
  it("would have changed no ruling of either mode", () => {
    law((found, set, asked) => {
      const question = { settings: set, now: NOW, everything: false, included: asked.include };
      const saved = found.entries.map((one) =>
        needsWalk(one.inspection, one.presence, question) ? one : { ...one, measurement: null },
      );
      const actions = (rows: Rows): unknown =>
        new Map(
          rows.entries.map(({ judged, ruling, sweep }) => [
            judged.entry.id,
            [judged.verdict, ruling.action, sweep.action],
          ]),
        );
      expect(actions(planned({ ...found, entries: saved }, set, asked))).toEqual(actions(planned(found, set, asked)));
      for (const one of saved) {
        if (one.measurement === null) expect(classify(one, { settings: set, now: NOW }).old).toBe(false);
      }
    });
  });
});
