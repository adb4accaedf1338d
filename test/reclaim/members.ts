// Members of entries, made of what really is on the disk.

import { lstatSync } from "node:fs";
import type { Member } from "../../src/model/entry.ts";

export function memberOf(path: string, place: string): Member {
  const { dev, ino, birthtimeNs } = lstatSync(path, { bigint: true });
  return { path, place, identity: { dev: String(dev), ino: String(ino), birth: String(birthtimeNs) } };
}
