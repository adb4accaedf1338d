// `keep` is a promise: it holds through every symlink, also one that is dangling today, whatever characters are in a
// name, whichever user runs the command, and for as long as the pattern is in the settings.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { prune } from "../src/runs/prune.ts";
import { scan } from "../src/runs/scan.ts";
import { entryOf } from "./support/report.ts";
import { run, type RunOptions } from "./support/run.ts";
import { type ShadowRepo, type World, world } from "./support/world.ts";

const OLD = { ageDays: 20 };

async function actionOf(w: World, repo: ShadowRepo, options: RunOptions = {}): Promise<string> {
  const planned = await run(["prune", "-n", "--json"], { home: w, ...options });
  return entryOf(planned.report(), repo.id).action;
}

function keep(w: World, ...patterns: readonly string[]): void {
  w.settings({ keep: patterns }, "checkpoint_gc");
}

const sweep = ["auto", "--opt-in", "--now", "--json"];

describe("keep through symlinks", () => {
  it("holds below a symlink whose disk is unplugged, and nothing else", async () => {
    const w = world();
    const kept = w.repo(join(w.root, "disk/STICK/thesis"), OLD);
    const taken = w.repo("disk/other", OLD);
    symlinkSync(join(w.root, "disk/STICK"), join(w.root, "usb"));
    keep(w, "~/usb");
    expect(await actionOf(w, kept)).toBe("keep");
    renameSync(join(w.root, "disk"), join(w.root, "pulled-out"));
    expect(await actionOf(w, kept)).toBe("keep");
    expect(await actionOf(w, taken)).toBe("remove");
    const swept = (await run(sweep, { home: w })).report();
    expect(entryOf(swept, kept.id)).toMatchObject({ action: "keep", outcome: null });
    expect(entryOf(swept, taken.id).outcome).toBe("trashed");
  });

  it("holds for every form between the first link and the last", async () => {
    const w = world();
    const [first, second] = [w.repo(join(w.root, "b/proj"), OLD), w.repo(join(w.root, "c/proj"), OLD)];
    rmSync(join(w.root, "b"), { recursive: true });
    symlinkSync(join(w.root, "b"), join(w.root, "a"));
    symlinkSync("c", join(w.root, "b"));
    keep(w, "~/a");
    expect(await actionOf(w, first)).toBe("keep");
    expect(await actionOf(w, second)).toBe("keep");
  });

  it("holds for a glob behind a symlink that is dangling now", async () => {
    const w = world();
    const kept = w.repo(join(w.root, "disk/clients/web"), OLD);
    const taken = w.repo(join(w.root, "disk/clients/app"), OLD);
    symlinkSync("disk", join(w.root, "usb"));
    rmSync(join(w.root, "disk"), { recursive: true });
    keep(w, "~/usb/*/we?");
    expect(await actionOf(w, kept)).toBe("keep");
    expect(await actionOf(w, taken)).toBe("remove");
  });

  it.each([
    ["ann@corp.example", "clients", "~/clients"],
    ["ann", "c++", "~/c++"],
    ["ann", "work(old)", "~/work(old)"],
    ["ann", "what!", "~/what!/x"],
    ["a{nn}", "app [v2]", "~/app [v2]"],
    ["ann", "{app}@(1)", "~/{app}@(1)/*"],
    ["ann", "a[b", "~/a\\[b"],
    ["ann?", "x*y", "~/x*y"],
  ])("holds in the home %s below a symlink called %s", async (user, name, pattern) => {
    const w = world();
    const home = join(w.root, "homes", user);
    mkdirSync(home, { recursive: true });
    const real = join(w.root, "data", `the real ${name}`);
    const kept = w.repo(join(real, "x"), OLD);
    const taken = w.repo(join(w.root, "data/y"), OLD);
    symlinkSync(real, join(home, name));
    keep(w, pattern);
    const env = { HOME: home };
    expect(await actionOf(w, kept, { env })).toBe("keep");
    expect(await actionOf(w, taken, { env })).toBe("remove");
  });
});

describe("a glob in keep", () => {
  it("names what the links that it matches lead to, and what a link between two globs does", async () => {
    const w = world();
    const kept = ["data/clients/x", "disk/deep/app/web"].map((name) => w.repo(join(w.root, name), OLD));
    const taken = ["data/other/x", "disk/deep/bin/web"].map((name) => w.repo(join(w.root, name), OLD));
    mkdirSync(join(w.root, "projects/mine"), { recursive: true });
    symlinkSync(join(w.root, "data/clients"), join(w.root, "projects/clients"));
    symlinkSync(join(w.root, "data/other"), join(w.root, "projects/other"));
    symlinkSync(join(w.root, "disk/deep"), join(w.root, "projects/mine/link"));
    keep(w, "~/projects/c*", "~/projects/m*/link/a*");
    for (const repo of kept) expect(await actionOf(w, repo)).toBe("keep");
    for (const repo of taken) expect(await actionOf(w, repo)).toBe("remove");
    rmSync(join(w.root, "data"), { recursive: true });
    expect(await actionOf(w, kept[0] ?? w.repo("none"))).toBe("keep");
  });
});

