// Presence of a workdir at first sight: every reason for an unknown answer, and beside each the nearest case with
// an answer. What needs real mounts is in mounts.test.ts.

import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { asOtherUser, fifo, letPass } from "../fs/support.ts";
import { type Scene, scene } from "./scene.ts";

/** Arranges the disk; gives the path to ask about. */
type Arrange = (s: Scene) => string;

interface Row {
  readonly name: string;
  readonly arrange: Arrange;
  readonly says: string;
}

const made = (s: Scene, ...parts: readonly string[]): string => {
  const path = join(s.work, ...parts);
  mkdirSync(path, { recursive: true });
  return path;
};

/** As a locked directory of ext4 lists them. */
const CIPHERTEXTS = ["3Q2-7wAAAAAZkX0tPbq8yTnR5mLsVh1c", "kP0dZr4ABAA_vW2eYtM9sQhLxJ6uNbGf"];

const ROWS: readonly Row[] = [
  { name: "a directory", arrange: (s) => made(s, "x"), says: "present" },
  { name: "gone, its parent lists another name", arrange: (s) => join(s.work, "x"), says: "absent" },
  {
    name: "an empty directory",
    arrange: (s) => made(s, "empty"),
    says: "present",
  },
  {
    name: "a file in its place",
    arrange: (s) => {
      writeFileSync(join(s.work, "x"), "");
      return join(s.work, "x");
    },
    says: "present",
  },
  { name: "a FIFO in its place", arrange: (s) => fifo(join(s.work, "x")), says: "present" },
  {
    name: "a symlink to a directory",
    arrange: (s) => {
      symlinkSync(made(s, "real"), join(s.work, "x"));
      return join(s.work, "x");
    },
    says: "symlink",
  },
  {
    name: "a dangling symlink",
    arrange: (s) => {
      symlinkSync("nowhere", join(s.work, "x"));
      return join(s.work, "x");
    },
    says: "symlink",
  },
  {
    name: "there, below a symlink",
    arrange: (s) => {
      made(s, "real", "x");
      symlinkSync("real", join(s.work, "link"));
      return join(s.work, "link", "x");
    },
    says: "symlink-above",
  },
  {
    name: "gone, below a symlink",
    arrange: (s) => {
      made(s, "real", "other");
      symlinkSync("real", join(s.work, "link"));
      return join(s.work, "link", "x");
    },
    says: "symlink-above",
  },
  {
    name: "gone, two below a symlink",
    arrange: (s) => {
      made(s, "real", "a", "other");
      symlinkSync("real", join(s.work, "link"));
      return join(s.work, "link", "a", "x");
    },
    says: "symlink-above",
  },
  {
    name: "gone, below a symlink to itself",
    arrange: (s) => {
      symlinkSync("loop", join(s.work, "loop"));
      return join(s.work, "loop", "x");
    },
    says: "symlink-above",
  },
  {
    name: "gone, below a real directory beside the symlink",
    arrange: (s) => {
      made(s, "real", "other");
      symlinkSync("real", join(s.work, "link"));
      return join(s.work, "real", "x");
    },
    says: "absent",
  },
  { name: "gone with its parent", arrange: (s) => join(s.work, "gone", "x"), says: "parent-missing" },
  { name: "gone with all above it", arrange: (s) => join(s.root, "a", "b", "c", "x"), says: "parent-missing" },
  { name: "its parent empty", arrange: (s) => join(made(s, "empty"), "x"), says: "parent-empty" },
  {
    name: "its parent with nothing but dot files",
    arrange: (s) => {
      made(s, "empty", ".cache");
      writeFileSync(join(s.work, "empty", ".DS_Store"), "");
      return join(s.work, "empty", "x");
    },
    says: "parent-empty",
  },
  {
    name: "its parent with one name",
    arrange: (s) => {
      made(s, "parent", "other");
      return join(s.work, "parent", "x");
    },
    says: "absent",
  },
  {
    name: "its parent with links alone, as a vault of eCryptfs leaves it",
    arrange: (s) => {
      made(s, "Private");
      symlinkSync("/usr/share/x.desktop", join(s.work, "Private", "Access-Your-Private-Data.desktop"));
      symlinkSync("/usr/share/x.txt", join(s.work, "Private", "README.txt"));
      return join(s.work, "Private", "x");
    },
    says: "parent-bare",
  },
  ...["NOT_MOUNTED", "not-mounted.txt", "README", "nas offline.txt", "DO_NOT_WRITE_HERE", "desktop.ini"].map(
    (note) => ({
      name: `its parent with ${note} alone`,
      arrange: (s: Scene): string => {
        writeFileSync(join(made(s, "nas"), note), "");
        return join(s.work, "nas", "x");
      },
      says: "parent-bare",
    }),
  ),
  {
    name: "its parent with lost+found alone",
    arrange: (s) => {
      made(s, "nas", "lost+found");
      return join(s.work, "nas", "x");
    },
    says: "parent-bare",
  },
  {
    name: "its parent with a note and a project",
    arrange: (s) => {
      writeFileSync(join(made(s, "nas"), "README"), "");
      made(s, "nas", "other");
      return join(s.work, "nas", "x");
    },
    says: "absent",
  },
  {
    name: "its parent with a directory of a note's name",
    arrange: (s) => {
      made(s, "parent", "readme");
      return join(s.work, "parent", "x");
    },
    says: "absent",
  },
  {
    name: "its parent locked, every name ciphertext",
    arrange: (s) => {
      for (const name of CIPHERTEXTS) made(s, "private", name);
      return join(s.work, "private", "x");
    },
    says: "locked",
  },
  {
    name: "its parent with ciphertext and a plain name",
    arrange: (s) => {
      for (const name of [...CIPHERTEXTS, "plain"]) made(s, "private", name);
      return join(s.work, "private", "x");
    },
    says: "absent",
  },
  {
    name: "deep in a cloud folder",
    arrange: (s) => {
      made(s, "Dropbox", "a", "b", "other");
      return join(s.work, "Dropbox", "a", "b", "x");
    },
    says: "cloud-folder",
  },
  {
    name: "in a folder that a sync client has marked, whatever it is called",
    arrange: (s) => {
      made(s, "files", "a", "other");
      writeFileSync(join(s.work, "files", ".owncloudsync.log"), "");
      return join(s.work, "files", "a", "x");
    },
    says: "cloud-folder",
  },
  {
    name: "below a home with the settings of a sync client",
    arrange: (s) => {
      made(s, "home", ".dropbox");
      made(s, "home", "code", "other");
      return join(s.work, "home", "code", "x");
    },
    says: "absent",
  },
  {
    name: "another case",
    arrange: (s) => {
      made(s, "Proj");
      return join(s.work, "proj");
    },
    says: "name-variant",
  },
  {
    name: "NFD where NFC was recorded",
    arrange: (s) => {
      made(s, "cafe\u0301");
      return join(s.work, "caf\u00e9");
    },
    says: "name-variant",
  },
  {
    name: "NFC where NFD was recorded",
    arrange: (s) => {
      made(s, "caf\u00e9");
      return join(s.work, "cafe\u0301");
    },
    says: "name-variant",
  },
  {
    name: "without its accent: another name",
    arrange: (s) => {
      made(s, "cafe");
      return join(s.work, "caf\u00e9");
    },
    says: "absent",
  },
  { name: "below a file", arrange: (s) => join(s.work, "neighbour", "x"), says: "not-a-directory" },
  { name: "two below a file", arrange: (s) => join(s.work, "neighbour", "a", "x"), says: "not-a-directory" },
  { name: "a name of 255 bytes", arrange: (s) => join(s.work, "x".repeat(255)), says: "absent" },
  { name: "a name of 256 bytes", arrange: (s) => join(s.work, "x".repeat(256)), says: "name-too-long" },
  {
    name: "a name of 256 bytes and 128 characters",
    arrange: (s) => join(s.work, "ü".repeat(128)),
    says: "name-too-long",
  },
  { name: "a path of 5,000 bytes", arrange: (s) => s.work + "/xxxxxxxxx".repeat(500), says: "parent-missing" },
  { name: "~ glued to another directory", arrange: (s) => join(s.work, "~", "proj"), says: "unexpanded-home" },
  { name: "a directory that is really called ~", arrange: (s) => made(s, "~", "proj"), says: "present" },
  { name: "a name with a newline", arrange: (s) => join(s.work, "a\nb"), says: "absent" },
  { name: "below the root", arrange: () => "/no-such-directory-at-all", says: "parent-is-root" },
  { name: "a home of a user who does not exist", arrange: () => "/home/no-such-person", says: "parent-of-homes" },
  { name: "on a volume", arrange: () => "/media/no-such-volume", says: "volume-place" },
];

