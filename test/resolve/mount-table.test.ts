// Mount tables as text: Linux, macOS, fstab. If one is missed here, the absence of its volume is not noticed.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isAtOrBelow, mountAt, parseDarwinMount, parseFstab, parseMountinfo } from "../../src/resolve/mount-table.ts";
import { observeMachine, readMounts } from "../../src/resolve/machine.ts";

describe("/proc/self/mountinfo", () => {
  it.each([
    {
      name: "an ordinary line",
      line: "36 35 98:0 / /mnt rw,noatime master:1 - ext3 /dev/root rw,errors=continue",
      mount: { id: "36", point: "/mnt", source: "/dev/root", root: "/", type: "ext3" },
    },
    {
      name: "no optional field",
      line: "1 0 8:1 / / rw - ext4 /dev/sda1 rw",
      mount: { id: "1", point: "/", source: "/dev/sda1", root: "/", type: "ext4" },
    },
    {
      name: "many optional fields",
      line: "2 1 8:1 / /a rw shared:1 master:2 propagate_from:3 unbindable - xfs /dev/sdb rw",
      mount: { id: "2", point: "/a", source: "/dev/sdb", root: "/", type: "xfs" },
    },
    {
      name: "a bind mount",
      line: "3 1 8:1 /srv/real /srv/bound rw - ext4 /dev/sda1 rw",
      mount: { id: "3", point: "/srv/bound", source: "/dev/sda1", root: "/srv/real", type: "ext4" },
    },
    {
      name: "space, tab, newline, backslash and # in octal",
      line: "4 1 8:1 /r\\040oot /a\\040b\\011c\\012d\\134e\\043 rw - fuse.sshfs me@host:/x\\040y rw",
      mount: { id: "4", point: "/a b\tc\nd\\e#", source: "me@host:/x y", root: "/r oot", type: "fuse.sshfs" },
    },
    {
      name: "an escaped backslash before digits",
      line: "5 1 8:1 / /a\\134040b rw - ext4 /dev/sda1 rw",
      mount: { id: "5", point: "/a\\040b", source: "/dev/sda1", root: "/", type: "ext4" },
    },
    {
      name: "a dash as a name",
      line: "6 1 8:1 / /a\\040-\\040b rw - ext4 - rw",
      mount: { id: "6", point: "/a - b", source: "-", root: "/", type: "ext4" },
    },
    {
      name: "UTF-8, read as bytes",
      line: Buffer.from("7 1 8:1 / /mnt/ü漢 rw - ext4 /dev/sda1 rw", "utf8").toString("latin1"),
      mount: { id: "7", point: "/mnt/ü漢", source: "/dev/sda1", root: "/", type: "ext4" },
    },
    {
      name: "an overlay with its layers, a colon and a comma in their names",
      line: String.raw`8 1 0:9 / /ov rw - overlay overlay rw,lowerdir=/l1:/l\:2:/l\,3,upperdir=/u\040p,workdir=/wk,xino=off`,
      mount: {
        id: "8",
        point: "/ov",
        source: "overlay",
        root: "/",
        type: "overlay",
        layers: ["/l1", "/l\\:2", "/l\\,3", "/u p"],
        upper: { path: "/u p", redirect: null },
      },
    },
    {
      name: "an overlay with the directory that it writes to, and how it moves directories",
      line: "8 1 0:9 / /ov rw - overlay o rw,lowerdir=/l,upperdir=/u,workdir=/wk,redirect_dir=on",
      mount: {
        id: "8",
        point: "/ov",
        source: "o",
        root: "/",
        type: "overlay",
        layers: ["/l", "/u"],
        upper: { path: "/u", redirect: "on" },
      },
    },
    {
      name: "an overlay whose upper layer is named relatively",
      line: "8 1 0:9 / /ov rw - overlay o rw,lowerdir=/l,upperdir=u,workdir=wk",
      mount: { id: "8", point: "/ov", source: "o", root: "/", type: "overlay", layers: ["/l", "u"] },
    },
    {
      name: "an overlay of Linux 6.8",
      line: "9 1 0:9 / /ov rw - overlay none rw,lowerdir+=/l1,lowerdir+=/l2,datadir+=/d",
      mount: { id: "9", point: "/ov", source: "none", root: "/", type: "overlay", layers: ["/l1", "/l2", "/d"] },
    },
    {
      name: "mergerfs with its branches",
      line: "10 1 0:9 / /pool rw - fuse.mergerfs /mnt/a=RW:/mnt/b rw,user_id=0",
      mount: {
        id: "10",
        point: "/pool",
        source: "/mnt/a=RW:/mnt/b",
        root: "/",
        type: "fuse.mergerfs",
        layers: ["/mnt/a", "/mnt/b"],
      },
    },
    {
      name: "mergerfs that does not say",
      line: "11 1 0:9 / /pool rw - fuse.mergerfs pool rw,user_id=0",
      mount: { id: "11", point: "/pool", source: "pool", root: "/", type: "fuse.mergerfs", layers: [] },
    },
  ])("$name", ({ line, mount }) => {
    expect(parseMountinfo(`${line}\n`)).toEqual([mount]);
  });

  it("skips lines that are malformed", () => {
    expect(parseMountinfo("\nnonsense\n36 35 98:0 / /mnt rw\n - ext4 x rw\n")).toEqual([]);
  });

  it("reads this machine's own", () => {
    if (process.platform !== "linux") return;
    const lines = readFileSync("/proc/self/mountinfo", "utf8").trimEnd().split("\n");
    const mounts = readMounts("linux");
    expect(mounts?.length).toBe(lines.length);
    expect(mounts?.some(({ point }) => point === "/")).toBe(true);
    expect(mounts?.find(({ point }) => point === "/proc")?.type).toBe("proc");
  });
});

