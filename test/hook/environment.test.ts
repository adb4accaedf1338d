// What a sweep that is started gets of the environment: all that says where agents keep their things, and nothing that may be
// secret.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AGENTS } from "../../src/agents/index.ts";
import { childEnvironment } from "../../src/hook/environment.ts";
import { PROJECT } from "../support/paths.ts";

/** The variables that an agent asks for to find its bases. */
function askedBy(agent: (typeof AGENTS)[number]): readonly string[] {
  const asked = new Set<string>();
  const env = new Proxy<Record<string, string>>(
    {},
    {
      get: (_, name) => {
        asked.add(String(name));
        return undefined;
      },
    },
  );
  for (const platform of ["linux", "darwin"])
    agent.findBases({
      env,
      platform,
      osHome: "/home/ada",
      cwd: "/home/ada",
      homes: [],
      bases: [],
      listDirectories: () => ["main", "sessions", "checkpoints", "default"],
    });
  return [...asked];
}

describe.runIf(process.platform !== "win32")("the environment of a sweep", () => {
  it.each(AGENTS.map((agent) => ({ name: agent.name, agent })))("has what $name finds its bases by", ({ agent }) => {
    const asked = askedBy(agent);
    const env = Object.fromEntries(asked.map((name) => [name, `/of/${name}`]));
    expect(childEnvironment(env)).toMatchObject(env);
  });

  it("has what OpenClaw, Cline and Hermes are moved by, and not what is only called alike", () => {
    const env = { OPENCLAW_STATE_DIR: "/a", OPENCLAW_HOME: "/b", CLINE_DIR: "/c", HERMES_HOME: "/d" };
    const others = { OPENCLAW_GATEWAY_TOKEN: "secret", OPENCLAW_STATE_DIRS: "/e", CLINE_API_KEY: "secret" };
    expect(childEnvironment({ ...env, ...others })).toEqual({ ...env, CHECKPOINT_GC_DETACHED: "1" });
  });

  it("has every variable that the code of an agent names to read it", () => {
    const names = ["src/agents", "src/locations", "src/stores"].flatMap((directory) =>
      readdirSync(join(PROJECT, directory), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .flatMap((name) => [
          ...readFileSync(join(PROJECT, directory, name), "utf8").matchAll(
            /(?:variableOf\([^()]*|xdgDirectory\(|env\[)"([A-Z_]+)"/g,
          ),
        ])
        .map(([, variable = ""]) => variable),
    );
    expect(names).toContain("XDG_STATE_HOME");
    const ofWindows = new Set(["APPDATA", "LOCALAPPDATA", "USERPROFILE"]);
    const env = Object.fromEntries(names.filter((name) => !ofWindows.has(name)).map((name) => [name, "/x"]));
    expect(childEnvironment(env)).toMatchObject(env);
  });
});
