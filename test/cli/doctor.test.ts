// `checkpoints doctor`: for every check something that is broken, its near twin that is fine, and that what is said to mend
// it does.

import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isRoot, give, letPass, loudly, OTHER_UID } from "../fs/support.ts";
import { inDays, stateOf, sweep } from "../reclaim/runs.ts";
import { noDeadMounts, whileDead } from "../support/dead-mount.ts";
import { doctor, documentOf, healthy, mend, on, tinyRepos } from "../support/doctor.ts";
import { noMounts, skipped } from "../support/mounts.ts";
import { write } from "../support/own-settings.ts";
import { DAY_MS } from "../support/paths.ts";
import { run } from "../support/run.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { type World, world } from "../support/world.ts";

describe("a machine and a base that are in order", () => {
  it("has no fault and no warning, ends with 0 and writes nothing", async () => {
    const w = await healthy();
    const before = fingerprint(w.root);
    const { code, stdout, stderr } = await run(["doctor"], { home: w });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^This machine\nok {7}node: Node\.js /);
    expect(stdout).toContain("\n~/.hermes/checkpoints  hermes\nok       place: can be read and written to\n");
    expect(stdout).toMatch(/\nNothing is wrong\.\n$/);
    expect(stdout).not.toMatch(/^(?:note|warning|fault)/m);
    expect(await run(["doctor", "-q"], { home: w })).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect((await run(["doctor", "-v"], { home: w })).stdout).toContain(
      "note     terminal: no terminal, UTF-8, no colors\n",
    );
    expect(diff(before, fingerprint(w.root))).toEqual([]);
  });

  it("-q prints what is not in order, and nothing else", async () => {
    const w = world();
    const { code, stdout } = await run(["doctor", "-q"], { home: w });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout:
        "~/.hermes/checkpoints  hermes\nwarning  automatic: automatic runs are off\n" +
        "         To fix it: checkpoints config set auto_prune true --home ~/.hermes\n",
    });
  });

  it("--agent, --home and --base narrow it", async () => {
    const w = await healthy();
    const other = world();
    mkdirSync(join(w.home, "sessions"));
    writeFileSync(join(w.home, "sessions", "x.json"), "{}");
    const basesOf = async (...words: readonly string[]): Promise<readonly unknown[]> => {
      const { checks } = await doctor(w, words);
      return [...new Set(checks.flatMap(({ base }) => base ?? []))];
    };
    expect(await basesOf("--home", other.home)).toContain(other.base);
    expect(await basesOf("--home", other.home)).not.toContain(w.base);
    expect(await basesOf("--base", w.base)).toEqual([w.base]);
    expect(await basesOf("--agent", "gemini")).not.toContain(w.base);
    expect(await basesOf("--agent", "hermes")).toContain(w.base);
  });

  it("an agent that does not exist is a wrong argument", async () => {
    const wrong = await run(["doctor", "--agent", "nope"], { home: world() });
    expect(wrong).toMatchObject({ code: 2, stdout: "" });
  });
});

describe("programs", () => {
  it("warns where git, flock and perl are not in PATH", async () => {
    const w = await healthy();
    const bin = join(w.root, "bin");
    mkdirSync(bin);
    symlinkSync(process.execPath, join(bin, "node"));
    const found = await doctor(w, [], { env: { PATH: bin } });
    expect(on("git", found)).toMatchObject({ level: "warning", fix: "Install git" });
    expect(on("lock", found)).toMatchObject({ level: "warning", fix: "Install util-linux, or perl" });
    const usual = await doctor(w);
    expect([on("git", usual)?.level, on("lock", usual)?.level]).toEqual(["ok", "ok"]);
  });

  it("a git that does not start is a fault", async () => {
    const w = await healthy();
    write(join(w.root, "bin", "git"), "#!/bin/sh\nexit 127\n");
    chmodSync(join(w.root, "bin", "git"), 0o755);
    const found = await doctor(w, [], { env: { PATH: `${join(w.root, "bin")}:${process.env["PATH"]}` } });
    expect(on("git", found)).toMatchObject({ level: "fault" });
  });

  it.each([
    ["off", "warning", "unset CHECKPOINT_GC"],
    ["of", "warning", "export CHECKPOINT_GC=off, or unset it"],
    ["", "ok", null],
    ["on", "ok", null],
  ])("CHECKPOINT_GC=%j: %s", async (value, level, fix) => {
    const found = await doctor(await healthy(), [], { env: { CHECKPOINT_GC: value } });
    expect(on("switch", found)).toMatchObject({ level, fix });
  });
});

