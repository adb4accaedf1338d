// People come because the disk is full. A file system of a few MB is filled to the last byte and inode in a mount
// namespace of its own; the world is made outside, copied in, and the mount laid over its path.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { scratch } from "../fs/support.ts";
import { inNamespace, noLoop, noMounts, skipped } from "../support/mounts.ts";
import { git } from "../support/git.ts";
import { hermesStore } from "../support/hermes-store.ts";
import { DAY_MS, removeTree } from "../support/paths.ts";
import type { Report } from "../support/report.ts";
import { COMMAND } from "../support/run.ts";
import { type World, world } from "../support/world.ts";

/** $1 root of the world, $2 node, $3 command, $4 its arguments in one word, $5 base; prints the report, then what is left. */
const FILL_AND_RUN = `
  cp -a "$1/." "$1.full"
  mount --bind "$1.full" "$1"
  # To the last byte, then to the last inode: directories in a row need blocks too, so both are tried until both fail.
  mkdir "$1/fill"
  dd if=/dev/zero of="$1/fill/bytes" bs=64k 2>/dev/null || true
  dd if=/dev/zero of="$1/fill/last" bs=512 2>/dev/null || true
  perl -e 'for (1..200000) { open(F, ">", "$ARGV[0]/i$_") or exit; close F }' "$1/fill"
  dd if=/dev/zero of="$1/fill/bytes2" bs=512 2>/dev/null || true
  if echo more 2>/dev/null >"$1/fill/more"; then test ! -s "$1/fill/more" || { echo "not full" >&2; exit 9; }; fi
  status=0
  HOME="$1" HERMES_HOME="$1/.hermes" "$2" "$3" $4 2>"$1.err" || status=$?
  echo "@exit $status"
  find "$1/.hermes" -mindepth 1 -maxdepth 3 -printf '@left %P\\n'
`;

const TMPFS = `mkdir "$1.full"; mount -t tmpfs -o "size=$6,nr_inodes=$7" none "$1.full"\n${FILL_AND_RUN}`;
const EXT4 = `
  truncate -s "$6" "$1.img"; mkfs.ext4 -q -m 0 -N "$7" "$1.img"; mkdir "$1.full"; mount -o loop "$1.img" "$1.full"
  rmdir "$1.full/lost+found"
${FILL_AND_RUN}`;

interface Ended {
  readonly report: Report;
  readonly code: number;
  /** Below the home, three levels. */
  readonly left: readonly string[];
}

const KINDS = [
  { kind: "ext4", script: EXT4, why: noLoop() },
  { kind: "tmpfs", script: TMPFS, why: noMounts() },
];

describe.each(KINDS)("on a full $kind", ({ script, why }) => {
  it.skipIf(skipped(why)).each([3, 100])("prune --yes frees %i entries, and leaves nothing beside them", (count) => {
    const w = full(count);
    const { report, code, left } = runIn(w, script, "prune --yes --json", count);
    const errors = new Set(report.entries.flatMap(({ error }) => error?.message ?? []));
    expect([...errors].slice(0, 3)).toEqual([]);
    expect({ code, failed: report.totals.failed, removed: report.totals.removed }).toEqual({
      code: 0,
      failed: 0,
      removed: count,
    });
    expect(left.filter((name) => /^checkpoints\/[^/]+$/.test(name))).toHaveLength(1);
    expect(left.filter((name) => name.includes(".gc.") || name.includes("trash/"))).toEqual([]);
  });

  it.skipIf(why !== null)("auto tells it and loses nothing", () => {
    const w = full(3);
    const { report, code, left } = runIn(w, script, "auto --opt-in --json", 3);
    expect(code).toBeLessThan(2);
    const here = left.filter((name) => /^checkpoints\/[0-9a-f]{16}$/.test(name)).length;
    const trashed = left.filter((name) => /gc\/trash\/(?!.*\.json$)/.test(name)).length;
    expect({ here: here + trashed, removed: report.totals.removed }).toEqual({ here: 4, removed: 0 });
    expect(report.totals.trashed).toBe(trashed);
    if (trashed < 3) expect(report.totals.failed).toBe(3 - trashed);
  });

  it.skipIf(why !== null)("prune --yes --trash keeps every byte", () => {
    const w = full(3);
    const { report, left } = runIn(w, script, "prune --yes --trash --json", 3);
    expect(report.totals).toMatchObject({ trashed: 3, failed: 0, removed: 0 });
    const isolated = left.filter((name) => /gc\/trash\/[0-9a-f]{16}\.|^checkpoints\/\.gc\.[^/]+$/.test(name));
    expect(isolated).toHaveLength(3);
  });
});

/** Loose refs and files of a store; no room for a byte, and names and inodes left. */
const NO_BLOCK = `
  cp -a "$1/." "$1.full"
  mount --bind "$1.full" "$1"
  dd if=/dev/zero of="$1/fill" bs=64k 2>/dev/null || true
  dd if=/dev/zero of="$1/fill2" bs=512 2>/dev/null || true
  status=0
  HOME="$1" HERMES_HOME="$1/.hermes" "$2" "$3" $4 2>"$1.err" || status=$?
  echo "@exit $status"
  find "$1/.hermes" -mindepth 1 -maxdepth 4 -printf '@left %P\\n'
`;

const WITHOUT_A_BLOCK = [
  {
    kind: "ext4",
    why: noLoop(),
    script: `
  truncate -s 16M "$1.img"; mkfs.ext4 -q -m 0 -N 4000 "$1.img"; mkdir "$1.full"; mount -o loop "$1.img" "$1.full"
  rmdir "$1.full/lost+found"
${NO_BLOCK}`,
  },
  {
    kind: "tmpfs",
    why: noMounts(),
    script: `mkdir "$1.full"; mount -t tmpfs -o size=16M,nr_inodes=4000 none "$1.full"\n${NO_BLOCK}`,
  },
];

