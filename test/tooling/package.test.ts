import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TOPICS } from "../../src/cli/specs/topics.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
let directory: string;
let installed: string;
let packed: string[];

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "package-"));
  // The set-up of the tests has built dist/ already.
  const script = join(root, "scripts/pack.mjs");
  const { filename, files } = packReport(
    withoutNpm(process.execPath, [script, "--json", "--as-built", "--into", directory], root),
  );
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
  const { version } = manifestAt(installed);
  expect(run(join(directory, "bin/checkpoints"), ["--version"]).trim()).toBe(version);
  expect(run(join(directory, "bin/checkpoints"), ["--help"])).toContain("prune");
  expect(run(join(directory, "bin/checkpoints"), ["help", "guarantees"])).toContain("What is guaranteed");
});

it("brings a manual page, which a global install puts where man looks", () => {
  const text = readFileSync(join(directory, "share/man/man1/checkpoints.1"), "utf8");
  expect(text).toMatch(/^\.TH CHECKPOINTS 1 /);
  for (const command of ["status", "sessions prune", "trash restore", "config set", "hook install"]) {
    expect(text).toContain(`\n\\fBcheckpoints ${command}\\fR `);
  }
  // A line that begins with a dot or a quote is a request to the formatter.
  const requests = text.split("\n").filter((line) => /^[.']/.test(line));
  expect(requests.filter((line) => !/^\.(?:TH|SH|SS|PP|TP|B|RS|RE|nf|fi)(?: |$)/.test(line))).toEqual([]);
});

it("prints nothing but its own line when it is installed", () => {
  const prefix = mkdtempSync(join(directory, "quiet-"));
  const tarball = packReport(
    withoutNpm(process.execPath, [join(root, "scripts/pack.mjs"), "--json", "--as-built", "--into", prefix], root),
  ).filename;
  const args = ["install", "--global", "--offline", "--cache", join(prefix, "cache"), "--prefix", prefix];
  // A notice of a newer npm says nothing about this package.
  const quiet = ["--no-update-notifier", "--no-fund", "--no-audit"];
  const { status, stdout, stderr } = spawnSync("npm", [...args, ...quiet, join(prefix, tarball)], {
    encoding: "utf8",
    cwd: prefix,
    env: envWithoutNpm(),
  });
  expect(status, stderr).toBe(0);
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^\s*added 1 package in [^\n]*\n$/);
});

it("brings no dependencies along, and the licences of what it bundles", () => {
  expect(manifestAt(installed)["dependencies"]).toBeUndefined();
  expect(readFileSync(join(installed, "dist/THIRD-PARTY-LICENSES"), "utf8")).toMatch(/^zod \d/m);
});

it("ships what runs, what describes it, and nothing else", () => {
  const code = packed.filter((path) => /^dist\/[\w-]+\.c?js$/.test(path));
  expect(
    packed.filter((path) => !code.includes(path) && !code.some((each) => path === `${each}.map`)).toSorted(),
  ).toEqual([
    "LICENSE",
    "README.md",
    "bin/checkpoints.js",
    "dist/THIRD-PARTY-LICENSES",
    ...TOPICS.map(({ name }) => `dist/help/${name}.md`).toSorted(),
    "dist/man/checkpoints.1",
    "dist/sbom.cdx.json",
    "dist/types/hook.d.ts",
    "dist/types/housekeeping.d.ts",
    "dist/types/index.d.ts",
    "package.json",
  ]);
});

it("has no script, nothing for development, and the same everything else as the clone", () => {
  const { scripts, devDependencies, private: isPrivate, ...rest } = manifestAt(root);
  expect(manifestAt(installed)).toEqual(rest);
  // A clone builds in `npm ci`, and cannot be published with what only it needs.
  expect(scripts).toMatchObject({ prepare: expect.stringContaining("build.mjs") as string });
  expect(isPrivate).toBe(true);
  expect(devDependencies).toBeDefined();
});

describe("source maps", () => {
  it("are there for all code, and nothing loads them automatically", () => {
    const code = packed.filter((path) => /^dist\/.*\.c?js$/.test(path) && !hasNoSource(path));
    expect(code.length).toBeGreaterThan(10);
    for (const path of code) {
      expect(packed).toContain(`${path}.map`);
      expect(readFileSync(join(installed, path), "utf8")).not.toContain("sourceMappingURL");
    }
  });

  it("name files of the sources and of packages, and no place of the machine that built them", () => {
    expect(sourcesOf(packed).filter((source) => !/^\.\.\/(?:src|node_modules)\//.test(source))).toEqual([]);
    expect(sourcesOf(packed)).toContain("../src/sweep.ts");
  });
});

describe("sbom.cdx.json", () => {
  it("lists the packages whose code is in dist/, and no other", () => {
    const bundled = sourcesOf(packed).flatMap((source) => {
      return /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1] ?? [];
    });
    expect(bom().components.map(({ name }) => name)).toEqual([...new Set(bundled)].toSorted());
  });

  it("gives each the version that npm ls tells, and the hash of package-lock.json", () => {
    const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as Lock;
    const listed = JSON.parse(npm(["ls", "--all", "--json", "--package-lock-only"], root)) as Listed;
    const versions = versionsIn(listed);
    for (const { name, version, purl, hashes } of bom().components) {
      expect(versions.get(name), name).toContain(version);
      expect(purl).toBe(`pkg:npm/${name.replace("@", "%40")}@${version}`);
      const locked = Object.entries(lock.packages).find(
        ([path, each]) => path.endsWith(`node_modules/${name}`) && each.version === version,
      );
      const sha512 = hashes.find(({ alg }) => alg === "SHA-512")?.content ?? "";
      expect(`sha512-${Buffer.from(sha512, "hex").toString("base64")}`).toBe(locked?.[1].integrity);
    }
  });

  it("names each package as its licences do, and is a document of CycloneDX 1.6", () => {
    const licences = readFileSync(join(installed, "dist/THIRD-PARTY-LICENSES"), "utf8");
    const { bomFormat, specVersion, version, metadata, components, dependencies } = bom();
    for (const { name, version: of } of components) expect(licences).toContain(`\n${name} ${of} (`);
    expect([bomFormat, specVersion, version]).toEqual(["CycloneDX", "1.6", 1]);
    expect(metadata.component).toMatchObject({ name: "checkpoint-gc", version: manifestAt(installed)["version"] });
    const refs = [metadata.component, ...components].map((each) => each["bom-ref"]);
    expect(dependencies.map(({ ref }) => ref)).toEqual(refs);
    expect(dependencies[0]?.dependsOn).toEqual(refs.slice(1));
  });
});

it("keeps the hook to one file of built-ins", () => {
  const text = readFileSync(join(installed, "dist/hook.js"), "utf8");
  // Minified: `import{a}from"node:fs"`, and built-ins that are loaded where they are used.
  const loads = /(?:\bfrom|\bimport\(?|\bgetBuiltinModule\()\s*["`]([^"`]+)["`]/g;
  const imported = [...text.matchAll(loads)].map(([, name]) => name);
  expect(imported).toContain("node:fs");
  expect(imported.filter((name) => name?.startsWith("node:") !== true)).toEqual([]);
});

it("can be imported, with types that need no dependency of this package", () => {
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

it("declares what JavaScript exports, and every type that an export needs", async () => {
  for (const entry of ["index", "hook", "housekeeping"]) {
    const text = readFileSync(join(installed, `dist/types/${entry}.d.ts`), "utf8");
    const names = /^export \{ (.*) \};$/m.exec(text)?.[1]?.split(", ") ?? [];
    const values = names.filter((name) => !name.startsWith("type "));
    const library = (await import(join(installed, `dist/${entry}.js`))) as object;
    expect(values.toSorted()).toEqual(Object.keys(library).toSorted());
    expect(text).not.toMatch(/from "(?!node:)|import\(/);
  }
  // With lib checks: a name that the joined file lacks is an error here.
  const types = join(root, "node_modules/@types");
  const files = ["index", "hook", "housekeeping"].map((entry) => join(installed, `dist/types/${entry}.d.ts`));
  const options = ["--module", "nodenext", "--strict", "--noEmit", "--target", "es2023", "--typeRoots", types];
  run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), ...options, "--types", "node", ...files]);
});

function manifestAt(place: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(place, "package.json"), "utf8")) as Record<string, unknown>;
}

interface Bom {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly version: number;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

interface Component {
  readonly "bom-ref": string;
  readonly "name": string;
  readonly "version": string;
  readonly "purl": string;
  readonly "hashes": readonly { readonly alg: string; readonly content: string }[];
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version: string; readonly integrity?: string }>>;
}

interface Listed {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, Listed>>;
}

function bom(): Bom {
  return JSON.parse(readFileSync(join(installed, "dist/sbom.cdx.json"), "utf8")) as Bom;
}

/** The versions of each package in the tree of npm ls. */
function versionsIn(
  { dependencies = {} }: Listed,
  found: Map<string, string[]> = new Map(),
): ReadonlyMap<string, readonly string[]> {
  for (const [name, each] of Object.entries(dependencies)) {
    if (each.version !== undefined) found.set(name, [...(found.get(name) ?? []), each.version]);
    versionsIn(each, found);
  }
  return found;
}

/** Code without a line of src/ has no map: an entry that only exports what chunks have, and the bundler's own. */
function hasNoSource(path: string): boolean {
  if (path.startsWith("dist/rolldown-runtime-")) return true;
  const lines = readFileSync(join(installed, path), "utf8").split("\n");
  return lines.every((line) => line === "" || /^(?:import|export|\/\/) ?/.test(line));
}

/** What the maps of the package say that its code was made of. */
function sourcesOf(files: readonly string[]): readonly string[] {
  const maps = files.filter((path) => path.endsWith(".map"));
  return maps.flatMap((path) => {
    const map = JSON.parse(readFileSync(join(installed, path), "utf8")) as { sources: readonly string[] };
    return map.sources;
  });
}

/** Some versions of npm print a list with one report, others an object with one. */
function packReport(json: string): { filename: string; files: string[] } {
  const value = JSON.parse(json) as Record<string, { filename: string; files: { path: string }[] }>;
  const [report] = Object.values(value);
  if (report === undefined) throw new Error(`npm pack reported nothing: ${json}`);
  return { filename: report.filename, files: report.files.map(({ path }) => path) };
}

function npm(args: readonly string[], cwd: string): string {
  return withoutNpm("npm", args, cwd);
}

/** As a person would call it; not as a child of the `npm test` that passes its own settings down. */
function withoutNpm(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, args, {
    cwd,
    env: envWithoutNpm(),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

function envWithoutNpm(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith("npm_")));
}

/** What the command wrote to stdout; a failure says all that it wrote (tsc complains on stdout). */
function run(command: string, args: readonly string[], cwd: string = directory): string {
  // Texts are compared without colours, whatever the environment of the tests asks for.
  const env = { ...process.env, FORCE_COLOR: undefined, NO_COLOR: "1" };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ended with ${status}\n${stdout}${stderr}`);
  return stdout;
}