describe("settings", () => {
  it.each([
    [
      "a value that is none",
      "checkpoint_gc:\n  auto_prune: true\n  trash_days: soon\n",
      /trash_days in .*config\.yaml, line 3, is "soon"/,
    ],
    [
      "an unknown key",
      "checkpoint_gc:\n  auto_prune: true\n  kep: []\n",
      /kep in .*config\.yaml, line 3, is not a setting/,
    ],
    ["broken YAML", "checkpoint_gc: [\n", /config\.yaml, line \d+, column \d+: not valid YAML/],
  ])("%s is a fault that names file and line", async (_, text, message) => {
    const w = await healthy();
    expect(on("settings", await doctor(w))?.level).toBe("ok");
    w.config(text);
    const check = on("settings", await doctor(w));
    expect(check).toMatchObject({ level: "fault", text: expect.stringMatching(message) as string });
    expect(check?.fix).not.toBeNull();
  });

  it("also in our own file", async () => {
    const w = await healthy();
    const file = join(w.root, ".config", "checkpoint-gc", "config.yaml");
    write(file, "retention_days: 9\n");
    expect(on("settings", await doctor(w))).toMatchObject({
      level: "ok",
      text: expect.stringContaining(file) as string,
    });
    write(file, "retention_days: 9\nagents:\n  nope:\n    keep: []\n");
    expect(on("settings", await doctor(w))?.text).toMatch(/^agents\.nope in .*, line 3, is not an agent/);
  });

  it("warns of a keep pattern that matches nothing, and not of one that does", async () => {
    const w = await healthy();
    w.settings({ keep: [join(w.work, "alpha"), join(w.work, "gone")] }, "checkpoint_gc");
    const checks = (await doctor(w)).checks.filter(({ topic }) => topic === "keep");
    expect(checks).toMatchObject([{ level: "warning", text: expect.stringContaining("/gone") as string }]);
    mkdirSync(join(w.work, "gone"));
    expect(on("keep", await doctor(w))).toBeUndefined();
  });
});

describe("the place of a base", () => {
  it("a named home that does not exist is a fault, and one without a base is not", async () => {
    const w = await healthy();
    const found = await doctor(w, ["--home", join(w.root, "nowhere")]);
    expect(found.checks.filter(({ level }) => level === "fault")).toMatchObject([
      { topic: "place", text: expect.stringContaining("nowhere does not exist") as string },
    ]);
    mkdirSync(join(w.root, "nowhere"));
    const empty = await doctor(w, ["--home", join(w.root, "nowhere")]);
    expect([empty.faults, on("bases", empty)?.level]).toEqual([0, "warning"]);
  });

  it.runIf(isRoot())("one that this user may not write to is a fault, and chmod mends it", async () => {
    const w = await healthy();
    letPass(w.root);
    give(w.root);
    chmodSync(stateOf(w), 0o500);
    const check = on("place", await doctor(w, [], { uid: OTHER_UID }));
    expect(check).toMatchObject({ level: "fault", fix: `chmod u+rwx ${stateOf(w)}` });
    chmodSync(stateOf(w), 0o700);
    expect(on("place", await doctor(w, [], { uid: OTHER_UID }))?.level).toBe("ok");
  });

  it("a base of mode 000 is a fault for another user, with its owner, and in order for that one", async (test) => {
    if (!isRoot()) loudly(test, "another user's base needs root");
    const w = await healthy();
    letPass(w.root);
    chmodSync(w.base, 0);
    const found = await doctor(w, [], { uid: OTHER_UID });
    const check = on("place", found);
    expect(check).toMatchObject({
      level: "fault",
      fix: `sudo -u root checkpoints doctor --home ${w.home} --agent hermes`,
    });
    expect(on("place", await doctor(w))?.level).toBe("ok");
  });

  it("a home of mode 000 is a fault for another user", async (test) => {
    if (!isRoot()) loudly(test, "another user's home needs root");
    const w = await healthy();
    letPass(w.root);
    chmodSync(w.home, 0);
    const check = on("place", await doctor(w, [], { uid: OTHER_UID }));
    expect(check).toMatchObject({
      level: "fault",
      fix: `sudo -u root checkpoints doctor --home ${w.home} --agent hermes`,
    });
  });

  it("root is refused on the base of another user, with the command to run as that user", async (test) => {
    if (!isRoot()) loudly(test, "another user's base needs root");
    const w = await healthy();
    letPass(w.root);
    give(w.root);
    const check = on("place", await doctor(w));
    expect(check).toMatchObject({
      level: "fault",
      fix: `sudo -u '#${OTHER_UID}' checkpoints doctor --home ${w.home} --agent hermes`,
    });
    expect(on("place", await doctor(w, [], { uid: OTHER_UID }))?.level).toBe("ok");
  });

  it.skipIf(skipped(noMounts()))("a read-only home is a fault", async () => {
    const w = await healthy();
    const script = `mount --bind "${w.home}" "${w.home}" && mount -o remount,ro,bind "${w.home}" && exec "$@"`;
    const through = ["unshare", "-m", "--propagation", "private", "sh", "-c", script, "sh"];
    const check = on("place", await doctor(w, [], { through }));
    expect(check).toMatchObject({ level: "fault", fix: "Mount it for writing" });
    expect(check?.text).toContain("is on a read-only file system");
  });

  it.skipIf(skipped(noMounts()))("little room on its disk is a warning, with what frees some", async () => {
    const w = await healthy();
    const script = `mount -t tmpfs -o size=50m none "${w.base}" && exec "$@"`;
    const through = ["unshare", "-m", "--propagation", "private", "sh", "-c", script, "sh"];
    expect(on("disk", await doctor(w, [], { through }))).toMatchObject({ level: "warning", fix: "checkpoints prune" });
  });

  it.skipIf(skipped(noDeadMounts()))(
    "one on a mount that does not answer is a fault, and the others are checked",
    async () => {
      const w = await healthy();
      const far = join(w.root, "far");
      mkdirSync(far);
      const profile = w.profile("work");
      renameSync(profile.base, `${profile.base}-away`);
      symlinkSync(far, profile.base);
      symlinkSync(join(far, "config.yaml"), join(w.home, "hooks"));
      const [ended] = whileDead(w, far, [["doctor", "--json"]]);
      if (ended === undefined) throw new Error("the command was not started");
      const { checks } = documentOf(ended);
      const places = checks.filter(({ topic }) => topic === "place");
      expect(places.find(({ base }) => base === w.base)?.level).toBe("ok");
      expect(places.find(({ base }) => base === profile.base)).toMatchObject({
        level: "fault",
        text: expect.stringContaining("does not answer") as string,
      });
    },
  );
});