describe("keep at the last moment", () => {
  it("holds what a link has come to lead to since the plan was made, in its place and in the trash", async () => {
    const w = world();
    const inPlace = w.repo(join(w.root, "data/a"), OLD);
    const inTrash = w.repo(join(w.root, "data/b"), OLD);
    const other = w.repo("other", OLD);
    const options = { home: w.home, env: { HOME: w.root } };
    keep(w, "~/clients");
    expect((await run(["prune", "--yes", "--trash", inTrash.id], { home: w })).code).toBe(0);
    const later = (): number => Date.now() + 8 * 86_400_000;
    const plan = await scan({ ...options, now: later });
    expect(plan.bases[0]?.trash.map(({ action }) => action)).toEqual(["destroy"]);
    symlinkSync("data", join(w.root, "clients"));
    const [done] = (await prune(plan, { ...options, now: later })).bases;
    const outcomes = new Map(done?.entries.map(({ planned, outcome }) => [planned.judged.entry.id, outcome]));
    expect([outcomes.get(inPlace.id), outcomes.get(other.id)]).toEqual(["changed", "removed"]);
    expect(done?.trash.map(({ outcome }) => outcome)).toEqual(["changed"]);
    expect(existsSync(inPlace.path)).toBe(true);
  });
});

describe("~ in keep", () => {
  it("is the home that the settings are in, whichever user runs the command", async () => {
    const w = world();
    const kept = w.repo(join(w.root, "code/a"), OLD);
    const taken = w.repo(join(w.root, "other/b"), OLD);
    keep(w, "~/code");
    const env = { HOME: join(w.root, "elsewhere") };
    expect(await actionOf(w, kept, { env })).toBe("keep");
    expect(await actionOf(w, taken, { env })).toBe("remove");
  });

  it("is that home also where the Hermes home is named through a symlink", async () => {
    const w = world();
    const kept = w.repo(join(w.root, "code/a"), OLD);
    symlinkSync(w.home, join(w.root, "agent"));
    keep(w, "~/code");
    const planned = await run(["prune", "-n", "--json", "--home", join(w.root, "agent")], {
      env: { HOME: "/nonexistent" },
    });
    expect(entryOf(planned.report(), kept.id).action).toBe("keep");
  });

  it("is that home for a profile as well", async () => {
    const w = world();
    const profile = w.profile("work");
    const kept = profile.repo(join(w.root, "code/a"), OLD);
    keep(profile, "~/code");
    expect(await actionOf(w, kept, { env: { HOME: "/nonexistent" } })).toBe("keep");
  });
});

describe("a pattern that names nothing now", () => {
  const told = (text: string): string => text.replaceAll(/\s+/g, " ");

  it("is reported by status and config, as text and as JSON; one that matches is not", async () => {
    const w = world();
    const [there, unplugged] = [w.repo("there"), join(w.root, "disk/STICK")];
    symlinkSync(unplugged, join(w.root, "usb"));
    keep(w, "~/wrok", "~/usb", "~/work/*", "~/nowhere/*", "**/any", there.workdir);
    for (const command of ["status", "config"]) {
      const { stdout, code } = await run([command], { home: w });
      expect(code).toBe(0);
      expect(told(stdout)).toContain('keep "~/wrok" matches nothing now: ~/wrok does not exist.');
      expect(told(stdout)).toContain('keep "~/usb" matches nothing now: ~/disk does not exist.');
      const { bases } = (await run([command, "--json"], { home: w })).json() as {
        readonly bases: readonly { readonly keepProblems: unknown }[];
      };
      expect(bases[0]?.keepProblems).toEqual(
        [
          ["~/wrok", "wrok"],
          ["~/usb", "disk"],
          ["~/nowhere/*", "nowhere"],
        ].map(([pattern, path]) => ({ pattern, code: "ENOENT", path: join(w.root, path ?? "") })),
      );
    }
  });
});

