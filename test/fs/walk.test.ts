// One walk gives age, size, locks and errors. Sizes are compared with du, which counts allocated bytes as well.

import { execFileSync } from "node:child_process";
import { chmodSync, linkSync, lutimesSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCooperatively } from "../../src/fs/cooperative.ts";
import { walk } from "../../src/fs/walk.ts";
import type { Measurement } from "../../src/model/inspection.ts";
import { GIT_LOCKS } from "../../src/stores/git-repository/files.ts";
import { setTimes } from "../support/paths.ts";
import { errno, interceptCalls, stopIntercepting } from "../support/intercept-calls.ts";
import { asOtherUser, fifo, letPass, scratch } from "./support.ts";

function walked(...members: readonly string[]): Measurement {
  const steps = walk(members, GIT_LOCKS);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Allocated bytes, hard links once. */
function du(...paths: readonly string[]): number {
  const out = execFileSync("du", ["--block-size=1", "-sc", ...paths], { encoding: "latin1" });
  return Number(out.trimEnd().split("\n").at(-1)?.split("\t")[0]);
}

function filled(directory: string, name: string, bytes = 5000): string {
  const path = join(directory, name);
  writeFileSync(path, Buffer.alloc(bytes, 120));
  return path;
}

/** A directory with one file, in a directory of its own. */
function tree(): string {
  const root = join(scratch(), "entry");
  mkdirSync(root);
  filled(root, "file");
  return root;
}

describe("bytes and files", () => {
  it("are those of du, the directory itself included", () => {
    const root = tree();
    mkdirSync(join(root, "a", "b", "c"), { recursive: true });
    filled(join(root, "a", "b"), "big", 100_000);
    filled(root, "empty", 0);
    expect(walked(root)).toMatchObject({ bytes: du(root), files: 3, troubles: [] });
  });

  it("of a sparse file are those it occupies", () => {
    const root = tree();
    execFileSync("truncate", ["-s", "1G", join(root, "sparse")]);
    expect(walked(root).bytes).toBe(du(root));
    expect(walked(root).bytes).toBeLessThan(1 << 20);
  });

  it("of several members are counted together", () => {
    const [one, two] = [tree(), tree()];
    const file = filled(scratch(), "alone");
    expect(walked(one, two, file)).toMatchObject({ bytes: du(one, two, file), files: 3 });
  });

  it("count hard links once", () => {
    const root = tree();
    const big = filled(root, "big", 100_000);
    mkdirSync(join(root, "sub"));
    const before = walked(root).bytes;
    linkSync(big, join(root, "again"));
    linkSync(big, join(root, "sub", "again"));
    expect(walked(root)).toMatchObject({ bytes: before, files: 4 });
    expect(before).toBe(du(root));
  });

  it("leave out a file of which another link stays outside", () => {
    const root = tree();
    const before = walked(root).bytes;
    const big = filled(root, "big", 100_000);
    const size = statSync(big).blocks * 512;
    linkSync(big, join(root, "again"));
    expect(walked(root).bytes - before).toBe(size);
    const outside = join(root, "..", "outside");
    linkSync(big, outside);
    expect(walked(root).bytes).toBe(before);
    rmSync(outside);
    expect(walked(root).bytes - before).toBe(size);
  });

  it("count a link between two members once", () => {
    const [one, two] = [tree(), tree()];
    linkSync(filled(one, "big", 100_000), join(two, "big"));
    expect(walked(one, two).bytes).toBe(du(one, two));
    expect(walked(one).bytes).toBeLessThan(100_000);
  });

  it("count a symlink itself and nothing behind it", () => {
    const root = tree();
    const outside = tree();
    filled(outside, "big", 1_000_000);
    const targets = { dir: outside, big: join(outside, "big"), up: "..", top: "/", loop: "loop", gone: "nowhere" };
    for (const [name, target] of Object.entries(targets)) symlinkSync(target, join(root, name));
    expect(walked(root)).toMatchObject({ bytes: du(root), files: 7, troubles: [] });
    expect(walked(root).bytes).toBeLessThan(1_000_000);
  });

  it("are zero for a member that does not exist", () => {
    expect(walked(join(scratch(), "gone"))).toMatchObject({ bytes: 0, files: 0, newest: null, troubles: [] });
  });
});

describe("the newest", () => {
  const [old, fresh] = [1_700_000_000_000, 1_790_000_000_000];
  const aged = (): string => {
    const root = tree();
    mkdirSync(join(root, "a", "b"), { recursive: true });
    filled(join(root, "a", "b"), "deep");
    setTimes(root, old);
    return root;
  };

  it.each(["file", "a/b/deep", "a/b", "a"])("is found at %s", (name) => {
    const root = aged();
    lutimesSync(join(root, name), fresh / 1000, fresh / 1000);
    expect(walked(root)).toMatchObject({ newest: { at: fresh, from: "mtime" }, newestPath: join(root, name) });
  });

  it("is not the directory itself", () => {
    const root = aged();
    lutimesSync(root, fresh / 1000, fresh / 1000);
    expect(walked(root).newest?.at).toBe(old);
  });

  it("is the time of a symlink and not of what it leads to", () => {
    const root = aged();
    const outside = filled(scratch(), "fresh");
    symlinkSync(outside, join(root, "link"));
    setTimes(root, old);
    expect(walked(root).newest?.at).toBe(old);
    lutimesSync(join(root, "link"), fresh / 1000, fresh / 1000);
    expect(walked(root).newestPath).toBe(join(root, "link"));
  });

  it("is none of an empty directory", () => {
    const root = scratch();
    expect(walked(root)).toMatchObject({ newest: null, newestPath: null });
  });

  it("may be before 1970", () => {
    const root = tree();
    // Node's own calls take a negative time for the present.
    execFileSync("touch", ["-d", "@-5", join(root, "file")]);
    expect(walked(root).newest?.at).toBe(-5000);
  });
});

describe("locks", () => {
  it.each([
    ["index.lock", true],
    ["refs/heads/main.lock", true],
    ["gc.pid", true],
    ["objects/ab/tmp_obj_x1", true],
    ["objects/pack/tmp_pack_x1", true],
    ["objects/pack/.tmp-1-pack-a.pack", true],
    ["lock", false],
    ["index.locked", false],
    ["gc.pid.old", false],
    ["refs/heads/tmp_x", false],
  ])("%s: %s", (name, expected) => {
    const root = tree();
    mkdirSync(join(root, name, ".."), { recursive: true });
    filled(root, name, 0);
    expect(walked(root).locks.map(({ path }) => path)).toEqual(expected ? [join(root, name)] : []);
  });
});

describe("what cannot be read", () => {
  it("is reported, and the rest is counted", async () => {
    const root = tree();
    letPass(join(root, ".."));
    for (const name of ["closed", "open"]) {
      mkdirSync(join(root, name));
      filled(join(root, name), "inside");
    }
    chmodSync(join(root, "closed"), 0);
    const told = await asOtherUser(() => walked(root));
    chmodSync(join(root, "closed"), 0o755);
    expect(told.troubles.map(({ code, path }) => [code, path])).toEqual([["EACCES", join(root, "closed")]]);
    expect(told.files).toBe(2);
  });

  it("is reported ten times at most", () => {
    const root = tree();
    for (let n = 0; n < 30; n++) filled(root, `f${n}`, 0);
    interceptCalls((operation, path) => {
      if (operation === "lstat" && /\/f\d+$/.test(path)) throw errno("EIO");
    });
    expect(walked(root)).toMatchObject({ files: 1, troubles: Array.from({ length: 10 }, () => ({ code: "EIO" })) });
  });

  it("is not reported when it was deleted in between", () => {
    const root = tree();
    mkdirSync(join(root, "going"));
    interceptCalls((operation, path) => {
      if (operation === "readdir" && path === join(root, "going")) rmSync(path, { recursive: true });
    });
    expect(walked(root).troubles).toEqual([]);
    stopIntercepting();
  });

  it("throws an error without an errno", () => {
    const root = tree();
    interceptCalls((operation, path) => {
      if (operation === "lstat" && path.endsWith("file")) throw new TypeError("a bug");
    });
    expect(() => walked(root)).toThrow("a bug");
  });

  it("a FIFO or a socket is a file like another", () => {
    const root = tree();
    fifo(join(root, "fifo"));
    expect(walked(root)).toMatchObject({ files: 2, troubles: [] });
  });
});

describe("an abort", () => {
  it("ends a walk between two slices", async () => {
    const root = tree();
    for (let n = 0; n < 500; n++) filled(root, `f${n}`, 0);
    const abort = new AbortController();
    let looks = 0;
    interceptCalls((operation) => {
      if (operation === "lstat" && ++looks === 100) abort.abort();
    });
    await expect(runCooperatively(walk([root], null), abort.signal)).rejects.toMatchObject({ code: "interrupted" });
    expect(looks).toBeLessThan(200);
  });
});
