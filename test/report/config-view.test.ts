import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS, type ResolvedSettings } from "../../src/model/settings.ts";
import { renderConfig } from "../../src/report/config-view.ts";
import { baseRef, look } from "./build.ts";

const file = "/home/ann/.hermes/config.yaml";
const own = "/home/ann/.config/checkpoint-gc/config.yaml";
const byDefault = { kind: "default" } as const;
const resolved: ResolvedSettings = {
  values: { ...DEFAULT_SETTINGS, retention_days: 30, keep: ["~/work", "**/\u001bdemo"], collect: ["hermes-shadow"] },
  origins: {
    auto_prune: byDefault,
    retention_days: { kind: "flag", flag: "--retention-days 30" },
    delete_orphans: { kind: "file", file, block: "checkpoints", key: "checkpoints.delete_orphans" },
    min_interval_hours: byDefault,
    orphan_grace_hours: byDefault,
    trash_days: byDefault,
    max_size: byDefault,
    keep_latest: byDefault,
    keep: { kind: "file", file: own, block: "agents.hermes", key: "agents.hermes.keep" },
    collect: { kind: "file", file: own, block: "top", key: "collect" },
  },
};
const view = { ref: baseRef(), resolved, error: null };

describe("renderConfig", () => {
  it("shows each value and who said so", () => {
    expect(renderConfig([view], look())).toBe(
      [
        "~/.hermes/checkpoints",
        "KEY                 VALUE                      FROM",
        "auto_prune          false                      default",
        "retention_days      30                         --retention-days 30",
        "delete_orphans      true                       ~/.hermes/config.yaml, checkpoints:",
        "min_interval_hours  24                         default",
        "orphan_grace_hours  24                         default",
        "trash_days          7                          default",
        "max_size            0                          default",
        "keep_latest         0                          default",
        'keep                ["~/work", "**/\\x1bdemo"]  ~/.config/checkpoint-gc/config.yaml, agents.hermes:',
        'collect             ["hermes-shadow"]          ~/.config/checkpoint-gc/config.yaml',
        "",
      ].join("\n"),
    );
  });

  it.each([
    [2_147_483_648, "2GiB"],
    [2_000_000_000, "2GB"],
    [10_240, "10KiB"],
    [500, "500B"],
    [1_234_567, "1234567B (1.2 MB)"],
    [0, "0"],
  ])("shows a size of %i bytes as %s", (bytes, text) => {
    const values = { ...view.resolved.values, max_size: bytes };
    expect(renderConfig([{ ...view, resolved: { ...view.resolved, values } }], look())).toMatch(
      new RegExp(`^max_size +${text.replaceAll(/[()]/g, "\\$&")} +default$`, "m"),
    );
  });

  it("shows each base, and the error of one that has no settings", () => {
    const error = { code: "settings-invalid", message: "keep is 7", hint: "Write a list." };
    const broken = { ref: baseRef({ path: "/p/checkpoints", profile: "work" }), resolved: null, error };
    expect(renderConfig([view, broken], look())).toContain(
      "\n\n/p/checkpoints  profile work\nSkipped: keep is 7\nWrite a list.\n",
    );
  });

  it("is a list for every base where the table of one is too wide, and a table for each otherwise", () => {
    const values = { ...resolved.values, keep: [] };
    const narrow = { ref: baseRef({ path: "/p/checkpoints" }), resolved: { ...resolved, values }, error: null };
    const tablesAt = (columns: number, views: readonly (typeof view)[]): number =>
      renderConfig(views, look({ columns })).split("KEY ").length - 1;
    expect([tablesAt(92, [narrow]), tablesAt(92, [view]), tablesAt(92, [narrow, view])]).toEqual([1, 0, 0]);
    expect(tablesAt(120, [narrow, view])).toBe(2);
  });

  it.each([40, 60, 80, 120])("fits %i columns", (columns) => {
    const text = renderConfig([view], look({ columns }));
    expect(text.split("\n").filter((line) => stringWidth(line) > columns)).toEqual([]);
    expect(text).toMatch(/retention_days(?:: | +)30/);
  });
});
