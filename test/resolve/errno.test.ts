// The errno of every probe matters: each has its own reason, and none of them ever means that something is gone.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { errno, interceptCalls, stopIntercepting } from "../support/intercept-calls.ts";
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
    interceptCalls((seen, path) => {
      if (seen !== operation || path !== at(s)) return;
      met += 1;
      throw errno(code);
    });
    expect(s.ask(join(s.work, "x"))).toBe(reason);
    expect(met).toBe(1);
    stopIntercepting();
    expect(s.ask(join(s.work, "x"))).toBe("absent");
  });

  it("does not count a parent that disappeared in between as proof", () => {
    const s = scene();
    interceptCalls((operation, path) => {
      if (operation === "opendir" && path === s.work) rmSync(s.work, { recursive: true });
    });
    expect(s.ask(join(s.work, "x"))).toBe("probe-failed");
  });

  it("rethrows an error without an errno", () => {
    const s = scene();
    interceptCalls(() => {
      throw new TypeError("a bug");
    });
    expect(() => s.ask(join(s.work, "x"))).toThrow("a bug");
  });
});
