// What is asked of each of thousands of files in a folder before a plan: nothing, but where a file may differ from its folder.

import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Mount } from "../../src/model/surroundings.ts";
import { obstaclesOf } from "../../src/scan/obstacles.ts";
import { scratch } from "../fs/support.ts";
import { interceptCalls } from "../support/intercept-calls.ts";

const NAMES = ["a", "b", "c"];

/** A user who owns nothing here. */
const OTHER = (process.geteuid?.() ?? 0) + 1;

interface Asked {
  readonly files?: true;
  readonly mounts?: readonly Mount[] | null;
  readonly mode?: number;
}

/** The names that were asked for with access(2), and those with an obstacle. */
async function asked({ files, mounts = [], mode = 0o755 }: Asked): Promise<{ access: string[]; held: string[] }> {
  const base = scratch();
  for (const name of NAMES) writeFileSync(join(base, name), "");
  chmodSync(base, mode);
  const identity = { dev: "1", ino: "1", birth: "0" };
  const candidates = NAMES.map((name) => ({
    entry: { base, store: "toy", id: name, members: [{ path: join(base, name), place: name, identity }] as const },
  }));
  const access: string[] = [];
  interceptCalls((operation, path) => {
    if (operation === "access" && path !== base && path.startsWith(`${base}/`))
      access.push(path.slice(base.length + 1));
  });
  const stores = [{ kind: "toy", ...(files === undefined ? {} : { files }) }];
  const placed = mounts?.map((mount) => ({ ...mount, point: join(base, mount.point) })) ?? null;
  const found = await obstaclesOf(candidates, {
    base,
    state: null,
    uid: OTHER,
    mounts: placed,
    stores,
    signal: undefined,
  });
  return { access, held: NAMES.filter((name) => found.has(join(base, name))) };
}

const MOUNT: Mount = { id: null, point: "b", root: "/", source: "/dev/x", type: "ext4" };

describe("files of a folder", () => {
  it("are not asked for one by one, and entries of other kinds are", async () => {
    expect(await asked({ files: true })).toEqual({ access: [], held: [] });
    expect(await asked({})).toMatchObject({ access: NAMES });
  });

  it("are asked for where something is mounted on them, and where it is unknown what is mounted", async () => {
    expect(await asked({ files: true, mounts: [MOUNT] })).toMatchObject({ access: ["b"] });
    expect(await asked({ files: true, mounts: null })).toMatchObject({ access: NAMES });
  });

  it("are held in a sticky folder where another user owns them, and not in another folder", async () => {
    expect(await asked({ files: true, mode: 0o1777 })).toEqual({ access: NAMES, held: NAMES });
    expect(await asked({ files: true, mode: 0o777 })).toEqual({ access: [], held: [] });
  });
});
