// Mounts, first with tables that a test makes up, then with real ones: /dev/shm is another mount on any Linux, and the
// rest happens in a mount namespace of its own, with the built command.

import { spawnSync } from "node:child_process";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Machine } from "../../src/model/surroundings.ts";
import { loudly } from "../fs/support.ts";
import { entryOf, type Report } from "../support/report.ts";
import { cleanEnv, COMMAND } from "../support/run.ts";
import { type World, world } from "../support/world.ts";
import { type Scene, scene, withMounts } from "./scene.ts";

interface Row {
  readonly name: string;
  readonly machine: (s: Scene) => Partial<Machine>;
  readonly says: string;
}

const MADE_UP: readonly Row[] = [
  { name: "the table could not be read", machine: () => ({ mounts: null }), says: "mounts-unknown" },
  { name: "an fstab entry above it is not mounted", machine: (s) => ({ fstab: [s.work] }), says: "fstab-unmounted" },
  {
    name: "an fstab entry for itself is not mounted",
    machine: (s) => ({ fstab: [join(s.work, "x")] }),
    says: "fstab-unmounted",
  },
  {
    name: "an fstab entry far above it is not mounted",
    machine: (s) => ({ fstab: ["/", s.root] }),
    says: "fstab-unmounted",
  },
  {
    name: "a unit's mount point above it is not mounted",
    machine: (s) => ({ configured: [{ point: s.work, file: "/etc/systemd/system/x.mount" }] }),
    says: "configured-unmounted",
  },
  {
    name: "a unit's mount point above it is mounted",
    machine: (s) => ({
      configured: [{ point: s.work, file: "/etc/systemd/system/x.mount" }],
      mounts: withMounts({ point: s.work }),
    }),
    says: "absent",
  },
  {
    name: "a unit's mount point beside it is not mounted",
    machine: (s) => ({ configured: [{ point: `${s.work}x`, file: "/etc/systemd/system/x.mount" }] }),
    says: "absent",
  },
  { name: "what units there are is unknown", machine: () => ({ configured: null }), says: "mounts-unknown" },
  {
    name: "an fstab entry above it is mounted",
    machine: (s) => ({ fstab: [s.work], mounts: withMounts({ point: s.work }) }),
    says: "absent",
  },
  { name: "an fstab entry beside it is not mounted", machine: (s) => ({ fstab: [join(s.work, "y")] }), says: "absent" },
  {
    name: "an fstab entry whose name begins so is not mounted",
    machine: (s) => ({ fstab: [`${s.work}x`, s.work.slice(0, -1)] }),
    says: "absent",
  },
  {
    name: "an fstab entry below it is not mounted",
    machine: (s) => ({ fstab: [join(s.work, "x", "y")] }),
    says: "absent",
  },
];

describe("a made-up table", () => {
  it.each(MADE_UP)("$name: $says", ({ machine, says }) => {
    const s = scene();
    expect(s.ask(join(s.work, "x"), machine(s))).toBe(says);
  });

  it.each(MADE_UP)("$name: an existing workdir is present", ({ machine }) => {
    const s = scene();
    mkdirSync(join(s.work, "x"));
    expect(s.ask(join(s.work, "x"), machine(s))).toBe("present");
  });
});

describe("another mount than the base's", () => {
  const shm = "/dev/shm";
  const another = statSync(shm, { throwIfNoEntry: false })?.dev !== statSync("/tmp").dev;

  it("cannot tell of a workdir there, and can of its twin whose base is there too", (test) => {
    if (!another || process.platform !== "linux") return loudly(test, "/dev/shm is not a mount of its own here");
    const [here, there] = [scene(), scene(shm)];
    expect(there.ask(join(there.work, "x"), {}, { base: here.base })).toBe("other-mount");
    expect(here.ask(join(here.work, "x"), {}, { base: there.base })).toBe("other-mount");
    expect(there.ask(join(there.work, "x"))).toBe("absent");
    mkdirSync(join(there.work, "x"));
    expect(there.ask(join(there.work, "x"), {}, { base: here.base })).toBe("present");
  });
});

/** Runs a script in a mount namespace of its own, then the command; gives its report. */
function mounted(w: World, script: string): Report {
  const command = `set -e\nmount --make-rprivate / 2>/dev/null || true\n${script}\nexec "$NODE" "$COMMAND" status --json --home "$H"`;
  const env = { ...cleanEnv({ home: w }), NODE: process.execPath, COMMAND, H: w.home, W: w.work, R: w.root };
  const { status, stdout, stderr } = spawnSync("unshare", ["-m", "sh", "-c", command], { encoding: "utf8", env });
  if (status !== 0) throw new Error(`it ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as Report;
}

function cannotMount(): string | null {
  if (statSync(join(COMMAND, "..", "..", "dist", "cli.js"), { throwIfNoEntry: false }) === undefined)
    return "the command is not built";
  const tried = spawnSync("unshare", ["-m", "sh", "-c", "mount -t tmpfs none /mnt"], { encoding: "utf8" });
  return tried.status === 0 ? null : "mount namespaces are not allowed here";
}

const REAL: readonly { readonly name: string; readonly script: string; readonly says: string }[] = [
  { name: "nothing mounted", script: "", says: "absent-observed" },
  {
    name: "a volume over its parent, with another name in it",
    script: 'mount -t tmpfs none "$W/a"; mkdir "$W/a/other"',
    says: "other-mount",
  },
  { name: "an empty volume over its parent", script: 'mount -t tmpfs none "$W/a"', says: "other-mount" },
  {
    name: "a bind mount from the same file system over its parent",
    script: 'mkdir -p "$R/bound/other"; mount --bind "$R/bound" "$W/a"',
    says: "other-mount",
  },
  { name: "a volume over all of it and the base", script: 'mount --bind "$R" "$R"', says: "absent-observed" },
  {
    name: "the base on a volume of its own",
    script:
      'mkdir "$R/b"; cp -a "$H/checkpoints/." "$R/b/"; mount -t tmpfs none "$H/checkpoints"; cp -a "$R/b/." "$H/checkpoints/"',
    says: "other-mount",
  },
  {
    name: "a bind mount that brings it back",
    script: 'mkdir -p "$R/bound/x"; mount --bind "$R/bound" "$W/a"',
    says: "workdir-present",
  },
];

describe("real mounts", () => {
  it.for(REAL)("$name: $says", ({ script, says }, test) => {
    const why = cannotMount();
    if (why !== null) return loudly(test, `real mounts: ${why}`);
    const w = world();
    const repo = w.repo("a/x", { workdir: "delete" });
    writeFileSync(join(w.work, "a", "neighbour"), "");
    expect(entryOf(mounted(w, script), repo.id).reason).toBe(says);
  });
});
