// A union mount made again without one of its layers lists less, and nothing was deleted. Real overlays, the built
// command; beside each the twin in which the directory was deleted.

import { join } from "node:path";
import { expect, it } from "vitest";
import { entryOf } from "../support/report.ts";
import { world } from "../support/world.ts";
import { inMounts, isThere, needsMounts, repoOf } from "./mounted.ts";

/** `over <lower layers>` mounts the union at `$W/ov`; the project is in the layer `l1`. */
const LAYERS = `O="$R/o"; mkdir -p "$O" "$W/ov"; mount -t tmpfs layers "$O"
mkdir -p "$O/l1/proj" "$O/l2/code" "$O/l2/other" "$O/u" "$O/wk"
over() { mount -t overlay overlay -o "lowerdir=$1,upperdir=$O/u,workdir=$O/wk" "$W/ov"; }
over "$O/l1:$O/l2"; see alive auto --now --opt-in
`;
const AGAIN = `umount "$W/ov"; over "$O/l1:$O/l2"`;

it.for([
  ["without its layer", `umount "$W/ov"; over "$O/l2"`],
  [
    "with another directory in the place of its layer",
    `umount "$W/ov"; mv "$O/l1" "$O/l0"; mkdir "$O/l1"; over "$O/l1:$O/l2"`,
  ],
  [
    "without its layer, as version 1.0.0 recorded it",
    `sed -i 's/,"layers":"[^"]*"//g' "$H/.checkpoints.gc/ledger.json"; umount "$W/ov"; over "$O/l2"`,
  ],
] as const)("a union mounted again %s: layers-changed, and nothing is removed", ([, script], test) => {
  needsMounts(test);
  const w = world();
  const { id, path } = repoOf(w, join(w.work, "ov", "proj"));
  const seen = inMounts(
    w,
    `${LAYERS}${script}; see gone status\nTAKE\numount "$W/ov"; rm -rf "$O/l1"; mkdir -p "$O/l1/proj"; over "$O/l1:$O/l2"; see again status`,
  );
  expect(entryOf(seen("alive").report, id).reason).toBe("workdir-present");
  for (const name of ["gone", "swept", "pruned"])
    expect(entryOf(seen(name).report, id), name).toMatchObject({ reason: "layers-changed", action: "keep" });
  expect(isThere(path)).toBe(true);
  expect(entryOf(seen("again").report, id).reason).toBe("workdir-present");
});

it.for([
  ["deleted", `rm -r "$W/ov/proj"`],
  ["deleted, and all layers mounted again", `rm -r "$W/ov/proj"; ${AGAIN}`],
] as const)("a directory on a union that was %s is gone", ([, script], test) => {
  needsMounts(test);
  const w = world();
  const { id, path } = repoOf(w, join(w.work, "ov", "proj"));
  const seen = inMounts(w, `${LAYERS}${script}; see gone status; see pruned prune --yes`);
  expect(entryOf(seen("gone").report, id)).toMatchObject({ verdict: "orphan", reason: "absent-witnessed" });
  expect(entryOf(seen("pruned").report, id).outcome).toBe("removed");
  expect(isThere(path)).toBe(false);
});

it("at first sight the layers must be such as a run has seen there, if one has", (test) => {
  needsMounts(test);
  const w = world();
  const [seenBefore, unseen] = [repoOf(w, join(w.work, "ov", "code")), repoOf(w, join(w.work, "ov", "proj2"))];
  // The base is on the union too: only then the parent of a workdir there is believed at first sight.
  const script = `O="$R/o"; mkdir -p "$O" "$W/ov"; mount -t tmpfs layers "$O"; mkdir -p "$O/l1/code" "$O/l2/other" "$O/u" "$O/wk"
over() { mount -t overlay overlay -o "lowerdir=$1,upperdir=$O/u,workdir=$O/wk" "$W/ov"; }
over "$O/l1:$O/l2"; mkdir -p "$W/ov/home"; cp -a "$H/." "$W/ov/home/"; H="$W/ov/home"
see first status; see swept auto --now --opt-in --keep-orphans; umount "$W/ov"; over "$O/l2"
see gone status`;
  const seen = inMounts(w, script);
  expect(entryOf(seen("first").report, unseen.id).reason).toBe("absent-observed");
  for (const { id } of [seenBefore, unseen]) expect(entryOf(seen("gone").report, id).reason).toBe("layers-changed");
});
