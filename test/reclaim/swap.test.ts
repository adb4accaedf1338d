// A directory is swapped for a symlink in mid-walk, at every call of the walk and, where strace is there, with system
// calls that are held back. Nothing outside is lost; plain fs.rmSync loses it, so the test can fail.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { lstatSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { has, inNamespace, noMounts, skipped, tryShell } from "../support/mounts.ts";
import { COMMAND } from "../support/run.ts";
import { tap, untap } from "../support/tap.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { world } from "../support/world.ts";
import { demolish, scratch } from "./demolish.ts";
import { namesIn } from "./runs.ts";

const NO_STRACE =
  has("strace") && tryShell("strace -f -e trace=none true").status === 0
    ? null
    : "SKIPPED: delayed system calls need strace";

describe("a swap in mid-walk", () => {
  it("loses nothing outside, whichever call it comes before", () => {
    const calls = countCalls();
    expect(calls).toBeGreaterThan(20);
    for (let nth = 1; nth <= calls; nth++) {
      const { directory, victim, precious } = arranged();
      const before = fingerprint(precious);
      let met = 0;
      tap(() => {
        if (++met === nth) swap(directory);
      });
      demolish(victim);
      untap();
      expect(diff(before, fingerprint(precious)), `call ${nth}`).toEqual([]);
    }
  });

  it.skipIf(skipped(NO_STRACE)).each([
    {
      who: "this tool",
      script: `const { destroy } = await import(process.argv[2]); for (const _ of destroy(process.argv[1]));`,
      loses: false,
    },
    {
      who: "fs.rmSync",
      script: `const { rmSync } = await import("node:fs"); try { rmSync(process.argv[1], { recursive: true, force: true }); } catch {}`,
      loses: true,
    },
  ])("with every unlink held back: $who loses files outside: $loses", async ({ script, loses }) => {
    const { directory, victim, precious } = arranged(40);
    const before = fingerprint(precious);
    const bundle = await bundled(directory);
    const traced = join(directory, "trace");
    const child = spawn(
      "strace",
      [
        "-f",
        "-o",
        traced,
        "-e",
        "trace=unlink,unlinkat",
        "-e",
        "inject=unlink,unlinkat:delay_exit=20000",
        process.execPath,
        "--input-type=module",
        "-e",
        script,
        victim,
        bundle,
      ],
      { stdio: "ignore" },
    );
    const ended = once(child, "exit");
    // The first files of the directory are gone: the walk is in it.
    tryShell(
      'n=0; while [ "$(ls "$1" | wc -l)" -gt 37 ] && [ $n -lt 3000 ]; do n=$((n+1)); sleep 0.005; done',
      join(victim, "sub"),
    );
    swap(directory);
    await ended;
    const lost = diff(before, fingerprint(precious)).some((line) => line.startsWith("-"));
    expect(lost).toBe(loses);
  });
});

describe("large", () => {
  it("200,000 files in one directory: bounded memory and descriptors", { timeout: 180_000 }, async () => {
    // In memory where that is possible: making so many files takes a disk longer than removing them.
    const directory = scratch(lstatSync("/dev/shm", { throwIfNoEntry: false }) === undefined ? undefined : "/dev/shm");
    const victim = join(directory, "victim");
    tryShell(
      'mkdir "$1"; perl -e \'for (1..200000) { open(F, ">", "$ARGV[0]/file$_") or die; close F }\' "$1"',
      victim,
    );
    const script = `
      const { destroy } = await import(process.argv[2]);
      const { readdirSync } = await import("node:fs");
      const steps = destroy(process.argv[1]);
      let fds = 0; let n = 0; let step;
      while (!(step = steps.next()).done) if (++n % 500 === 0) fds = Math.max(fds, readdirSync("/proc/self/fd").length);
      console.log(JSON.stringify({ ...step.value, fds, peak: process.resourceUsage().maxRSS / 1024 }));`;
    const done = tryShell(
      '"$1" --input-type=module -e "$2" "$3" "$4"',
      process.execPath,
      script,
      victim,
      await bundled(directory),
    );
    const told = JSON.parse(done.stdout) as { files: number; troubles: unknown[]; fds: number; peak: number };
    expect(told).toMatchObject({ files: 200_000, troubles: [] });
    // Node by itself takes 45 MB and 20 descriptors.
    expect(told.peak).toBeLessThan(140);
    expect(told.fds).toBeLessThan(40);
    expect(namesIn(directory)).not.toContain("victim");
  });
});

