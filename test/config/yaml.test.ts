import { describe, expect, it, vi } from "vitest";
import { readBlocks } from "./blocks.ts";
import { readYaml } from "../../src/config/yaml.ts";
import { settingsError } from "./settings-error.ts";

const FILE = "/h/config.yaml";
const NOTHING = { checkpoints: {}, checkpoint_gc: {} };

describe("a file that is not a map", () => {
  it.each(["", "\n", "# nothing\n", "---\n", "---\n...\n", "~\n", "null\n", "\uFEFF"])("%j: the defaults", (text) => {
    expect(readBlocks(text, FILE)).toEqual(NOTHING);
  });

  it.each([
    ["- 1\n", "a list"],
    ["hello\n", '"hello"'],
    ["7\n", "7"],
    ["true\n", "true"],
    ["''\n", '""'],
  ])("%j is refused", (text, shown) => {
    const error = settingsError(() => readBlocks(text, FILE));
    expect(error.message).toBe(`/h/config.yaml is ${shown}: expected a map of settings`);
    expect(error).toMatchObject({ code: "settings-invalid", exitCode: 2 });
  });
});

describe("broken YAML", () => {
  const correct = "Correct the file; nothing is removed while it cannot be read.";
  it.each([
    [
      "a: [1",
      "line 1, column 6: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
      correct,
    ],
    ["a: b: c", "line 1, column 4: not valid YAML: Nested mappings are not allowed in compact mappings", correct],
    ["a: 1\n\tb: 2", "line 2, column 1: not valid YAML: Tabs are not allowed as indentation", correct],
    ["a: 1\n---\nb: 2", "line 2, column 1: not valid YAML: a second document begins here", correct],
    [
      "a: 1\nkeep: [**/demo]",
      "line 2, column 8: not valid YAML: **/demo refers to nothing",
      'Put a value that begins with * in quotes: "**/demo".',
    ],
    [
      "k: &k 1\na: *k\nkeep:\n  - *x",
      "line 4, column 5: not valid YAML: *x refers to nothing",
      'Put a value that begins with * in quotes: "*x".',
    ],
  ])("%j", (text, message, hint) => {
    const error = settingsError(() => readBlocks(text, FILE));
    expect(error.message).toBe(`/h/config.yaml, ${message}`);
    expect(error).toMatchObject({ code: "settings-unreadable", exitCode: 2, hint });
  });

  it.each([
    ["a:\n  <<: 3\n", "Merge sources must be maps or map aliases"],
    [billionLaughs(), "Excessive alias count indicates a resource exhaustion attack"],
  ])("%#: without a place", (text, reason) => {
    const error = settingsError(() => readBlocks(text, FILE));
    expect(error.message).toBe(`/h/config.yaml: not valid YAML: ${reason}`);
    expect(error.code).toBe("settings-unreadable");
  });

  it.each([
    ["[", "[", 50_000],
    ["{a: ", "{a: ", 50_000],
    ["- ", "- ", 50_000],
    ["? ", "? ", 50_000],
    ["below a map", `a: ${"[".repeat(400)}`, 1],
  ])("a pit of %j ends as an error, not with the process", (_name, step, times) => {
    const error = settingsError(() => readBlocks(step.repeat(times), FILE));
    expect(error.message).toMatch(/^\/h\/config\.yaml, line 1, column \d+: not valid YAML: nested too deeply$/);
    expect(error.code).toBe("settings-unreadable");
  });

  it("a hundred levels are none too many", () => {
    const map = Array.from({ length: 100 }, (_, level) => `${" ".repeat(level)}a:\n`).join("");
    expect(readBlocks(`${map}b: ${"[".repeat(100)}${"]".repeat(100)}\n`, FILE)).toEqual(NOTHING);
  });
});

describe("as Hermes reads it", () => {
  it.each([
    [
      "the last of two equal keys of others",
      "model: 1\nmodel: 2\ncheckpoints: {retention_days: 2}",
      { retention_days: 2 },
    ],
    ["aliases", "n: &n 3\ncheckpoints: {retention_days: *n}", { retention_days: 3 }],
    [
      "merged maps",
      "b: &b {retention_days: 1, auto_prune: on}\ncheckpoints:\n  <<: *b\n  retention_days: 2",
      { retention_days: 2, auto_prune: true },
    ],
    ["CRLF", "checkpoints:\r\n  auto_prune: yes\r\n", { auto_prune: true }],
    ["a BOM", "\uFEFFcheckpoints: {auto_prune: yes}", { auto_prune: true }],
    ["tags of others elsewhere", "a: !mine x\ncheckpoints: {auto_prune: yes}", { auto_prune: true }],
  ])("%s", (_name, text, checkpoints) => {
    expect(readBlocks(text, FILE)).toEqual({ checkpoints, checkpoint_gc: {} });
  });

  it("accepts a few hundred uses of one anchor", () => {
    expect(readYaml(`a: &a x\nb: [${"*a, ".repeat(900)}]`, FILE).top).toBeInstanceOf(Map);
  });

  it("says nothing to the process", () => {
    const emitted = vi.spyOn(process, "emitWarning");
    readYaml("%FOO\n---\n? [a, b]\n: 1\nc: !mine x\n", FILE);
    expect(emitted).not.toHaveBeenCalled();
    emitted.mockRestore();
  });
});

function billionLaughs(): string {
  const rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let row = 1; row < 10; row += 1) rows.push(`a${row}: &a${row} [${`*a${row - 1}, `.repeat(10)}]`);
  return rows.join("\n");
}
