// What is started in a thread or a process of its own is a file of this very version, or nothing.

import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { ownFile } from "../../src/fs/own-file.ts";
import { PROJECT, removeTree } from "../support/paths.ts";

const signature = `// checkpoint-gc ${__VERSION__}\n`;

it.each(["worker.js", "probe.js"])("finds %s of the build", (name) => {
  const url = pathToFileURL(join(PROJECT, "dist", name));
  expect(ownFile(() => url)).toEqual(url);
});

it.each([
  { what: "a file that is signed", text: `${signature}export {};\n`, found: true },
  { what: "a file without a signature", text: "export {};\n", found: false },
  { what: "another version", text: "// checkpoint-gc 0.0.1\nexport {};\n", found: false },
  { what: "a version that begins with this one", text: `${signature.trimEnd()}1\n`, found: false },
  { what: "an empty file", text: "", found: false },
])("$what: $found", ({ text, found }) => {
  const directory = mkdtempSync(join(tmpdir(), "cgc-own-"));
  onTestFinished(() => removeTree(directory));
  const file = join(directory, "worker.js");
  writeFileSync(file, text);
  expect(ownFile(() => pathToFileURL(file)) !== null).toBe(found);
});

it("finds nothing in a missing file, a directory and an invalid URL", () => {
  const directory = mkdtempSync(join(tmpdir(), "cgc-own-"));
  onTestFinished(() => removeTree(directory));
  mkdirSync(join(directory, "worker.js"));
  expect(ownFile(() => pathToFileURL(join(directory, "no-such-worker.js")))).toBeNull();
  expect(ownFile(() => pathToFileURL(join(directory, "worker.js")))).toBeNull();
  expect(ownFile(() => new URL("./worker.js", ""))).toBeNull();
  expect(ownFile(() => new URL("https://example.org/worker.js"))).toBeNull();
});
