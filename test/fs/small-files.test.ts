// Small files: those of others are read bounded, without following or blocking; written so that a reader finds
// the old one or the new one.

import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { bytePath } from "../../src/fs/syscalls.ts";
import { decodeUtf8, readSmall, type SmallFile } from "../../src/fs/read-small.ts";
import { writeAtomic } from "../../src/fs/write-atomic.ts";
import { openBelow } from "../support/open-files.ts";
import { errno, interceptCalls, stopIntercepting } from "../support/intercept-calls.ts";
import { asOtherUser, fifo, isRoot, letPass, scratch } from "./support.ts";

const read = (path: string, limit = 100): SmallFile => readSmall(bytePath(path), limit);

describe("readSmall", () => {
  it.each([0, 1, 99, 100])("reads %i bytes with a limit of 100", (size) => {
    const path = join(scratch(), "f");
    writeFileSync(path, "x".repeat(size));
    expect(read(path)).toMatchObject({ kind: "bytes", bytes: Buffer.from("x".repeat(size)), stat: { size } });
  });

  it.each([101, 1 << 20])("does not read %i bytes", (size) => {
    const path = join(scratch(), "f");
    writeFileSync(path, "x".repeat(size));
    expect(read(path)).toMatchObject({ kind: "too-large", size });
  });

  it("does not believe a size of 0: /proc", () => {
    if (process.platform !== "linux") return;
    expect(read("/proc/self/mountinfo", 1 << 20)).toMatchObject({ kind: "bytes", stat: { size: 0 } });
    expect(read("/proc/self/mountinfo", 10)).toMatchObject({ kind: "too-large", size: 11 });
  });

  it("reports a file that grew while it was read as too large", () => {
    const path = join(scratch(), "f");
    writeFileSync(path, "x");
    interceptCalls((operation) => {
      if (operation === "read") writeFileSync(path, "y".repeat(500));
    });
    expect(read(path)).toMatchObject({ kind: "too-large", size: 101 });
  });

  it.each([
    { name: "nothing", make: () => undefined, kind: "missing" },
    { name: "a directory", make: (path: string) => mkdirSync(path), kind: "not-a-file" },
    { name: "a FIFO without a writer", make: fifo, kind: "not-a-file" },
    { name: "a symlink to a file", make: (path: string) => symlinkSync("/etc/passwd", path), kind: "not-a-file" },
    { name: "a dangling symlink", make: (path: string) => symlinkSync("nowhere", path), kind: "not-a-file" },
    { name: "a symlink to itself", make: (path: string) => symlinkSync("f", path), kind: "not-a-file" },
    { name: "a symlink to a device", make: (path: string) => symlinkSync("/dev/zero", path), kind: "not-a-file" },
  ])("$name: $kind", ({ make, kind }) => {
    const path = join(scratch(), "f");
    make(path);
    expect(read(path).kind).toBe(kind);
  });

  it("a socket, a device: not a file", async () => {
    const path = join(scratch(), "socket");
    const server = createServer();
    await new Promise<void>((done) => server.listen(path, done));
    onTestFinished(() => void server.close());
    expect([read(path).kind, read("/dev/zero").kind, read("/dev/null").kind]).toEqual([
      "not-a-file",
      "not-a-file",
      "not-a-file",
    ]);
  });

  it("reports a path below a file as unreadable, and a file without permission too", async () => {
    const directory = scratch();
    letPass(directory);
    const path = join(directory, "f");
    writeFileSync(path, "x");
    expect(read(join(path, "below"))).toMatchObject({ kind: "unreadable", trouble: { code: "ENOTDIR" } });
    chmodSync(path, 0);
    expect(await asOtherUser(() => read(path))).toMatchObject({
      kind: "unreadable",
      trouble: { code: "EACCES", path },
    });
  });

  it.each(["open", "fstat", "read"])(
    "%s that fails: a value with its errno, and no descriptor stays open",
    (operation) => {
      const directory = scratch();
      const path = join(directory, "f");
      writeFileSync(path, "x");
      let meanwhile: readonly string[] = [];
      interceptCalls((seen) => {
        if (seen !== operation) return;
        meanwhile = openBelow(directory);
        throw errno("EIO");
      });
      expect(read(path)).toMatchObject({ kind: "unreadable", trouble: { code: "EIO" } });
      stopIntercepting();
      if (process.platform === "linux") expect(meanwhile).toEqual(operation === "open" ? [] : [path]);
      expect(openBelow(directory)).toEqual([]);
    },
  );

  it("finds a name that is not ASCII", () => {
    const path = join(scratch(), "ü漢");
    writeFileSync(path, "x");
    expect(read(path).kind).toBe("bytes");
  });
});

