// Repos that borrow objects and are no entries themselves, or write what they borrow in an unusual way. The lender stays; its
// twin, from which nothing borrows, is removed.
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { prune, scan } from "../../src/index.ts";
import { entryOf } from "../support/report.ts";
import { run } from "../support/run.ts";
import { opencodeRepo } from "../support/second-agent.ts";
import { type ShadowRepo, type World, world } from "../support/world.ts";
import { byHand, common, inDays, sweep } from "./runs.ts";

interface Three {
  readonly w: World;
  readonly lender: ShadowRepo;
  readonly twin: ShadowRepo;
  readonly borrower: ShadowRepo;
}

function three(): Three {
  const w = world();
  const [lender, twin] = [w.repo("lender", { workdir: "delete" }), w.repo("twin", { workdir: "delete" })];
  return { w, lender, twin, borrower: w.repo("live") };
}

function borrow(from: string, line: string): void {
  mkdirSync(join(from, "objects/info"), { recursive: true });
  writeFileSync(join(from, "objects/info/alternates"), `${line}\n`);
}

const objectsOf = ({ path }: ShadowRepo): string => join(path, "objects");

/** Every byte as git reads it in C quotes. */
const octal = (path: string): string =>
  `"${[...Buffer.from(path)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("")}"`;

/** Puts a symlink in the place of a part of a repo. */
function linkPart({ path }: ShadowRepo, part: string, target: string): void {
  linkAt(join(path, part), target);
}

function linkAt(path: string, target: string): void {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}

const LINKED: readonly (readonly [string, (here: Three) => void])[] = [
  ["has a symlink as its objects", ({ lender, borrower }) => linkPart(borrower, "objects", objectsOf(lender))],
  [
    "has a relative symlink as its objects",
    ({ lender, borrower }) => linkPart(borrower, "objects", `../${lender.id}/objects`),
  ],
  [
    "has a symlink as one directory of objects",
    ({ lender, borrower }) => linkPart(borrower, "objects/0a", `${objectsOf(lender)}/0a`),
  ],
  [
    "has a symlink as its directory of packs",
    ({ lender, borrower }) => linkPart(borrower, "objects/pack", `${objectsOf(lender)}/pack`),
  ],
  [
    "has a symlink as a pack",
    ({ lender, borrower }) => linkPart(borrower, "objects/pack/pack-1.pack", `${objectsOf(lender)}/pack/pack-1.pack`),
  ],
  ["has a symlink as its refs", ({ lender, borrower }) => linkPart(borrower, "refs", `../${lender.id}/refs`)],
  [
    "has the objects of a common directory",
    ({ lender, borrower }) => writeFileSync(join(borrower.path, "commondir"), `../${lender.id}\n`),
  ],
  [
    "has symlinks, under a name of its own",
    ({ w, lender, borrower }) => {
      linkPart(borrower, "objects", `../${lender.id}/objects`);
      renameSync(borrower.path, join(w.base, "my-backup"));
    },
  ],
  [
    "has a symlink in its refs",
    ({ lender, borrower }) => linkPart(borrower, "refs/heads", `${lender.path}/refs/heads`),
  ],
  [
    "is behind a symlink in the base, on another disk",
    ({ w, lender, borrower }) => {
      borrow(borrower.path, objectsOf(lender));
      renameSync(borrower.path, join(w.root, "moved"));
      symlinkSync(join(w.root, "moved"), borrower.path);
    },
  ],
  [
    "names a directory whose packs are a symlink",
    ({ w, lender, borrower }) => {
      linkAt(join(w.root, "third/objects/pack"), `${objectsOf(lender)}/pack`);
      borrow(borrower.path, join(w.root, "third/objects"));
    },
  ],
  [
    "is linked to a directory of links to packs",
    ({ w, lender, borrower }) => {
      linkAt(join(w.root, "packs/pack-1.pack"), `${objectsOf(lender)}/pack/pack-1.pack`);
      linkPart(borrower, "objects/pack", join(w.root, "packs"));
    },
  ],
  [
    "has a symlink and is in a profile",
    ({ w, lender }) => linkPart(w.profile("other").repo("live too"), "objects", objectsOf(lender)),
  ],
];

