import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { assertSound, git } from "./support/git.ts";
import { GOLDEN_PROJECTS, unpackGolden } from "./support/golden.ts";
import { DAY_MS, everythingBelow, hash16, removeTree } from "./support/paths.ts";
import { cleanEnv } from "./support/run.ts";
import { diff, fingerprint } from "./support/tree.ts";
import { world } from "./support/world.ts";

describe("world", () => {
  it.each([0, 1, 2, 3])("copies a repo of %i snapshots that git cannot tell from a real one", (snapshots) => {
    const w = world();
    const copied = w.repo("copied", { snapshots });
    const real = w.repo("real", { snapshots, real: true });
    for (const repo of [copied, real]) {
      assertSound(repo.path);
      expect(readFileSync(join(repo.path, "HERMES_WORKDIR"), "utf8")).toBe(`${repo.workdir}\n`);
      expect(git({ repo: repo.path, workdir: repo.workdir }, "config", "core.worktree")).toBe(repo.workdir);
      expect(git({ repo: repo.path, workdir: repo.workdir }, "status", "--porcelain")).toBe("");
      const count = git({ repo: repo.path }, "rev-list", "--all", "--count");
      expect(count).toBe(String(snapshots));
    }
    const shape = (path: string): string[] =>
      [...fingerprint(path, { times: false, inodes: false })].flatMap(([name, line]) =>
        name.startsWith("objects/") && name !== "objects/pack" && name !== "objects/info"
          ? []
          : [`${name} ${line.replace(/ (size|sha256)=.*/, "")}`],
      );
    expect(shape(copied.path)).toEqual(shape(real.path));
  });

  it("takes a further snapshot of a copied repo with real git", () => {
    const w = world();
    const repo = w.repo("alpha", { snapshots: 2 });
    w.snapshot(repo, { "new.txt": "new\n" });
    assertSound(repo.path);
    expect(git({ repo: repo.path }, "rev-list", "--all", "--count")).toBe("3");
  });

  it.each(["sp ace ü", "semi;colon", 'quo"te', "back\\slash", "hash#", " lead", "漢字"])(
    "records the workdir %j so that git reads it back",
    (name) => {
      const repo = world().repo(name);
      expect(repo.id).toBe(hash16(repo.workdir));
      expect(git({ repo: repo.path, workdir: repo.workdir }, "config", "core.worktree")).toBe(repo.workdir);
    },
  );

  it("meets the wish for the workdir", () => {
    const w = world();
    const kind = (path: string): string => {
      const stats = lstatSync(path, { throwIfNoEntry: false });
      if (stats === undefined) return "none";
      return stats.isSymbolicLink() ? "link" : stats.isFile() ? "file" : "dir";
    };
    const fates = {
      "keep": ["dir", "dir"],
      "delete": ["none", "dir"],
      "delete-parent": ["none", "none"],
      "empty-parent": ["none", "dir"],
      "file": ["file", "dir"],
      "symlink": ["link", "dir"],
    } as const;
    for (const [fate, kinds] of Object.entries(fates)) {
      const repo = w.repo(`p-${fate}`, { workdir: fate as keyof typeof fates });
      expect([kind(repo.workdir), kind(join(repo.workdir, ".."))], fate).toEqual(kinds);
    }
  });

  it("ages everything of a repo, itself included, to the second", () => {
    const w = world();
    const repo = w.repo("alpha");
    w.age(repo, { at: 1_700_000_000_000 });
    for (const path of everythingBelow(repo.path))
      expect(lstatSync(path, { bigint: true }).mtimeNs).toBe(1700000000000000000n);
    w.age(repo, 8);
    const age = Date.now() - lstatSync(join(repo.path, "index")).mtimeMs;
    expect(age).toBeGreaterThanOrEqual(8 * DAY_MS - 1);
    expect(age).toBeLessThan(8 * DAY_MS + 60_000);
    w.freshen(repo);
    expect(Date.now() - lstatSync(join(repo.path, "index")).mtimeMs).toBeLessThan(60_000);
  });

  it("makes a store and an archive that git reads", () => {
    const w = world();
    const store = w.store(["one", "two"]);
    assertSound(store);
    expect(git({ repo: store }, "for-each-ref").split("\n")).toHaveLength(2);
    const archive = w.legacy();
    expect(existsSync(join(archive, "stray.txt"))).toBe(true);
  });

  it("is deleted when the test ends, directories without permissions included", () => {
    const w = world({ scope: "manual" });
    chmodSync(w.repo("alpha").path, 0);
    w.dispose();
    expect(existsSync(w.root)).toBe(false);
  });

  it("starts commands with nothing of this machine", () => {
    const w = world();
    expect(Object.keys(cleanEnv({ home: w })).filter((name) => name !== "TMPDIR")).toEqual([
      "PATH",
      "LANG",
      "TZ",
      "HOME",
      "HERMES_HOME",
    ]);
  });
});

