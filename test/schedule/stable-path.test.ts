import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { foreignHere } from "../../src/schedule/system.ts";
import { isEphemeral, stablePath } from "../../src/schedule/stable-path.ts";
import { noDeadMounts, whileDead } from "../support/dead-mount.ts";
import { skipped } from "../support/mounts.ts";
import { removeTree } from "../support/paths.ts";
import { COMMAND } from "../support/run.ts";
import { world } from "../support/world.ts";

const paths = foreignHere();

/** Not below /tmp: a link there is one that passes. */
function scratch(): string {
  const directory = realpathSync(mkdtempSync("/var/tmp/cgc-stable-"));
  onTestFinished(() => removeTree(directory));
  return directory;
}

function program(...path: readonly string[]): string {
  const file = join(...(path as [string]));
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, "");
  return file;
}

describe("the path of a program", () => {
  it("is the link of the PATH that leads to it, as Homebrew and Nix make them", async () => {
    const root = scratch();
    const real = program(root, "Cellar", "node", "22.1.0", "bin", "node");
    program(root, "other", "node");
    mkdirSync(join(root, "bin"));
    symlinkSync(real, join(root, "bin", "node"));
    const env = { PATH: `bin:${join(root, "nothing")}:${join(root, "other")}:${join(root, "bin")}` };
    expect(await stablePath("node", real, { env, platform: "linux" }, paths)).toBe(join(root, "bin", "node"));
  });

  it.each([
    "fnm_multishells/123_456/bin",
    ".npm/_npx/0123/node_modules/.bin",
    ".cache/x",
    "Caches/x",
    "node_modules/.bin",
  ])("is not one that is removed with a shell or a cache: %s", async (place) => {
    const root = scratch();
    const real = program(root, "v20", "bin", "node");
    mkdirSync(join(root, place), { recursive: true });
    symlinkSync(real, join(root, place, "node"));
    expect(await stablePath("node", real, { env: { PATH: join(root, place) }, platform: "linux" }, paths)).toBe(real);
  });

  it.each([undefined, "", ":::", "relative"])("is itself where the PATH has none: %j", async (PATH) => {
    expect(await stablePath("node", process.execPath, { env: { PATH }, platform: "linux" }, paths)).toBe(
      process.execPath,
    );
  });

  it.skipIf(skipped(noDeadMounts()))("is itself where a directory of the PATH does not answer", () => {
    const w = world();
    const dead = join(w.root, "dead");
    const path = [join(dead, "bin"), process.env["PATH"] ?? ""].join(":");
    const [printed] = whileDead(
      w,
      dead,
      [["schedule", "print", "--kind", "cron"]],
      ["/usr/bin/env", `PATH=${path}`, process.execPath, COMMAND],
    );
    expect(printed).toMatchObject({ code: 0, stdout: expect.stringContaining("/node") as string });
  });

  it("is itself where nothing is there", async () => {
    expect(await stablePath("node", "/no/such/node", { env: process.env, platform: "linux" }, paths)).toBe(
      "/no/such/node",
    );
  });

  it.each([
    ["/home/ann/.npm/_npx/0123456789abcdef/node_modules/checkpoint-gc/bin/checkpoints.js", true],
    ["C:\\Users\\Ann\\AppData\\Local\\npm-cache\\_npx\\01\\node_modules\\checkpoint-gc\\bin\\checkpoints.js", true],
    ["/usr/lib/node_modules/checkpoint-gc/bin/checkpoints.js", false],
  ])("%s is removed with npx's cache: %s", (path, passing) => {
    expect(isEphemeral(path)).toBe(passing);
  });
});
