import { describe, expect, it } from "vitest";
import { counted } from "../../src/report/nouns.ts";
import { NOUNS } from "../../src/agents/nouns.ts";
import { look, plannedEntry } from "./build.ts";

const here = look({ nouns: { ...NOUNS, toy: ["session", "sessions"] } });

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
    ["sessions where all are sessions", ["toy", "toy"], "2 sessions"],
    ["entries where some are repos and some are sessions", ["hermes-shadow", "toy"], "2 entries"],
    ["repos where there are none", [], "0 repos"],
  ])("%s", (_, stores, words) => {
    expect(counted(stores.map(of), here)).toBe(words);
  });

  it("with what is said of them before the noun", () => {
    expect(counted([of("hermes-shadow"), of("hermes-shadow")], here, "expired ")).toBe("2 expired repos");
    expect(counted([of("hermes-store")], here, "expired ")).toBe("1 expired entry");
  });
});
