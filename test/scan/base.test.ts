// What may be a base: a directory that is there. A root, a home or a disk that is not mounted is refused by name.

import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scan } from "../../src/index.ts";
import { resolveBase } from "../../src/scan/base.ts";
import { asSomebody, letPass, scratch } from "../fs/support.ts";
import { errno, tap } from "../support/tap.ts";
import { world } from "../support/world.ts";

function resolved(path: string, userHome = "/nonexistent"): string | null {
  return resolveBase({ path, home: join(path, ".."), profile: null, named: "base" }, userHome)?.path ?? null;
}

const refused = (code: string): unknown => expect.objectContaining({ code, exitCode: 2 });

describe("a base", () => {
  it("is a directory, or a symlink to one, by its real path", () => {
    const root = scratch();
    mkdirSync(join(root, "disk"));
    symlinkSync(join(root, "disk"), join(root, "link"));
    expect([resolved(join(root, "disk")), resolved(join(root, "link"))]).toEqual([
      join(root, "disk"),
      join(root, "disk"),
    ]);
  });

  it("that is missing is none", () => {
    const root = scratch();
    expect([resolved(join(root, "a")), resolved(join(root, "a", "b"))]).toEqual([null, null]);
  });

  it("is refused where it is the root, a file, below a file, or a home", () => {
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
      expect(() => resolved(path), path).toThrow(refused("base-refused"));
    }
    mkdirSync(join(root, "home"));
    symlinkSync("home", join(root, "to-home"));
    for (const name of ["home", "to-home"])
      expect(() => resolved(join(root, name), join(root, "home")), name).toThrow(refused("base-refused"));
    expect(resolved(join(root, "home"), root)).toBe(join(root, "home"));
  });

  it("is refused where it is a home that is reached through a symlink", () => {
    const root = scratch();
    mkdirSync(join(root, "real"));
    symlinkSync("real", join(root, "me"));
    expect(() => resolved(join(root, "real"), join(root, "me"))).toThrow(refused("base-refused"));
  });

  it("behind a dangling symlink is a disk that is not mounted, and no empty home", async () => {
    const w = world();
    rmSync(w.base, { recursive: true });
    symlinkSync(join(w.root, "unplugged"), w.base);
    expect(() => resolved(w.base)).toThrow(refused("base-unreadable"));
    await expect(scan({ home: w.home, env: { HOME: w.root } })).rejects.toMatchObject({ code: "base-unreadable" });
  });

  it("that cannot be reached or listed is told, not taken for empty", async () => {
    const w = world();
    w.repo("gone", { workdir: "delete" });
    letPass(w.root);
    const options = { home: w.home, env: { HOME: w.root } };
    for (const path of [w.base, w.home]) {
      chmodSync(path, 0o700);
      if (process.getuid?.() !== 0) chmodSync(path, 0);
      const code: unknown = expect.stringMatching(/^(?:base-unreadable|state-unusable)$/);
      await expect(
        asSomebody(() => scan(options)),
        path,
      ).rejects.toMatchObject({ code, exitCode: 2 });
      chmodSync(path, 0o755);
    }
    expect((await asSomebody(() => scan(options))).bases[0]?.entries).toHaveLength(1);
  });

  it.each(["EIO", "ESTALE"])("whose listing fails with %s is told", async (code) => {
    const w = world();
    tap((operation, path) => {
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
