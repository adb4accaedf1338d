// What an overlay mount does not move is kept by the plan where its upper layer can be seen; where it cannot, the move
// itself says so. Real overlays, the built command; beside each a repo of the upper layer, which goes.

import { expect, it, type TestContext } from "vitest";
import { inMounts, isThere, needsMounts, type Sight } from "../evidence/mounted.ts";
import { entryOf } from "../support/report.ts";
import { type ShadowRepo, world } from "../support/world.ts";

interface Overlaid {
  readonly see: (name: string) => Sight;
  readonly lower: ShadowRepo;
  readonly merged: ShadowRepo;
  readonly upper: ShadowRepo;
}

/** The home is the lower layer of an overlay that is mounted on it; `then` runs when all workdirs are deleted. */
function overlaid(test: TestContext, options: string, then: string): Overlaid {
  needsMounts(test);
  const w = world();
  const [lower, merged, upper] = [w.repo("lower"), w.repo("merged"), w.repo("upper")];
  const see = inMounts(
    w,
    `O="$R/o"; mkdir "$O"; mount -t tmpfs layers "$O"; mkdir "$O/u" "$O/wk"
mount -t overlay overlay -o "lowerdir=$H,upperdir=$O/u,workdir=$O/wk${options}" "$H"
chmod 600 "$B/${merged.id}/description"
cp -a "$B/${upper.id}" "$O/kept"; rm -r "$B/${upper.id}"; cp -a "$O/kept" "$B/${upper.id}"
see alive auto --now --opt-in; rm -r "${lower.workdir}" "${merged.workdir}" "${upper.workdir}"
${then}`,
  );
  for (const { path } of [lower, merged, upper]) expect(isThere(path)).toBe(true);
  return { see, lower, merged, upper };
}

it("a repo in a lower layer, alone or merged, is kept with the next step; one of the upper layer is removed", (test) => {
  const { see, lower, merged, upper } = overlaid(
    test,
    "",
    `see promised prune --dry-run; see swept auto --now --opt-in --set orphan_grace_hours=0; see pruned prune --yes
see again status`,
  );
  for (const one of [lower, merged]) {
    expect(entryOf(see("promised").report, one.id)).toMatchObject({
      action: "keep",
      rule: "orphan",
      holds: ["lower-layer"],
    });
    expect(entryOf(see("promised").report, one.id).detail).toContain(
      "in a lower layer of an overlay mount, from which no directory can be moved: remove it where it was made",
    );
    for (const name of ["swept", "pruned"])
      expect(entryOf(see(name).report, one.id), name).toMatchObject({ action: "keep", outcome: null, error: null });
    expect(entryOf(see("again").report, one.id).reason).toBe("absent-witnessed");
  }
  expect(entryOf(see("promised").report, upper.id)).toMatchObject({ action: "remove", holds: [] });
  expect(entryOf(see("swept").report, upper.id).outcome).toBe("trashed");
  for (const name of ["swept", "pruned"]) expect(see(name).code, name).toBe(0);
});

it("an overlay that moves every directory: all of them are removed", (test) => {
  const { see, lower, merged, upper } = overlaid(
    test,
    ",redirect_dir=on",
    "see pruned prune --yes; see again prune --yes; see last status",
  );
  // Its first move gives it a new inode, which looks like an exchange: it goes back, and goes the next time.
  expect(entryOf(see("pruned").report, lower.id).outcome).toBe("changed");
  expect(entryOf(see("again").report, lower.id).outcome).toBe("removed");
  for (const { id } of [merged, upper]) expect(entryOf(see("pruned").report, id).outcome).toBe("removed");
  expect(see("last").report.entries).toEqual([]);
});

it.for([
  ["that cannot be seen", `mount -t tmpfs other "$O"`],
  ["in whose place is another directory", `mount -t tmpfs other "$O"; mkdir "$O/u"`],
] as const)("an upper layer %s: nothing is foreseen, and the move names the layer", ([, hide], test) => {
  const { see, lower, merged, upper } = overlaid(
    test,
    "",
    `${hide}; see promised prune --dry-run; see pruned prune --yes`,
  );
  for (const { id } of [lower, merged]) {
    expect(entryOf(see("promised").report, id)).toMatchObject({ action: "remove", holds: [] });
    expect(entryOf(see("pruned").report, id)).toMatchObject({ outcome: "failed", error: { code: "EXDEV" } });
    expect(entryOf(see("pruned").report, id).error?.message).toContain("remove it where it was made");
  }
  expect(entryOf(see("pruned").report, upper.id).outcome).toBe("removed");
});
