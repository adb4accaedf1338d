import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
let directory: string;
let installed: string;
let packed: string[];

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "package-"));
  // The set-up of the tests has built dist/ already; building here would disturb nobody, but cost time.
  const report = npm(["pack", "--json", "--ignore-scripts", "--pack-destination", directory], root);
  const { filename, files } = packReport(report);
  packed = files;
  // Offline and with an empty cache: what the tarball lacks cannot be fetched.
  npm(
    [
      "install",
      "--global",
      "--offline",
      "--cache",
      join(directory, "cache"),
      "--prefix",
      directory,
      join(directory, filename),
    ],
    directory,
  );
  installed = join(directory, "lib/node_modules/checkpoint-gc");
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

it("installs into an empty prefix, without network, and runs from there", () => {
  const { version } = manifest();
  expect(run(join(directory, "bin/checkpoints"), ["--version"]).trim()).toBe(version);
  expect(run(join(directory, "bin/checkpoints"), ["--help"])).toContain("prune");
});

it("brings no dependencies along, and the licences of what it bundles", () => {
  expect(manifest().dependencies).toBeUndefined();
  expect(readFileSync(join(installed, "dist/THIRD-PARTY-LICENSES"), "utf8")).toMatch(/^zod \d/m);
});

it("holds what runs, what describes it, and nothing else", () => {
  const unexpected = packed.filter((path) => !/^(package\.json|README\.md|LICENSE|bin\/.*|dist\/[^.].*)$/.test(path));
  expect(unexpected).toEqual([]);
});

it("keeps the hook to one file of built-ins", () => {
  const text = readFileSync(join(installed, "dist/hook.js"), "utf8");
  const imported = [...text.matchAll(/\bfrom "([^"]+)"|\bimport\(?\s*"([^"]+)"/g)].map(([, a, b]) => a ?? b);
  expect(imported.filter((name) => name?.startsWith("node:") !== true)).toEqual([]);
});

it("can be imported, with types that need no package of ours", () => {
  const consumer = join(directory, "lib");
  writeFileSync(
    join(consumer, "use.mts"),
    'import * as library from "checkpoint-gc";\nimport { startupSweep } from "checkpoint-gc/hook";\n' +
      "export const names: string[] = Object.keys(library);\nexport const status: string = startupSweep({ enabled: false }).status;\n",
  );
  const types = join(root, "node_modules/@types");
  const options = ["--module", "nodenext", "--strict", "--noEmit", "--types", "node", "--typeRoots", types];
  run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), ...options, "use.mts"], consumer);

  const program = 'import("checkpoint-gc").then((library) => console.log(Object.keys(library).length > 0))';
  expect(run(process.execPath, ["--input-type=module", "--eval", program], consumer).trim()).toBe("true");
});

function manifest(): { version: string; dependencies?: object } {
  return JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as ReturnType<typeof manifest>;
}

/** Some versions of npm print a list with one report, others an object with one. */
function packReport(json: string): { filename: string; files: string[] } {
  const value = JSON.parse(json) as Record<string, { filename: string; files: { path: string }[] }>;
  const [report] = Object.values(value);
  if (report === undefined) throw new Error(`npm pack reported nothing: ${json}`);
  return { filename: report.filename, files: report.files.map(({ path }) => path) };
}

/** npm as a person would call it; not as a child of the `npm test` that hands its own settings down. */
function npm(args: readonly string[], cwd: string): string {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith("npm_")),
  );
  return execFileSync("npm", args, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** What the command wrote to stdout; a failure says all that it wrote (tsc complains on stdout). */
function run(command: string, args: readonly string[], cwd: string = directory): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ended with ${status}\n${stdout}${stderr}`);
  return stdout;
}
