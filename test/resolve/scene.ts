// A real directory and whatever machine a test makes up around it.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NO_LEDGER } from "../../src/model/ledger.ts";
import type { Presence } from "../../src/model/presence.ts";
import type { Machine, Mount } from "../../src/model/surroundings.ts";
import { newAncestors } from "../../src/resolve/ancestors.ts";
import { observeMachine } from "../../src/resolve/machine.ts";
import { presenceOf, type PresenceContext } from "../../src/resolve/presence.ts";
import { scratch } from "../fs/support.ts";

export interface Scene {
  readonly root: string;
  /** Lists one name that does not begin with a dot. */
  readonly work: string;
  readonly base: string;
  /** `absent`, `present`, or the reason why it is unknown. */
  ask(path: string, machine?: Partial<Machine>, witnesses?: Partial<PresenceContext>): string;
}

export function scene(parent?: string): Scene {
  const root = scratch(parent);
  const [work, base] = [join(root, "work"), join(root, "home", "checkpoints")];
  mkdirSync(work);
  mkdirSync(base, { recursive: true });
  writeFileSync(join(work, "neighbour"), "");
  const observed = observeMachine();
  return {
    root,
    work,
    base,
    ask: (path, machine, witnesses) =>
      wordOf(
        presenceOf(path, {
          machine: { ...observed, fstab: [], configured: [], ...machine },
          base,
          ancestors: newAncestors(),
          ledger: NO_LEDGER,
          ...witnesses,
        }),
      ),
  };
}

function wordOf(presence: Presence): string {
  return presence.kind === "unknown" ? presence.reason : presence.kind;
}

/** The mounts of this machine and some more, mounted last. */
export function withMounts(...more: readonly Partial<Mount>[]): readonly Mount[] {
  const made = more.map((mount, at): Mount => ({
    id: `made-up-${at}`,
    point: "/",
    source: "made-up",
    root: "/",
    type: "ext4",
    ...mount,
  }));
  return [...(observeMachine().mounts ?? []), ...made];
}
