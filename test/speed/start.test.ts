// What a start loads: an automatic run with nothing to do answers before the command is loaded, and only then.
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { PROJECT } from "../support/paths.ts";
import { run } from "../support/run.ts";
import { type World, world } from "../support/world.ts";

const DIST = join(PROJECT, "dist");

const AUTO = ["auto", "--opt-in"] as const;

/** Files of this package that a run loaded, by V8's own coverage of it. */
async function loadedBy(w: World, args: readonly string[]): Promise<{ code: number | null; files: string[] }> {
  const directory = join(w.root, "coverage");
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
  const { code } = await run(args, { home: w, env: { NODE_V8_COVERAGE: directory } });
  const reports = readdirSync(directory).map((name) => readFileSync(join(directory, name), "utf8"));
  const urls = reports.flatMap((text) => [...text.matchAll(/"url":"file:[^"]*\/([^"/]+)"/g)].map((match) => match[1]));
  return { code, files: urls.filter((name) => name !== undefined).map((name) => basename(name)) };
}

/** What finds out whether there is anything to do is that small, whatever its chunks are called; commander alone is more. */
const QUICK_BYTES = 24 * 1024;

const isQuick = ({ files }: { files: readonly string[] }): boolean =>
  files.includes("cli.js") &&
  files.filter((name) => name !== "checkpoints.js").reduce((sum, name) => sum + statSync(join(DIST, name)).size, 0) <
    QUICK_BYTES;

async function swept(): Promise<World> {
  const w = world();
  w.repo("here");
  expect((await run(AUTO, { home: w })).code).toBe(0);
  return w;
}

describe("an automatic run", () => {
  it("that is not due loads what finds that out and nothing else", async () => {
    const w = await swept();
    const again = await loadedBy(w, AUTO);
    expect(again.code).toBe(0);
    expect(again.files).toContain("cli.js");
    expect(isQuick(again), again.files.join(" ")).toBe(true);
  });

  it("that is switched off does too, but not where the call itself is the consent", async () => {
    const w = world();
    w.repo("here");
    await run(["auto"], { home: w });
    expect(isQuick(await loadedBy(w, ["auto"]))).toBe(true);
    expect(isQuick(await loadedBy(w, AUTO))).toBe(false);
  });

  it.each<[string, (w: World) => void, readonly string[]]>([
    ["the settings changed", (w) => w.settings({ retention_days: 3 }), AUTO],
    ["the marker is gone", (w) => rmSync(join(w.base, ".last_prune")), AUTO],
    ["the marker changed", (w) => writeFileSync(join(w.base, ".last_prune"), "0"), AUTO],
    [
      "a profile has checkpoints too",
      (w) => mkdirSync(join(w.home, "profiles/p/checkpoints"), { recursive: true }),
      AUTO,
    ],
    ["a profile is a symlink", (w) => plantLink(join(w.home, "profiles"), "p"), AUTO],
    ["its time has come", (w) => utimesSync(join(stateOf(w), "next"), 1, 1), AUTO],
    ["what it wrote down changed", (w) => writeFileSync(join(stateOf(w), "state.json"), "{}"), AUTO],
    ["--now is given", () => undefined, [...AUTO, "--now"]],
    ["it is asked for a document", () => undefined, [...AUTO, "--json"]],
    ["a setting is given", () => undefined, [...AUTO, "--set", "retention_days=3"]],
  ])("is decided in full where %s", async (_, change, args) => {
    const w = await swept();
    change(w);
    const { code, files } = await loadedBy(w, args);
    expect(code).toBe(0);
    expect(isQuick({ files }), files.join(" ")).toBe(false);
  });

  it("that used settings of its own decides nothing for one that does not", async () => {
    const w = await swept();
    await run([...AUTO, "--now", "--set", "min_interval_hours=168"], { home: w });
    expect(isQuick(await loadedBy(w, AUTO))).toBe(false);
    // It has looked for itself by now.
    expect(isQuick(await loadedBy(w, AUTO))).toBe(true);
  });

  it("for a home that is there says nothing of a base that was named and is not", async () => {
    const w = await swept();
    const gone = await loadedBy(w, [...AUTO, "--home", w.home, "--base", join(w.root, "gone")]);
    expect(gone.code).toBe(2);
  });

  it("that failed is tried in full each time it is asked for", async () => {
    const w = await swept();
    writeFileSync(join(w.home, "config.yaml"), "checkpoint_gc: [\n");
    for (let time = 0; time < 2; time++) {
      const broken = await loadedBy(w, AUTO);
      expect(broken.code).toBe(2);
      expect(isQuick(broken)).toBe(false);
    }
  });
});

describe("modules of Node that load much of it", () => {
  // Node 24 loads worker_threads by itself.
  const LARGE = /^NativeModule (crypto|child_process)$/;

  /** Those that were loaded when the command ended. */
  async function largeIn(w: World, args: readonly string[]): Promise<string[]> {
    const [preload, list] = [join(w.root, "preload.cjs"), join(w.root, "modules")];
    const write = `require("node:fs").writeFileSync(${JSON.stringify(list)}, process.moduleLoadList.join("\\n"))`;
    writeFileSync(preload, `process.on("exit", () => ${write});`);
    expect((await run(args, { home: w, env: { NODE_OPTIONS: `--require=${preload}` } })).code).toBe(0);
    return readFileSync(list, "utf8")
      .split("\n")
      .flatMap((name) => LARGE.exec(name)?.[1] ?? [])
      .toSorted();
  }

  it("are not loaded for help, nor for a home without entries", async () => {
    const w = world();
    mkdirSync(w.base, { recursive: true });
    expect(await largeIn(w, ["prune", "--help"])).toEqual([]);
    expect(await largeIn(w, ["status"])).toEqual([]);
  });

  it("are loaded where they are needed", async () => {
    const w = world();
    w.repo("here");
    expect(await largeIn(w, ["prune", "--yes", "--trash"])).toContain("crypto");
  });
});

describe("packages", () => {
  const FILES = ["picomatch.cjs", "string-width.cjs", "yaml.cjs", "zod.cjs"];

  /** Those that a run loaded. */
  async function packagesIn(w: World, args: readonly string[]): Promise<string[]> {
    const { code, files } = await loadedBy(w, args);
    expect([code, files.includes("cli.js")]).toEqual([0, true]);
    return files.filter((name) => FILES.includes(name)).toSorted();
  }

  it("are files of their own, and in no other that the command loads", async () => {
    expect(readdirSync(DIST).filter((name) => name.endsWith(".cjs"))).toEqual(FILES);
    const w = world();
    w.repo("here");
    const { files } = await loadedBy(w, ["status", "--all"]);
    const text = files
      .filter((name) => name !== "checkpoints.js")
      .map((name) => readFileSync(join(DIST, name), "utf8"));
    // A word of each that stays where names are shortened.
    const words = ["unrecognized_keys", "BLOCK_AS_IMPLICIT_KEY", "POSIX_REGEX_SOURCE", "RGI_Emoji"];
    expect(
      words.filter((word) => !FILES.some((name) => readFileSync(join(DIST, name), "utf8").includes(word))),
    ).toEqual([]);
    expect(words.filter((word) => text.some((each) => each.includes(word)))).toEqual([]);
  });

  it.each([["prune", "--help"], ["status"], ["status", "--json"], ["prune", "--dry-run"]])(
    "are not loaded by %s %s for a home without settings or state",
    async (...args) => {
      const w = world();
      w.repo("zażółć-plain");
      expect(await packagesIn(w, args)).toEqual([]);
    },
  );

  it("are loaded for settings: yaml to read a file, zod for values, picomatch for patterns", async () => {
    const w = world();
    w.repo("here");
    writeFileSync(join(w.home, "config.yaml"), "model: fast\n");
    expect(await packagesIn(w, ["status"])).toEqual(["yaml.cjs"]);
    w.settings({ retention_days: 3 });
    expect(await packagesIn(w, ["status"])).toEqual(["yaml.cjs", "zod.cjs"]);
    w.settings({ keep: ["/elsewhere/**"] });
    expect(await packagesIn(w, ["status"])).toEqual(["picomatch.cjs", "yaml.cjs", "zod.cjs"]);
  });

  it("are loaded for what earlier runs wrote", async () => {
    const w = await swept();
    expect(await packagesIn(w, ["status"])).toEqual(["zod.cjs"]);
  });

  it("are loaded for the width of a name that is not plain, and not for a document of it", async () => {
    const w = world();
    w.repo("漢字");
    expect(await packagesIn(w, ["status", "--all"])).toEqual(["string-width.cjs"]);
    expect(await packagesIn(w, ["status", "--all", "--json"])).toEqual([]);
  });
});

function stateOf(w: World): string {
  return join(w.home, ".checkpoints.gc");
}

function plantLink(directory: string, name: string): void {
  mkdirSync(directory, { recursive: true });
  symlinkSync("elsewhere", join(directory, name));
}
