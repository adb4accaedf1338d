// What only the ledger can prove: a workdir that was deleted with the directories above it, or left an empty one.
// Beside each the near twins in which something else may have happened.

import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { loudly } from "../fs/support.ts";
import { byHand, resultOf, sweep, trashNames } from "../reclaim/runs.ts";
import { IS_ROOT } from "../support/mounts.ts";
import { type World, world } from "../support/world.ts";
import { scan } from "../../src/index.ts";
import { common } from "../reclaim/runs.ts";
import { inMounts, isThere, needsMounts, repoOf } from "./mounted.ts";
import { entryOf } from "../support/report.ts";

interface Change {
  readonly name: string;
  /** Of a workdir `clients/acme/site`, seen alive with `clients/bolt` beside `clients/acme`. */
  readonly change: (clients: string, w: World) => void;
  readonly says: string;
  readonly workdir?: string;
}

const gone = (...paths: readonly string[]): void => {
  for (const path of paths) rmSync(path, { recursive: true });
};

const CHANGES: readonly Change[] = [
  { name: "nothing", change: () => undefined, says: "workdir-present" },
  { name: "it was deleted", change: (clients) => gone(`${clients}/acme/site`), says: "absent-witnessed" },
  {
    name: "it was deleted, and its parent is empty now",
    change: (clients) => gone(`${clients}/acme/site`, `${clients}/acme/notes`),
    says: "absent-witnessed",
  },
  {
    name: "it was deleted, and its parent shows dot files only",
    change: (clients) => {
      gone(`${clients}/acme/site`, `${clients}/acme/notes`);
      writeFileSync(`${clients}/acme/.DS_Store`, "");
    },
    says: "absent-witnessed",
  },
  { name: "its parent was deleted with it", change: (clients) => gone(`${clients}/acme`), says: "absent-witnessed" },
  {
    name: "its parent was deleted with it, and the one above is empty now",
    change: (clients) => gone(`${clients}/acme`, `${clients}/bolt`),
    says: "absent-witnessed",
  },
  { name: "all three were deleted", change: (clients) => gone(clients), says: "absent-witnessed" },
  {
    name: "its parent was moved away with it",
    change: (clients) => renameSync(`${clients}/acme`, `${clients}/acme-2025`),
    says: "renamed",
  },
  {
    name: "it was renamed where it is",
    change: (clients) => renameSync(`${clients}/acme/site`, `${clients}/acme/site.bak`),
    says: "renamed",
  },
  {
    name: "it was renamed where it is, among many",
    change: (clients) => {
      for (let at = 0; at < 300; at++) mkdirSync(`${clients}/acme/other-${at}`);
      renameSync(`${clients}/acme/site`, `${clients}/acme/old-site`);
    },
    says: "renamed",
  },
  {
    name: "the one above its parent was renamed",
    change: (clients) => renameSync(clients, `${clients}-2025`),
    says: "renamed",
  },
  {
    name: "it was renamed, and its parent too",
    change: (clients) => {
      renameSync(`${clients}/acme/site`, `${clients}/acme/web`);
      renameSync(`${clients}/acme`, `${clients}/acme-2025`);
    },
    says: "renamed",
  },
  {
    name: "it was taken out of its parent, which was deleted",
    change: (clients) => {
      renameSync(`${clients}/acme/site`, `${clients}/acme-site`);
      gone(`${clients}/acme`);
    },
    says: "renamed",
  },
  {
    name: "it was deleted, and its parent renamed",
    change: (clients) => {
      gone(`${clients}/acme/site`);
      renameSync(`${clients}/acme`, `${clients}/acme-2025`);
    },
    says: "absent-witnessed",
  },
  {
    name: "it was deleted, and another directory made under another name",
    change: (clients) => {
      gone(`${clients}/acme/site`);
      mkdirSync(`${clients}/acme/site-2`);
    },
    says: "absent-witnessed",
  },
  {
    name: "another file was put beside it",
    change: (clients) => {
      gone(`${clients}/acme/site`);
      writeFileSync(`${clients}/acme/other`, "");
    },
    says: "absent-witnessed",
  },
  {
    name: "its parent was moved away and made again",
    change: (clients) => {
      renameSync(`${clients}/acme`, `${clients}/acme-2025`);
      mkdirSync(`${clients}/acme`);
    },
    says: "parent-replaced",
  },
  {
    name: "its parent was deleted and made again",
    change: (clients) => {
      gone(`${clients}/acme`);
      mkdirSync(`${clients}/acme`);
    },
    says: "parent-replaced",
  },
  {
    name: "its parent was moved away and another directory put there",
    change: (clients) => {
      renameSync(`${clients}/acme`, `${clients}/acme-2025`);
      renameSync(`${clients}/bolt`, `${clients}/acme`);
    },
    says: "parent-replaced",
  },
  {
    name: "its parent and the one above were made again, and the parent is missing",
    change: (clients) => {
      renameSync(clients, `${clients}-2025`);
      mkdirSync(clients);
    },
    says: "parent-replaced",
  },
  {
    name: "its parent became a symlink to where it is now",
    change: (clients) => {
      renameSync(`${clients}/acme`, `${clients}/acme-2025`);
      symlinkSync(`${clients}/acme-2025`, `${clients}/acme`);
    },
    says: "symlink-above",
  },
  {
    name: "its parent became a file",
    change: (clients) => {
      gone(`${clients}/acme`);
      writeFileSync(`${clients}/acme`, "");
    },
    says: "not-a-directory",
  },
  {
    name: "a symlink is in its place",
    change: (clients) => {
      gone(`${clients}/acme/site`);
      symlinkSync("notes", `${clients}/acme/site`);
    },
    says: "symlink",
  },
  {
    name: "a file stands in its place",
    change: (clients) => {
      gone(`${clients}/acme/site`);
      writeFileSync(`${clients}/acme/site`, "");
    },
    says: "workdir-present",
  },
  {
    name: "it has another case now",
    change: (clients) => renameSync(`${clients}/acme/site`, `${clients}/acme/Site`),
    says: "name-variant",
  },
  {
    name: "its parent has another case now",
    change: (clients) => renameSync(`${clients}/acme`, `${clients}/ACME`),
    says: "name-variant",
  },
  {
    name: "it has the other normalisation now",
    workdir: "caf\u00e9",
    change: (clients) => renameSync(`${clients}/acme/caf\u00e9`, `${clients}/acme/cafe\u0301`),
    says: "name-variant",
  },
  {
    name: "the directory above it is locked: its names are ciphertext",
    change: (clients) => {
      gone(`${clients}/acme/site`);
      renameSync(`${clients}/acme/notes`, `${clients}/acme/kP0dZr4ABAA_vW2eYtM9sQhLxJ6uNbGf`);
    },
    says: "locked",
  },
  {
    name: "it was deleted in a folder that a sync client keeps",
    change: (clients) => {
      writeFileSync(`${clients}/.nextcloudsync.log`, "");
      gone(`${clients}/acme`);
    },
    says: "cloud-folder",
  },
  {
    name: "it lost its accent",
    workdir: "caf\u00e9",
    change: (clients) => renameSync(`${clients}/acme/caf\u00e9`, `${clients}/acme/cafe`),
    says: "renamed",
  },
];

