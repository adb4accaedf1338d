import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PROJECT } from "../support/paths.ts";
import { run } from "../support/run.ts";

const COMMANDS = [
  "status",
  "prune",
  "compact",
  "explain",
  "sessions",
  "sessions stats",
  "sessions prune",
  "trash",
  "trash list",
  "trash restore",
  "undo",
  "history",
  "trash empty",
  "auto",
  "config",
  "doctor",
  "schema",
];

describe("--help", () => {
  it("fits a screen: at most 44 lines of at most 80 columns, grouped, with examples", async () => {
    const { code, stdout, stderr } = await run(["--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout.trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(44);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    const headings = lines.filter((line) => /^\w.*:$/.test(line));
    expect(headings).toEqual(["Everyday:", "Automatic:", "More:", "Options:", "Examples:"]);
    for (const name of [
      "status",
      "prune",
      "compact",
      "explain",
      "trash list|restore|empty",
      "auto",
      "config",
      "schema",
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${name.replaceAll("|", "\\|")} `, "m"));
    }
  });

  it.each(COMMANDS)("%s has its own, with examples, at 80 columns", async (command) => {
    const { code, stdout, stderr } = await run([...command.split(" "), "--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(new RegExp(`^Usage: checkpoints ${command} `));
    expect(stdout).toContain("\nExamples:\n  checkpoints ");
    expect(stdout).toContain("--home DIR");
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect((await run(["help", ...command.split(" ")])).stdout).toBe(stdout);
    expect((await run(["-h", ...command.split(" ")])).stdout).toBe(stdout);
  });

  it.each([
    [
      "prune",
      ["-n, --dry-run", "--retention-days N", "--only RULE", "--keep-orphans", "--delete-orphans", "--include VERDICT"],
    ],
    [
      "prune",
      ["--trash", "--rows N", "-y, --yes", "--set KEY=VALUE", "--json", "--no-color", "-v, --verbose", "-q, --quiet"],
    ],
    ["auto", ["-n, --dry-run", "--now", "--opt-in", "--delete-orphans", "--keep-orphans", "--base DIR"]],
    ["trash restore", ["--swap", "--to DIR"]],
    ["status", ["--all"]],
  ])("%s lists %j", async (command, options) => {
    const { stdout } = await run([...command.split(" "), "--help"]);
    for (const option of options) expect(stdout).toContain(`\n  ${option} `);
  });

  it("needs no home, no git and no time", async () => {
    const { code } = await run(["--help"], { env: { HOME: "/nonexistent", PATH: "/nonexistent" } });
    expect(code).toBe(0);
  });

  it("loads nothing but commander", () => {
    const textOf = (names: readonly string[]): string =>
      names.map((name) => readFileSync(join(PROJECT, "dist", name), "utf8")).join("\n");
    const start = chunksOf("cli.js");
    const main = /import\(["`]\.\/(command-line-[^"`]+)["`]\)/.exec(textOf(start))?.[1] ?? "";
    const code = textOf([...start, ...chunksOf(main)]);
    expect(code).toContain("CommanderError");
    for (const foreign of ["ZodType", "picomatch", "parseDocument", "string-width", "node:worker_threads"]) {
      expect(code).not.toContain(foreign);
    }
  });
});

describe("--version", () => {
  it.each(["--version", "-V"])("%s is the version of the package", async (flag) => {
    const { code, stdout } = await run([flag]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

/** A file of dist/ and all that it imports before it runs. */
function chunksOf(name: string, seen: Set<string> = new Set()): readonly string[] {
  if (seen.has(name)) return [];
  seen.add(name);
  const code = readFileSync(join(PROJECT, "dist", name), "utf8");
  const imported = [...code.matchAll(/(?:^|;)import\s*(?:[^"`;]*from\s*)?["`]\.\/([^"`]+)["`]/gm)].map(
    ([, file = ""]) => file,
  );
  return [name, ...imported.flatMap((file) => chunksOf(file, seen))];
}