describe("a mount", () => {
  it.skipIf(skipped(noMounts()))(
    "below an entry keeps it in its place; one that appears later is not entered, and told",
    () => {
      const w = world();
      const [repo, twin] = [w.repo("repo", { workdir: "delete" }), w.repo("twin", { workdir: "delete" })];
      const done = inNamespace(
        'mkdir -p "$1/sub"; mount --bind "$2" "$1/sub"; status=0; HOME="$3" HERMES_HOME="$3/.hermes" "$4" "$5" prune --yes --json || status=$?; echo "@$status"; ls "$2" "$1/sub"',
        repo.path,
        w.work,
        w.root,
        process.execPath,
        COMMAND,
      );
      expect(done.stdout).toContain("@1");
      expect(done.stdout).toContain("EBUSY");
      expect(namesIn(w.work)).toEqual(["notes.txt"]);
      expect(namesIn(w.base)).toEqual([repo.id]);
      expect(namesIn(w.base)).not.toContain(twin.id);
    },
  );

  it.skipIf(noMounts() !== null)("below a victim is not entered: EXDEV, its files stay, the rest goes", async () => {
    const { directory, victim, precious } = arranged();
    mkdirSync(join(victim, "mounted"));
    const script =
      "const { destroy } = await import(process.argv[2]); const s = destroy(process.argv[1]); let r; while (!(r = s.next()).done); console.log(JSON.stringify(r.value));";
    const done = inNamespace(
      'mount --bind "$2" "$1/mounted"; "$3" --input-type=module -e "$4" "$1" "$5"',
      victim,
      precious,
      process.execPath,
      script,
      await bundled(directory),
    );
    expect(JSON.parse(done.stdout)).toMatchObject({ troubles: [{ code: "EXDEV", path: join(victim, "mounted") }] });
    expect(namesIn(precious)).toHaveLength(4);
    expect(namesIn(victim)).toEqual(["mounted"]);
  });
});

function countCalls(): number {
  const { victim } = arranged();
  let calls = 0;
  tap(() => {
    calls += 1;
  });
  demolish(victim);
  untap();
  return calls;
}

function arranged(files = 4): { directory: string; victim: string; precious: string } {
  const directory = scratch();
  const [victim, precious] = [join(directory, "victim"), join(directory, "precious")];
  mkdirSync(join(victim, "sub"), { recursive: true });
  mkdirSync(precious);
  for (let n = 0; n < files; n++) {
    writeFileSync(join(victim, "sub", `file${n}`), "victim\n");
    writeFileSync(join(precious, `file${n}`), "precious\n");
  }
  return { directory, victim, precious };
}

function swap(directory: string): void {
  try {
    renameSync(join(directory, "victim", "sub"), join(directory, "aside"));
  } catch {
    // It has gone already: the swap comes too late to matter.
    return;
  }
  symlinkSync("../precious", join(directory, "victim", "sub"));
}

/** destroy as JavaScript, for children. */
async function bundled(directory: string): Promise<string> {
  const { rolldown } = await import("rolldown");
  const file = join(directory, "destroy.mjs");
  const input = await rolldown({
    input: new URL("../../src/fs/destroy.ts", import.meta.url).pathname,
    platform: "node",
  });
  await input.write({ file, format: "esm" });
  await input.close();
  return file;
}
