// "Another process has it" and "locks are not supported here" are distinguished with every available helper.

import { closeSync, openSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { execFileSync } from "node:child_process";
import { tryFlock } from "../../src/fs/flock.ts";
import { scratch } from "./support.ts";

/** Programs in a PATH of their own: a shell script, or `real` for the one of this system. */
function onlyWith(programs: Readonly<Record<string, string>>): void {
  const directory = scratch();
  for (const [name, text] of Object.entries(programs)) {
    const path = join(directory, name);
    if (text === "real")
      symlinkSync(execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim(), path);
    else writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }
  const before = process.env["PATH"];
  process.env["PATH"] = directory;
  onTestFinished(() => void (process.env["PATH"] = before));
}

function opened(path: string): number {
  const fd = openSync(path, "a");
  onTestFinished(() => closeSync(fd));
  return fd;
}

/** What BusyBox does: no -E (1), -n and -u by the real thing, 1 for whatever goes wrong. */
const flock = execFileSync("sh", ["-c", "command -v flock"], { encoding: "utf8" }).trim();
const BUSYBOX = `case "$*" in *-E*) exit 1;; esac; ${flock} "$@" || exit 1`;
/** util-linux before 2.25. */
const WITHOUT_E = `case "$*" in *-E*) exit 64;; esac; ${flock} "$@"`;

describe.each<[string, Readonly<Record<string, string>>]>([
  ["flock of util-linux", { flock: "real" }],
  ["flock of util-linux without -E", { flock: WITHOUT_E }],
  ["flock of BusyBox", { flock: BUSYBOX }],
  ["perl alone, as on macOS", { perl: "real" }],
  ["a flock that cannot, and perl", { flock: "exit 71", perl: "real" }],
])("%s", (_, programs) => {
  it("has a free lock, and a second one is busy until the first is closed", async () => {
    const path = join(scratch(), "lock");
    const [first, second] = [openSync(path, "a"), opened(path)];
    onlyWith(programs);
    expect(await tryFlock(first)).toBe("held");
    expect(await tryFlock(second)).toBe("busy");
    closeSync(first);
    expect(await tryFlock(second)).toBe("held");
  });
});

describe("no lock can be had", () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ["without a helper", {}],
    ["where the file system has none (71, EX_OSERR)", { flock: "exit 71" }],
    ["where BusyBox says 1 to everything", { flock: "exit 1" }],
    ["where perl met another errno", { perl: "exit 3" }],
    ["where perl has no Fcntl", { perl: "exit 2" }],
    ["where perl ends with 1", { perl: "exit 1" }],
    ["where both refuse", { flock: "exit 71", perl: "exit 3" }],
    ["where the helper may not be run", { flock: "exit 126" }],
    ["where the helper is killed", { flock: "kill -9 $$" }],
  ])("%s", async (_, programs) => {
    const fd = opened(join(scratch(), "lock"));
    onlyWith(programs);
    expect(await tryFlock(fd)).toBe("unavailable");
  });

  it("by perl where the descriptor cannot be locked: that is not a conflict", async () => {
    // An O_PATH-like descriptor cannot be made here; a closed one is refused in the same place.
    const fd = opened(join(scratch(), "lock"));
    onlyWith({ perl: `exec ${execFileSync("sh", ["-c", "command -v perl"], { encoding: "utf8" }).trim()} "$@" 3<&-` });
    expect(await tryFlock(fd)).toBe("unavailable");
  });
});
