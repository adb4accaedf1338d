// Something is mounted in an entry when it is out of its place: between the rename and the mark, and between the mark
// and the first unlink. What is mounted loses nothing, the entry waits in the trash and is reported, and its twin is
// removed.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inNamespace, noMounts, skipped } from "../support/mounts.ts";
import { entryOf, type Report, type ReportEntry } from "../support/report.ts";
import { COMMAND } from "../support/run.ts";
import { type ShadowRepo, type World, world } from "../support/world.ts";
import { isMarked, isolatedId, namesIn, trashNames } from "./runs.ts";

/** At a point, mounts a directory over another of the entry, wherever that is by then. */
const PRELOADED = `
import { spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
const { POINT, ID, BASE, TRASH, BELOW, PRECIOUS, DONE } = process.env;
let done = false;
globalThis.__checkpointGcTap = (operation, path) => {
  // Marks are settled many at once, and that point names none of them.
  if (done || operation !== "point:" + POINT || (POINT !== "marked" && !path.includes(ID))) return;
  const places = [BASE, TRASH].flatMap((directory) => {
    try { return readdirSync(directory).map((name) => directory + "/" + name); } catch { return []; }
  });
  const place = places.find((path) => path.includes(ID) && !path.endsWith(".json"));
  if (place === undefined) return;
  done = true;
  const { status } = spawnSync("mount", ["--bind", PRECIOUS, place + BELOW]);
  writeFileSync(DONE + status, "");
};
`;

const MOMENTS: readonly (readonly [point: string, how: string, below: string])[] = [
  ["isolated", "in it", "/refs"],
  ["isolated", "over it", ""],
  ["marked", "in it", "/refs"],
  ["marked", "over it", ""],
];

describe.skipIf(skipped(noMounts()))("a mount that appears", () => {
  it.each(MOMENTS)("at point %s, %s: its files stay, the entry waits in the trash", (point, _, below) => {
    const { w, repo, twin } = pair();
    const { report, kept } = mounting(w, repo, point, below);
    expect(kept).toEqual(["notes.txt"]);
    expect(namesIn(w.work)).toContain("notes.txt");
    expect(entryRow(report, repo)).toMatchObject({ outcome: "failed" });
    expect(["EXDEV", "EBUSY"]).toContain(entryRow(report, repo).error?.code);
    expect(entryRow(report, twin)).toMatchObject({ outcome: "removed", error: null });
    expect(namesIn(w.base)).toEqual([]);
    // Without the mount, which ended with its namespace, it is there and can be finished or put back.
    const [name = ""] = trashNames(w);
    expect(trashNames(w).map(isolatedId)).toEqual([repo.id]);
    if (!isMarked(name)) expect(readdirSync(join(w.home, ".checkpoints.gc", "trash", name))).toContain("HEAD");
  });
});

function mounting(w: World, repo: ShadowRepo, point: string, below: string): { report: Report; kept: string[] } {
  const module = `data:text/javascript,${encodeURIComponent(PRELOADED)}`;
  const done = inNamespace(
    'export POINT="$1" ID="$2" BELOW="$3" HOME="$4" BASE="$4/.hermes/checkpoints" TRASH="$4/.hermes/.checkpoints.gc/trash"\n' +
      'export PRECIOUS="$4/precious" DONE="$4/mounted-" HERMES_HOME="$4/.hermes"\n' +
      'mkdir "$PRECIOUS"; echo 1 >"$PRECIOUS/notes.txt"\n' +
      'node="$5"; command="$6"; module="$7"\n' +
      '"$node" --import "$module" "$command" prune --yes --json || true',
    point,
    repo.id,
    below,
    w.root,
    process.execPath,
    COMMAND,
    module,
  );
  expect(namesIn(w.root)).toContain("mounted-0");
  return { report: JSON.parse(done.stdout) as Report, kept: [...namesIn(join(w.root, "precious"))] };
}

function entryRow(report: Report, repo: ShadowRepo): ReportEntry {
  return entryOf(report, repo.id);
}

function pair(): { w: World; repo: ShadowRepo; twin: ShadowRepo } {
  const w = world();
  return { w, repo: w.repo("repo", { workdir: "delete" }), twin: w.repo("twin", { workdir: "delete" }) };
}
