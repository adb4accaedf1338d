// prune -i in a real terminal.

import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { run } from "../../support/run.ts";
import { noTerminal, type Press, runInTerminal } from "../../support/terminal.ts";
import { type ShadowRepo, world, type World } from "../../support/world.ts";

const missing = noTerminal();
if (missing !== null) process.stdout.write(`${missing}\n`);

interface Some {
  readonly w: World;
  readonly first: ShadowRepo;
  readonly second: ShadowRepo;
  readonly live: ShadowRepo;
}

function some(): Some {
  const w = world();
  return {
    w,
    first: w.repo("first", { workdir: "delete", inside: { "filler.pack": Buffer.alloc(300_000, 1) } }),
    second: w.repo("second", { workdir: "delete", inside: { "filler.pack": Buffer.alloc(200_000, 1) } }),
    live: w.repo("live"),
  };
}

const ASKED = /\[N\]o/;
const LISTED = /0 of 2 chosen: 0 B of [\d.]+ kB$/m;

describe.skipIf(missing !== null)("prune -i", () => {
  const pick = async (
    w: World,
    keys: readonly Press[],
    args: readonly string[] = [],
    columns = 100,
  ): ReturnType<typeof runInTerminal> => runInTerminal(["prune", "-i", ...args], { home: w, columns, keys });

  it("removes exactly what was chosen, after the question", async () => {
    const { w, first, second, live } = some();
    const { code, text } = await pick(w, [
      { after: LISTED, press: ["Down", "Space"] },
      { after: "1 of 2 chosen", press: ["Enter"] },
      { after: ASKED, press: ["d", "Enter"] },
    ]);
    expect(code, text).toBe(0);
    expect([first, second, live].map(({ path }) => existsSync(path))).toEqual([true, false, true]);
    expect(text).toContain("Chosen: 1 entry");
    expect(text).toMatch(/Delete 1 repo \(/);
    expect(text).toContain("Not selected: 2 repos");
    expect(text).toContain("Removed 1 repo");
  });

  it("removes nothing where the question is declined, and where q, Esc or Ctrl-C leaves the list", async () => {
    const { w, first, second } = some();
    const ends = [
      {
        keys: [
          { after: LISTED, press: ["a"] },
          { after: "2 of 2 chosen", press: ["Enter"] },
          { after: ASKED, press: ["n", "Enter"] },
        ],
        is: 3,
      },
      { keys: [{ after: LISTED, press: ["a", "q"] }], is: 3 },
      { keys: [{ after: LISTED, press: ["a", "Escape"] }], is: 3 },
      { keys: [{ after: LISTED, press: ["a", "C-c"] }], is: 130 },
      { keys: [{ after: LISTED, press: ["a", "C-d"] }], is: 3 },
    ];
    for (const { keys, is } of ends) {
      const { code, text } = await pick(w, keys);
      expect(code, text).toBe(is);
      expect(text).toContain("Nothing was removed.");
    }
    expect([first, second].map(({ path }) => existsSync(path))).toEqual([true, true]);
  });

  it("says why a live one cannot be chosen", async () => {
    const { w } = some();
    const { text } = await pick(w, [
      { after: LISTED, press: ["End", "Space"] },
      { after: "Cannot be chosen: its directory exists", press: ["q"] },
    ]);
    expect(text).toContain("Nothing was removed.");
  });

  it("filters, and takes all that is shown", async () => {
    const { w, first, second } = some();
    const { code, text } = await pick(
      w,
      [
        { after: LISTED, press: ["/", "s", "e", "c", "o"] },
        { after: /\/seco_ {2}\(1 of 3\)/, press: ["Enter", "a"] },
        { after: "1 of 2 chosen", press: ["Enter"] },
      ],
      ["--yes", "--trash"],
      60,
    );
    expect(code, text).toBe(0);
    expect([first, second].map(({ path }) => existsSync(path))).toEqual([true, false]);
    expect((await run(["trash", "list"], { home: w })).stdout).toContain(second.id);
  });

  it("goes on without a list where there is nothing to choose", async () => {
    const w = world();
    w.repo("live");
    const { code, text } = await pick(w, []);
    expect(code, text).toBe(0);
    expect(text).toContain("Nothing to remove.");
  });

  it("with -n shows what would be removed of it", async () => {
    const { w, first } = some();
    const { code, text } = await pick(
      w,
      [
        { after: LISTED, press: ["Space"] },
        { after: "1 of 2 chosen", press: ["Enter"] },
      ],
      ["-n"],
    );
    expect(code, text).toBe(0);
    expect(text).toContain("Would be removed: 1 repo");
    expect(text).toContain("Dry run: nothing was changed.");
    expect(text).toContain(`To run it: checkpoints prune ${first.id}`);
    expect(existsSync(first.path)).toBe(true);
  });
});

// Nothing stops a process in the terminal of these tests, since no shell with jobs is in it: it goes on by itself.
describe.skipIf(missing !== null)("Ctrl-Z", () => {
  /** To tmux a command of its own, before the next keys. */
  const A_SECOND = [";", "run-shell", "sleep 1"] as const;

  it("leaves the list as it was when it comes back", async () => {
    const { w, first, second } = some();
    const { code, text } = await runInTerminal(["prune", "-i", "--yes"], {
      home: w,
      columns: 100,
      keys: [
        { after: LISTED, press: ["Space"] },
        { after: "1 of 2 chosen", press: ["C-z", ...A_SECOND] },
        { after: "1 of 2 chosen", press: ["Down"] },
        { after: "2/3", press: ["Space"] },
        { after: "2 of 2 chosen", press: ["Enter"] },
      ],
    });
    expect(code, text).toBe(0);
    expect(text).toContain("Removed 2 repos");
    expect([first, second].map(({ path }) => existsSync(path))).toEqual([false, false]);
  });

  it("leaves the question to be answered when it comes back", async () => {
    const { w, first } = some();
    const { code, text } = await runInTerminal(["prune"], {
      home: w,
      columns: 100,
      keys: [
        { after: ASKED, press: ["C-z", ...A_SECOND] },
        { after: ASKED, press: ["t", "Enter"] },
      ],
    });
    expect(code, text).toBe(0);
    expect(text).toContain("Moved to the trash: 2 repos");
    expect(existsSync(first.path)).toBe(false);
  });
});

describe("prune -i without a terminal", () => {
  it.each([
    [[], 3, "--interactive needs a terminal"],
    [["--yes"], 3, "--interactive needs a terminal"],
    [["--json"], 2, "--interactive and --json cannot be used together"],
    [["--format", "ids", "--yes"], 2, "--interactive and --format cannot be used together"],
  ])("with %j is refused, and removes nothing", async (args, is, message) => {
    const { w, first } = some();
    const { code, stdout, stderr } = await run(["prune", "-i", ...args], { home: w });
    expect(code).toBe(is);
    expect(stdout + stderr).toContain(message);
    expect(existsSync(first.path)).toBe(true);
  });
});
