// Every command line that help, its topics and README show is one that works.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../src/cli/specs/root.ts";
import { type Example, type Group, commandsOf } from "../../src/cli/specs/spec.ts";
import { TOPICS } from "../../src/cli/specs/topics.ts";
import { scratch as otherDisk } from "../fs/support.ts";
import { PROJECT } from "../support/paths.ts";
import { run, start } from "../support/run.ts";
import { type World, world } from "../support/world.ts";

function examplesIn(group: Group): readonly Example[] {
  return [
    ...group.examples,
    ...commandsOf(group).flatMap((spec) => (spec.kind === "group" ? examplesIn(spec) : spec.examples)),
  ];
}

/** What README and the topics show in blocks of code: `checkpoints ...`, with or without a prompt, and with or without a comment. */
function examplesInDocuments(): readonly string[] {
  const topics = TOPICS.map(({ name }) => join("src/help", `${name}.md`));
  const text = ["README.md", ...topics].map((path) => readFileSync(join(PROJECT, path), "utf8")).join("\n");
  const blocks = [...text.matchAll(/^```(?:sh|console|text)?\n([^]*?)^```/gm)].map(([, code = ""]) => code);
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
const ID = /1aeadc333175595d|\b1aeadc\b/;

const LINES = [...new Set([...examplesIn(ROOT).map(({ command }) => command), ...examplesInDocuments()])];

/** A shell's way with `~` and quotes, as far as examples need it. */
function wordsOf(line: string, home: string): readonly string[] {
  return line.split(" ").map((word) => (word.startsWith("'") ? word.slice(1, -1) : word.replace(/^~(?=\/)/, home)));
}

/** A PATH in which a browser that does nothing is the first to be found. */
function withoutBrowser({ root }: World): string {
  const bin = join(root, "bin");
  mkdirSync(bin);
  for (const name of ["xdg-open", "open"]) writeFileSync(join(bin, name), "#!/bin/sh\n", { mode: 0o755 });
  return `${bin}:${process.env["PATH"] ?? ""}`;
}

/** The exit code of a command that runs until it is stopped by a signal. */
async function stopped(words: readonly string[], w: World): Promise<number | null> {
  const { child, done } = start(words, { home: w });
  child.stderr?.once("data", () => child.kill("SIGTERM"));
  return (await done).code;
}

describe("an example of help, a topic or README", () => {
  it("there are some", () => {
    expect(LINES.length).toBeGreaterThan(15);
  });

  it.each(LINES)("%s", async (line) => {
    const w = world();
    const thesis = w.repo(`${w.root}/code/thesis`);
    const scratch = w.repo(`${w.root}/scratch/idea`, { workdir: "delete" });
    w.repo(`${w.root}/scratch/other`);
    const trash = /trash restore|checkpoints undo/.test(line);
    const sweep = ["auto", "--opt-in", "--set", "orphan_grace_hours=0"];
    if (trash) await run(line.includes("--last") ? sweep : ["prune", "--yes", "--trash"], { home: w });
    if (line.includes("undo 2")) {
      w.repo(`${w.root}/scratch/later`, { workdir: "delete" });
      await run(["prune", "--yes", "--trash"], { home: w });
    }
    if (/config (?:remove|get keep)/.test(line))
      await run(["config", "add", "keep", join(w.root, "thesis")], { home: w });
    const here = line.replaceAll("/tmp/", `${w.root}/`);
    // Another disk than that of the world.
    const there = here.includes("/mnt/usb") ? here.replaceAll("/mnt/usb", otherDisk("/dev/shm")) : here;
    const words = wordsOf(
      // What a shell does with the output.
      there.replace(/ > .*$/, "").replace(ID, ({ length }) => (trash ? scratch : thesis).id.slice(0, length)),
      w.root,
    );
    expect(words[0]).toBe("checkpoints");
    if (words[1] === "housekeeping") return expect(await stopped([...words.slice(1), "-v"], w)).toBe(0);
    const { code, stderr } = await run(words.slice(1), {
      home: w,
      cwd: words.includes(".") ? thesis.workdir : w.root,
      ...(words.includes("--open") ? { env: { PATH: withoutBrowser(w) } } : {}),
    });
    // A plain prune asks, and there is no terminal here to answer.
    const asks = line.startsWith("checkpoints prune") && !/ -n| --dry-run| -y| --yes/.test(line);
    expect(code, stderr).toBe(asks ? 3 : 0);
  });
});
