// Destroys hostile trees, and checks what is beside them afterwards. What needs a process, a mount or a
// file system of its own is in test/reclaim/.

import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { demolish, scratch } from "../reclaim/demolish.ts";
import { assertSound } from "../support/git.ts";
import { IS_ROOT, shell, skipped, OTHER_UID } from "../support/mounts.ts";
import { writeFiles } from "../support/shadow.ts";
import { interceptCalls, stopIntercepting } from "../support/intercept-calls.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { world } from "../support/world.ts";

const NOTHING_LEFT = { troubles: [] };

describe("contents", () => {
  it("removes what may not be read, written or entered", () => {
    const victim = tree();
    chmodSync(join(victim, "a", "file"), 0o444);
    chmodSync(join(victim, "a"), 0o555);
    chmodSync(join(victim, "b"), 0o000);
    chmodSync(victim, 0o000);
    expect(demolish(victim)).toMatchObject(NOTHING_LEFT);
    expect(isThere(victim)).toBe(false);
  });

  it.skipIf(skipped(IS_ROOT ? null : "SKIPPED: the same as another uid needs root"))(
    "the same as an ordinary user",
    () => {
      const victim = tree();
      shell('chown -R "$1" "$2"', String(OTHER_UID), join(victim, ".."));
      chmodSync(join(victim, "a", "file"), 0o444);
      chmodSync(join(victim, "a"), 0o555);
      chmodSync(join(victim, "b"), 0o000);
      chmodSync(victim, 0o500);
      expect(asOtherUser(() => demolish(victim))).toMatchObject(NOTHING_LEFT);
      expect(isThere(victim)).toBe(false);
    },
  );

  it.skipIf(!IS_ROOT)("leaves what belongs to another user there, tells it, and removes the rest", () => {
    const victim = tree();
    const above = join(victim, "..");
    shell('chown -R "$1" "$2"', String(OTHER_UID), above);
    chownSync(join(victim, "b"), 0, 0);
    chmodSync(join(victim, "b"), 0o700);
    const done = asOtherUser(() => demolish(victim));
    expect(done.troubles).toMatchObject([{ code: "EACCES", path: join(victim, "b") }]);
    expect(readdirSync(victim)).toEqual(["b"]);
    expect(readdirSync(join(victim, "b"))).toEqual(["deep"]);
  });

  it("removes symlinks and nothing they point to", () => {
    const directory = scratch();
    const precious = join(directory, "precious");
    const victim = join(directory, "victim");
    writeFiles(precious, { "file": "precious\n", "below/file": "precious too\n" });
    const before = fingerprint(precious);
    mkdirSync(join(victim, "sub"), { recursive: true });
    for (const [at, to] of [
      "../precious",
      precious,
      join(precious, "file"),
      "/",
      "..",
      ".",
      "nowhere",
      "loop",
    ].entries()) {
      symlinkSync(to, join(victim, `link${at}`));
      symlinkSync(to, join(victim, "sub", `link${at}`));
    }
    symlinkSync("loop", join(victim, "loop"));
    expect(demolish(victim)).toMatchObject({ ...NOTHING_LEFT, files: 17 });
    expect(diff(before, fingerprint(precious))).toEqual([]);
    expect(readdirSync(directory)).toEqual(["precious"]);
  });

  it("removes the symlink itself where the victim is one", () => {
    const directory = scratch();
    writeFiles(join(directory, "precious"), { file: "precious\n" });
    symlinkSync("precious", join(directory, "victim"));
    expect(demolish(join(directory, "victim"))).toMatchObject(NOTHING_LEFT);
    expect(readdirSync(directory)).toEqual(["precious"]);
    expect(readdirSync(join(directory, "precious"))).toEqual(["file"]);
  });

  it("leaves a live repo sound whose objects are hard links to the victim's, and frees nothing for those", () => {
    const w = world();
    const live = w.repo("live");
    const victim = join(w.root, "victim");
    shell('cp -al "$1" "$2"', live.path, victim);
    writeFileSync(join(victim, "alone"), Buffer.alloc(20_000, 1));
    linkSync(join(victim, "alone"), join(victim, "alone-too"));
    const before = fingerprint(live.path);
    const done = demolish(victim);
    expect(done).toMatchObject(NOTHING_LEFT);
    const directories = shell('find "$1" -type d | wc -l', live.path).trim();
    expect(done.bytes - 20_480).toBeLessThanOrEqual(Number(directories) * 4096);
    expect(done.bytes).toBeGreaterThanOrEqual(20_480);
    expect(diff(before, fingerprint(live.path))).toEqual([]);
    assertSound(live.path);
  });

  it("removes sockets, FIFOs, device nodes and sparse files, and opens none of them", async () => {
    const victim = tree();
    shell('mkfifo "$1"', join(victim, "a", "fifo"));
    if (IS_ROOT) shell('mknod "$1/null" c 1 3; mknod "$1/sda" b 8 0', victim);
    writeFileSync(join(victim, "sparse"), "x");
    truncateSync(join(victim, "sparse"), 2 ** 40);
    const server = createServer().listen(join(victim, "socket"));
    await new Promise((resolve) => server.once("listening", resolve));
    const opened: string[] = [];
    interceptCalls((operation, path) => {
      if (operation === "open") opened.push(path);
    });
    const done = demolish(victim);
    stopIntercepting();
    await new Promise((resolve) => server.close(resolve));
    expect(done).toMatchObject(NOTHING_LEFT);
    expect(done.bytes).toBeLessThan(2 ** 20);
    expect(opened.filter((path) => /fifo|socket|null|sda|sparse/.test(path))).toEqual([]);
    expect(isThere(victim)).toBe(false);
  });

  it("removes names that are not UTF-8, hold newlines or escapes, or are as long as can be", () => {
    const victim = tree();
    for (const name of [
      [0xff, 0xfe],
      [0xc3, 0x28],
      [0x0a],
      [0x1b, 0x5b, 0x32, 0x4a],
      [0x20],
      [0x2d, 0x72, 0x66],
      [0xc3, 0xa9],
      Array.from<number>({ length: 255 }).fill(0xe9),
    ]) {
      const bytes = Buffer.from(name);
      mkdirSync(Buffer.concat([Buffer.from(`${victim}/`), bytes]));
      writeFileSync(Buffer.concat([Buffer.from(`${victim}/`), bytes, Buffer.from("/"), bytes]), "x");
      writeFileSync(Buffer.concat([Buffer.from(`${victim}/a/`), bytes]), "x");
    }
    expect(demolish(victim)).toMatchObject({ ...NOTHING_LEFT, files: 20 });
    expect(isThere(victim)).toBe(false);
  });

  it("removes 2,000 levels, deeper than any path can be, with few descriptors", () => {
    const victim = join(scratch(), "victim");
    shell(
      'mkdir "$1"; cd "$1"; perl -e \'for (1..2000) { mkdir "level$_"; open F, ">f"; close F; chdir "level$_" or die $! }\'',
      victim,
    );
    let open = 0;
    let most = 0;
    interceptCalls((operation) => {
      if (operation === "open") most = Math.max(most, ++open);
      if (operation === "close") open -= 1;
    });
    expect(demolish(victim)).toMatchObject({ ...NOTHING_LEFT, files: 2000 });
    expect(isThere(victim)).toBe(false);
    expect({ open, few: most <= 64 }).toEqual({ open: 0, few: true });
  });

  it("accepts a missing victim without an error, and removes a plain file", () => {
    const directory = scratch();
    expect(demolish(join(directory, "nothing"))).toEqual({ bytes: 0, files: 0, troubles: [] });
    writeFileSync(join(directory, "file"), "x");
    expect(demolish(join(directory, "file"))).toMatchObject({ files: 1, troubles: [] });
    expect(readdirSync(directory)).toEqual([]);
  });
});

/** `victim/` with files in two branches. */
function tree(): string {
  const victim = join(scratch(), "victim");
  writeFiles(victim, { "top": "x", "a/file": "x", "a/other": "x", "b/deep/file": "x" });
  return victim;
}

function asOtherUser<T>(act: () => T): T {
  process.setegid?.(OTHER_UID);
  process.seteuid?.(OTHER_UID);
  try {
    return act();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