describe("which mount a path is on", () => {
  const table = parseMountinfo(
    [
      "1 0 8:1 / / rw - ext4 /dev/a rw",
      "2 1 8:2 / /mnt rw - ext4 /dev/b rw",
      "3 2 8:3 / /mnt/x rw - ext4 /dev/c rw",
    ].join("\n"),
  );
  it.each([
    ["/", "/dev/a"],
    ["/srv", "/dev/a"],
    ["/mntx", "/dev/a"],
    ["/mnt", "/dev/b"],
    ["/mnt/xy", "/dev/b"],
    ["/mnt/x", "/dev/c"],
    ["/mnt/x/y/z", "/dev/c"],
  ])("%s: %s", (path, source) => {
    expect(mountAt(table, path)?.source).toBe(source);
  });

  it("the last of those stacked on one point", () => {
    const stacked = [...table, { id: "9", point: "/mnt", source: "/dev/over", root: "/", type: "tmpfs" }];
    expect(mountAt(stacked, "/mnt/y")?.source).toBe("/dev/over");
    expect(mountAt(stacked.toReversed(), "/mnt/y")?.source).toBe("/dev/b");
  });

  it("none where the table is empty", () => {
    expect(mountAt([], "/a")).toBeNull();
  });

  it.each([
    ["/a", "/a", true],
    ["/a/b", "/a", true],
    ["/ab", "/a", false],
    ["/a", "/a/b", false],
    ["/a", "/", true],
    ["/", "/", true],
    ["/", "/a", false],
  ])("%s at or below %s: %s", (path, directory, expected) => {
    expect(isAtOrBelow(path, directory)).toBe(expected);
  });
});

describe("/etc/fstab", () => {
  it.each([
    { name: "a line", text: "UUID=1 /data ext4 defaults 0 2", points: ["/data"] },
    { name: "tabs and spaces", text: "  UUID=1\t\t/data   ext4\tdefaults", points: ["/data"] },
    { name: "an octal escape", text: "UUID=1 /my\\040data ext4 defaults", points: ["/my data"] },
    { name: "not mounted automatically", text: "/dev/sdb1 /mnt/usb vfat noauto,user 0 0", points: ["/mnt/usb"] },
    { name: "a network mount", text: "server:/export /srv/nfs nfs defaults 0 0", points: ["/srv/nfs"] },
    { name: "a bind mount", text: "/srv/real /srv/bound none bind 0 0", points: ["/srv/bound"] },
    { name: "a comment", text: "# UUID=1 /data ext4", points: [] },
    { name: "a comment without a space", text: "#UUID=1 /data ext4", points: [] },
    { name: "swap", text: "UUID=2 none swap sw 0 0\n/swapfile swap swap defaults 0 0", points: [] },
    { name: "empty lines", text: "\n\n  \n", points: [] },
    { name: "CRLF", text: "UUID=1 /data ext4 defaults 0 2\r\nUUID=2 /more ext4\r\n", points: ["/data", "/more"] },
    { name: "a slash behind the point", text: "UUID=1 /data/ ext4 defaults", points: ["/data"] },
    { name: "two slashes in the point", text: "UUID=1 //srv//data ext4 defaults", points: ["/srv/data"] },
    { name: "the root", text: "UUID=1 / ext4 defaults", points: ["/"] },
    { name: "UTF-8", text: Buffer.from("UUID=1 /dätä ext4", "utf8").toString("latin1"), points: ["/dätä"] },
  ])("$name", ({ text, points }) => {
    expect(parseFstab(text)).toEqual(points);
  });
});

describe("mount(8) of macOS", () => {
  it.each([
    {
      name: "the root",
      line: "/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)",
      mount: { id: null, point: "/", source: "/dev/disk3s1s1", root: "/", type: "apfs" },
    },
    {
      name: "spaces in the name",
      line: "/dev/disk4s2 on /Volumes/My Disk (hfs, local, nodev)",
      mount: { id: null, point: "/Volumes/My Disk", source: "/dev/disk4s2", root: "/", type: "hfs" },
    },
    {
      name: "automounted",
      line: "map auto_home on /System/Volumes/Data/home (autofs, automounted, nobrowse)",
      mount: { id: null, point: "/System/Volumes/Data/home", source: "map auto_home", root: "/", type: "autofs" },
    },
    {
      name: "a network share",
      line: "//me@server/share on /Volumes/share (smbfs, nodev, nosuid, mounted by me)",
      mount: { id: null, point: "/Volumes/share", source: "//me@server/share", root: "/", type: "smbfs" },
    },
    {
      name: "parentheses in the name",
      line: "/dev/disk5 on /Volumes/Disk (old) (exfat, local)",
      mount: { id: null, point: "/Volumes/Disk (old)", source: "/dev/disk5", root: "/", type: "exfat" },
    },
    {
      name: "one word of type",
      line: "devfs on /dev (devfs)",
      mount: { id: null, point: "/dev", source: "devfs", root: "/", type: "devfs" },
    },
  ])("$name", ({ line, mount }) => {
    expect(parseDarwinMount(`${line}\n`)).toEqual([mount]);
  });

  it("skips lines that are malformed", () => {
    expect(parseDarwinMount("\nnonsense\nx on y (z)\n")).toEqual([]);
  });
});

describe("this machine", () => {
  it("is the same for two looks", () => {
    const [one, two] = [observeMachine(), observeMachine()];
    expect(one.observer).toEqual(two.observer);
    expect(one.mounts).not.toBeNull();
  });
});
