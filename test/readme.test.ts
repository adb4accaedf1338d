// What README shows is what there is: its snippets run as written, and its screen is the demo's.

import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PROJECT } from "./support/paths.ts";
import { cleanEnv } from "./support/run.ts";
import { normalise } from "./support/transcript.ts";
import { world } from "./support/world.ts";

const README = readFileSync(join(PROJECT, "README.md"), "utf8");

function between(begin: string, end: string): string {
  const from = README.indexOf(begin);
  expect(from, begin).toBeGreaterThan(-1);
  const block = README.slice(from, README.indexOf(end, from));
  return /```\w*\n([^]*?)\n```/.exec(block)?.[1] ?? "";
}

describe("README", () => {
  // The tests of test/hosts run these two files in real shells and a real Python.
  it.each([
    ["sh", "gate.sh"],
    ["py", "startup.py"],
  ])("shows the %s snippet that is tested", (kind, file) => {
    const tested = readFileSync(join(PROJECT, "test/fixtures/snippets", file), "utf8").trimEnd();
    expect(between(`<!-- snippet:${kind} -->`, "<!-- /snippet -->")).toBe(tested);
  });

  const blocks = [...README.matchAll(/^```js\n([^]*?)^```/gm)].map(([, code = ""]) => code);

  it("has a snippet for each entry of the package", () => {
    expect(blocks.flatMap((code) => /from "([^"]+)"/.exec(code)?.[1] ?? [])).toEqual([
      "checkpoint-gc/hook",
      "checkpoint-gc/housekeeping",
      "checkpoint-gc",
    ]);
  });

  it.each(blocks.map((code) => [/from "([^"]+)"/.exec(code)?.[1] ?? "", code] as const))(
    "shows code that runs: %s",
    (_, code) => {
      const w = world();
      const live = w.repo("live");
      const gone = w.repo("gone", { workdir: "delete" });
      const host = join(w.root, "host");
      mkdirSync(join(host, "node_modules"), { recursive: true });
      symlinkSync(PROJECT, join(host, "node_modules", "checkpoint-gc"));
      writeFileSync(join(host, "main.mjs"), code);
      const ended = spawnSync(process.execPath, [join(host, "main.mjs")], {
        encoding: "utf8",
        env: cleanEnv({ home: w }),
        timeout: 30_000,
      });
      expect([ended.status, ended.stderr]).toEqual([0, ""]);
      expect(readFileSync(join(live.path, "HEAD"), "utf8")).toContain("ref:");
      // Only the library's example removes by itself: it has no `auto_prune` to ask.
      if (code.includes("prune(plan)")) expect(ended.stdout).toContain(`${gone.id} orphan remove`);
    },
  );

  it("shows the screen of the demo", () => {
    const transcript = readFileSync(join(PROJECT, "test/fixtures/demo-transcript.txt"), "utf8");
    const shape = (text: string): string[] =>
      text.split("\n").map((line) =>
        line
          .replaceAll(/<id-\d+>/g, "<id>")
          .replaceAll(/\s+/g, " ")
          .trim(),
      );
    const shown = normalise(between("<!-- screen:status -->", "<!-- /screen -->"));
    const known = new Set(shape(transcript));
    const lines = shape(shown).filter((line) => line !== "" && line !== "$ checkpoints");
    expect(lines.length).toBeGreaterThan(25);
    expect(lines.filter((line) => !known.has(line))).toEqual([]);
  });
});

it("names only tests that exist", () => {
  const named = [...README.matchAll(/`(test\/[^`]*\.test\.ts)`/g)].flatMap(([, path]) => path ?? []);
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((path) => !existsSync(join(PROJECT, path)))).toEqual([]);
});
