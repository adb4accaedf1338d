// How the declarations of the package are joined: what is kept, and what is refused rather than joined wrongly.

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PROJECT } from "../support/paths.ts";

interface RollUp {
  readonly rollUp: (entry: string, read: (path: string) => Promise<string>) => Promise<string>;
}

const { rollUp } = (await import(join(PROJECT, "scripts/build/roll-up.mjs"))) as RollUp;

function joined(files: Readonly<Record<string, string>>): Promise<string> {
  return rollUp("/index.d.ts", (path: string) => Promise.resolve(files[path.slice(1)] ?? ""));
}

describe("rollUp", () => {
  it("keeps what is exported and what that needs, with its comments, and exports only the former", async () => {
    const text = await joined({
      "index.d.ts": `/** Head. */\nexport { run } from "./a.ts";\nexport type * from "./b.ts";`,
      "a.d.ts":
        `import type { Inner } from "./b.ts";\nimport type { Stats } from "node:fs";\n` +
        `/** Runs. */\nexport declare function run(inner: Inner): Stats;\nexport declare function hidden(): void;`,
      "b.d.ts": `/** In. */\nexport interface Inner { readonly deep: Deep }\ntype Deep = 1;\nexport declare const COUNT = 1;`,
    });
    expect(text).toBe(
      `/** Head. */\nimport type { Stats } from "node:fs";\n/** Runs. */\ndeclare function run(inner: Inner): Stats;\n` +
        `/** In. */\ninterface Inner { readonly deep: Deep }\ntype Deep = 1;\nexport { run, type Inner };\n`,
    );
  });

  it("keeps the name that an entry gives", async () => {
    const files = { "index.d.ts": `export type { A as B } from "./a.ts";`, "a.d.ts": "export interface A {}" };
    expect(await joined(files)).toBe("interface A {}\nexport { type A as B };\n");
  });

  it.each([
    {
      what: "two needed declarations of one name",
      a: `import type { X } from "./b.ts";\ninterface Y { x: X }\nexport interface A { y: Y }`,
      b: "interface Y {}\nexport interface X { y: Y }",
      says: "two declarations of Y",
    },
    {
      what: "a type of a package",
      a: `import type { Z } from "zod";\nexport type A = Z;`,
      b: "",
      says: 'mention "zod"',
    },
    {
      what: "a namespace",
      a: `import * as b from "./b.ts";\nexport type A = b.X;`,
      b: "",
      says: "only imports by name",
    },
    {
      what: "another name at an import",
      a: `import type { X as W } from "./b.ts";\nexport type A = W;`,
      b: "export type X = 1;",
      says: "use one name",
    },
    { what: "an import in a type", a: `export type A = import("./b.ts").X;`, b: "", says: "name its type" },
  ])("refuses $what", async ({ a, b, says }) => {
    const files = { "index.d.ts": `export type { A } from "./a.ts";`, "a.d.ts": a, "b.d.ts": b };
    await expect(joined(files)).rejects.toThrow(says);
  });

  it("leaves alone a declaration of the same name that nothing needs", async () => {
    const files = {
      "index.d.ts": `export type { A } from "./a.ts";\nexport type { X } from "./b.ts";`,
      "a.d.ts": "interface Y {}\nexport interface A { y: Y }",
      "b.d.ts": "interface Y {}\nexport type X = 1;",
    };
    expect(await joined(files)).toContain("export { type A, type X };");
  });
});