describe("automatic runs", () => {
  it.each([
    ["by default", {}],
    ["where the home says so", { auto_prune: false }],
  ])("off %s is a warning, and the command turns them on", async (_, settings) => {
    const w = world();
    w.settings(settings, "checkpoint_gc");
    await run(["auto"], { home: w });
    const check = on("automatic", await doctor(w));
    expect(check).toMatchObject({ level: "warning", text: "automatic runs are off, so the last one did nothing" });
    if (check === undefined) throw new Error("there is no such check");
    await mend(check, w);
    await run(["auto"], { home: w });
    expect(on("automatic", await doctor(w))).toMatchObject({
      level: "ok",
      text: expect.stringContaining("are on") as string,
    });
  });

  it("on, and nothing starts them, is a warning", async () => {
    const w = world();
    w.settings({ auto_prune: true }, "checkpoint_gc");
    const check = on("automatic", await doctor(w));
    expect(check).toMatchObject({ level: "warning", fix: "checkpoints schedule install" });
    expect(check?.text).toContain("the next one is due now, and nothing is known to start it");
  });

  it("the last one failed: a fault with its error, until a later one succeeds", async () => {
    const w = await healthy();
    expect(on("last-run", await doctor(w))).toMatchObject({ level: "ok" });
    const later = new Date(Date.now() + 1000).toISOString();
    writeFileSync(join(stateOf(w), "log"), `${later} EIO: the disk is broken\n`);
    const check = on("last-run", await doctor(w));
    expect(check).toMatchObject({ level: "fault", text: expect.stringContaining("EIO: the disk is broken") as string });
    writeFileSync(join(stateOf(w), "log"), `${new Date(Date.now() - DAY_MS).toISOString()} EIO: the disk is broken\n`);
    if (check !== undefined) await mend(check, w);
    expect(on("last-run", await doctor(w))?.level).toBe("ok");
  });
});

