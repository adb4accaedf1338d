import { GcError } from "../errors.ts";
import { DEFAULT_SETTINGS, type Origin, type ResolvedSettings, type SettingKey } from "../model/settings.ts";
import { readBlocks, type Blocks } from "./file.ts";
import { checkFlag, type SettingFlag } from "./flags.ts";
import { SETTING_KEYS } from "./schema.ts";

/** What reading a file came to; the door to the file system makes it. */
export type TextResult =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly code: string; readonly message: string };

/**
 * The settings of one home: the defaults, over them the `checkpoints:` block, over it `checkpoint_gc:`, over it the
 * flags, key by key. Only `keep` of a flag adds to what the file keeps: a flag that protects one directory must not
 * give up the others. Throws `settings-unreadable` or `settings-invalid` naming `path`, `usage` for a wrong flag.
 */
export function resolveSettings(input: {
  readonly file: TextResult;
  readonly path: string;
  readonly flags: readonly SettingFlag[];
}): ResolvedSettings {
  const blocks = blocksOf(input.file, input.path);
  const origins = fileOrigins(blocks, input.path);
  const values = { ...DEFAULT_SETTINGS, ...blocks.checkpoints, ...blocks.checkpoint_gc };
  for (const flag of input.flags) {
    const layer = checkFlag(flag);
    Object.assign(values, layer, { keep: [...values.keep, ...(layer.keep ?? [])] });
    origins[flag.key] = { kind: "flag", flag: flag.flag };
  }
  return { values, origins };
}

function blocksOf(file: TextResult, path: string): Blocks {
  switch (file.kind) {
    case "missing":
      return { checkpoints: {}, checkpoint_gc: {} };
    case "text":
      return readBlocks(file.text, path);
    case "unreadable":
      throw new GcError("settings-unreadable", `${path} cannot be read (${file.code}): ${file.message}`, {
        hint: "Nothing is removed while it cannot be read. Make it readable for this user, or move it away.",
      });
  }
}

function fileOrigins(blocks: Blocks, file: string): Record<SettingKey, Origin> {
  const origins: Record<SettingKey, Origin> = {
    auto_prune: { kind: "default" },
    retention_days: { kind: "default" },
    delete_orphans: { kind: "default" },
    min_interval_hours: { kind: "default" },
    orphan_grace_hours: { kind: "default" },
    trash_days: { kind: "default" },
    max_size: { kind: "default" },
    keep: { kind: "default" },
    stores: { kind: "default" },
  };
  for (const block of ["checkpoints", "checkpoint_gc"] as const) {
    for (const key of SETTING_KEYS) if (key in blocks[block]) origins[key] = { kind: "file", file, block };
  }
  return origins;
}
