import type { FindBases } from "../../src/agents/agent.ts";

/** A machine of ada's, by what is in directories, by the texts of files, and the environment. */
export function machine(
  tree: Readonly<Record<string, readonly string[] | string>>,
  env: FindBases["env"] = {},
): FindBases {
  return {
    env,
    osHome: "/home/ada",
    platform: "linux",
    cwd: "/srv/here",
    homes: [],
    bases: [],
    listDirectories: (path) => (typeof tree[path] === "object" ? tree[path] : []),
    read: (path) => (typeof tree[path] === "string" ? tree[path] : null),
  };
}
