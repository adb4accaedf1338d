// `checkpoints help` and `checkpoints help TOPIC`: beside the help of commands, in terminals of any width and on pipes.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseMarkdown } from "../../src/cli/help/markdown.ts";
import { renderTopic } from "../../src/cli/help/render.ts";
import { ROOT } from "../../src/cli/specs/root.ts";
import { commandsOf } from "../../src/cli/specs/spec.ts";
import { TOPICS } from "../../src/cli/specs/topics.ts";
import type { RenderContext } from "../../src/report/render-context.ts";
import { PROJECT } from "../support/paths.ts";
import { run } from "../support/run.ts";
import { noTerminal, runInTerminal } from "../support/terminal.ts";

const NAMES = TOPICS.map(({ name }) => name);
const sourceOf = (name: string): string => readFileSync(join(PROJECT, "src/help", `${name}.md`), "utf8");

const PIPE: RenderContext = { now: 0, columns: null, colour: false, unicode: true, home: null, utcOffset: () => 0 };

describe("checkpoints help", () => {
  it("shows the help of the command, and lists each topic once, at 80 columns", async () => {
    const { code, stdout, stderr } = await run(["help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.startsWith((await run(["--help"])).stdout.trimEnd())).toBe(true);
    const listed = [...stdout.slice(stdout.indexOf("\nTopics")).matchAll(/^ {2}([\w-]+) {2}/gm)].map(
      ([, name]) => name,
    );
    expect(listed).toEqual(NAMES);
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  it("has a file for each topic, and a topic for each file", () => {
    expect(readdirSync(join(PROJECT, "src/help")).toSorted()).toEqual(NAMES.map((name) => `${name}.md`).toSorted());
  });

  it("gives no topic the name of a command, so that help PRUNE stays that of the command", () => {
    const commands = new Set(["help", ...commandsOf(ROOT).map(({ name }) => name)]);
    expect(NAMES.filter((name) => commands.has(name))).toEqual([]);
  });

  it.each(NAMES)("%s prints plain text of 80 columns to a pipe", async (name) => {
    const { code, stdout, stderr } = await run(["help", name]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [first = ""] = sourceOf(name).split("\n");
    expect(stdout.split("\n")[0]).toBe(first.replace(/^# /, ""));
    // Printable ASCII alone: for terminals of every character set.
    expect(stdout).toMatch(/^[\x20-\x7e\n]+$/);
    expect(stdout).not.toMatch(/^(?:#|\*\*|\|)|<!--/m);
    expect(tooLong(name, stdout, 80)).toEqual([]);
  });

  it.each(NAMES)("%s loses no word of its source, whatever the width", (name) => {
    const words = (text: string): string => text.replaceAll(/[\s:|#*`\\-]|<!--.*?-->|```\w*/g, "");
    const all = parseMarkdown(sourceOf(name), true).flatMap((block) => {
      if (block.kind === "code") return block.lines;
      const parts = block.kind === "table" ? [...block.rows].flat() : [block.words];
      return parts.map((part) => part.map((word) => word.map(({ text }) => text).join("")).join(" "));
    });
    for (const columns of [null, 40, 60, 200]) {
      const shown = words(renderTopic(sourceOf(name), { ...PIPE, columns }));
      expect(all.filter((part) => !shown.includes(words(part)))).toEqual([]);
    }
  });

  it.each(NAMES)("%s has no line of a command with a comment that is wider than 80 columns", (name) => {
    const lines = renderTopic(sourceOf(name), { ...PIPE, columns: 80 }).split("\n");
    expect(lines.filter((line) => line.length > 80 && /^ {2}checkpoints .* # /.test(line))).toEqual([]);
  });

  it.each(NAMES)("%s fits a narrow terminal, but for code and long words", (name) => {
    expect(tooLong(name, renderTopic(sourceOf(name), { ...PIPE, columns: 44 }), 44)).toEqual([]);
  });
});

describe("colour", () => {
  it("is on where it is wanted: bold headings, and code without backticks", async () => {
    const { stdout } = await run(["help", "removal"], { env: { FORCE_COLOR: "1" } });
    expect(stdout).toContain("\u001b[1mUndo\u001b[22m");
    expect(stdout).toContain("\u001b[36mtrash_days\u001b[39m");
    expect(stdout).not.toContain("`trash_days`");
  });

  it.each([
    { why: "NO_COLOR", args: [], env: { NO_COLOR: "1", FORCE_COLOR: "1" } },
    { why: "--no-color after the topic", args: ["--no-color"], env: { FORCE_COLOR: "1" } },
    { why: "a pipe", args: [], env: {} },
  ])("is off with $why, where backticks tell code", async ({ args, env }) => {
    const { stdout } = await run(["help", "removal", ...args], { env });
    expect(stdout).not.toContain("\u001b");
    expect(stdout).toContain("`trash_days`");
  });

  const why = noTerminal();
  if (why !== null) process.stderr.write(`${why}\n`);
  it.skipIf(why !== null)("and wrapping are those of a terminal where there is one", async () => {
    const { code, text, ansi } = await runInTerminal(["help", "removal"], { columns: 50, rows: 200 });
    expect(code).toBe(0);
    expect(ansi).toMatch(/\u001b\[1mUndo/);
    expect(tooLong("removal", text, 50)).toEqual([]);
  });
});

describe("Markdown", () => {
  const shown = (text: string, columns: number | null = null): string => renderTopic(text, { ...PIPE, columns });

  it("has comments behind commands where all of a block have room, and below them where one has not", () => {
    const long = "a comment of some more words than that one has";
    const code = `\`\`\`sh\na --b   # short\nc       # ${long}\n\`\`\``;
    expect(shown(code, 80)).toBe(`  a --b   # short\n  c       # ${long}\n`);
    expect(shown(code, 44)).toBe(
      "  a --b\n      # short\n  c\n      # a comment of some more words than\n      # that one has\n",
    );
  });

  it("leaves code without a comment as it is, however wide, and a # that is part of a word", () => {
    const code = `\`\`\`sh\necho "$#" a#b ${"x".repeat(40)}\n\n# a comment of its own ${"y ".repeat(20)}z\n\`\`\``;
    expect(shown(code, 40)).toBe(
      `${code
        .split("\n")
        .slice(1, -1)
        .map((line) => (line === "" ? "" : `  ${line}`))
        .join("\n")}\n`,
    );
  });

  it.each([
    { what: "a heading", text: "## Two words", shows: "Two words" },
    { what: "lines of one paragraph", text: "one\ntwo", shows: "one two" },
    { what: "two paragraphs", text: "one\n\ntwo", shows: "one\n\ntwo" },
    { what: "a list with a long item", text: "- one\n  two\n- three", shows: "  - one two\n  - three" },
    { what: "a numbered list", text: "1. one\n2. two", shows: "  1. one\n  2. two" },
    { what: "strong words and terms", text: "**so** a *term* and `a*b*c`", shows: "so a term and `a*b*c`" },
    { what: "a link", text: "[here](https://x.org)", shows: "here (https://x.org)" },
    { what: "code as it is", text: "```sh\na   # b\n\n  c\n```", shows: "  a   # b\n\n    c" },
    { what: "a table that fits", text: "| a | b |\n| --- | --- |\n| long | x \\| y |", shows: "a     b\nlong  x | y" },
    { what: "no comment", text: "<!-- x -->\none", shows: "one" },
  ])("shows $what", ({ text, shows }) => {
    expect(shown(text)).toBe(`${shows}\n`);
  });

  it("stacks a table that does not fit, with the name of each column", () => {
    const row = `| id | ${"word ".repeat(8)}| yes |`;
    expect(shown(`| name | what | ok |\n| --- | --- | --- |\n${row}`, 40)).toBe(
      "  id\n    what: word word word word word word\n    word word\n    ok: yes\n",
    );
  });
});

/** Lines that are wider than that, and are neither code nor one long word. */
function tooLong(name: string, text: string, columns: number): readonly string[] {
  const code = new Set(
    parseMarkdown(sourceOf(name), true).flatMap((block) =>
      block.kind === "code" ? block.lines.flatMap((line) => [line, line.replace(/ +# .*/, "")]) : [],
    ),
  );
  return text.split("\n").filter((line) => {
    return (
      line.length > columns &&
      !code.has(line.slice(2)) &&
      line
        .trim()
        .replace(/^(?:-|\d+\.) /, "")
        .includes(" ")
    );
  });
}
