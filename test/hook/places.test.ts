import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { startupSweep, type StartupSweepOptions } from "../../src/hook.ts";
import { type World, world } from "../support/world.ts";
import { HOUR, plantNext, stateOf, touchAfter } from "./support.ts";

/** Something that ends at once: these tests are about whether it is started. */
const command = ["true"];

function statusIn(home: World, options: StartupSweepOptions = {}): string {
  const answer = startupSweep({ home: home.home, command, ...options });
  expect(answer.pid === null).toBe(answer.status !== "started");
  expect(answer.notice).toBeNull();
  return answer.status;
}

/** A home with settings whose last `auto` said that nothing is due for an hour. */
function quiet(): World {
  const made = world();
  made.settings({ auto_prune: true });
  plantNext(stateOf(made.base), HOUR);
  return made;
}

describe("where the state is", () => {
  it("inside the base, where it could not be beside it", () => {
    const made = world();
    plantNext(join(made.base, ".checkpoint-gc"), HOUR);
    expect(statusIn(made)).toBe("not-due");
    plantNext(join(made.base, ".checkpoint-gc"), -1);
    expect(statusIn(made)).toBe("started");
  });

  it("beside the real base, where that is a symlink to a larger disk", () => {
    const made = world();
    const real = join(made.root, "disk", "snapshots");
    mkdirSync(dirname(real));
    renameSync(made.base, real);
    symlinkSync(real, made.base);
    expect(statusIn(made)).toBe("started");
    plantNext(stateOf(real), HOUR);
    expect(statusIn(made)).toBe("not-due");
    plantNext(stateOf(real), -1);
    expect(statusIn(made)).toBe("started");
  });

  it("of a named base, whose home is its parent", () => {
    const made = quiet();
    expect(startupSweep({ base: made.base, command }).status).toBe("not-due");
    made.settings({ retention_days: 3 });
    touchAfter(join(made.home, "config.yaml"), [join(stateOf(made.base), "next")]);
    expect(startupSweep({ base: made.base, command }).status).toBe("started");
  });

  it("of a home and a base, of which one is due", () => {
    const [home, other] = [quiet(), quiet()];
    const both = { home: home.home, base: other.base, command };
    expect(startupSweep(both).status).toBe("not-due");
    plantNext(stateOf(other.base), -1);
    expect(startupSweep(both).status).toBe("started");
  });
});

describe("what is not there", () => {
  it.each<[string, (made: World) => void]>([
    ["no base", (made) => rmSync(made.base, { recursive: true })],
    ["no home", (made) => rmSync(made.home, { recursive: true })],
    [
      "a file for a home",
      (made) => {
        rmSync(made.home, { recursive: true });
        writeFileSync(made.home, "");
      },
    ],
  ])("%s: nothing to do, and nothing is made", (_name, arrange) => {
    const made = world();
    expect(statusIn(made)).toBe("started");
    arrange(made);
    expect(statusIn(made)).toBe("not-due");
    expect(startupSweep({ base: made.base, command }).status).toBe("not-due");
  });
});

describe("profiles", () => {
  function withProfile(): { made: World; profile: World } {
    const made = world();
    rmSync(made.base, { recursive: true });
    return { made, profile: made.profile("coder") };
  }

  it("count where the home itself has no base", () => {
    const { made, profile } = withProfile();
    expect(statusIn(made)).toBe("started");
    plantNext(stateOf(profile.base), HOUR);
    expect(statusIn(made)).toBe("not-due");
    const second = made.profile("writer");
    expect(statusIn(made)).toBe("started");
    plantNext(stateOf(second.base), HOUR);
    expect(statusIn(made)).toBe("not-due");
    rmSync(profile.base, { recursive: true });
    rmSync(stateOf(profile.base), { recursive: true });
    expect(statusIn(made)).toBe("not-due");
  });

  it("have settings of their own", () => {
    const { made, profile } = withProfile();
    profile.settings({ auto_prune: true });
    plantNext(stateOf(profile.base), HOUR);
    expect(statusIn(made)).toBe("not-due");
    touchAfter(join(profile.home, "config.yaml"), [join(stateOf(profile.base), "next")]);
    expect(statusIn(made)).toBe("started");
  });

  it.runIf(process.platform === "linux")("count where they are symlinks, and lead to a directory", () => {
    const { made, profile } = withProfile();
    const away = join(made.root, "disk/coder");
    mkdirSync(join(made.root, "disk"));
    renameSync(profile.home, away);
    symlinkSync("../../disk/coder", join(made.home, "profiles/coder"));
    symlinkSync("coder", join(made.home, "profiles/again"));
    symlinkSync("nowhere", join(made.home, "profiles/gone"));
    symlinkSync("loop", join(made.home, "profiles/loop"));
    expect(statusIn(made)).toBe("started");
    plantNext(stateOf(join(away, "checkpoints")), HOUR);
    expect(statusIn(made)).toBe("not-due");
  });

  it("do not count where the home has one", () => {
    const { made, profile } = withProfile();
    mkdirSync(made.base);
    plantNext(stateOf(made.base), HOUR);
    plantNext(stateOf(profile.base), -1);
    expect(statusIn(made)).toBe("not-due");
  });

  it("that are broken are reported, and do not affect the others", () => {
    const { made, profile } = withProfile();
    rmSync(profile.base, { recursive: true });
    writeFileSync(profile.base, "");
    expect(statusIn(made)).toBe("unavailable");
    made.profile("writer");
    const warnings: string[] = [];
    const logger = {
      debug: () => undefined,
      info: () => undefined,
      warn: (_: unknown, text = "") => warnings.push(text),
    };
    expect(statusIn(made, { logger })).toBe("started");
    expect(warnings).toEqual([`checkpoint-gc: cannot sweep: ${profile.base} is not a directory`]);
  });
});

describe("what `auto` would refuse is not started again and again", () => {
  it.each<[string, (made: World) => void, RegExp]>([
    [
      "a base that is a file",
      (made) => {
        rmSync(made.base, { recursive: true });
        writeFileSync(made.base, "");
      },
      /is not a directory/,
    ],
    [
      "a base that is a dangling symlink",
      (made) => {
        rmSync(made.base, { recursive: true });
        symlinkSync("/nowhere/at/all", made.base);
      },
      /leads to something that is not there/,
    ],
    [
      "a state that others may write into",
      (made) => {
        mkdirSync(stateOf(made.base));
        chmodSync(stateOf(made.base), 0o777);
      },
      /state directory .* cannot be used/,
    ],
    [
      "a state that is a symlink",
      (made) => symlinkSync(made.work, stateOf(made.base)),
      /state directory .* cannot be used/,
    ],
    ["a state that is a file", (made) => writeFileSync(stateOf(made.base), ""), /state directory .* cannot be used/],
  ])("%s", (_name, arrange, reason) => {
    const made = world();
    expect(statusIn(made)).toBe("started");
    arrange(made);
    const warnings: string[] = [];
    const logger = {
      debug: () => undefined,
      info: () => undefined,
      warn: (_: unknown, text = "") => warnings.push(text),
    };
    expect(statusIn(made, { logger })).toBe("unavailable");
    expect(warnings.join()).toMatch(reason);
  });

  it("the root directory, and the user's home directory", () => {
    const made = world();
    expect(startupSweep({ base: "/", command }).status).toBe("unavailable");
    expect(startupSweep({ base: made.root, command, env: { ...process.env, HOME: made.root } }).status).toBe(
      "unavailable",
    );
    expect(startupSweep({ base: made.base, command, env: { ...process.env, HOME: made.root } }).status).toBe("started");
  });
});
