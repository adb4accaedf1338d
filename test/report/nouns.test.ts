import { describe, expect, it } from "vitest";
import { counted } from "../../src/report/nouns.ts";
import { plannedEntry } from "./build.ts";

const of = (store: string): ReturnType<typeof plannedEntry> => {
  const row = plannedEntry();
  return { ...row, judged: { ...row.judged, entry: { ...row.judged.entry, store } } };
};

describe("what is counted is called", () => {
  it.each([
    ["repos where all are repos", ["hermes-shadow", "hermes-archive"], "2 repos"],
    ["one repo", ["hermes-shadow"], "1 repo"],
    ["entries where one is none", ["hermes-shadow", "hermes-store", "hermes-shadow"], "3 entries"],
    ["one entry", ["hermes-debris"], "1 entry"],
    ["entries of an unknown kind", ["of-tomorrow", "of-tomorrow"], "2 entries"],
    ["repos where there are none", [], "0 repos"],
  ])("%s", (_, stores, words) => {
    expect(counted(stores.map(of))).toBe(words);
  });

  it("with what is said of them before the noun", () => {
    expect(counted([of("hermes-shadow"), of("hermes-shadow")], "expired ")).toBe("2 expired repos");
    expect(counted([of("hermes-store")], "expired ")).toBe("1 expired entry");
  });
});