describe("what keep once led to", () => {
  async function remembered(w: World): Promise<ShadowRepo> {
    const kept = w.repo(join(w.root, "data/clients/a"), OLD);
    symlinkSync(join(w.root, "data/clients"), join(w.root, "clients"));
    keep(w, "~/clients");
    await run(sweep, { home: w });
    expect(existsSync(kept.path)).toBe(true);
    rmSync(join(w.root, "clients"));
    return kept;
  }

  it("stays kept when the link is gone", async () => {
    const w = world();
    const kept = await remembered(w);
    expect(await actionOf(w, kept)).toBe("keep");
    const swept = (await run(sweep, { home: w })).report();
    expect(entryOf(swept, kept.id)).toMatchObject({ action: "keep", holds: ["kept"], outcome: null });
  });

  it("stays kept when the link leads elsewhere", async () => {
    const w = world();
    const kept = await remembered(w);
    const now = w.repo(join(w.root, "new/a"), OLD);
    symlinkSync("new", join(w.root, "clients"));
    expect(await actionOf(w, kept)).toBe("keep");
    expect(await actionOf(w, now)).toBe("keep");
  });

  it.each([
    ["--yes", "keep"],
    ["-n", "remove"],
  ])("is remembered by prune %s that finds nothing to remove: %s", async (flag, action) => {
    const w = world();
    const kept = w.repo(join(w.root, "data/a"), OLD);
    symlinkSync("data", join(w.root, "clients"));
    keep(w, "~/clients");
    for (const exists of [flag === "--yes", flag === "--yes"]) {
      expect((await run(["prune", flag], { home: w })).stdout).toContain(
        flag === "-n" ? "Dry run" : "Nothing to remove.",
      );
      expect(existsSync(join(w.home, ".checkpoints.gc"))).toBe(exists);
    }
    rmSync(join(w.root, "clients"));
    expect(await actionOf(w, kept)).toBe(action);
  });

  it("is forgotten with the pattern, by a run that writes", async () => {
    const w = world();
    const kept = await remembered(w);
    keep(w, "~/else");
    expect(await actionOf(w, kept)).toBe("remove");
    keep(w, "~/clients");
    expect(await actionOf(w, kept)).toBe("keep");
    keep(w, "~/else");
    await run([...sweep, "--set", "retention_days=60"], { home: w });
    keep(w, "~/clients");
    expect(await actionOf(w, kept)).toBe("remove");
  });

  it("is not forgotten by a call that brings its own patterns", async () => {
    const w = world();
    const kept = await remembered(w);
    await run([...sweep, "--set", "keep=/srv", "--set", "retention_days=60"], { home: w });
    expect(await actionOf(w, kept)).toBe("keep");
  });

  it("is not written by a run that shows", async () => {
    const w = world();
    symlinkSync("data", join(w.root, "clients"));
    w.repo(join(w.root, "data/a"), OLD);
    keep(w, "~/clients");
    await actionOf(w, w.repo("other"));
    expect(existsSync(join(w.home, ".checkpoints.gc"))).toBe(false);
  });

  it.each([
    "",
    "{",
    "[]",
    "null",
    '{"version":1}',
    '{"version":1,"patterns":[{"pattern":"~/clients","places":[{"at":"x"}]}]}',
  ])(
    "damaged (%j) is an error that names it, and nothing is removed: what it kept might be gone with its disk",
    async (text) => {
      const w = world();
      const kept = await remembered(w);
      const gone = w.repo("gone", { ...OLD, workdir: "delete" });
      const file = join(w.home, ".checkpoints.gc/keep.json");
      const whole = readFileSync(file, "utf8");
      writeFileSync(file, text);
      for (const words of [["prune", "--yes"], ["status"], ["auto", "--opt-in", "--now"]]) {
        const { code, stdout, stderr } = await run(words, { home: w });
        expect([code, stdout + stderr]).toEqual([
          2,
          expect.stringContaining(`${file}, which holds what keep protects, is damaged`),
        ]);
      }
      expect((await run(["doctor"], { home: w })).stdout).toContain(
        "keep.json, which holds what keep protects, is damaged",
      );
      expect([kept, gone].filter(({ path }) => existsSync(path))).toHaveLength(2);
      expect(readFileSync(file, "utf8")).toBe(text);

      writeFileSync(file, whole);
      expect((await run(["prune", "--yes"], { home: w })).code).toBe(0);
      expect([existsSync(kept.path), existsSync(gone.path)]).toEqual([true, false]);
    },
  );

  it("of a newer version is left alone, and so is everything else", async () => {
    const w = world();
    const kept = await remembered(w);
    const file = join(w.home, ".checkpoints.gc/keep.json");
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ version: 1, patterns: [{ pattern: "~/clients" }] });
    writeFileSync(file, '{"version":2}');
    const { code, stderr } = await run(["prune", "--yes"], { home: w });
    expect(code).toBe(2);
    expect(stderr).toContain("keep.json has version 2");
    expect(existsSync(kept.path)).toBe(true);
  });
});