describe("decodeUtf8", () => {
  it.each([
    ["", ""],
    ["\ufefftext", "text"],
    ["\ufeff\ufefftext", "\ufefftext"],
    ["a\0b", "a\0b"],
    ["ü漢😀", "ü漢😀"],
  ])("%j", (text, expected) => {
    expect(decodeUtf8(Buffer.from(text))).toBe(expected);
  });

  it.each([["ff"], ["c3"], ["c080"], ["eda080"], ["f4908080"], ["61c3"]])("%s is none", (hex) => {
    expect(decodeUtf8(Buffer.from(hex, "hex"))).toBeNull();
  });
});

describe("writeAtomic", () => {
  const write = (target: string, text: string, scratchDirectory: string): void =>
    writeAtomic(bytePath(target), text, bytePath(scratchDirectory));

  it("writes a new one and replaces an old one, 0600, by rename", () => {
    const [directory, state] = [scratch(), scratch()];
    const path = join(directory, "f");
    write(path, "one", state);
    const first = lstatSync(path).ino;
    write(path, "two", state);
    expect([readFileSync(path, "utf8"), lstatSync(path).mode & 0o777, lstatSync(path).ino === first]).toEqual([
      "two",
      0o600,
      false,
    ]);
    expect([readdirSync(directory), readdirSync(state)]).toEqual([["f"], []]);
  });

  it("does not write into a file that has another hard link", () => {
    const directory = scratch();
    const [path, other] = [join(directory, "f"), join(directory, "other")];
    writeFileSync(other, "precious");
    linkSync(other, path);
    write(path, "new", directory);
    expect([readFileSync(path, "utf8"), readFileSync(other, "utf8")]).toEqual(["new", "precious"]);
  });

  it.each(["victim", "nowhere"])("replaces a symlink to %s, and does not follow it", (target) => {
    const directory = scratch();
    writeFileSync(join(directory, "victim"), "precious");
    symlinkSync(target, join(directory, "f"));
    write(join(directory, "f"), "new", directory);
    expect(lstatSync(join(directory, "f")).isFile()).toBe(true);
    expect(readFileSync(join(directory, "victim"), "utf8")).toBe("precious");
    expect(readdirSync(directory).toSorted()).toEqual(["f", "victim"]);
  });

  it("replaces a FIFO without waiting for a reader", () => {
    const directory = scratch();
    fifo(join(directory, "f"));
    write(join(directory, "f"), "new", directory);
    expect(readFileSync(join(directory, "f"), "utf8")).toBe("new");
  });

  it.each(["open", "write", "fsync", "point:written", "rename"])(
    "%s that fails: the old one stays, and nothing beside it",
    (operation) => {
      const [directory, state] = [scratch(), scratch()];
      const path = join(directory, "f");
      write(path, "old", state);
      const before = lstatSync(path, { bigint: true });
      interceptCalls((seen) => {
        if (seen === operation) throw errno("ENOSPC");
      });
      expect(() => write(path, "new", state)).toThrow("ENOSPC");
      stopIntercepting();
      expect([readFileSync(path, "utf8"), lstatSync(path, { bigint: true }).mtimeNs]).toEqual(["old", before.mtimeNs]);
      expect(readdirSync(state)).toEqual([]);
    },
  );

  it("a directory in its place: it stays, and nothing beside it", () => {
    const directory = scratch();
    mkdirSync(join(directory, "f"));
    expect(() => write(join(directory, "f"), "new", directory)).toThrow("EISDIR");
    expect(readdirSync(directory)).toEqual(["f"]);
  });

  it("a directory that may not be written: the old one stays", async () => {
    const directory = scratch();
    letPass(directory);
    const state = scratch();
    chmodSync(state, 0o777);
    write(join(directory, "f"), "old", state);
    if (!isRoot()) chmodSync(directory, 0o555);
    await expect(asOtherUser(() => write(join(directory, "f"), "new", state))).rejects.toThrow("EACCES");
    chmodSync(directory, 0o755);
    expect([readFileSync(join(directory, "f"), "utf8"), readdirSync(state)]).toEqual(["old", []]);
  });

  it("syncs the file before the rename, and the directory after it", () => {
    const directory = scratch();
    const seen: string[] = [];
    interceptCalls((operation) => seen.push(operation));
    write(join(directory, "f"), "new", directory);
    stopIntercepting();
    expect(seen.filter((one) => ["write", "fsync", "rename"].includes(one))).toEqual([
      "write",
      "fsync",
      "rename",
      "fsync",
    ]);
  });

  it.each([
    ["EINVAL", false],
    ["ENOTSUP", false],
    ["EIO", true],
  ])("a directory whose sync fails with %s: told %s", (code, told) => {
    const directory = scratch();
    let syncs = 0;
    interceptCalls((operation) => {
      if (operation === "fsync" && ++syncs === 2) throw errno(code);
    });
    const act = (): void => write(join(directory, "f"), "new", directory);
    if (told) expect(act).toThrow(code);
    else expect(act).not.toThrow();
    stopIntercepting();
    expect(readFileSync(join(directory, "f"), "utf8")).toBe("new");
  });
});
