// What a person names on the command line is found through symlinks, by every command alike.
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "./support/run.ts";
import { world } from "./support/world.ts";

const COMMANDS: readonly (readonly string[])[] = [["explain"], ["prune", "-n"], ["compact", "-n"]];

describe.each(COMMANDS.map((command) => ({ name: command.join(" "), command })))("$name", ({ command }) => {
  it("finds a workdir that is named through a symlink, also a dangling one", async () => {
    const w = world();
    const repo = w.repo(join(w.root, "data/clients/x"), { ageDays: 20 });
    symlinkSync("data/clients", join(w.root, "clients"));
    symlinkSync(join(w.root, "clients/x"), join(w.root, "twice"));
    for (const word of ["clients/x", "./twice", "~/clients/x/"]) {
      const { code, stdout } = await run([...command, word], { home: w });
      expect({ word, code }).toEqual({ word, code: 0 });
      expect(stdout).toContain(repo.id);
    }
    w.removeWorkdir(repo);
    expect((await run([...command, join(w.root, "twice")], { home: w })).code).toBe(0);
  });

  it("finds a repo by its path through a symlink", async () => {
    const w = world();
    const repo = w.repo("x", { ageDays: 20 });
    symlinkSync(w.base, join(w.root, "base"));
    const { code, stdout } = await run([...command, join(w.root, "base", repo.id)], { home: w });
    expect(code).toBe(0);
    expect(stdout).toContain(repo.id);
  });

  it("refuses a symlink that leads to nothing of the base", async () => {
    const w = world();
    w.repo("x", { ageDays: 20 });
    mkdirSync(join(w.root, "elsewhere"));
    symlinkSync("elsewhere", join(w.root, "link"));
    const { code, stderr } = await run([...command, join(w.root, "link")], { home: w });
    expect(code).toBe(2);
    expect(stderr).toContain(`no checkpoint matches "${join(w.root, "link")}"`);
  });
});