const CASES: readonly (readonly [string, (here: Three) => void])[] = [
  [
    "is in the base under a name of its own",
    ({ w, lender, borrower }) => {
      borrow(borrower.path, objectsOf(lender));
      renameSync(borrower.path, join(w.base, "my-backup"));
    },
  ],
  [
    "is there under its name in upper case, and names it relative to itself",
    ({ w, lender, borrower }) => {
      borrow(borrower.path, `../../${lender.id}/objects`);
      renameSync(borrower.path, join(w.base, "ABCDEF0123456789"));
    },
  ],
  [
    "has a symlink as its HEAD (core.preferSymlinkRefs)",
    ({ lender, borrower }) => {
      borrow(borrower.path, objectsOf(lender));
      rmSync(join(borrower.path, "HEAD"));
      symlinkSync("refs/heads/main", join(borrower.path, "HEAD"));
    },
  ],
  [
    "is in an archive",
    ({ w, lender, borrower }) => {
      borrow(borrower.path, objectsOf(lender));
      mkdirSync(join(w.base, "legacy-20260601-101500"));
      renameSync(borrower.path, join(w.base, "legacy-20260601-101500", borrower.id));
    },
  ],
  [
    "is in a directory of backups, as a clone with a working tree",
    ({ w, lender, borrower }) => {
      borrow(borrower.path, objectsOf(lender));
      mkdirSync(join(w.base, "backups/clone"), { recursive: true });
      renameSync(borrower.path, join(w.base, "backups/clone/.git"));
    },
  ],
  [
    "is a clone with a working tree in the base, and has a symlink",
    ({ w, lender, borrower }) => {
      linkPart(borrower, "objects/pack", `${objectsOf(lender)}/pack`);
      mkdirSync(join(w.base, "clone"));
      renameSync(borrower.path, join(w.base, "clone/.git"));
    },
  ],
  [
    "is behind a symlink in a directory of backups",
    ({ w, lender, borrower }) => {
      borrow(borrower.path, objectsOf(lender));
      renameSync(borrower.path, join(w.root, "moved"));
      mkdirSync(join(w.base, "backups"));
      symlinkSync(join(w.root, "moved"), join(w.base, "backups/linked"));
    },
  ],
  [
    "is beside the repos of an opencode project",
    ({ w, lender, borrower }) => {
      borrow(borrower.path, objectsOf(lender));
      const { path } = opencodeRepo(w, join(w.work, "theirs"), 0);
      renameSync(borrower.path, join(dirname(path), "copy.git"));
    },
  ],
  ["names it in octal escapes", ({ lender, borrower }) => borrow(borrower.path, octal(objectsOf(lender)))],
  [
    "names it in quotes with one escape",
    ({ lender, borrower }) => borrow(borrower.path, `"${objectsOf(lender).replace("h", "\\150")}"`),
  ],
  ...LINKED,
];

