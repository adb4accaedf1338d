// What keys do in the list of prune -i.

import { describe, expect, it } from "vitest";
import { afterKey, type Key } from "../../../src/cli/picker/keys.ts";
import {
  initialState,
  type PickerRow,
  type PickerState,
  visibleRows,
  withFound,
  withPlan,
} from "../../../src/cli/picker/state.ts";

const row = (key: string, over: Partial<PickerRow> = {}): PickerRow => ({
  key,
  id: `id-${key}`,
  name: `~/code/${key}`,
  verdict: "orphan",
  bytes: 10,
  at: 1000,
  why: "its directory was deleted",
  choosable: "yes",
  needs: [],
  ...over,
});

const KEYS: Readonly<Record<string, Key>> = {
  space: { char: " ", name: "space", ctrl: false },
  enter: { char: "\r", name: "return", ctrl: false },
  esc: { char: undefined, name: "escape", ctrl: false },
  back: { char: "\b", name: "backspace", ctrl: false },
  interrupt: { char: "\u0003", name: "c", ctrl: true },
  finish: { char: "\u0004", name: "d", ctrl: true },
  clear: { char: "\u0015", name: "u", ctrl: true },
  ...Object.fromEntries(
    ["up", "down", "pageup", "pagedown", "home", "end"].map((name) => [name, { char: undefined, name, ctrl: false }]),
  ),
};

/** Presses named keys, or the character itself. */
function press(state: PickerState, ...names: readonly string[]): PickerState {
  return names.reduce((so, name) => afterKey(so, KEYS[name] ?? { char: name, name, ctrl: false }, 3), state);
}

const planned = (...rows: readonly PickerRow[]): PickerState => withPlan(initialState("size"), rows);
const keys = ({ rows }: Pick<PickerState, "rows">): string => rows.map(({ key }) => key).join(" ");
const chosen = (state: PickerState): string => [...state.chosen].toSorted().join(" ");

const SOME = [
  row("a", { bytes: 30, at: 300 }),
  row("b", { bytes: 20, at: 100 }),
  row("c", { bytes: 10, at: 200 }),
  row("live", { bytes: 99, choosable: "no", verdict: "live", why: "used 2 days ago" }),
];

describe("the list", () => {
  it("has what can be chosen first, largest first, and the rest below", () => {
    expect(keys(planned(...SOME.toReversed()))).toBe("a b c live");
  });

  it("is sorted by age and by name on s, and begins at its top", () => {
    const down = press(planned(...SOME), "down");
    const byAge = press(down, "s");
    expect(keys(byAge)).toBe("b c a live");
    expect(byAge.cursor).toBeNull();
    expect(keys(press(byAge, "s"))).toBe("a b c live");
    expect(keys(press(byAge, "s", "s"))).toBe("a b c live");
  });

  it.each([
    [["down", "down"], "c"],
    [["j", "k"], "a"],
    [["up"], "a"],
    [["end"], "live"],
    [["G", "up"], "c"],
    [["end", "home"], "a"],
    [["end", "g"], "a"],
    [["pagedown"], "live"],
    [["pagedown", "pageup"], "a"],
    [["down", "down", "down", "down", "down"], "live"],
  ])("moves on %j", (pressed, cursor) => {
    expect(press(planned(...SOME), ...pressed).cursor).toBe(cursor);
  });

  it("without rows takes any key", () => {
    const all = Object.keys(KEYS).filter((name) => !["interrupt", "finish", "esc"].includes(name));
    expect(press(planned(), ...all, "a", "/", "x", "enter", "space").chosen.size).toBe(0);
  });
});

describe("choosing", () => {
  it("toggles the row under the cursor on Space", () => {
    const one = press(planned(...SOME), "down", "space");
    expect(chosen(one)).toBe("b");
    expect(chosen(press(one, "space"))).toBe("");
  });

  it("says why a row cannot be chosen, and chooses nothing", () => {
    const held = press(planned(...SOME), "end", "space");
    expect(chosen(held)).toBe("");
    expect(held.notice).toBe("Cannot be chosen: used 2 days ago.");
    expect(press(held, "up").notice).toBeNull();
  });

  it("takes all on a, and none on a second one", () => {
    const all = press(planned(...SOME), "a");
    expect(chosen(all)).toBe("a b c");
    expect(chosen(press(all, "a"))).toBe("");
    expect(chosen(press(planned(...SOME), "space", "a"))).toBe("a b c");
  });

  it("takes all that the filter shows, and leaves what was chosen outside it", () => {
    const filtered = press(planned(...SOME), "space", "/", "c", "o", "d", "e", "/", "b", "enter", "a");
    expect(chosen(filtered)).toBe("a b");
    expect(chosen(press(filtered, "a"))).toBe("a");
  });

  it("takes what borrows from a row with it, and gives up both", () => {
    const rows = [row("lender", { needs: ["borrower"] }), row("borrower", { needs: ["further"] }), row("further")];
    const state = press(planned(...rows), "/", "l", "e", "n", "d", "enter", "space");
    expect(chosen(state)).toBe("borrower further lender");
    const less = press(state, "esc", "/", "f", "u", "r", "t", "enter", "space");
    expect(chosen(less)).toBe("");
    expect(chosen(press(planned(...rows), "/", "f", "u", "r", "t", "enter", "space"))).toBe("further");
  });
});

