import { describe, expect, it } from "vitest";
import { readBlocks } from "../../src/config/file.ts";
import { parseFlag, parseSet } from "../../src/config/flags.ts";
import { sizeFromText } from "../../src/config/size.ts";
import { settingsError } from "./settings-error.ts";

describe("a size", () => {
  it.each([
    ["0", 0],
    ["1", 1],
    ["512b", 512],
    ["512 B", 512],
    ["2kB", 2000],
    ["2KB", 2000],
    ["2KiB", 2048],
    ["500MB", 500_000_000],
    ["1.5 GiB", 1_610_612_736],
    [" 2GiB ", 2_147_483_648],
    ["3tib", 3 * 1024 ** 4],
    [".5MB", 500_000],
  ])("%j is %i bytes", (text, bytes) => {
    expect(sizeFromText(text)).toBe(bytes);
  });

  it.each(["", "GiB", "2G", "2Gi", "-1", "1e9", "2PB", "two", "0x10", "1,000", "2 GiB free", "NaN", "1.5.5MB"])(
    "%j is none",
    (text) => {
      expect(sizeFromText(text)).toBeNull();
    },
  );
});

describe("max_size", () => {
  it.each(["max_size: 2GiB", 'max_size: "2 GiB"', "max_size: 2147483648"])("%s in the file", (line) => {
    expect(readBlocks(`checkpoint_gc:\n  ${line}\n`, "f").checkpoint_gc).toEqual({ max_size: 2_147_483_648 });
  });

  it("is not Hermes' own cap", () => {
    expect(readBlocks("checkpoints: {max_total_size_mb: 500}\n", "f")).toEqual({ checkpoints: {}, checkpoint_gc: {} });
  });

  it.each(["max_size: 2G", "max_size: -1", "max_size: true", "max_size: .nan", "max_size: [1]", "max_size: 1e300"])(
    "%s is an error",
    (line) => {
      const error = settingsError(() => readBlocks(`checkpoint_gc:\n  ${line}\n`, "f"));
      expect(error.code).toBe("settings-invalid");
      expect(error.message).toContain("checkpoint_gc.max_size in f is ");
    },
  );

  it("as a flag, in any unit", () => {
    expect(parseFlag("max_size", "2GiB", "--max-size").value).toBe(2_147_483_648);
    expect(parseSet("max_size=500MB").value).toBe(500_000_000);
    expect(settingsError(() => parseFlag("max_size", "much", "--max-size")).message).toBe(
      '--max-size is "much": expected bytes, or a size such as 2GiB or 500MB',
    );
  });
});
