// The errno of every probe matters: each has its own reason, and none of them ever means that something is gone.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { errno, tap, untap } from "../support/tap.ts";
import { type Scene, scene } from "./scene.ts";

describe("the errno of every probe", () => {
  const reasons = {
    EACCES: "access-denied",
    EPERM: "not-permitted",
    ELOOP: "link-loop",
    ENOTDIR: "not-a-directory",
    ENAMETOOLONG: "name-too-long",
    EIO: "io-error",
    ESTALE: "stale-handle",
    ETIMEDOUT: "timed-out",
    EHOSTDOWN: "probe-failed",
    ENOMEM: "probe-failed",
  } as const;
  const probes = [
    { name: "a look at a directory above it", operation: "lstat", at: (s: Scene) => s.root },
    { name: "a look at its parent", operation: "lstat", at: (s: Scene) => s.work },
    { name: "a look at it", operation: "lstat", at: (s: Scene) => join(s.work, "x") },
    { name: "the mount of its parent", operation: "open", at: (s: Scene) => s.work },
    { name: "the mount of the base", operation: "open", at: (s: Scene) => s.base },
    { name: "the names in its parent", operation: "opendir", at: (s: Scene) => s.work },
  ];
  const rows = probes.flatMap((probe) => Object.entries(reasons).map(([code, reason]) => ({ ...probe, code, reason })));

  it.each(rows)("$code of $name: $reason", ({ operation, at, code, reason }) => {
    const s = scene();
    let met = 0;
    tap((seen, path) => {
      if (seen !== operation || path !== at(s)) return;
      met += 1;
      throw errno(code);
    });
    expect(s.ask(join(s.work, "x"))).toBe(reason);
    expect(met).toBe(1);
    untap();
    expect(s.ask(join(s.work, "x"))).toBe("absent");
  });

  it("takes a parent that went away in between for no proof", () => {
    const s = scene();
    tap((operation, path) => {
      if (operation === "opendir" && path === s.work) rmSync(s.work, { recursive: true });
    });
    expect(s.ask(join(s.work, "x"))).toBe("probe-failed");
  });

  it("lets a fault of ours be one", () => {
    const s = scene();
    tap(() => {
      throw new TypeError("a fault of ours");
    });
    expect(() => s.ask(join(s.work, "x"))).toThrow("a fault of ours");
  });
});
