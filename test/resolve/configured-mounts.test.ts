// Mounts that a machine makes at times, from the files that say so, below a root of the test's own.

import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { configuredMounts, unescaped } from "../../src/resolve/configured-mounts.ts";
import { observeMachine } from "../../src/resolve/machine.ts";
import { asOtherUser, letPass, scratch } from "../fs/support.ts";

interface Root {
  readonly root: string;
  readonly home: string;
  readonly write: (path: string, text?: string) => string;
  readonly points: () => readonly string[] | null;
}

function emptyRoot(): Root {
  const root = scratch();
  const home = join(root, "home", "ann");
  mkdirSync(home, { recursive: true });
  return {
    root,
    home,
    write: (path, text = "") => {
      const at = join(root, path);
      mkdirSync(dirname(at), { recursive: true });
      writeFileSync(at, text);
      return at;
    },
    points: () => configuredMounts(root, home)?.map(({ point }) => point) ?? null,
  };
}

describe("the name of a unit", () => {
  it.each([
    ["-", "/"],
    ["srv", "/srv"],
    ["srv-nas", "/srv/nas"],
    ["srv-nas\\x2dold", "/srv/nas-old"],
    ["home-ann-caf\\xc3\\xa9", "/home/ann/café"],
    ["home-ann-\\x2ehidden", "/home/ann/.hidden"],
    ["mnt-a\\x20b", "/mnt/a b"],
  ])("%s is %s", (stem, point) => {
    expect(unescaped(stem)).toBe(point);
  });
});

describe("units of systemd", () => {
  it.each([
    "etc/systemd/system/srv-nas.mount",
    "etc/systemd/system/srv-nas.automount",
    "run/systemd/system/srv-nas.mount",
    "run/systemd/generator/srv-nas.mount",
    "run/systemd/generator.late/srv-nas.automount",
    "usr/local/lib/systemd/system/srv-nas.mount",
    "usr/lib/systemd/system/srv-nas.mount",
    "home/ann/.config/systemd/user/srv-nas.mount",
  ])("%s names a mount point", (path) => {
    const { write, points } = emptyRoot();
    write(path, "[Mount]\nWhere=/srv/nas\n");
    expect(points()).toEqual(["/srv/nas"]);
  });

  it.each(["srv-nas.service", "srv-nas.mount.d/x.conf", "multi-user.target.wants/x.target"])(
    "%s names none",
    (name) => {
      const { write, points } = emptyRoot();
      write(`etc/systemd/system/${name}`);
      expect(points()).toEqual([]);
    },
  );

  it("that are masked name none, and mask those of the distribution", () => {
    const { root, write, points } = emptyRoot();
    write("usr/lib/systemd/system/srv-nas.mount");
    write("usr/lib/systemd/system/srv-disk.mount");
    write("etc/systemd/system/other.service");
    symlinkSync("/dev/null", join(root, "etc/systemd/system/srv-nas.mount"));
    expect(points()).toEqual(["/srv/disk"]);
  });

  it("that a distribution ships for places of the system name none; an administrator's do", () => {
    const { write, points } = emptyRoot();
    for (const stem of ["tmp", "dev-hugepages", "sys-kernel-debug", "run-lock", "proc-sys-fs-binfmt_misc"])
      write(`usr/lib/systemd/system/${stem}.mount`);
    expect(points()).toEqual([]);
    write("etc/systemd/system/tmp.mount");
    expect(points()).toEqual(["/tmp"]);
  });
});

describe("maps of the automounter", () => {
  it("name the places of their master map, and the keys of direct maps", () => {
    const { write, points } = emptyRoot();
    write("etc/auto.master", '# /old /etc/auto.old\n+auto.master\n/misc /etc/auto.misc\n"/net/" -hosts\n/off -null\n');
    write("etc/auto.master.d/more.autofs", "/- file:/etc/auto.direct --timeout=60\n");
    write("etc/auto.direct", "# a comment\n/srv/nas -fstype=nfs4 nas:/export\n");
    write("etc/auto.misc", "cd -fstype=iso9660 :/dev/cdrom\n");
    expect(points()?.toSorted()).toEqual(["/misc", "/net", "/srv/nas"]);
  });

  it("of macOS too", () => {
    const { write, points } = emptyRoot();
    write("etc/auto_master", "/net -hosts -nobrowse,hidefromfinder,nosuid\n/- -static\n/- auto_nas\n");
    write("etc/auto_nas", "/Users/ann/nas -fstype=smbfs ://nas/code\n");
    expect(points()).toEqual(["/net", "/Users/ann/nas"]);
  });
});

it("volumes that a login mounts are named, wherever the home is", () => {
  const { home, write, points } = emptyRoot();
  write(
    "etc/security/pam_mount.conf.xml",
    '<!-- <volume mountpoint="/never"/> --><volume user="*" mountpoint="/srv/%(USER)"/><volume mountpoint="/x/%(OTHER)"/>',
  );
  write("home/ann/.pam_mount.conf.xml", '<volume path="a" mountpoint="~/secret" />');
  expect(points()).toEqual(["/srv/ann", join(home, "secret")]);
});

it("those of a home that is a symlink are named by both of its paths", () => {
  const root = scratch();
  mkdirSync(join(root, "disk"));
  symlinkSync("disk", join(root, "ann"));
  writeFileSync(join(root, "disk", ".pam_mount.conf.xml"), '<volume path="a" mountpoint="~/secret/deep" />');
  const points = observeMachine("linux", join(root, "ann")).configured?.map(({ point }) => point);
  expect(points).toEqual(expect.arrayContaining([join(root, "ann/secret/deep"), join(root, "disk/secret/deep")]));
});

it("user settings on a mount without an answer may name any place; those of the system are read", () => {
  const { root, home, write, points } = emptyRoot();
  write("etc/systemd/system/srv-nas.mount");
  expect(points()).toEqual(["/srv/nas"]);
  expect(configuredMounts(root, home, (path) => path.startsWith(`${home}/.config/`))).toBe(null);
  expect(configuredMounts(root, home, (path) => path.startsWith(root) && !path.startsWith(home))).toHaveLength(1);
});

it("a machine with none of these has none", () => {
  expect(emptyRoot().points()).toEqual([]);
});

it("a file that cannot be read may name any place", async () => {
  const { root, write, points } = emptyRoot();
  letPass(root);
  chmodSync(write("etc/auto.master", "/misc /etc/auto.misc\n"), 0);
  expect(await asOtherUser(points)).toBe(null);
});
