// Destroys a tree in this process, as a run does, and gives what came of it.

import { mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { destroy, type Destroyed } from "../../src/fs/destroy.ts";
import { removeTree } from "../support/paths.ts";

export function demolish(path: string, with_: (path: string) => Generator<void, Destroyed> = destroy): Destroyed {
  const steps = with_(path);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** A directory for one test, with `victim/` still to be made. */
export function scratch(place: string = tmpdir()): string {
  const directory = realpathSync(mkdtempSync(join(place, "cgc-destroy-")));
  onTestFinished(() => removeTree(directory));
  return directory;
}
