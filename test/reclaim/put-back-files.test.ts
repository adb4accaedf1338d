// Files of a project that go back to their places: nothing that came in the meantime is overwritten, and a run that is
// killed between two steps leaves what the next one finishes.

import { existsSync, lstatSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runFaulty } from "../support/faults.ts";
import { type HermesStore, hermesStore, type StoreProject } from "../support/hermes-store.ts";
import { interceptCallAt, stopIntercepting } from "../support/intercept-calls.ts";
import { DAY_MS } from "../support/paths.ts";
import { run } from "../support/run.ts";
import { type World, world } from "../support/world.ts";
import { restore } from "../../src/index.ts";
import { common, trashOf } from "./runs.ts";

interface Trashed {
  readonly w: World;
  readonly store: HermesStore;
  readonly project: StoreProject;
  readonly json: string;
  readonly history: readonly string[];
  /** Its id in the trash. */
  readonly id: string;
}

async function trashed(): Promise<Trashed> {
  const w = world();
  w.settings({ stores: ["hermes-store"] }, "checkpoint_gc");
  const store = hermesStore(w.base);
  const workdir = join(w.work, "old");
  store.snapshot(workdir, { "a.txt": "one\n" }, Date.now() - 61 * DAY_MS);
  store.snapshot(workdir, { "a.txt": "two\n" }, Date.now() - 60 * DAY_MS);
  const project = store.project(workdir);
  const [json, history] = [readFileSync(project.json, "utf8"), store.list(workdir)];
  expect((await run(["prune", "--yes", "--trash"], { home: w })).code).toBe(0);
  expect(existsSync(project.json)).toBe(false);
  const [found] = await trashOf(w);
  return { w, store, project, json, history, id: found?.item.id ?? "" };
}

it("a project file that appears right before ours goes back stays, and ours waits in the trash", async () => {
  const { w, store, project, json, history, id } = await trashed();
  const { met } = interceptCallAt("link", () => writeFileSync(project.json, "theirs"), { path: `${project.id}.json` });
  const { rows } = await restore({ ...common(w), ids: [id] });
  stopIntercepting();
  expect(met()).toBeGreaterThan(0);
  expect(rows[0]?.outcome).not.toBe("restored");
  expect(readFileSync(project.json, "utf8")).toBe("theirs");
  // It can still go back when the place is free again.
  rmSync(project.json);
  const again = await run(["trash", "restore", id, "--json"], { home: w });
  expect(again.code, again.stderr + again.stdout).toBe(0);
  expect([readFileSync(project.json, "utf8"), store.list(project.workdir)]).toEqual([json, history]);
});

it.each([
  ["at the first", "restored again", 1, ["trash", "restore"]],
  ["at the second", "restored again", 2, ["trash", "restore"]],
  ["at the first", "put back by the next run", 1, ["auto", "--opt-in", "--now"]],
  ["at the second", "put back by the next run", 2, ["auto", "--opt-in", "--now"]],
] as const)("killed between the two names of a file, %s: it has one again, %s", async (_, how, nth, command) => {
  const { w, store, project, json, history, id } = await trashed();
  const killed = await runFaulty({ kind: "kill", at: "unlink", nth, path: project.id }, ["trash", "restore", id], {
    home: w,
  });
  expect(killed.signal, how).toBe("SIGKILL");
  expect(twice(w, project)).toBe(1);
  const next = await run([...command, ...(command[0] === "trash" ? [id] : []), "--json"], { home: w });
  expect(next.code, next.stderr + next.stdout).toBe(0);
  expect([readFileSync(project.json, "utf8"), store.list(project.workdir)]).toEqual([json, history]);
  expect(twice(w, project)).toBe(0);
});

/** How many files of the project have a second name, in the trash. */
function twice({ home }: World, project: StoreProject): number {
  const places = [project.json, project.index, project.ledger].filter((path) => existsSync(path));
  const trash = join(home, ".checkpoints.gc", "checkpoints");
  const inodes = new Set(readdirSync(trash).map((name) => lstatSync(join(trash, name)).ino));
  return places.filter((path) => statSync(path).nlink === 2 && inodes.has(statSync(path).ino)).length;
}
