import type { FindBases } from "../../src/agents/agent.ts";

/** A machine of ada's, by what is in directories, and the environment. */
export function machine(tree: Readonly<Record<string, readonly string[]>>, env: FindBases["env"] = {}): FindBases {
  return {
    env,
    osHome: "/home/ada",
    platform: "linux",
    cwd: "/srv/here",
    homes: [],
    bases: [],
    listDirectories: (path) => tree[path] ?? [],
  };
}
