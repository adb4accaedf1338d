// Where projects of tapps-agents are looked for.

import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { autoPrune, scan, type ScanOptions } from "../../../src/index.ts";
import { noDeadMounts, whileDead } from "../../support/dead-mount.ts";
import { gitIn } from "../../support/project-git.ts";
import { type World, world } from "../../support/world.ts";

/** Makes a project of tapps-agents; gives its base. */
function project(path: string, name = "sessions"): string {
  const base = join(path, ".tapps-agents", name);
  mkdirSync(base, { recursive: true });
  return base;
}

function settings(w: World, text: string): void {
  const file = join(w.root, ".config/checkpoint-gc/config.yaml");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

async function basesFrom(w: World, options: ScanOptions): Promise<readonly string[]> {
  const { bases } = await scan({ env: { HOME: w.root }, cwd: w.root, ...options });
  return bases.flatMap(({ ref }) => (ref.agent === "tapps" ? [ref.path] : []));
}

describe("a project of tapps-agents", () => {
  it("is found in the working directory and above it, up to the repository and never above the user's home", async () => {
    const w = world();
    const [top, middle, low] = [join(w.root, "code"), join(w.root, "code/app"), join(w.root, "code/app/src")];
    const bases = [project(w.root), project(top), project(middle)];
    mkdirSync(low, { recursive: true });
    expect(await basesFrom(w, { cwd: low })).toEqual([bases[2], bases[1], bases[0]]);
    gitIn(top, "init", "--quiet");
    expect(await basesFrom(w, { cwd: low })).toEqual([bases[2], bases[1]]);
    expect(await basesFrom(w, { cwd: low, env: { HOME: middle } })).toEqual([bases[2]]);
    expect(await basesFrom(w, { cwd: dirname(w.root) })).toEqual([]);
  });

  it("counts where its sessions are, or what was kept of them", async () => {
    const w = world();
    const [without, gone] = [join(w.root, "without"), join(w.root, "gone")];
    mkdirSync(join(without, ".tapps-agents/logs"), { recursive: true });
    project(gone, ".sessions.gc");
    expect(await basesFrom(w, { cwd: without })).toEqual([]);
    expect(await basesFrom(w, { cwd: gone })).toEqual([join(gone, ".tapps-agents/sessions")]);
  });

  it("is found in the directories of other agents' snapshots where sessions are asked for, and not without that", async () => {
    const w = world();
    const base = project(w.repo("app").workdir);
    expect(await basesFrom(w, { sessions: true })).toEqual([base]);
    expect(await basesFrom(w, {})).toEqual([]);
  });

  it("is named by itself, by its directory, or by its base", async () => {
    const w = world();
    const base = project(join(w.root, "app"));
    for (const named of [
      { home: join(w.root, "app") },
      { home: join(w.root, "app/.tapps-agents") },
      { base },
      { home: "app" },
    ]) {
      expect(await basesFrom(w, { agent: "tapps", ...named })).toEqual([base]);
    }
    await expect(scan({ agent: "tapps", base: "" })).rejects.toMatchObject({ code: "usage" });
  });

  it("is found in directories that another agent's entries are about, where it was named or is collected", async () => {
    const w = world();
    const found = project(w.repo("app").workdir);
    w.repo("plain");
    w.repo("deleted", { workdir: "delete" });
    expect(await basesFrom(w, {})).toEqual([]);
    expect(await basesFrom(w, { agent: "tapps" })).toEqual([found]);
    expect(await basesFrom(w, { settings: { collect: ["tapps-sessions"] } })).toEqual([found]);
    expect(await basesFrom(w, { settings: { collect: ["hermes-shadow"] } })).toEqual([]);
    settings(w, "collect: [hermes-shadow, tapps-cli-sessions]\n");
    expect(await basesFrom(w, {})).toEqual([found]);
    expect(await basesFrom(w, { agent: "hermes" })).toEqual([]);
    settings(w, "agents: {tapps: {collect: [tapps-sessions]}}\n");
    expect(await basesFrom(w, {})).toEqual([found]);
    // A named home or base is all that a run is about.
    expect(await basesFrom(w, { home: w.home })).toEqual([]);
  });

  it("is found around none where that agent's base cannot be read, and the run goes on", async () => {
    const w = world();
    project(w.repo("app").workdir);
    rmSync(w.base, { recursive: true });
    writeFileSync(w.base, "not a directory");
    expect(await basesFrom(w, { agent: "tapps" })).toEqual([]);
  });

  it("is named in our file of settings, once however it is found, and one that is gone is none", async () => {
    const w = world();
    const [base, other] = [project(join(w.root, "app")), project(join(w.root, "other"))];
    symlinkSync(join(w.root, "app"), join(w.root, "link"));
    settings(
      w,
      `agents:\n  tapps:\n    bases: ["~/app/.tapps-agents/sessions", "${w.root}/link/.tapps-agents/sessions", ~/gone]\n`,
    );
    const { bases } = await scan({ env: { HOME: w.root }, cwd: join(w.root, "other") });
    const ofTapps = bases.filter(({ ref, exists }) => ref.agent === "tapps" && exists);
    expect(ofTapps.map(({ ref }) => ref.path)).toEqual([other, base]);
    const swept = await autoPrune({ env: { HOME: w.root }, cwd: w.root, agent: "tapps", optIn: true });
    expect(swept.bases.map(({ error }) => error)).toEqual([null, null]);
  });

  it.each([
    ["a relative one", "[app]"],
    ["an empty one", '[""]'],
    ["a text", "~/app"],
    ["a number", "[7]"],
  ])("is refused in our file of settings as %s", async (_, bases) => {
    const w = world();
    project(join(w.root, "app"));
    settings(w, `agents:\n  tapps:\n    bases: ${bases}\n`);
    await expect(basesFrom(w, { cwd: join(w.root, "app") })).rejects.toMatchObject({
      code: "settings-invalid",
      message: expect.stringMatching(/^agents\.tapps\.bases in .*, line 3, is /) as string,
    });
  });
});

it("a project on a mount that does not answer is passed over, named or found, and the others are shown", (context) => {
  const reason = noDeadMounts();
  if (reason !== null) context.skip(reason);
  const w = world();
  const found = project(w.repo("app").workdir);
  w.repo("mnt/dead");
  rmSync(join(w.work, "mnt/dead"), { recursive: true });
  settings(w, `agents: {tapps: {bases: [${w.work}/mnt/other/.tapps-agents/sessions]}}\n`);
  const [ended] = whileDead(w, join(w.work, "mnt"), [["status", "--agent", "tapps", "--json"]]);
  expect(ended?.code).not.toBeNull();
  expect(ended?.stdout).toContain(found);
});
