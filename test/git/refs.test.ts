// One ref of packed-refs, whatever stands around it.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readPackedRefs, readRef } from "../../src/git/refs.ts";
import { world } from "../support/world.ts";

const [ONE, TWO] = ["1".repeat(40), "2".repeat(40)];
const NAME = "refs/hermes/0123456789abcdef";

describe("a packed ref", () => {
  it.each([
    { name: "is found in its line", text: `# pack-refs with: peeled\n${ONE} ${NAME}\n${TWO} refs/tags/v1\n`, is: ONE },
    { name: "is found where it has been peeled", text: `${ONE} ${NAME}\n^${TWO}\n`, is: ONE },
    { name: "is found where the last line was cut after it", text: `${TWO} refs/heads/a\n${ONE} ${NAME}`, is: ONE },
    { name: "is found as the only line, which was cut", text: `${ONE} ${NAME}`, is: ONE },
    { name: "is not another one whose name begins with it", text: `${ONE} ${NAME}0\n`, is: null },
    { name: "is not another whose name ends so", text: `${ONE} refs/x/${NAME}\n`, is: null },
    { name: "is not one whose value is cut", text: `${ONE.slice(1)} ${NAME}\n`, is: null },
    { name: "is not there where there is nothing", text: "", is: null },
  ])("$name", ({ text, is }) => {
    const w = world();
    const repository = join(w.root, "store");
    mkdirSync(repository);
    writeFileSync(join(repository, "packed-refs"), text);
    const expected = is === null ? { kind: "missing" } : { kind: "value", value: is };
    expect(readRef(repository, NAME)).toEqual(expected);
    expect(readRef(repository, NAME, readPackedRefs(repository))).toEqual(expected);
  });

  it("gives way to the loose one", () => {
    const w = world();
    const repository = join(w.root, "store");
    mkdirSync(join(repository, "refs", "hermes"), { recursive: true });
    writeFileSync(join(repository, "packed-refs"), `${ONE} ${NAME}\n`);
    writeFileSync(join(repository, NAME), `${TWO}\n`);
    expect(readRef(repository, NAME)).toEqual({ kind: "value", value: TWO });
  });
});
