// The same in real shells, at real Tabs: what is inserted comes out as one word, and nothing in it is ever run.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { diff, fingerprint } from "../support/tree.ts";
import { world, type World } from "../support/world.ts";
import { inShell, interactive, noShell, type Shell, skippedLoudly } from "./completion-shells.ts";

/** Names that are commands, quotes, options, globs or two words for a shell that is not careful. */
const HOSTILE = [
  "a b$(touch RUN)`touch RUN`/c:d",
  "q$x ${y} $[1+1] é",
  "zz;&'\"e|x",
  "#hash",
  "-dash=x",
  "star*[x]?",
  "back\\slash",
  "bang!!x",
  "tilde~x:y",
];

/** The start of a name that belongs to it alone. */
const begin = (name: string): string => name.slice(0, name.startsWith("ba") ? 3 : 1);

interface Row {
  readonly line: string;
  /** The last word afterwards; without it, the one that was typed. */
  readonly last?: string;
}

function rowsFor(w: World, id: string): readonly Row[] {
  return [
    { line: "checkpoints pru", last: "prune" },
    { line: "checkpoints prx" },
    { line: "checkpoints trash rest", last: "restore" },
    { line: "checkpoints prune --dry", last: "--dry-run" },
    { line: "checkpoints auto --onl" },
    { line: "checkpoints schedule print --kind kub", last: "kubernetes" },
    { line: "checkpoints schedule print --kind=sys", last: "--kind=systemd" },
    { line: "checkpoints schedule install --kind=kub" },
    { line: "checkpoints --set ret", last: "retention_days=" },
    { line: "checkpoints --set=ret", last: "--set=retention_days=" },
    { line: `checkpoints explain ${id.slice(0, 9)}`, last: id },
    { line: `checkpoints explain ${w.work}/the`, last: `${w.work}/thesis` },
    { line: "checkpoints explain ~/work/the", last: `${w.root}/work/thesis` },
    { line: `checkpoints explain "${w.work}/spa`, last: `${w.work}/space here` },
    { line: `checkpoints explain ${w.work}/space\\ h`, last: `${w.work}/space here` },
    { line: `checkpoints explain --home /nonexistent ${w.work}/the` },
    { line: `checkpoints explain --home ~/.hermes ${w.work}/the`, last: `${w.work}/thesis` },
    { line: `checkpoints explain --home="$HOME/.hermes" ${w.work}/the`, last: `${w.work}/thesis` },
    { line: "checkpoints auto --metrics-file ../work/note", last: "../work/notes.txt" },
    { line: "checkpoints auto --metrics-file=../work/note", last: "--metrics-file=../work/notes.txt" },
    { line: "checkpoints --home ../work/note" },
  ];
}

const SHELLS: readonly Shell[] = ["bash", "zsh", "fish"];

