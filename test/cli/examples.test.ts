// Every command line that help and README show is one that works.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../src/cli/specs/root.ts";
import { type Example, type Group, commandsOf } from "../../src/cli/specs/spec.ts";
import { PROJECT } from "../support/paths.ts";
import { run, start } from "../support/run.ts";
import { type World, world } from "../support/world.ts";

function examplesIn(group: Group): readonly Example[] {
  return [
    ...group.examples,
    ...commandsOf(group).flatMap((spec) => (spec.kind === "group" ? examplesIn(spec) : spec.examples)),
  ];
}

/** What README shows in its blocks of code: `checkpoints ...`, with or without a prompt, and with or without a comment. */
function examplesInReadme(): readonly string[] {
  const path = join(PROJECT, "README.md");
  if (!existsSync(path)) return [];
  const blocks = [...readFileSync(path, "utf8").matchAll(/^```(?:sh|console|text)?\n([^]*?)^```/gm)].map(
    ([, code = ""]) => code,
  );
  return blocks
    .flatMap((code) => code.split("\n"))
    .filter((line) => /^(?:\$ )?checkpoints(?: |$)/.test(line))
    .map((line) =>
      line
        .replace(/^\$ /, "")
        .replace(/\s+#.*$/, "")
        .trim(),
    );
}

/** The id that stands for any in help. */
const ID = "1aeadc333175595d";

const LINES = [...new Set([...examplesIn(ROOT).map(({ command }) => command), ...examplesInReadme()])];

/** A shell's way with `~` and quotes, as far as examples need it. */
function wordsOf(line: string, home: string): readonly string[] {
  return line.split(" ").map((word) => (word.startsWith("'") ? word.slice(1, -1) : word.replace(/^~(?=\/)/, home)));
}

/** The exit code of what goes on until it is told to stop. */
async function stopped(words: readonly string[], w: World): Promise<number | null> {
  const { child, done } = start(words, { home: w });
  child.stderr?.once("data", () => child.kill("SIGTERM"));
  return (await done).code;
}

describe("an example of help or README", () => {
  it("there are some", () => {
    expect(LINES.length).toBeGreaterThan(15);
  });

  it.each(LINES)("%s", async (line) => {
    const w = world();
    const thesis = w.repo(`${w.root}/code/thesis`);
    const scratch = w.repo(`${w.root}/scratch/idea`, { workdir: "delete" });
    w.repo(`${w.root}/scratch/other`);
    const trash = line.includes("trash restore");
    const sweep = ["auto", "--opt-in", "--set", "orphan_grace_hours=0"];
    if (trash) await run(line.includes("--last") ? sweep : ["prune", "--yes", "--trash"], { home: w });
    const words = wordsOf(line.replaceAll("/tmp/", `${w.root}/`).replace(ID, trash ? scratch.id : thesis.id), w.root);
    expect(words[0]).toBe("checkpoints");
    if (words[1] === "housekeeping") return expect(await stopped([...words.slice(1), "-v"], w)).toBe(0);
    const { code, stderr } = await run(words.slice(1), { home: w });
    // A plain prune asks, and here nobody answers.
    const asks = line.startsWith("checkpoints prune") && !/ -n| --dry-run| -y| --yes/.test(line);
    expect(code, stderr).toBe(asks ? 3 : 0);
  });
});
