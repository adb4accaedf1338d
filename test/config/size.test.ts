import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readBlocks } from "./blocks.ts";
import { parseFlag, parseSet } from "../../src/config/flags.ts";
import { checkLayer } from "../../src/config/schema.ts";
import { sizeFromText, textFromSize } from "../../src/model/size.ts";
import { settingsError } from "./settings-error.ts";

describe("a size", () => {
  it.each([
    ["0", 0],
    ["0.0", 0],
    ["0G", 0],
    ["1B", 1],
    ["512b", 512],
    ["512 B", 512],
    ["10K", 10_240],
    ["10k", 10_240],
    ["500M", 524_288_000],
    ["2G", 2_147_483_648],
    ["2g", 2_147_483_648],
    ["2 G", 2_147_483_648],
    ["1.5G", 1_610_612_736],
    ["1T", 1024 ** 4],
    ["2Gi", 2_147_483_648],
    ["2kB", 2000],
    ["2KB", 2000],
    ["2gb", 2_000_000_000],
    ["2KiB", 2048],
    ["500MB", 500_000_000],
    ["1.5 GiB", 1_610_612_736],
    [" 2GiB ", 2_147_483_648],
    ["3tib", 3 * 1024 ** 4],
    [".5MB", 500_000],
  ])("%j is %i bytes", (text, bytes) => {
    expect(sizeFromText(text)).toBe(bytes);
  });

  it.each(["1", "2", "500", "2.5", "2147483648", "00.1", " 2 "])("%j has no unit, and is none", (text) => {
    expect(sizeFromText(text)).toBeNull();
  });

  it.each([
    "",
    "GiB",
    "-1",
    "-1G",
    "1e9",
    "2PB",
    "two",
    "0x10",
    "1,000",
    "1,5G",
    "2 GiB free",
    "NaN",
    "1.5.5MB",
    "2iB",
  ])("%j is none", (text) => {
    expect(sizeFromText(text)).toBeNull();
  });
});

describe("max_size", () => {
  it.each(["max_size: 2GiB", 'max_size: "2 GiB"', "max_size: 2G", "max_size: 2147483648B"])(
    "%s in the file",
    (line) => {
      expect(readBlocks(`checkpoint_gc:\n  ${line}\n`, "f").checkpoint_gc).toEqual({ max_size: 2_147_483_648 });
      expect(readBlocks(`checkpoints:\n  ${line}\n`, "f").checkpoints).toEqual({ max_size: 2_147_483_648 });
    },
  );

  it.each(["max_size: 0", 'max_size: "0"'])("%s sets no limit", (line) => {
    expect(readBlocks(`checkpoint_gc:\n  ${line}\n`, "f").checkpoint_gc).toEqual({ max_size: 0 });
  });

  it.each(["2", '"2"', "500", "2.5", "2147483648", "2_000", "0x10", "1:30"])(
    "max_size: %s has no unit, and is refused in both blocks",
    (value) => {
      for (const block of ["checkpoint_gc", "checkpoints"]) {
        const error = settingsError(() => readBlocks(`${block}:\n  max_size: ${value}\n`, "f"));
        expect(error.code).toBe("settings-invalid");
        expect(error.message).toContain(`${block}.max_size in f, line 2, is `);
        expect(error.message).toContain("expected a size with a unit, such as 2G, 500M or 2GB, or 0 for no limit");
      }
    },
  );

  it("is not Hermes' own cap", () => {
    expect(readBlocks("checkpoints: {max_total_size_mb: 500}\n", "f")).toEqual({ checkpoints: {}, checkpoint_gc: {} });
  });

  it.each(["max_size: 2P", "max_size: -1", "max_size: true", "max_size: .nan", "max_size: [1]", "max_size: 1e300"])(
    "%s is an error",
    (line) => {
      const error = settingsError(() => readBlocks(`checkpoint_gc:\n  ${line}\n`, "f"));
      expect(error.code).toBe("settings-invalid");
      expect(error.message).toContain("checkpoint_gc.max_size in f, line 2, is ");
    },
  );

  it("as a flag, in any unit", () => {
    expect(parseFlag("max_size", "2GiB", "--max-size").value).toBe(2_147_483_648);
    expect(parseSet("max_size=500MB").value).toBe(500_000_000);
    expect(settingsError(() => parseFlag("max_size", "much", "--max-size")).message).toBe(
      '--max-size is "much": expected a size with a unit, such as 2G, 500M or 2GB, or 0 for no limit',
    );
  });

  it.each(["2", "500", "2147483648"])(
    "as a flag, %s has no unit and is refused, and the hint says what it may mean",
    (text) => {
      for (const parse of [() => parseFlag("max_size", text, "--max-size"), () => parseSet(`max_size=${text}`)]) {
        const error = settingsError(parse);
        expect(error).toMatchObject({
          code: "usage",
          hint: expect.stringContaining(`${text}G is ${text} GiB`) as string,
        });
      }
      expect(parseSet("max_size=0").value).toBe(0);
    },
  );

  it("of a caller counts bytes, as its type says", () => {
    expect(checkLayer({ max_size: 1000 })).toEqual({ kind: "valid", layer: { max_size: 1000 } });
    expect(checkLayer({ max_size: "2G" })).toEqual({ kind: "valid", layer: { max_size: 2_147_483_648 } });
    expect(checkLayer({ max_size: "2" })).toMatchObject({ kind: "wrong", values: [{ value: "2" }] });
  });
});

describe("a size as text", () => {
  it.each([
    [0, "0B"],
    [1, "1B"],
    [1000, "1KB"],
    [1024, "1KiB"],
    [2 * 1024 ** 3, "2GiB"],
    [1500 * 1000 ** 2, "1500MB"],
    [1025, "1025B"],
  ])("%i is %s", (size, text) => {
    expect(textFromSize(size)).toBe(text);
  });

  it("is read as the same size", () => {
    fc.assert(fc.property(fc.maxSafeNat(), (size) => sizeFromText(textFromSize(size)) === size));
  });
});
