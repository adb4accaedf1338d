import { describe, expect, it } from "vitest";
import { readBlocks } from "./blocks.ts";
import { settingsError } from "./settings-error.ts";

const FILE = "/h/config.yaml";
const ALL =
  "The settings are auto_prune, retention_days, delete_orphans, min_interval_hours, orphan_grace_hours, " +
  "trash_days, max_size, keep_latest, keep, collect.";

describe("good values", () => {
  it.each(["true", "True", "TRUE", "on", "On", "ON", "yes", "Yes", "YES", "y", "Y"])("%s is true", (word) => {
    expect(readBlocks(`checkpoints: {auto_prune: ${word}}`, FILE).checkpoints).toEqual({ auto_prune: true });
  });
  it.each(["false", "off", "Off", "OFF", "no", "No", "NO", "n", "N"])("%s is false", (word) => {
    expect(readBlocks(`checkpoints: {delete_orphans: ${word}}`, FILE).checkpoints).toEqual({ delete_orphans: false });
  });
  it.each([
    ["0", 0],
    ["-1", -1],
    ["-1e6", -1_000_000],
    ["0.5", 0.5],
    ["+7", 7],
    ["1_000", 1000],
    ["36500", 36_500],
    ["010", 8],
    ["0x10", 16],
    ["1:30", 90],
  ])("retention_days: %s", (written, value) => {
    expect(readBlocks(`checkpoints: {retention_days: ${written}}`, FILE).checkpoints.retention_days).toBe(value);
  });
  it.each(["min_interval_hours", "orphan_grace_hours", "trash_days"])("%s may be 0, -0 and 0.25", (key) => {
    for (const value of [0, 0.25]) {
      expect(readBlocks(`checkpoint_gc: {${key}: ${value}}`, FILE).checkpoint_gc).toEqual({ [key]: value });
    }
    expect(readBlocks(`checkpoint_gc: {${key}: -0}`, FILE).checkpoint_gc).toHaveProperty(key);
  });
  it.each([
    ["~/x", ["~/x"]],
    ["'~'", ["~"]],
    ["/srv/work", ["/srv/work"]],
    ["[]", []],
    ["[~/a, '**/demo', '/srv/{b,c}/*']", ["~/a", "**/demo", "/srv/{b,c}/*"]],
    ["\n  - ~/a\n  - /b c\n", ["~/a", "/b c"]],
  ])("keep: %s", (written, value) => {
    expect(readBlocks(`checkpoint_gc:\n  keep: ${written}\n`, FILE).checkpoint_gc.keep).toEqual(value);
  });
});

