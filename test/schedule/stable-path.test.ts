import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { isPassing, stablePath } from "../../src/schedule/stable-path.ts";
import { removeTree } from "../support/paths.ts";

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
  it("is the link of the PATH that leads to it, as Homebrew and Nix make them", () => {
    const root = scratch();
    const real = program(root, "Cellar", "node", "22.1.0", "bin", "node");
    program(root, "other", "node");
    mkdirSync(join(root, "bin"));
    symlinkSync(real, join(root, "bin", "node"));
    const env = { PATH: `bin:${join(root, "nothing")}:${join(root, "other")}:${join(root, "bin")}` };
    expect(stablePath("node", real, { env, platform: "linux" })).toBe(join(root, "bin", "node"));
  });

  it.each([
    "fnm_multishells/123_456/bin",
    ".npm/_npx/0123/node_modules/.bin",
    ".cache/x",
    "Caches/x",
    "node_modules/.bin",
  ])("is not one that goes with a shell or a cache: %s", (place) => {
    const root = scratch();
    const real = program(root, "v20", "bin", "node");
    mkdirSync(join(root, place), { recursive: true });
    symlinkSync(real, join(root, place, "node"));
    expect(stablePath("node", real, { env: { PATH: join(root, place) }, platform: "linux" })).toBe(real);
  });

  it.each([undefined, "", ":::", "relative"])("is itself where the PATH has none: %j", (PATH) => {
    expect(stablePath("node", process.execPath, { env: { PATH }, platform: "linux" })).toBe(process.execPath);
  });

  it("is itself where nothing is there", () => {
    expect(stablePath("node", "/no/such/node", { env: process.env, platform: "linux" })).toBe("/no/such/node");
  });

  it.each([
    ["/home/ann/.npm/_npx/0123456789abcdef/node_modules/checkpoint-gc/bin/checkpoints.js", true],
    ["C:\\Users\\Ann\\AppData\\Local\\npm-cache\\_npx\\01\\node_modules\\checkpoint-gc\\bin\\checkpoints.js", true],
    ["/usr/lib/node_modules/checkpoint-gc/bin/checkpoints.js", false],
  ])("%s goes with npx's cache: %s", (path, passing) => {
    expect(isPassing(path)).toBe(passing);
  });
});
