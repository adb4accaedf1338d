// A store with a project whose directory was deleted, and one in use.

import { join } from "node:path";
import type { ScanOptions } from "../../../../src/index.ts";
import { type HermesStore, hermesStore } from "../../../support/hermes-store.ts";
import { DAY_MS, removeTree } from "../../../support/paths.ts";
import { type World, world } from "../../../support/world.ts";

export interface Made {
  readonly w: World;
  readonly store: HermesStore;
  readonly options: ScanOptions;
  readonly old: string;
  readonly id: string;
  readonly history: readonly string[];
}

export function made(): Made {
  const w = world();
  w.settings({ stores: ["hermes-store"] }, "checkpoint_gc");
  const store = hermesStore(w.base);
  const old = join(w.work, "old");
  store.snapshot(old, { "a.txt": "one\n" }, Date.now() - 60 * DAY_MS);
  store.snapshot(old, { "a.txt": "two\n" }, Date.now() - 60 * DAY_MS + 1000);
  store.snapshot(join(w.work, "fresh"), { "b.txt": "mine\n" });
  removeTree(old);
  const options = { home: w.home, env: { HOME: w.root } };
  return { w, store, old, options, id: store.project(old).id, history: store.list(old) };
}