describe.each(WITHOUT_A_BLOCK)("a project of the store on a $kind without a block", ({ script, why }) => {
  const made = (packed = false): World => {
    const w = full(0);
    w.settings({ stores: ["hermes-store"] }, "checkpoint_gc");
    const store = hermesStore(w.base);
    const workdirs = [join(w.work, "one"), join(w.work, "two")];
    for (const workdir of workdirs) store.snapshot(workdir, { "a.txt": workdir }, Date.now() - 60 * DAY_MS);
    store.snapshot(join(w.work, "fresh"), { "a.txt": "fresh" });
    if (packed) git({ repo: store.path }, "pack-refs", "--all");
    for (const workdir of workdirs) {
      removeTree(workdir);
      // The copy has other inodes.
      store.amend(workdir, { workdir_parent_dev: null, workdir_parent_ino: null });
    }
    return w;
  };

  it.skipIf(skipped(why))("is deleted with prune --yes, and the live one stays", () => {
    const { report, left } = runIn(made(), script, "prune --yes --json", 0);
    const ends = report.entries.flatMap(({ outcome, error }) => (outcome === null ? [] : [[outcome, error]]));
    expect(ends).toEqual([
      ["removed", null],
      ["removed", null],
    ]);
    expect(left.filter((name) => name.startsWith("checkpoints/store/projects/"))).toHaveLength(1);
    expect(left.filter((name) => name.includes(".gc.") || name.includes("trash/"))).toEqual([]);
  });

  it.skipIf(skipped(why))("stays whole where git has to write packed-refs anew, and git's reason is reported", () => {
    const { report, left } = runIn(made(true), script, "prune --yes --json", 0);
    const errors = report.entries.flatMap(({ outcome, error }) => (outcome === null ? [] : [[outcome, error?.code]]));
    expect(errors).toEqual([
      ["failed", "ENOSPC"],
      ["failed", "ENOSPC"],
    ]);
    for (const { error } of report.entries.filter(({ outcome }) => outcome === "failed"))
      expect(error?.message).toMatch(/packed-refs anew, which takes \d+ KB: free them/);
    expect(left.filter((name) => name.startsWith("checkpoints/store/projects/"))).toHaveLength(3);
    expect(left.filter((name) => name.includes(".gc.") || name.includes("trash/"))).toEqual([]);
  });

  it.skipIf(skipped(why))("is removed from packed-refs as well, where another removal frees space first", () => {
    const w = made(true);
    w.settings({ stores: ["hermes-shadow", "hermes-store"], orphan_grace_hours: 0 }, "checkpoint_gc");
    w.repo("gone", { workdir: "delete", snapshots: 1 });
    const { report, left } = runIn(w, script, "prune --yes --json", 0);
    const ends = report.entries.flatMap(({ outcome, error }) => (outcome === null ? [] : [[outcome, error]]));
    expect(ends).toEqual([
      ["removed", null],
      ["removed", null],
      ["removed", null],
    ]);
    expect(left.filter((name) => name.startsWith("checkpoints/store/projects/"))).toHaveLength(1);
  });

  it.skipIf(skipped(why))("is saved to another disk with --to, and is removed", () => {
    const to = scratch("/dev/shm");
    const { report, left } = runIn(made(), script, `prune --yes --json --to ${to}`, 0);
    const gone = report.entries.filter(({ outcome }) => outcome !== null);
    expect(gone.map(({ outcome, error }) => [outcome, error])).toEqual([
      ["removed", null],
      ["removed", null],
    ]);
    expect(left.filter((name) => name.startsWith("checkpoints/store/projects/"))).toHaveLength(1);
    const bundles = readdirSync(to).filter((name) => name.endsWith(".bundle"));
    expect(bundles).toHaveLength(2);
    for (const [at, name] of bundles.entries()) {
      const clone = join(to, `clone-${at}`);
      git({ repo: join(clone, ".git") }, "clone", "-q", join(to, name), clone);
      expect(readdirSync(clone)).toContain("a.txt");
    }
  });

  it.skipIf(skipped(why))("stays where it was asked to be kept in the trash", () => {
    const { report, left } = runIn(made(), script, "prune --yes --trash --json", 0);
    expect(report.totals).toMatchObject({ removed: 0, trashed: 0, failed: 2 });
    expect(left.filter((name) => name.startsWith("checkpoints/store/projects/"))).toHaveLength(3);
  });
});

function full(count: number): World {
  const w = world();
  // The image, the mount point and what the command said lie beside the world, which is mounted over.
  onTestFinished(() => {
    for (const end of [".img", ".full", ".err"]) removeTree(w.root + end);
  });
  w.settings({ orphan_grace_hours: 0 }, "checkpoint_gc");
  w.repo("live", { snapshots: 1 });
  for (let n = 0; n < count; n++) w.repo(`gone${n}`, { workdir: "delete", snapshots: 1 });
  return w;
}

function runIn(w: World, script: string, command: string, count: number): Ended {
  const size = count > 10 ? ["64M", "16000"] : ["16M", "2000"];
  const done = inNamespace(script, w.root, process.execPath, COMMAND, command, w.base, ...size);
  const match = /^([\s\S]*?)@exit (\d+)\n([\s\S]*)$/.exec(done.stdout);
  if (match === null) throw new Error(`${done.status}: ${done.stdout}\n${done.stderr}`);
  const [, document = "", code, listing = ""] = match;
  const left = [...listing.matchAll(/^@left (.*)$/gm)].map((line) => line[1] ?? "");
  return { report: JSON.parse(document) as Report, code: Number(code), left };
}