describe("state and trash", () => {
  it.each([
    ["others may write into it", (state: string) => chmodSync(state, 0o777), /others may write into it/],
    [
      "a newer version wrote it",
      (state: string) => writeFileSync(join(state, "state.json"), JSON.stringify({ version: 99 })),
      /has version 99/,
    ],
  ])("a state that cannot be used is a fault: %s", async (_, spoil, message) => {
    const w = await healthy();
    expect(on("state", await doctor(w))).toMatchObject({ level: "ok", text: stateOf(w) });
    spoil(stateOf(w));
    const check = on("state", await doctor(w));
    expect(check).toMatchObject({ level: "fault", text: expect.stringMatching(message) as string });
    expect(check?.fix).not.toBeNull();
  });

  it("expired items that nothing deletes are a warning, and the command deletes them; younger ones are in order", async () => {
    const w = world();
    w.repo("old", { ageDays: 30 });
    await run(["prune", "--yes", "--trash"], { home: w });
    expect(on("trash", await doctor(w))).toMatchObject({
      level: "ok",
      text: expect.stringMatching(/^1 in the trash, [\d.]+ kB$/) as string,
    });
    w.settings({ trash_days: 0 }, "checkpoint_gc");
    const check = on("trash", await doctor(w));
    expect(check).toMatchObject({ level: "warning", fix: "checkpoints trash empty --older-than 0d" });
    if (check !== undefined) await mend(check, w);
    expect(on("trash", await doctor(w))).toBeUndefined();
  });

  it("what a killed run left half destroyed is a warning, and the next run finishes it", async () => {
    const w = world();
    w.repo("old", { ageDays: 30 });
    await run(["prune", "--yes", "--trash"], { home: w });
    const trash = join(stateOf(w), "checkpoints");
    const name = readdirSync(trash).find((one) => !one.endsWith(".json")) ?? "";
    renameSync(join(trash, name), join(trash, `~${name}`));
    const check = on("trash", await doctor(w));
    expect(check).toMatchObject({ level: "warning", fix: "checkpoints prune" });
    if (check !== undefined) await mend(check, w);
    expect(on("trash", await doctor(w))).toBeUndefined();
  });

  it("a damaged value of the history is a warning that names it, which the next sweep ends, and so is a file that is not JSON", async () => {
    const w = await healthy();
    const file = join(stateOf(w), "state.json");
    const whole = readFileSync(file, "utf8");
    expect(on("state", await doctor(w))).toMatchObject({ level: "ok" });
    writeFileSync(file, whole.replace('"scanned":', '"scanned":-'));
    const damaged = /state\.json is damaged: sweeps\[0\] counts as not recorded; the next run .* writes it anew$/;
    expect(on("state", await doctor(w))).toMatchObject({
      level: "warning",
      text: expect.stringMatching(damaged) as string,
    });
    writeFileSync(file, whole.slice(0, -20));
    const lost = /state\.json is damaged: the runs in it are not in the history; /;
    expect(on("state", await doctor(w))).toMatchObject({
      level: "warning",
      text: expect.stringMatching(lost) as string,
    });
    await sweep(w, { now: inDays(2) });
    expect(on("state", await doctor(w))).toMatchObject({ level: "ok" });
  });

  it("a clock behind the last run is a warning", async () => {
    const w = await healthy();
    expect(on("clock", await doctor(w))).toBeUndefined();
    const file = join(stateOf(w), "state.json");
    const record = JSON.parse(readFileSync(file, "utf8")) as object;
    writeFileSync(file, JSON.stringify({ ...record, lastRunAt: Date.now() + 2 * DAY_MS }));
    expect(on("clock", await doctor(w))).toMatchObject({ level: "warning" });
  });
});

describe("what grows", () => {
  const grown = (w: World, many: number): World => {
    tinyRepos(w, many);
    return w;
  };

  it("more than 200 entries that nothing cleans up are a warning, and the command clears it; 200 are none", async () => {
    expect(on("growth", await doctor(grown(world(), 200)))?.level).toBe("ok");
    const w = grown(world(), 201);
    const check = on("growth", await doctor(w));
    expect(check).toMatchObject({ level: "warning", text: "201 entries and no automatic cleanup" });
    if (check === undefined) return;
    expect((await run(["status"], { home: w, columns: 400 })).stdout).toContain("201 repos and no automatic cleanup");
    await mend(check, w);
    expect(on("growth", await doctor(w))?.level).toBe("ok");
    expect((await run(["status"], { home: w, columns: 400 })).stdout).not.toContain("no automatic cleanup");
  });

  it("also where a kind is left out of sweeps that take others, with the command that adds it", async () => {
    const w = world();
    w.repo("alpha");
    w.settings({ auto_prune: true, collect: ["hermes-archive"] }, "checkpoint_gc");
    tinyRepos(w, 201);
    const check = on("growth", await doctor(w));
    expect(check?.level).toBe("warning");
    expect(check?.text).toMatch(/^202 entries of \S+ and no automatic cleanup$/);
    if (check === undefined) return;
    await mend(check, w);
    expect(on("growth", await doctor(w))?.level).toBe("ok");
  });
});
