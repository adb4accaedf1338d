// A directory of ext4's own encryption (fscrypt) that is locked: its names are ciphertext, and nothing was deleted.

import { join } from "node:path";
import { expect, it, type TestContext } from "vitest";
import { loudly } from "../fs/support.ts";
import { inNamespace } from "../support/mounts.ts";
import { entryOf } from "../support/report.ts";
import { world } from "../support/world.ts";
import { inMounts, needsImages, repoOf } from "./mounted.ts";

/** `<set-up>` mounts `$W/vol` and makes `private` in it; `lock` takes the key away (linux/fscrypt.h). */
const SET_UP = `mkdir -p "$W/vol"; truncate -s 16M "$R/image"; mkfs.ext4 -q -O encrypt "$R/image"; mount -o loop "$R/image" "$W/vol"
mkdir "$W/vol/private"
python3 - "$W/vol" "$R/ident" <<'PY'
import fcntl, os, struct, sys
fd = os.open(sys.argv[1], os.O_RDONLY)
key = bytearray(struct.pack("<II32sII32s", 2, 0, b"", 64, 0, b"") + os.urandom(64))
fcntl.ioctl(fd, 0xC0506617, key)
ident = bytes(key[8:24])
at = os.open(sys.argv[1] + "/private", os.O_RDONLY)
fcntl.ioctl(at, 0x800C6613, bytearray(struct.pack("<BBBBB3s16s", 2, 1, 4, 3, 0, b"", ident)))
open(sys.argv[2], "wb").write(ident)
PY
lock() {
python3 - "$W/vol" "$R/ident" <<'PY'
import fcntl, os, struct, sys
ident = open(sys.argv[2], "rb").read()
fd = os.open(sys.argv[1], os.O_RDONLY)
fcntl.ioctl(fd, 0xC0406618, bytearray(struct.pack("<II32sI20s", 2, 0, ident + bytes(16), 0, b"")))
PY
sync; echo 2 > /proc/sys/vm/drop_caches; [ ! -e "$W/vol/private/novel" ]; }
mkdir -p "$W/vol/private/novel" "$W/vol/private/diary"
`;

function needsEncryption(test: TestContext): void {
  needsImages(test);
  const tried = inNamespace(
    `R=$(mktemp -d); W="$R/w"; trap 'umount -l "$W/vol"; rm -rf "$R"' EXIT; mkdir "$W"; ${SET_UP}\nlock`,
  );
  if (tried.status !== 0) loudly(test, "a locked directory: needs python3 and a kernel with fscrypt");
}

it("a workdir in it is kept while it is locked, and one that was deleted is gone once it is unlocked", (test) => {
  needsEncryption(test);
  const w = world();
  const novel = repoOf(w, join(w.work, "vol", "private", "novel"));
  const diary = repoOf(w, join(w.work, "vol", "private", "diary"));
  const script = `${SET_UP}see alive auto --now --opt-in; rm -r "$W/vol/private/diary"; see unlocked status
mkdir "$W/vol/private/other"; lock; see locked status; see swept auto --now --opt-in --set orphan_grace_hours=0; see pruned prune --yes
umount "$W/vol"`;
  const seen = inMounts(w, script);
  expect(entryOf(seen("alive").report, novel.id).reason).toBe("workdir-present");
  expect(entryOf(seen("unlocked").report, novel.id).reason).toBe("workdir-present");
  expect(entryOf(seen("unlocked").report, diary.id)).toMatchObject({ verdict: "orphan", reason: "absent-witnessed" });
  for (const name of ["locked", "swept", "pruned"])
    for (const { id } of [novel, diary])
      expect(entryOf(seen(name).report, id), name).toMatchObject({ reason: "locked", action: "keep" });
});