describe("the filter", () => {
  it("looks in names, ids, verdicts and reasons, in any case", () => {
    const state = planned(...SOME);
    const found = (text: string): string => keys({ rows: visibleRows(press(state, "/", ...text)) });
    expect(found("CODE/B")).toBe("b");
    expect(found("id-c")).toBe("c");
    expect(found("2 days")).toBe("live");
    expect(found("orphan")).toBe("a b c");
    expect(found("nothing like it")).toBe("");
  });

  it("takes keys that are commands elsewhere, until Enter", () => {
    const typing = press(planned(...SOME), "/", "q", "s", "a", "space");
    expect(typing).toMatchObject({ filter: "qsa ", typing: true, end: null });
    expect(press(typing, "back", "back").filter).toBe("qs");
    expect(press(typing, "clear").filter).toBe("");
    expect(press(typing, "enter", "q").end).toBe("declined");
  });

  it("ends on Esc, which leaves only when there is none", () => {
    const kept = press(planned(...SOME), "/", "b", "enter");
    expect(press(kept, "esc")).toMatchObject({ filter: "", end: null });
    expect(press(kept, "esc", "esc").end).toBe("declined");
    expect(press(planned(...SOME), "/", "b", "esc")).toMatchObject({ filter: "", typing: false, end: null });
  });

  it("does not take what is not a character", () => {
    const odd = afterKey(press(planned(...SOME), "/"), { char: "\u001b[200~", name: undefined, ctrl: false }, 3);
    expect(odd.filter).toBe("");
    expect(press(planned(...SOME), "/", "\u202e", "\n", "ä", "表").filter).toBe("ä表");
  });
});

describe("the end", () => {
  it("is on Enter with something chosen, and never without", () => {
    expect(press(planned(...SOME), "space", "enter").end).toBe("accepted");
    const nothing = press(planned(...SOME), "enter");
    expect(nothing.end).toBeNull();
    expect(nothing.notice).toMatch(/^Nothing is chosen/);
  });

  it("is not on Enter while the scan goes on", () => {
    const scanning = press(withFound(initialState("size"), [row("a", { choosable: "unknown" })]), "space", "enter");
    expect(scanning.end).toBeNull();
    expect(scanning.notice).toMatch(/^The scan is still going on/);
  });

  it.each([
    ["q", "declined"],
    ["esc", "declined"],
    ["interrupt", "interrupted"],
    ["finish", "declined"],
  ])("is on %s", (key, end) => {
    expect(press(planned(...SOME), "space", key).end).toBe(end);
  });

  it("is on Ctrl-C and Ctrl-D in the filter too", () => {
    expect(press(planned(...SOME), "/", "finish").end).toBe("declined");
    expect(press(planned(...SOME), "/", "interrupt").end).toBe("interrupted");
  });
});

describe("rows that come while the scan goes on", () => {
  it("are put in their place, and the cursor stays on its row", () => {
    const first = withFound(initialState("size"), [row("b", { bytes: 20 })]);
    const more = withFound(press(first, "down"), [row("a", { bytes: 30 }), row("c", { bytes: 10 })]);
    expect(keys(more)).toBe("a b c");
    expect(more.cursor).toBe("b");
  });

  it("stay chosen if the plan removes them, and those that it keeps are not", () => {
    const marked = press(
      withFound(
        initialState("size"),
        ["a", "b", "c"].map((key) => row(key, { choosable: "unknown" })),
      ),
      "a",
    );
    const plan = withPlan(marked, [row("a"), row("b", { choosable: "no", why: "git is working in it" })]);
    expect(chosen(plan)).toBe("a");
    expect(plan.notice).toBe("2 that you had chosen cannot be removed, and are kept.");
    expect(plan.scanning).toBeNull();
  });

  it("take with them what borrows from them, which only the plan knows", () => {
    const marked = press(withFound(initialState("size"), [row("lender", { choosable: "unknown" })]), "space");
    expect(chosen(withPlan(marked, [row("lender", { needs: ["other"] }), row("other")]))).toBe("lender other");
  });
});

describe("?", () => {
  it.each(["enter", "space", "q", "esc", "?", "a", "down"])(
    "shows the keys until another is pressed, which then does nothing: %s",
    (key) => {
      const before = press(planned(...SOME), "down", "space");
      const shown = press(before, "?");
      expect(shown).toEqual({ ...before, help: true });
      expect(press(shown, key)).toEqual(before);
    },
  );

  it("does not keep Ctrl-C and the end of the input from ending the list", () => {
    const shown = press(planned(...SOME), "?");
    expect(press(shown, "interrupt").end).toBe("interrupted");
    expect(press(shown, "finish").end).toBe("declined");
  });

  it("is a character of the filter while that is typed", () => {
    expect(press(planned(...SOME), "/", "?")).toMatchObject({ filter: "?", help: false });
  });
});