describe("fingerprint", () => {
  it("sees content, times, modes, links and what was added and removed", () => {
    const directory = mkdtempSync(join(tmpdir(), "cgc-tree-"));
    onTestFinished(() => removeTree(directory));
    const at = (name: string): string => join(directory, name);
    for (const name of ["same", "content", "time", "mode", "gone"]) writeFileSync(at(name), "text");
    symlinkSync("nowhere", at("link"));
    const bytes = Buffer.concat([Buffer.from(`${directory}/`), Buffer.from([0xff, 0xe9])]);
    writeFileSync(bytes, "a name that is not UTF-8");
    const before = fingerprint(directory);
    expect(diff(before, fingerprint(directory))).toEqual([]);

    writeFileSync(at("content"), "tex2");
    utimesSync(at("time"), 1, 1);
    chmodSync(at("mode"), 0o600);
    removeTree(at("gone"));
    removeTree(at("link"));
    symlinkSync("elsewhere", at("link"));
    writeFileSync(at("new"), "");
    writeFileSync(bytes, "another");
    const changed = diff(before, fingerprint(directory)).map((line) => line.replace(/:.*/, ""));
    expect(changed.toSorted()).toEqual(
      ["+ new", "- gone", "~ .", "~ content", "~ link", "~ mode", "~ time", "~ \xff\xe9"].toSorted(),
    );
    expect(diff(fingerprint(at("same")), fingerprint(at("same"), { ignore: () => true }))).toEqual(["- ."]);
  });
});

describe("golden stores", () => {
  it.each(["v1", "migrated"] as const)("%s: moved, every shadow repo is sound and knows its workdir", (name) => {
    const golden = unpackGolden(name);
    for (const project of GOLDEN_PROJECTS) {
      const { path, workdir, id } = golden.project(project);
      expect(path?.endsWith(`/${id}`)).toBe(true);
      if (path === null) throw new Error(`${project} has no repo`);
      assertSound(path);
      expect(git({ repo: path, env: { GIT_WORK_TREE: "/" } }, "config", "core.worktree")).toBe(workdir);
      expect(hash16(readFileSync(join(path, "HERMES_WORKDIR"), "utf8").trimEnd())).toBe(id);
      const days = (Date.now() - lstatSync(join(path, "index")).mtimeMs) / DAY_MS;
      expect(Math.round(days)).toBe(project === "stale" ? 60 : 0);
    }
  });

  it("v2: moved, the store is sound and its projects follow", () => {
    const golden = unpackGolden("v2");
    const store = join(golden.base, "store");
    assertSound(store);
    const refs = git({ repo: store }, "for-each-ref", "--format=%(refname)").split("\n");
    expect(refs.toSorted()).toEqual([...golden.projects.values()].map(({ id }) => `refs/hermes/${id}`).toSorted());
    for (const { id, workdir } of golden.projects.values()) {
      expect(JSON.parse(readFileSync(join(store, "projects", `${id}.json`), "utf8"))).toMatchObject({ workdir });
      expect(existsSync(join(store, "indexes", id))).toBe(true);
    }
    const ledger = readFileSync(join(store, "ledgers", `${golden.project("alpha").id}.json`), "utf8");
    expect(JSON.parse(ledger)).toHaveProperty([join(golden.project("alpha").workdir, "src/main.py"), "sha256"]);
  });

  it("nothing of the recorded place is left in any of them", () => {
    for (const name of ["v1", "v2", "migrated"] as const) {
      const golden = unpackGolden(name);
      for (const path of everythingBelow(golden.root)) {
        if (lstatSync(path).isFile()) expect(readFileSync(path, "latin1")).not.toContain("/srv/hermes-golden");
      }
    }
  });
});
