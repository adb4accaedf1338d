// What is said of a home that was named and is not there: whose it should be, and where it is looked for otherwise.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AGENTS } from "../../src/agents/index.ts";
import { run } from "../support/run.ts";
import { world } from "../support/world.ts";

const PLACES: Readonly<Record<string, string>> = {
  hermes: "$HERMES_HOME or ~/.hermes",
  opencode: "$XDG_DATA_HOME/opencode or ~/.local/share/opencode",
  kilo: "$XDG_DATA_HOME/kilo or ~/.local/share/kilo",
  cline: "$CLINE_DIR/data or ~/.cline/data, and in saoudrizwan.claude-dev of each editor's globalStorage",
  roo: "rooveterinaryinc.roo-cline and kilocode.kilo-code of each editor's globalStorage",
  gemini: "$GEMINI_CLI_HOME/.gemini or ~/.gemini",
  openclaw: "$OPENCLAW_STATE_DIR or ~/.openclaw",
  miniclaw: "~/.miniclaw",
  tapps: "the working directory and in those above it",
};

describe.each(AGENTS.map(({ name, title }) => ({ name, title })))("a home of $name", ({ name, title }) => {
  it("that is missing is an error with the usual place in one sentence", async () => {
    const w = world();
    const missing = join(w.root, "missing");
    const { code, stdout, stderr } = await run(["status", "--agent", name, "--home", missing], { home: w });
    expect([code, stdout]).toEqual([2, ""]);
    const [problem, hint, ...more] = stderr.trimEnd().split("\n");
    expect(problem).toMatch(
      new RegExp(`^checkpoints: the home ${missing}\\S* does not exist: expected a home of ${title}$`),
    );
    expect([hint, ...more]).toEqual([`Without --home, its home is looked for in ${PLACES[name] ?? "?"}.`]);
  });

  it("that is there is no error", async () => {
    const w = world();
    const there = join(w.root, "there");
    mkdirSync(join(there, ".tapps-agents"), { recursive: true });
    expect((await run(["status", "--agent", name, "--home", there], { home: w })).code).toBe(0);
  });
});