describe.each(SHELLS)("%s", (shell) => {
  const missing = skippedLoudly(noShell(shell));

  it.skipIf(missing)("loads the script without output", () => {
    const w = world();
    const init = { bash: "", zsh: "autoload -Uz compinit; compinit -D -u; ", fish: "" }[shell];
    const load =
      shell === "fish" ? "checkpoints completion fish | source" : `source <(checkpoints completion ${shell})`;
    const { status, stdout, stderr } = inShell(shell, init + load, w);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
  });

  it.skipIf(missing)("completes at a Tab what can stand there, and nothing near it", async () => {
    const w = world();
    const thesis = w.repo("thesis");
    w.repo("space here");
    w.repo("gone", { workdir: "delete" });
    const typed = await interactive(shell, w);
    for (const { line, last } of rowsFor(w, thesis.id)) {
      const words = await typed.words(line);
      const before = /[^ ]*$/.exec(line)?.[0] ?? "";
      expect(words.at(-1)?.replace(/\/$/, ""), line).toBe(last ?? before);
    }
  });

  it.skipIf(missing)("shows all that could follow", async () => {
    const w = world();
    const typed = await interactive(shell, w);
    const screen = await typed.screenWith("checkpoints trash ", "restore");
    expect(screen).toMatch(/\bempty\b[^]*\blist\b|\blist\b[^]*\bempty\b/);
    expect(screen).not.toContain("schedule");
    if (shell !== "bash") expect(screen).toContain("restore repos to their place");
  });

  it.skipIf(missing)("offers hostile names as one word each, and runs nothing", async () => {
    const w = world();
    for (const [n, name] of HOSTILE.entries()) w.repo(name, n % 2 === 0 ? { workdir: "delete" } : {});
    w.repo("escape\u001b]0;RUN\u0007x");
    const typed = await interactive(shell, w);
    const [before, home] = [readdirSync(w.work), fingerprint(w.home)];
    for (const name of HOSTILE) {
      for (const above of [`${w.work}/`, "./", "~/work/"]) {
        const start = begin(name).replace("#", "\\#");
        const words = await typed.words(`checkpoints explain ${above}${start}`);
        const whole = above.startsWith("~") ? `${w.work}/${name}` : above + name;
        expect(words, `${above}${start}`).toEqual(["checkpoints", "explain", whole]);
      }
    }
    // Cut where they differ, and never shown with what a terminal obeys.
    const screen = await typed.screenWith("checkpoints prune ~/work/", "hash");
    expect(screen).not.toContain("escape");
    expect(readdirSync(w.work)).toEqual(before);
    expect(readdirSync(w.root)).not.toContain("RUN");
    expect(diff(home, fingerprint(w.home))).toEqual([]);
  });
});

// bash passes nothing of what is before the command to its completion.
describe.each(["zsh", "fish"] as const)("%s", (shell) => {
  it.skipIf(noShell(shell) !== null)("sees HERMES_HOME in front of the command", async () => {
    const [w, other] = [world(), world()];
    w.repo("mine");
    const repo = other.repo("theirs");
    const typed = await interactive(shell, w);
    const line = (home: string): string => `HERMES_HOME=${home} checkpoints explain ${repo.id.slice(0, 10)}`;
    expect((await typed.words(line(other.home))).at(-1)).toBe(repo.id);
    expect((await typed.words(line(w.home))).at(-1)).toBe(repo.id.slice(0, 10));
  });
});

describe.skipIf(skippedLoudly(noShell("bash")))("bash by itself", () => {
  /** Calls the function as bash does, and prints what it asks bash for. */
  const ask = (line: string, replaced: string): string => `source <(checkpoints completion bash)
compopt() { echo "[$*]"; }
COMP_LINE=${line}; COMP_POINT=\${#COMP_LINE}
_checkpoints checkpoints ${replaced} ''
printf '%s\\n' "\${COMPREPLY[@]}"`;

  it.each([
    ["'checkpoints trash '", "''", "list\nrestore\nempty\n"],
    ["'checkpoints --home '", "''", "[-o dirnames -o filenames]\n\n"],
    ["'checkpoints auto --metrics-file '", "''", "[-o default]\n\n"],
    ["'checkpoints --set=ret'", "ret", "[-o nospace]\nretention_days=\n"],
  ])("answers %s", (line, replaced, answer) => {
    const { stdout, stderr } = inShell("bash", ask(line, replaced), world());
    expect({ stdout, stderr }).toEqual({ stdout: answer, stderr: "" });
  });

  it("prints nothing where the command was uninstalled", () => {
    const w = world();
    const script = ask("'checkpoints pr'", "pr").replace("compopt()", 'PATH="/usr/bin:/bin"; compopt()');
    expect(inShell("bash", script, w)).toMatchObject({ stdout: "\n", stderr: "" });
  });
});

describe.skipIf(skippedLoudly(noShell("zsh")))("zsh", () => {
  it("loads the script as a file of $fpath too", async () => {
    const w = world();
    inShell("zsh", `checkpoints completion zsh >${join(w.root, "_checkpoints")}`, w);
    const typed = await interactive("zsh", w, { FPATH_FIRST: w.root });
    expect((await typed.words("checkpoints trash rest")).at(-1)).toBe("restore");
    expect((await typed.words("checkpoints pru")).at(-1)).toBe("prune");
  });
});
