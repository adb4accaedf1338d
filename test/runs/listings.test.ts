// Directories of homes are listed before the pure search for bases asks for them: all that it asks for, and nothing that it does not.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withListings } from "../../src/runs/listings.ts";
import { foreignPaths, type ForeignPaths } from "../../src/resolve/foreign.ts";
import { observeMachine } from "../../src/resolve/machine.ts";
import { scratch } from "../fs/support.ts";
import { interceptCalls } from "../support/intercept-calls.ts";

function paths(): ForeignPaths {
  return foreignPaths({ machine: observeMachine(), own: null, signal: undefined });
}

describe("the files that a search asks for", () => {
  it("are read before it asks again, and say nothing where they cannot be read", async () => {
    const home = scratch();
    writeFileSync(join(home, "settings"), "moved");
    mkdirSync(join(home, "moved/below"), { recursive: true });
    writeFileSync(join(home, "binary"), Buffer.from([0xff]));
    const found = await withListings(paths(), (list, read) => {
      const texts = ["settings", "binary", "missing", "moved"].map((name) => read(join(home, name)));
      return { texts, below: list(join(home, texts[0] ?? "unknown")) };
    });
    expect(found).toEqual({ texts: ["moved", null, null, null], below: ["below"] });
  });
});

describe("the directories that a search asks for", () => {
  it("are there when it asks again, those of profiles too", async () => {
    const home = scratch();
    mkdirSync(join(home, "profiles/a/profiles/deep"), { recursive: true });
    mkdirSync(join(home, "profiles/.hidden"));
    writeFileSync(join(home, "profiles/notes.txt"), "");
    let searches = 0;
    const found = await withListings(paths(), (list) => {
      searches += 1;
      const names = list(join(home, "profiles"));
      return { names, below: names.map((name) => list(join(home, "profiles", name, "profiles"))) };
    });
    expect(found).toEqual({ names: [".hidden", "a"], below: [[], ["deep"]] });
    expect(searches).toBe(3);
  });

  it("that cannot be listed are reported only where they are asked for", async () => {
    const home = scratch();
    for (const name of ["good", "bad"]) mkdirSync(join(home, name, "profiles/p"), { recursive: true });
    interceptCalls((operation, path) => {
      if (operation === "lstat" && path === join(home, "bad/profiles")) {
        throw Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" });
      }
    });
    expect(await withListings(paths(), (list) => list(join(home, "good/profiles")))).toEqual(["p"]);
    await expect(withListings(paths(), (list) => list(join(home, "bad/profiles")))).rejects.toMatchObject({
      code: "base-unreadable",
      message: `cannot list ${join(home, "bad/profiles")}: EACCES: permission denied`,
    });
  });
});
