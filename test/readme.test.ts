// What README, the help topics and .github say is true: snippets run as written, the screen is the demo's, tests exist.

import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { SETTING_KEYS, SETTINGS } from "../src/model/settings.ts";
import { PROJECT } from "./support/paths.ts";
import { cleanEnv } from "./support/run.ts";
import { normalise } from "./support/transcript.ts";
import { world } from "./support/world.ts";

const TOPIC_FILES = readdirSync(join(PROJECT, "src/help")).map((name) => `src/help/${name}`);
const GITHUB_FILES = [".github/CONTRIBUTING.md", ".github/SECURITY.md"];

const read = (path: string): string => readFileSync(join(PROJECT, path), "utf8");
const README = read("README.md");
const AGENTS = read("src/help/agents.md");
const DOCUMENTS = ["README.md", ...TOPIC_FILES, ...GITHUB_FILES].map((path) => ({ path, text: read(path) }));

function between(text: string, begin: string, end: string): string {
  const from = text.indexOf(begin);
  expect(from, begin).toBeGreaterThan(-1);
  const block = text.slice(from, text.indexOf(end, from));
  return /```\w*\n([^]*?)\n```/.exec(block)?.[1] ?? "";
}

describe("README and topics", () => {
  // The tests of test/hosts run these two files in real shells and a real Python.
  it.each([
    ["sh", "gate.sh"],
    ["python", "startup.py"],
  ])("shows the %s snippet that is tested", (kind, file) => {
    const tested = readFileSync(join(PROJECT, "test/fixtures/snippets", file), "utf8").trimEnd();
    expect(between(AGENTS, `<!-- snippet:${kind} -->`, "<!-- /snippet -->")).toBe(tested);
  });

  const scripts = DOCUMENTS.map(({ text }) => [...text.matchAll(/^```js\n([^]*?)^```/gm)]);
  const blocks = scripts.flat().map(([, code = ""]) => code);

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
        timeout: 200_000,
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
    const shown = normalise(between(README, "<!-- screen:status -->", "<!-- /screen -->"));
    const known = new Set(shape(transcript));
    // `...` stands for lines that are left out.
    const lines = shape(shown).filter((line) => !["", "...", "$ checkpoints"].includes(line));
    expect(lines.length).toBeGreaterThan(15);
    expect(lines.filter((line) => !known.has(line))).toEqual([]);
  });
});

it("has a README of at most 200 lines", () => {
  expect(README.trimEnd().split("\n").length).toBeLessThanOrEqual(200);
});

it("links to files that exist, and from README to every topic", () => {
  const links = DOCUMENTS.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, to = ""]) => join(dirname(path), to)),
  );
  expect(links.filter((path) => !existsSync(join(PROJECT, path)))).toEqual([]);
  expect(links).toEqual(expect.arrayContaining([...TOPIC_FILES, ...GITHUB_FILES]));
});

it("names only tests and sources that exist", () => {
  const named = DOCUMENTS.flatMap(({ text }) =>
    [...text.matchAll(/`((?:test|src)\/[^`\s]*)`/g)].flatMap(([, path]) => path ?? []),
  );
  expect(named.filter((path) => path.endsWith(".test.ts")).length).toBeGreaterThan(30);
  expect(named.filter((path) => !existsSync(join(PROJECT, path)))).toEqual([]);
});

it("gives each guarantee a test", () => {
  const rows = read("src/help/guarantees.md")
    .split("\n")
    .filter((line) => /^\| (?!guarantee|---)/.test(line));
  expect(rows.length).toBeGreaterThan(24);
  expect(rows.filter((row) => !/`test\/[^`]*\.test\.ts` \|$/.test(row))).toEqual([]);
});

it("names only scripts of package.json", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Readonly<Record<string, string>> };
  const named = DOCUMENTS.flatMap(({ text }) => [...text.matchAll(/\bnpm run ([\w:]+)/g)].map(([, name = ""]) => name));
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  expect(named).toContain("package");
});

it("documents each setting with its default", () => {
  const text = read("src/help/settings.md");
  for (const key of SETTING_KEYS) {
    const shown = key === "collect" ? "[hermes-shadow]" : JSON.stringify(SETTINGS[key].default);
    expect(text).toContain(`| \`${key}\` | \`${shown}\` |`);
  }
});
