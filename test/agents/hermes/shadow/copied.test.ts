// Times of a HEAD and of a last use, and whether they are those of a copy: each beside its near twin.
import { describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE, SECOND } from "../../../../src/model/time.ts";
import { copiedAt } from "../../../../src/stores/git-repository/copied.ts";

const NOW = 1_795_000_000_000;

/** How long ago each was. */
interface Times {
  readonly made: number | null;
  readonly changed: number;
  readonly used: number | null;
}

function ask({ made, changed, used }: Times): number | null {
  const birth = made === null ? "0" : String(BigInt(NOW - made) * 1_000_000n);
  const identity = { dev: "1", ino: "2", birth };
  return copiedAt({ mtime: NOW - changed, identity }, used === null ? null : NOW - used);
}

describe("a repository whose HEAD was made", () => {
  it.each<[string, Times, boolean]>([
    ["a month after it last changed, and used in between", { made: 0, changed: 30 * DAY, used: 29 * DAY }, true],
    ["after its one and only snapshot", { made: 0, changed: 30 * DAY, used: 30 * DAY - SECOND }, true],
    ["with one time set on all of it", { made: 0, changed: 30 * DAY, used: 30 * DAY }, false],
    ["when it changed", { made: 30 * DAY, changed: 30 * DAY, used: 20 * DAY }, false],
    ["before it changed", { made: 30 * DAY, changed: 25 * DAY, used: 20 * DAY }, false],
    [
      "seconds after it changed, by a time that was rounded",
      { made: 30 * DAY, changed: 30 * DAY + 2 * SECOND, used: 20 * DAY },
      false,
    ],
    ["after it changed, and used since", { made: 10 * DAY, changed: 30 * DAY, used: 5 * DAY }, false],
    ["an hour after it changed, and used in between", { made: 0, changed: HOUR, used: 2 * MINUTE }, true],
    ["at an unknown time", { made: null, changed: 30 * DAY, used: 20 * DAY }, false],
    ["a month after it last changed, and its last use is unknown", { made: 0, changed: 30 * DAY, used: null }, false],
  ])("%s: %j", (_, times, isCopy) => {
    expect(ask(times)).toBe(isCopy ? NOW - (times.made ?? 0) : null);
  });
});
