import { expect, it } from "vitest";
import { parseEvent } from "../../src/housekeeping/events.ts";
import { createReporter } from "../../src/housekeeping/reporter.ts";
import { keepingLogger } from "../hook/support.ts";

it("tells a failure once: not at every turn, but when it changes or comes back", () => {
  const logger = keepingLogger();
  const reporter = createReporter(logger, undefined);
  const turns = [["a"], ["a"], ["a", "b"], ["b"], [], ["b"], ["b"]];
  const told = turns.map((messages) => {
    reporter.startPhase("sweep");
    const before = logger.lines.length;
    for (const message of messages) reporter.warn("sweep", {}, message);
    return logger.lines.slice(before).map((line) => line.split(" ")[1]);
  });
  expect(told).toEqual([["a"], [], ["b"], [], [], ["b"], []]);
});

it("keeps looks and sweeps apart, and twice in a turn is once", () => {
  const logger = keepingLogger();
  const reporter = createReporter(logger, undefined);
  reporter.warn("check", {}, "a");
  reporter.startPhase("sweep");
  reporter.warn("sweep", {}, "a");
  reporter.warn("sweep", {}, "a");
  reporter.startPhase("check");
  reporter.warn("check", {}, "a");
  expect(logger.lines).toHaveLength(2);
});

it("survives a host whose own functions throw", () => {
  const broken = (): never => {
    throw new Error("the host's");
  };
  const reporter = createReporter({ debug: broken, info: broken, warn: broken }, broken);
  reporter.warn("check", {}, "a");
  reporter.log("info", {}, "b");
  reporter.reportSweep({
    base: "/b",
    scanned: 0,
    removedByRule: {},
    bytesTrashed: 0,
    bytesReclaimed: 0,
    failed: 0,
    durationMs: 0,
  });
});

it.each([
  ["", null],
  ["(node:1) Warning: something", null],
  ['{"level":"info","event":"sw', null],
  ["[1]", null],
  ['{"level":"loud","msg":"x"}', null],
  [
    '{"level":"info","event":"sweep","scanned":3,"msg":"text"}',
    { kind: "log", level: "info", fields: { event: "sweep", scanned: 3 }, message: "text" },
  ],
  ['{"event":"base","base":"/b","error":null,"sweep":null}', { kind: "base", base: "/b", error: null, sweep: null }],
  [
    '{"event":"base","base":"/b","error":{"code":"EIO","message":"m"},"sweep":{"scanned":"x","removedByRule":{"orphan":2}}}',
    {
      kind: "base",
      base: "/b",
      error: { code: "EIO", message: "m" },
      sweep: {
        base: "/b",
        scanned: 0,
        removedByRule: { orphan: 2 },
        bytesTrashed: 0,
        bytesReclaimed: 0,
        failed: 0,
        durationMs: 0,
      },
    },
  ],
])("understands %j", (line, event) => {
  expect(parseEvent(line)).toEqual(event);
});
