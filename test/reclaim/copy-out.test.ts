// Out of the trash to another file system: rename(2) does not lead there, so it is copied, read back, and only then
// removed from the trash. Everything that git and a person could tell apart is as it was.

import {
  chmodSync,
  existsSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { assertSound } from "../support/git.ts";
import { IS_ROOT, inNamespace, noMounts, skipped } from "../support/mounts.ts";
import { COMMAND, run } from "../support/run.ts";
import { interceptCalls, failCalls, stopIntercepting } from "../support/intercept-calls.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { type ShadowRepo, type World, world } from "../support/world.ts";
import { byHand, common, giveBack, namesIn, outcomes, trashNames, trashOf } from "./runs.ts";

interface Scene {
  readonly w: World;
  readonly repo: ShadowRepo;
  readonly before: ReturnType<typeof fingerprint>;
  readonly to: string;
}

async function trashed(): Promise<Scene> {
  const w = world();
  const repo = w.repo("repo", { ageDays: 60, real: true });
  writeFileSync(join(repo.path, "large"), Buffer.alloc(3 * 1024 * 1024 + 17, 7));
  linkSync(join(repo.path, "large"), join(repo.path, "linked"));
  symlinkSync("../outside", join(repo.path, "dangling"));
  mkdirSync(join(repo.path, "closed"));
  writeFileSync(join(repo.path, "closed", "secret"), "s");
  chmodSync(join(repo.path, "closed", "secret"), 0o400);
  chmodSync(join(repo.path, "closed"), 0o500);
  // Whole seconds: Node sets times as doubles, which do not hold every nanosecond.
  w.age(repo, { at: Math.floor(Date.now() / 1000) * 1000 - 60 * 86_400_000 });
  const before = fingerprint(repo.path, { inodes: false });
  expect(outcomes(await byHand(w, { disposal: "trash" }))).toEqual({ trashed: 1 });
  return { w, repo, before, to: join(w.root, "rescued") };
}

/** Another file system below `to`, as rename(2) reports it. */
function across(to: string): void {
  interceptCalls((operation, path) => {
    // Within the directory a rename leads on; into it from the trash it does not.
    if (operation === "rename" && !path.startsWith(to) && path.includes("/.checkpoints.gc/checkpoints/") && !rejoined)
      throw Object.assign(new Error("EXDEV: cross-device link"), { code: "EXDEV" });
    if (operation === "point:copied-out") rejoined = true;
  });
  let rejoined = false;
}

describe("to another file system", () => {
  it("is copied to the byte, links and times and modes as they were, and leaves the trash", async () => {
    const { w, repo, before, to } = await trashed();
    across(to);
    const { rows } = await giveBack(w, { ids: [repo.id], to });
    stopIntercepting();
    expect(rows).toMatchObject([{ outcome: "restored", path: join(to, repo.id), error: null }]);
    const copy = join(to, repo.id);
    expect(diff(before, fingerprint(copy, { inodes: false }))).toEqual([]);
    expect(lstatSync(join(copy, "large")).ino).toBe(lstatSync(join(copy, "linked")).ino);
    expect(namesIn(to)).toEqual([repo.id]);
    expect(trashNames(w)).toEqual([]);
    assertSound(copy);
  });

  it.each(["open", "write", "fsync", "utimes", "symlink", "link"])(
    "stays whole in the trash where %s fails in the copy, and leaves nothing there",
    async (failing) => {
      const { w, repo, before, to } = await trashed();
      failCalls("EXDEV", (operation, path) => operation === "rename" && path.includes("/.checkpoints.gc/checkpoints/"));
      const exdev = globalThis.__checkpointGcTap;
      let seen = 0;
      let copying = false;
      interceptCalls((operation, path) => {
        exdev?.(operation, path);
        copying ||= operation === "mkdir" && path.startsWith(`${to}/`);
        const isCopy = copying && (operation === "write" || operation === "fsync" || path.startsWith(to));
        if (operation !== failing || !isCopy || ++seen !== (failing === "open" ? 2 : 1)) return;
        throw Object.assign(new Error("ENOSPC: no space left"), { code: "ENOSPC" });
      });
      const { rows } = await giveBack(w, { ids: [repo.id], to });
      stopIntercepting();
      expect(rows).toMatchObject([{ outcome: "failed", error: { code: "ENOSPC" } }]);
      expect(namesIn(to)).toEqual([]);
      const [item] = await trashOf(w);
      expect(diff(before, fingerprint(item?.item.members[0]?.path ?? "", { inodes: false }))).toEqual([]);
      expect((await giveBack(w, { ids: [repo.id], to })).rows).toMatchObject([{ outcome: "restored" }]);
    },
  );

  it("overwrites nothing that came to the place while it was copied", async () => {
    const { w, repo, before, to } = await trashed();
    interceptCalls((operation, path) => {
      if (operation === "point:copied") mkdirSync(join(to, repo.id));
      if (operation === "rename" && path.includes("/.checkpoints.gc/checkpoints/") && !existsSync(join(to, repo.id)))
        throw Object.assign(new Error("EXDEV: cross-device link"), { code: "EXDEV" });
    });
    const { rows } = await giveBack(w, { ids: [repo.id], to });
    stopIntercepting();
    expect(rows).toMatchObject([{ outcome: "conflict" }]);
    expect([readdirSync(to), readdirSync(join(to, repo.id))]).toEqual([[repo.id], []]);
    const [item] = await trashOf(w);
    expect(diff(before, fingerprint(item?.item.members[0]?.path ?? "", { inodes: false }))).toEqual([]);
  });

  it("killed in the middle, the next copy of the same clears away what it left, and of no other", async () => {
    const { w, repo, before, to } = await trashed();
    const killing = `globalThis.__checkpointGcTap = (operation, path) => {
      if (operation === "rename" && path.includes("/.checkpoints.gc/checkpoints/")) throw Object.assign(new Error("EXDEV"), { code: "EXDEV" });
      if (operation === "point:copied") process.kill(process.pid, "SIGKILL");
    };`;
    const node = ["--import", `data:text/javascript,${encodeURIComponent(killing)}`];
    const killed = await run(["trash", "restore", repo.id, "--to", to], { home: w, node });
    expect(killed.signal).toBe("SIGKILL");
    const [left] = namesIn(to);
    expect(left).toMatch(/^\.checkpoint-gc-partial-[0-9a-f]{16}-[0-9a-f]{16}$/);
    const others = [`.checkpoint-gc-partial-${"0".repeat(16)}-${"1".repeat(16)}`, ".tmp-0123456789abcdef"];
    for (const name of others) mkdirSync(join(to, name));
    across(to);
    expect((await giveBack(w, { ids: [repo.id], to })).rows).toMatchObject([{ outcome: "restored" }]);
    stopIntercepting();
    expect(namesIn(to)).toEqual([...others, repo.id].toSorted());
    expect(diff(before, fingerprint(join(to, repo.id), { inodes: false }))).toEqual([]);
  });

  it("interrupted in the middle of the second: the first is reported, the second is in the trash as it was", async () => {
    const { w, repo, to } = await trashed();
    const second = w.repo("second", { ageDays: 60 });
    expect(outcomes(await byHand(w, { disposal: "trash" }))).toMatchObject({ trashed: 1 });
    const stop = new AbortController();
    let copied = 0;
    interceptCalls((operation, path) => {
      // Within the trash, where what was copied gets its mark, a rename leads on.
      const isMark = path.includes(repo.id) && existsSync(join(to, repo.id));
      if (operation === "rename" && path.includes("/.checkpoints.gc/checkpoints/") && !isMark)
        throw Object.assign(new Error("EXDEV: cross-device link"), { code: "EXDEV" });
      if (operation === "point:copied") copied += 1;
      if (operation === "mkdir" && copied === 1 && path.includes("partial")) stop.abort();
    });
    const result = await giveBack(w, { ids: [repo.id, second.id], to, signal: stop.signal });
    stopIntercepting();
    expect(result.rows).toMatchObject([{ item: { entryId: repo.id }, outcome: "restored" }]);
    expect(result.skipped).toMatchObject([{ entryId: second.id }]);
    expect(namesIn(to)).toEqual([repo.id]);
    const [item] = await trashOf(w);
    assertSound(item?.item.members[0]?.path ?? "");
    expect((await giveBack(w, { ids: [second.id] })).rows).toMatchObject([{ outcome: "restored" }]);
  });

  it.runIf(IS_ROOT)("keeps whose it is", async () => {
    const { w, repo, to } = await trashed();
    const [item] = await trashOf(w);
    const path = item?.item.members[0]?.path ?? "";
    for (const name of ["HEAD", "objects", "dangling"]) lchownSync(join(path, name), 12_345, 23_456);
    const owners = (at: string): readonly number[][] =>
      ["HEAD", "objects", "dangling", "config"].map((name) => {
        const { uid, gid, mode } = lstatSync(join(at, name));
        return [uid, gid, mode];
      });
    const before = owners(path);
    across(to);
    expect((await giveBack(w, { ids: [repo.id], to })).rows).toMatchObject([{ outcome: "restored" }]);
    stopIntercepting();
    expect(owners(join(to, repo.id))).toEqual(before);
  });

  it("is copied also where its owner cannot be set", async () => {
    const { w, repo, before, to } = await trashed();
    across(to);
    const exdev = globalThis.__checkpointGcTap;
    interceptCalls((operation, path) => {
      exdev?.(operation, path);
      if (operation === "chown") throw Object.assign(new Error("EPERM"), { code: "EPERM" });
    });
    expect((await giveBack(w, { ids: [repo.id], to })).rows).toMatchObject([{ outcome: "restored" }]);
    stopIntercepting();
    expect(diff(before, fingerprint(join(to, repo.id), { inodes: false }))).toEqual([]);
  });

  it.skipIf(IS_ROOT)("says what cannot be made where the directory cannot", async () => {
    const { w, repo, to } = await trashed();
    mkdirSync(to);
    chmodSync(to, 0o500);
    const { rows } = await giveBack(w, { ids: [repo.id], to: join(to, "no", "deeper") });
    chmodSync(to, 0o700);
    expect(rows).toMatchObject([{ outcome: "failed", error: { code: "EACCES" } }]);
    expect(rows[0]?.error?.message).toContain(`${join(to, "no")} cannot be made`);
  });
});

it.skipIf(skipped(noMounts()))("is rescued to a real file system of another kind", async () => {
  const { w, repo, to } = await trashed();
  mkdirSync(to);
  const { status, stdout, stderr } = inNamespace(
    'mount -t tmpfs none "$1"; HOME=$2 "$3" "$4" trash restore "$5" --to "$1/new/dir" && git --git-dir "$1/new/dir/$5" fsck --strict && ls -A "$1/new/dir"',
    to,
    w.root,
    process.execPath,
    COMMAND,
    repo.id,
  );
  expect([status, stderr, stdout.trim().split("\n").at(-1)]).toEqual([0, expect.anything(), repo.id]);
  expect(trashNames(w)).toEqual([]);
  expect(common(w).home).toBe(w.home);
});
