// People come because the disk is full. A file system of a few MB is filled to the last byte and inode in a mount
// namespace of its own; the world is made outside, copied in, and the mount laid over its path.

import { describe, expect, it, onTestFinished } from "vitest";
import { inNamespace, noLoop, noMounts, skipped } from "../support/mounts.ts";
import { removeTree } from "../support/paths.ts";
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