describe("presence at first sight", () => {
  it.each(ROWS)("$name: $says", ({ arrange, says }) => {
    const s = scene();
    const path = arrange(s);
    // A machine without the usual directories tells less, which is not a failure.
    expect(says === "parent-of-homes" || says === "volume-place" ? [says, "parent-missing"] : [says]).toContain(
      s.ask(path),
    );
  });

  it("accepts a parent with nothing but dot files as proof where the base itself is below it", () => {
    const s = scene();
    const base = made(s, "p", ".hermes", "checkpoints");
    expect(s.ask(join(s.work, "p", "x"))).toBe("parent-empty");
    expect(s.ask(join(s.work, "p", "x"), {}, { base })).toBe("absent");
  });

  it("says the same of a path asked about after many others of the same parent", () => {
    const s = scene();
    made(s, "there");
    for (const name of ["a", "b", "there", "c"]) s.ask(join(s.work, name));
    expect(s.ask(join(s.work, "a"))).toBe("absent");
    expect(s.ask(join(s.work, "there"))).toBe("present");
  });
});

describe("presence for a user who may not see everything", () => {
  it.each([
    {
      name: "a parent that may neither be entered nor listed",
      mode: 0o000,
      there: true,
      says: "access-denied",
      below: "access-denied",
    },
    {
      name: "one that may be entered and not listed, the workdir gone",
      mode: 0o711,
      there: false,
      says: "access-denied",
      below: "parent-missing",
    },
    {
      name: "one that may be entered and not listed, the workdir there",
      mode: 0o711,
      there: true,
      says: "present",
      below: "parent-missing",
    },
    {
      name: "one that may be listed and not entered",
      mode: 0o744,
      there: false,
      says: "access-denied",
      below: "access-denied",
    },
    { name: "one that may be both", mode: 0o755, there: false, says: "absent", below: "parent-missing" },
  ])("$name: $says", async ({ mode, there, says, below }) => {
    const s = scene();
    letPass(s.root);
    const parent = made(s, "parent");
    made(s, "parent", "other");
    if (there) made(s, "parent", "x");
    // Root is an owner that the other one is not; an ordinary user is the owner, so his own bits count.
    chmodSync(parent, process.getuid?.() === 0 ? mode : ((mode & 0o007) << 6) | (mode & 0o077));
    try {
      expect(await asOtherUser(() => s.ask(join(parent, "x")))).toBe(says);
      expect(await asOtherUser(() => s.ask(join(parent, "gone", "x")))).toBe(below);
    } finally {
      chmodSync(parent, 0o755);
    }
  });
});