describe("a repo from which one borrows that", () => {
  it.each(CASES)("%s: stays in every run; its twin is removed", async (_, make) => {
    const here = three();
    make(here);
    const { w, lender, twin } = here;
    const shown = await run(["prune", "--dry-run", "--json"], { home: w });
    expect(entryOf(shown.report(), lender.id)).toMatchObject({ action: "keep", holds: ["referenced"] });
    expect((await run(["auto", "--now", "--opt-in", "--set", "orphan_grace_hours=0"], { home: w })).code).toBe(0);
    expect([existsSync(lender.path), existsSync(twin.path)]).toEqual([true, false]);
    expect((await run(["prune", "--yes"], { home: w })).code).toBe(0);
    expect(existsSync(lender.path)).toBe(true);
  });

  it.each(CASES)("%s: stays where that came between the plan and the removal", async (_, make) => {
    const here = three();
    const { w, lender, twin } = here;
    const plan = await scan(common(w));
    make(here);
    await prune(plan, common(w));
    expect([existsSync(lender.path), existsSync(twin.path)]).toEqual([true, false]);
  });

  it("is of another agent or in another home: stays in runs about its own agent, home or base alone", async () => {
    const { w, lender, twin } = three();
    borrow(opencodeRepo(w, join(w.work, "theirs"), 0).path, objectsOf(lender));
    for (const words of [[], ["--agent", "hermes"], ["--home", w.home], ["--base", w.base]]) {
      const shown = (await run(["prune", "--dry-run", "--json", ...words], { home: w })).report();
      expect(entryOf(shown, lender.id)).toMatchObject({ action: "keep", holds: ["referenced"] });
      expect(entryOf(shown, twin.id).action).toBe("remove");
    }
  });

  it("has a relative symlink as its objects and is in the trash: stays until that is gone", async () => {
    const w = world();
    const [lender, borrower] = [w.repo("lender", { workdir: "delete" }), w.repo("borrower", { ageDays: 30 })];
    linkPart(borrower, "objects/pack", `../../${lender.id}/objects/pack`);
    w.age(borrower, 30);
    await sweep(w, { settings: { delete_orphans: false } });
    expect(existsSync(borrower.path)).toBe(false);
    await byHand(w);
    expect(existsSync(lender.path)).toBe(true);
    await byHand(w, { now: inDays(30) });
    expect(existsSync(lender.path)).toBe(false);
  });

  it.each<readonly [string, (here: Three) => void]>([
    [
      "borrows from elsewhere",
      ({ w, borrower }) => {
        borrow(borrower.path, join(w.root, "elsewhere/objects"));
        renameSync(borrower.path, join(w.base, "my-backup"));
      },
    ],
    [
      "has symlinks to elsewhere",
      ({ w, borrower }) => {
        for (const part of ["hooks", "objects/0a", "objects/pack/pack-1.pack"])
          linkPart(borrower, part, join(w.root, "elsewhere"));
      },
    ],
    [
      "has a link of a name that git does not know",
      ({ lender, borrower }) => linkPart(borrower, "backup", lender.path),
    ],
    [
      "has links that lead nowhere",
      ({ borrower }) => {
        linkPart(borrower, "objects/0a", "0a");
        linkPart(borrower, "objects/0b", "x".repeat(300));
        linkPart(borrower, "hooks", "hooks");
      },
    ],
    ["has a link beside it in the base", ({ w, lender }) => symlinkSync(lender.id, join(w.base, "latest"))],
    ["is its own common directory", ({ borrower }) => writeFileSync(join(borrower.path, "commondir"), ".\n")],
    [
      "is a directory of links to it",
      ({ w, lender }) => {
        mkdirSync(join(w.base, "by-name"));
        symlinkSync(`../${lender.id}`, join(w.base, "by-name", "first"));
      },
    ],
    ["is a comment", ({ lender, borrower }) => borrow(borrower.path, `#${objectsOf(lender)}`)],
    ["is in quotes that do not end", ({ lender, borrower }) => borrow(borrower.path, `"${objectsOf(lender)}`)],
    ["is a file without a repo", ({ w }) => writeFileSync(join(w.base, "notes"), "")],
  ])("%s: is removed", async (_, make) => {
    const here = three();
    make(here);
    expect((await run(["prune", "--yes"], { home: here.w })).code).toBe(0);
    expect([existsSync(here.lender.path), existsSync(here.twin.path)]).toEqual([false, false]);
  });

  it("has a symlink as its commondir stays with all others: what it says is unknown", async () => {
    const here = three();
    linkAt(join(here.borrower.path, "commondir"), join(here.w.root, "elsewhere"));
    expect((await run(["prune", "--yes"], { home: here.w })).code).toBe(0);
    expect([existsSync(here.lender.path), existsSync(here.twin.path)]).toEqual([true, true]);
  });

  it("names bytes that are not UTF-8 stays with all others: what it names is unknown", async () => {
    const here = three();
    borrow(here.borrower.path, String.raw`"/srv/\377/objects"`);
    expect((await run(["prune", "--yes"], { home: here.w })).code).toBe(0);
    expect([existsSync(here.lender.path), existsSync(here.twin.path)]).toEqual([true, true]);
  });
});
