import { GcError } from "../errors.ts";
import {
  BLOCKS,
  DEFAULT_SETTINGS,
  eachSetting,
  type Origin,
  type ResolvedSettings,
  SETTING_KEYS,
  type SettingKey,
} from "../model/settings.ts";
import { readBlocks, type Blocks } from "./file.ts";
import { checkFlag, type SettingFlag } from "./flags.ts";

/** The result of reading a file, which is read elsewhere. */
export type TextResult =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly code: string; readonly message: string };

/**
 * The settings of one home: the defaults, then the `checkpoints:` block, then `checkpoint_gc:`, then the flags, key by
 * key. Only `keep` of a flag adds to what the file keeps: a flag that protects one directory must not drop the others.
 * Throws `settings-unreadable` or `settings-invalid` naming `path`, `usage` for a wrong flag.
 */
export function resolveSettings(input: {
  readonly file: TextResult;
  readonly path: string;
  readonly flags: readonly SettingFlag[];
  /** All that there are, those that a host brought among them. */
  readonly kinds?: readonly string[];
}): ResolvedSettings {
  const blocks = blocksOf(input.file, input.path, input.kinds);
  const origins = fileOrigins(blocks, input.path);
  const values = { ...DEFAULT_SETTINGS, ...blocks.checkpoints, ...blocks.checkpoint_gc };
  for (const flag of input.flags) {
    const layer = checkFlag(flag, input.kinds);
    Object.assign(values, layer, { keep: [...values.keep, ...(layer.keep ?? [])] });
    origins[flag.key] = { kind: "flag", flag: flag.flag };
  }
  return { values, origins };
}

function blocksOf(file: TextResult, path: string, kinds: readonly string[] | undefined): Blocks {
  switch (file.kind) {
    case "missing":
      return { checkpoints: {}, checkpoint_gc: {} };
    case "text":
      return readBlocks(file.text, path, kinds);
    case "unreadable":
      throw new GcError("settings-unreadable", `${path} cannot be read (${file.code}): ${file.message}`, {
        hint: "Nothing is removed while it cannot be read. Make it readable for this user, or move it away.",
      });
  }
}

function fileOrigins(blocks: Blocks, file: string): Record<SettingKey, Origin> {
  const origins = eachSetting<Record<SettingKey, Origin>>(() => ({ kind: "default" }));
  for (const block of BLOCKS) {
    for (const key of SETTING_KEYS) if (key in blocks[block]) origins[key] = { kind: "file", file, block };
  }
  return origins;
}
