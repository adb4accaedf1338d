// A folder of sessions that cannot be read, and a setting of Hermes for them that means nothing, cost the snapshots of the same
// home nothing: they are swept and shown as in a home without sessions.

import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { entryOf } from "../../../support/report.ts";
import { IS_ROOT } from "../../../support/mounts.ts";
import { run } from "../../../support/run.ts";
import { type World, world } from "../../../support/world.ts";

const SWEEP = ["auto", "--opt-in", "--now", "--json"];

const SPOILT: readonly (readonly [string, (sessions: string, w: World) => void])[] = [
  ["is a file", (sessions) => writeFileSync(sessions, "")],
  ["leads to what is not there", (sessions, w) => symlinkSync(join(w.root, "unplugged/sessions"), sessions)],
  [
    "leads to a directory of another name",
    (sessions, w) => {
      mkdirSync(join(w.root, "chats"));
      symlinkSync(join(w.root, "chats"), sessions);
    },
  ],
  ...(IS_ROOT
    ? []
    : [
        [
          "may not be listed",
          (sessions: string): void => {
            mkdirSync(sessions);
            chmodSync(sessions, 0);
          },
        ] as const,
      ]),
];

describe("snapshots beside sessions", () => {
  it.each(SPOILT)("are swept and shown where the folder of sessions %s", async (_how, spoil) => {
    const w = world();
    const gone = w.repo("gone", { workdir: "delete", ageDays: 30 });
    spoil(join(w.home, "sessions"), w);
    const status = await run(["status", "--json"], { home: w });
    // A manual run says what it could not look at; in a sweep nothing of it is collected.
    expect([0, 2]).toContain(status.code);
    expect(entryOf(status.report(), gone.id).verdict).toBe("orphan");
    const swept = await run(SWEEP, { home: w });
    expect([swept.code, entryOf(swept.report(), gone.id).outcome]).toEqual([0, "trashed"]);
    if (existsSync(join(w.root, "chats"))) expect(readdirSync(join(w.root, "chats"))).toEqual([]);
    expect(readdirSync(w.home)).not.toContain(".sessions.gc");
  });

  it("are swept where sessions.retention_days is not a number", async () => {
    const w = world();
    const gone = w.repo("gone", { workdir: "delete", ageDays: 30 });
    mkdirSync(join(w.home, "sessions"));
    writeFileSync(join(w.home, "config.yaml"), "sessions:\n  retention_days: 90d\n");
    expect((await run(["prune", "--dry-run"], { home: w })).code).toBe(0);
    const swept = await run(SWEEP, { home: w });
    expect([swept.code, entryOf(swept.report(), gone.id).outcome]).toEqual([0, "trashed"]);
  });
});