describe("the two blocks", () => {
  it("are both read, each for itself", () => {
    const text = "model: x\ncheckpoints:\n  retention_days: 30\ncheckpoint_gc:\n  retention_days: 3\n  keep: ~/a\n";
    expect(readBlocks(text, FILE)).toEqual({
      checkpoints: { retention_days: 30 },
      checkpoint_gc: { retention_days: 3, keep: ["~/a"] },
    });
  });

  it("leave Hermes' other keys alone, whatever they hold", () => {
    const text = "checkpoints:\n  enabled: true\n  max_snapshots: many\n  retention_day: x\n  1: 2\n  ? [a]\n  : b\n";
    expect(readBlocks(text, FILE)).toEqual({ checkpoints: {}, checkpoint_gc: {} });
  });

  it("take the newer Hermes' defaults as they stand", () => {
    const text =
      "checkpoints:\n  enabled: false\n  max_snapshots: 20\n  max_total_size_mb: 500\n  auto_prune: true\n" +
      "  retention_days: 7\n  delete_orphans: true\n  min_interval_hours: 24\n";
    expect(readBlocks(text, FILE).checkpoints).toEqual({
      auto_prune: true,
      retention_days: 7,
      delete_orphans: true,
      min_interval_hours: 24,
    });
  });

  it.each(["true", "false", "yes", "off"])("checkpoints: %s is Hermes' short form and sets nothing", (word) => {
    expect(readBlocks(`checkpoints: ${word}\n`, FILE)).toEqual({ checkpoints: {}, checkpoint_gc: {} });
  });

  it.each(["true", "off"])("checkpoint_gc: %s is refused, it is not a short form", (word) => {
    const error = settingsError(() => readBlocks(`checkpoint_gc: ${word}\n`, FILE));
    const shown = word === "true" ? "true" : "false";
    expect(error.message).toBe(`checkpoint_gc in /h/config.yaml, line 1, is ${shown}: expected a map of settings`);
    expect(error.hint).toBe("Below checkpoint_gc: write lines such as retention_days: 7, indented.");
  });

  it.each([
    ["retention_day", "retention_day", "Did you mean retention_days?"],
    ["retention-days", "retention-days", "Did you mean retention_days?"],
    ["Keep", "Keep", "Did you mean keep?"],
    ["kep", "kep", "Did you mean keep?"],
    ["orphan_grace", "orphan_grace", "Did you mean orphan_grace_hours?"],
    ["max_snapshots", "max_snapshots", ALL],
    ["__proto__", "__proto__", ALL],
    ["toString", "toString", ALL],
    ["7", "7", ALL],
    ["yes", "true", ALL],
    ["~", "empty", ALL],
  ])("checkpoint_gc refuses the key %s", (key, shown, hint) => {
    const error = settingsError(() => readBlocks(`checkpoint_gc:\n  ${key}: 1\n`, FILE));
    expect(error.message).toBe(`checkpoint_gc.${shown} in /h/config.yaml, line 2, is not a setting`);
    expect(error).toMatchObject({ code: "settings-invalid", exitCode: 2, hint });
  });

  it.each(["checkpoint-gc", "checkpoints_gc", "checkpointgc", "CHECKPOINT_GC"])("%s: is refused", (key) => {
    const error = settingsError(() => readBlocks(`${key}:\n  keep: ~/x\n`, FILE));
    expect(error.message).toBe(`/h/config.yaml has a block "${key}": expected checkpoint_gc`);
    expect(error).toMatchObject({ code: "settings-invalid", hint: "Did you mean checkpoint_gc?" });
  });

  it("are refused for a wrong value even where the other block overrides it", () => {
    const text = "checkpoints:\n  retention_days: '7'\ncheckpoint_gc:\n  retention_days: 30\n";
    expect(settingsError(() => readBlocks(text, FILE)).message).toBe(
      'checkpoints.retention_days in /h/config.yaml, line 2, is "7": expected a number of days',
    );
  });
});

describe("collect", () => {
  const KINDS = ["hermes-shadow", "toy"];
  const block = (text: string): unknown => readBlocks(`checkpoint_gc: {${text}}`, FILE, KINDS).checkpoint_gc;

  it("is read by its former name too, and is the same setting", () => {
    expect(block("stores: [hermes-shadow]")).toEqual({ collect: ["hermes-shadow"] });
    expect(block("collect: [hermes-shadow]")).toEqual({ collect: ["hermes-shadow"] });
  });

  it("may name the kind of a host, and no other", () => {
    expect(block("collect: [toy]")).toEqual({ collect: ["toy"] });
    const error = settingsError(() => block("stores: [hermes-shadow, tay]"));
    expect(error.message).toBe(
      'checkpoint_gc.stores[1] in /h/config.yaml, line 1, is "tay": expected one of hermes-shadow, toy',
    );
  });

  it("may be a text, which has no places", () => {
    expect(block("collect: 'hermes-shadow, toy'")).toEqual({ collect: ["hermes-shadow", "toy"] });
    expect(settingsError(() => block("collect: nonsense")).message).toBe(
      'checkpoint_gc.collect in /h/config.yaml, line 1, is "nonsense": expected one of hermes-shadow, toy',
    );
  });

  it("is not guessed where both names stand", () => {
    expect(settingsError(() => block("collect: [], stores: [toy]")).message).toBe(
      "checkpoint_gc in /h/config.yaml, line 1, has both collect and stores: expected one of them",
    );
  });
});
