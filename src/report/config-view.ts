/** `config`: each setting, its value, and who said so. */
import type { BaseRef } from "../model/home.ts";
import type { BaseError } from "../model/plan.ts";
import type { Origin, ResolvedSettings, SettingKey } from "../model/settings.ts";
import { baseHeading, errorLines, page } from "./notices.ts";
import { paintOf, widthOf, type Look } from "./look.ts";
import { visible } from "./visible.ts";
import { pathText } from "./paths.ts";
import { columnsOf, padEnd, wrap } from "./width.ts";

/** The settings of one base, or why they cannot be had. */
export interface ConfigView {
  readonly ref: BaseRef;
  readonly resolved: ResolvedSettings | null;
  readonly error: BaseError | null;
}

export const SETTING_ORDER: readonly SettingKey[] = [
  "auto_prune",
  "retention_days",
  "delete_orphans",
  "min_interval_hours",
  "orphan_grace_hours",
  "trash_days",
  "max_size",
  "keep",
  "stores",
];

export function renderConfig(views: readonly ConfigView[], look: Look): string {
  return page(
    views
      .flatMap((view) => [
        baseHeading(view, look),
        ...errorLines(view, look),
        ...(view.resolved === null ? [] : settingLines(view.resolved, look)),
        "",
      ])
      .slice(0, -1),
  );
}

function settingLines({ values, origins }: ResolvedSettings, look: Look): readonly string[] {
  const { dim, bold } = paintOf(look);
  const rows = SETTING_ORDER.map((key) => {
    const { kind } = origins[key];
    return {
      key,
      value: valueText(values[key], look),
      origin: originText(origins[key], look),
      set: kind !== "default",
    };
  });
  const key = Math.max(...rows.map((row) => row.key.length));
  const value = Math.max(5, ...rows.map((row) => columnsOf(row.value)));
  const origin = Math.max(...rows.map((row) => columnsOf(row.origin)));
  const width = widthOf(look);
  if (key + value + origin + 4 > width) {
    return rows.flatMap((row) => [
      ...wrap(`${row.key}: ${row.value}`, width, look, "  ").map(row.set ? bold : dim),
      ...wrap(row.origin, width - 2, look).map((line) => dim(`  ${line}`)),
    ]);
  }
  return [
    dim([padEnd("KEY", key), padEnd("VALUE", value), "FROM"].join("  ")),
    ...rows.map((row) =>
      [padEnd(row.key, key), (row.set ? bold : dim)(padEnd(row.value, value)), dim(row.origin)].join("  "),
    ),
  ];
}

function valueText(value: ResolvedSettings["values"][SettingKey], look: Look): string {
  if (typeof value !== "object") return String(value);
  return `[${value.map((each) => `"${visible(each, look)}"`).join(", ")}]`;
}

function originText(origin: Origin, look: Look): string {
  switch (origin.kind) {
    case "default":
      return "default";
    case "file":
      return `${pathText(origin.file, look)}, ${origin.block}:`;
    case "flag":
      return visible(origin.flag, look);
  }
}