describe("of a workdir that a run saw alive", () => {
  it.each(CHANGES)("$name: $says", async ({ change, says, workdir = "site" }) => {
    const w = world();
    const clients = join(w.work, "clients");
    const repo = w.repo(`clients/acme/${workdir}`, { ageDays: 3 });
    mkdirSync(join(clients, "acme", "notes"));
    mkdirSync(join(clients, "bolt"));
    await sweep(w);
    // A file system that gives an inode again at once tells by the time of birth, whose clock ticks every few ms.
    await new Promise((resolve) => setTimeout(resolve, 20));
    change(clients, w);
    const [row] = (await scan(common(w))).bases[0]?.entries ?? [];
    expect(row?.judged.reason).toBe(says);
    const orphan = says === "absent-witnessed";
    expect(row?.ruling.action).toBe(orphan ? "remove" : "keep");

    const swept = await sweep(w, { settings: { orphan_grace_hours: 0 } });
    expect(trashNames(w)).toHaveLength(orphan ? 1 : 0);
    if (orphan) expect(resultOf(swept, repo).outcome).toBe("trashed");
    else expect((await byHand(w)).bases.flatMap((base) => base.entries)).toEqual([]);
    expect(isThere(repo.path)).toBe(!orphan);
  });

  it("its parent was replaced by another directory of the same inode: parent-replaced", async (test) => {
    const w = world();
    const repo = w.repo("clients/acme/site", { ageDays: 3 });
    await sweep(w);
    const parent = dirname(repo.workdir);
    const { ino } = statSync(parent);
    const again = sameInode(parent, ino);
    if (!again) return loudly(test, "this file system does not give an inode again soon");
    const [row] = (await scan(common(w))).bases[0]?.entries ?? [];
    expect(row?.judged.reason).toBe("parent-replaced");
  });

  it("a volume began above it, with the same names: parent-replaced, and nothing is removed", (test) => {
    needsMounts(test);
    const w = world();
    const { id } = repoOf(w, join(w.work, "clients", "acme"));
    const script = `mkdir -p "$W/clients/acme"; see alive auto --now --opt-in
mount -t tmpfs over "$W/clients"; mkdir "$W/clients/other"; see gone status\nTAKE
umount "$W/clients"; see again status`;
    const seen = inMounts(w, script);
    for (const name of ["gone", "swept", "pruned"])
      expect(entryOf(seen(name).report, id)).toMatchObject({ reason: "parent-replaced", action: "keep" });
    expect(entryOf(seen("again").report, id).reason).toBe("workdir-present");
  });

  it("what a bind mount of the very same directory shows is another mount: parent-replaced", (test) => {
    needsMounts(test);
    const w = world();
    const { id } = repoOf(w, join(w.work, "clients", "acme"));
    const script = `mkdir -p "$W/clients/acme" "$W/clients/bolt"; see alive auto --now --opt-in
rmdir "$W/clients/acme"; mount --bind "$W/clients" "$W/clients"; see gone status; umount "$W/clients"; see again status`;
    const seen = inMounts(w, script);
    expect(entryOf(seen("gone").report, id).reason).toBe("parent-replaced");
    expect(entryOf(seen("again").report, id).reason).toBe("absent-witnessed");
  });
});

/** Makes a directory again until it has the inode it had before. */
function sameInode(path: string, ino: number): boolean {
  if (!IS_ROOT && process.platform !== "linux") return false;
  rmSync(path, { recursive: true });
  for (let tries = 0; tries < 200; tries++) {
    mkdirSync(path);
    if (statSync(path).ino === ino) return true;
    execFileSync("rmdir", [path]);
  }
  return false;
}
