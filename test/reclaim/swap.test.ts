// A directory is swapped for a symlink in mid-walk, at every call of the walk and, where strace is there, with system
// calls that are held back. Nothing outside is lost; a remover that goes by path loses it, so the test can fail.

import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { has, inNamespace, noMounts, skipped, tryShell } from "../support/mounts.ts";
import { COMMAND } from "../support/run.ts";
import { interceptCalls, stopIntercepting } from "../support/intercept-calls.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { appears } from "../support/until.ts";
import { world } from "../support/world.ts";
import { demolish, scratch } from "./demolish.ts";
import { namesIn } from "./runs.ts";

const NO_STRACE =
  has("strace") && tryShell("strace -f -e trace=none true").status === 0
    ? null
    : "SKIPPED: delayed system calls need strace";

const REMOVERS = [
  {
    who: "this tool",
    script: `const { destroy } = await import(process.argv[2]); await ready(); for (const _ of destroy(process.argv[1]));`,
    loses: false,
  },
  // Written out, since fs.rmSync is another thing in each Node: that of 20 goes by path, that of 24 does not.
  {
    who: "a remover that goes by path",
    script: `
      const { readdirSync, rmdirSync, unlinkSync } = await import("node:fs");
      const remove = (path) => {
        for (const child of readdirSync(path, { withFileTypes: true })) {
          if (child.isDirectory()) remove(path + "/" + child.name);
          else unlinkSync(path + "/" + child.name);
        }
        rmdirSync(path);
      };
      await ready();
      try { remove(process.argv[1]); } catch {}`,
    loses: true,
  },
];

describe("a swap in mid-walk", () => {
  it("loses nothing outside, whichever call it comes before", () => {
    const calls = countCalls();
    expect(calls).toBeGreaterThan(20);
    for (let nth = 1; nth <= calls; nth++) {
      const { directory, victim, precious } = arranged();
      const before = fingerprint(precious);
      let met = 0;
      interceptCalls(() => {
        if (++met === nth) swap(directory);
      });
      demolish(victim);
      stopIntercepting();
      expect(diff(before, fingerprint(precious)), `call ${nth}`).toEqual([]);
    }
  });

  describe.skipIf(skipped(NO_STRACE)).each(REMOVERS)("by $who, which loses files outside: $loses", (remover) => {
    it("with an unlink held back, when the first files are gone", async () => {
      const calls = ["-e", "trace=unlink,unlinkat", "-e", "inject=unlink,unlinkat:delay_exit=3000000:when=3"];
      const lost = await lostTo(remover.script, calls, async ({ victim }) => {
        while (readdirSync(join(victim, "sub")).length > 37) await pause(5);
      });
      expect(lost).toBe(remover.loses);
    });

    it("with the opening of the directory held back, when the kernel has opened it", async () => {
      const calls = ["-e", "trace=openat", "-e", "inject=openat:delay_exit=3000000:when=1"];
      const lost = await lostTo(remover.script, calls, async ({ directory, victim }) => {
        await appears(join(directory, "pid"));
        while (!isOpen(readFileSync(join(directory, "pid"), "utf8"), join(victim, "sub"))) await pause(5);
      });
      expect(lost).toBe(remover.loses);
    });
  });
});

describe("large", () => {
  it("200,000 files in one directory: bounded memory and descriptors", async () => {
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

  it.skipIf(noMounts() !== null)(
    "below a victim is not entered: EXDEV, its files stay, the rest is removed",
    async () => {
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
    },
  );
});

interface Arranged {
  readonly directory: string;
  readonly victim: string;
  readonly precious: string;
}

/**
 * Whether files outside are lost to a remover whose calls are held back, where the swap comes at the moment that
 * `until` waits for. Only calls that name the directory to be swapped are traced: by its path, or by a descriptor.
 */
async function lostTo(
  script: string,
  calls: readonly string[],
  until: (at: Arranged) => Promise<void>,
): Promise<boolean> {
  const at = arranged(40);
  const before = fingerprint(at.precious);
  const bundle = await bundled(at.directory);
  const pid = join(at.directory, "pid");
  const ready = `const ready = async () => (await import("node:fs")).writeFileSync(process.argv[3], String(process.pid));`;
  const node = [process.execPath, "--input-type=module", "-e", `${ready} ${script}`, at.victim, bundle, pid];
  const opening = calls.some((call) => call.includes("openat"))
    ? [join(at.victim, "sub"), ...Array.from({ length: 60 }, (_, fd) => `/proc/self/fd/${fd}/sub`)]
    : [];
  const child = spawn(
    "strace",
    ["-f", "-o", join(at.directory, "trace"), ...calls, ...opening.flatMap((path) => ["-P", path]), ...node],
    { stdio: "ignore" },
  );
  const ended = once(child, "exit");
  await until(at);
  swap(at.directory);
  await ended;
  expect(readFileSync(join(at.directory, "trace"), "utf8")).toContain("(DELAYED)");
  return diff(before, fingerprint(at.precious)).some((line) => line.startsWith("-"));
}

/** Whether a process has a file open; its pid may not be written yet. */
function isOpen(pid: string, path: string): boolean {
  if (pid === "") return false;
  return readdirSync(`/proc/${pid}/fd`).some((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`) === path;
    } catch {
      // It was closed meanwhile.
      return false;
    }
  });
}

function countCalls(): number {
  const { victim } = arranged();
  let calls = 0;
  interceptCalls(() => {
    calls += 1;
  });
  demolish(victim);
  stopIntercepting();
  return calls;
}

function arranged(files = 4): Arranged {
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
