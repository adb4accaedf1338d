// HERMES_WORKDIR against core.worktree: the path that the name of the repo confirms counts, whichever of them gives it.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hash16 } from "../../../support/paths.ts";
import { world } from "../../../support/world.ts";
import { DOUBTED, LIVE, ORPHAN, rowOf, says, unidentified } from "./judged.ts";

describe("HERMES_WORKDIR against core.worktree", () => {
  const other = "/nonexistent-place/elsewhere";
  it.each([
    { name: "wrong, right: the right one, alive", marker: `${other}\n`, id: undefined, fate: "keep", expected: LIVE },
    {
      name: "wrong, right: the right one, gone",
      marker: `${other}\n`,
      id: undefined,
      fate: "delete",
      expected: ORPHAN,
    },
    {
      name: "both wrong and equal, gone",
      marker: undefined,
      id: "0123456789abcdef",
      fate: "delete",
      expected: DOUBTED,
    },
    {
      name: "both wrong and equal, alive",
      marker: undefined,
      id: "0123456789abcdef",
      fate: "keep",
      expected: { ...LIVE, verified: false },
    },
    {
      name: "both wrong and different, gone",
      marker: `${other}\n`,
      id: "0123456789abcdef",
      fate: "delete",
      expected: unidentified("paths-disagree"),
    },
    {
      name: "unusable, wrong",
      marker: "relative\n",
      id: "0123456789abcdef",
      fate: "delete",
      expected: unidentified("marker-relative"),
    },
  ] as const)("$name", async ({ marker, id, fate, expected }) => {
    const w = world();
    const repo = w.repo("x", {
      workdir: fate,
      ...(marker === undefined ? {} : { marker }),
      ...(id === undefined ? {} : { id }),
    });
    expect(await says(w, repo)).toEqual(expected);
  });

  it.each([
    { name: "right, wrong", worktree: other, expected: ORPHAN },
    { name: "right, relative", worktree: "../..", expected: ORPHAN },
    { name: "right, none", worktree: null, expected: ORPHAN },
  ])("$name: the marker, gone", async ({ worktree, expected }) => {
    const w = world();
    expect(await says(w, w.repo("x", { workdir: "delete", worktree }))).toEqual(expected);
  });

  it("treats no repo as an orphan whose truncated marker disagrees with a core.worktree that is not confirmed", async () => {
    const w = world();
    const alive = w.repo("alive", { id: "0123456789abcdef" });
    writeFileSync(join(alive.path, "HERMES_WORKDIR"), alive.workdir.slice(0, -2));
    w.freshen(alive);
    expect(await says(w, alive)).toEqual(unidentified("paths-disagree"));
  });

  it("tells a workdir whose name ends in white space from its twin without", async () => {
    const w = world();
    const [spaced, plain] = [w.repo("name "), w.repo("name")];
    expect(await says(w, spaced)).toEqual(LIVE);
    w.removeWorkdir(spaced);
    expect([await says(w, spaced), await says(w, plain)]).toEqual([ORPHAN, LIVE]);
    expect((await rowOf(w, spaced)).judged.subject?.value).toBe(join(w.work, "name "));
    w.restoreWorkdir(spaced);
    w.removeWorkdir(plain);
    expect([await says(w, spaced), await says(w, plain)]).toEqual([LIVE, ORPHAN]);
    // Not confirmed: the text as Hermes reads it back.
    const wrong = w.repo("other ", { id: "0123456789abcdef", workdir: "delete" });
    expect(await says(w, wrong)).toEqual(DOUBTED);
  });

  it("shows both claims and the check, clipped", async () => {
    const w = world();
    const repo = w.repo("x", { marker: `${"m".repeat(4000)}\n`, id: hash16("/nothing") });
    const { evidence } = (await rowOf(w, repo, { claims: true })).judged;
    expect(evidence["HERMES_WORKDIR"]).toMatch(/^unusable \(marker-relative\): m{200}\.\.\.$/);
    expect(evidence).toMatchObject({ "core.worktree": repo.workdir, "hash check": `neither path gives ${repo.id}` });
  });
});
