// The two blocks of an agent's file, by the name that each has there.

import { readAgentFile } from "../../src/config/agent-file.ts";
import type { Settings } from "../../src/model/settings.ts";

export const KINDS: readonly string[] = ["hermes-shadow", "hermes-store"];

interface Blocks {
  readonly checkpoints: Partial<Settings>;
  readonly checkpoint_gc: Partial<Settings>;
}

export function readBlocks(text: string, file: string, kinds: readonly string[] = KINDS): Blocks {
  const { agent, own } = readAgentFile(text, file, { block: "checkpoints", kinds: [] }, kinds);
  return { checkpoints: agent?.values ?? {}, checkpoint_gc: own?.values ?? {} };
}
