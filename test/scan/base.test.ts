// What may be a base: a directory that is there. A root, a home or a disk that is not mounted is refused by name.

import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scan } from "../../src/index.ts";
import { foreignPaths } from "../../src/resolve/foreign.ts";
import { observeMachine } from "../../src/resolve/machine.ts";
import { resolveBase } from "../../src/scan/base.ts";
import { asOtherUser, letPass, scratch } from "../fs/support.ts";
import { errno, interceptCalls } from "../support/intercept-calls.ts";
import { world } from "../support/world.ts";

async function resolved(path: string, userHome = "/nonexistent"): Promise<string | null> {
  const paths = foreignPaths({ machine: observeMachine(), own: null, signal: undefined });
  const ref = { agent: "hermes", path, home: join(path, ".."), profile: null, label: null, named: "base" } as const;
  return (await resolveBase(ref, userHome, paths))?.path ?? null;
}

const refused = (code: string): unknown => expect.objectContaining({ code, exitCode: 2 });

describe("a base", () => {
  it("is a directory, or a symlink to one, by its real path", async () => {
    const root = scratch();
    mkdirSync(join(root, "disk"));
    symlinkSync(join(root, "disk"), join(root, "link"));
    expect([await resolved(join(root, "disk")), await resolved(join(root, "link"))]).toEqual([
      join(root, "disk"),
      join(root, "disk"),
    ]);
  });

  it("that is missing is none", async () => {
    const root = scratch();
    expect([await resolved(join(root, "a")), await resolved(join(root, "a", "b"))]).toEqual([null, null]);
  });

  it("is refused where it is the root, a file, below a file, or a home", async () => {
    const root = scratch();
    writeFileSync(join(root, "file"), "");
    symlinkSync("/", join(root, "to-root"));
    symlinkSync("file", join(root, "to-file"));
    for (const path of [
      "/",
      join(root, "to-root"),
      join(root, "file"),
      join(root, "to-file"),
      join(root, "file", "below"),
    ]) {
      await expect(resolved(path), path).rejects.toEqual(refused("base-refused"));
    }
    mkdirSync(join(root, "home"));
    symlinkSync("home", join(root, "to-home"));
    for (const name of ["home", "to-home"])
      await expect(resolved(join(root, name), join(root, "home")), name).rejects.toEqual(refused("base-refused"));
    expect(await resolved(join(root, "home"), root)).toBe(join(root, "home"));
  });

  it("is refused where it is a home that is reached through a symlink", async () => {
    const root = scratch();
    mkdirSync(join(root, "real"));
    symlinkSync("real", join(root, "me"));
    await expect(resolved(join(root, "real"), join(root, "me"))).rejects.toEqual(refused("base-refused"));
  });

  it("behind a dangling symlink is a disk that is not mounted, and no empty home", async () => {
    const w = world();
    rmSync(w.base, { recursive: true });
    symlinkSync(join(w.root, "unplugged"), w.base);
    await expect(resolved(w.base)).rejects.toEqual(refused("base-unreadable"));
    await expect(scan({ home: w.home, env: { HOME: w.root } })).rejects.toMatchObject({ code: "base-unreadable" });
  });

  it("that cannot be reached or listed is reported, not treated as empty", async () => {
    const w = world();
    w.repo("gone", { workdir: "delete" });
    letPass(w.root);
    const options = { home: w.home, env: { HOME: w.root } };
    for (const path of [w.base, w.home]) {
      chmodSync(path, 0o700);
      if (process.getuid?.() !== 0) chmodSync(path, 0);
      const code: unknown = expect.stringMatching(/^(?:base-unreadable|state-unusable)$/);
      await expect(
        asOtherUser(() => scan(options)),
        path,
      ).rejects.toMatchObject({ code, exitCode: 2 });
      chmodSync(path, 0o755);
    }
    expect((await asOtherUser(() => scan(options))).bases[0]?.entries).toHaveLength(1);
  });

  it.each(["EIO", "ESTALE"])("whose listing fails with %s is reported", async (code) => {
    const w = world();
    interceptCalls((operation, path) => {
      if (operation === "opendir" && path === w.base) throw errno(code);
    });
    await expect(scan({ home: w.home, env: { HOME: w.root } })).rejects.toMatchObject({ code: "base-unreadable" });
  });

  it("reached by two names is looked at once", async () => {
    const w = world();
    w.repo("gone", { workdir: "delete" });
    symlinkSync(w.base, join(w.root, "link"));
    const plan = await scan({ home: w.home, base: [join(w.root, "link"), w.base], env: { HOME: w.root } });
    expect(plan.bases.map((base) => [base.ref.path, base.entries.length])).toEqual([[w.base, 1]]);
  });
});
