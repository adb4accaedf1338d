/** `config`: each setting, its value and where it comes from. */
import type { BaseRef } from "../model/home.ts";
import type { KeepProblem } from "../model/patterns.ts";
import type { BaseError } from "../model/plan.ts";
import {
  type Origin,
  type ResolvedSettings,
  SETTING_KEYS,
  type SettingKey,
  settingOf,
  type Settings,
  settingsOfKind,
} from "../model/settings.ts";
import { baseHeading, errorLines, keepLines, page, unsettledLines } from "./notices.ts";
import { textFromSize } from "../model/size.ts";
import { stylesOf, widthOf, type RenderContext } from "./render-context.ts";
import { visible } from "./sanitize.ts";
import { pathText } from "./paths.ts";
import { columnsOf, padEnd, wrap } from "./width.ts";
import { size } from "./format.ts";

/** The settings of one base, or why they could not be read. */
export interface ConfigView {
  readonly ref: BaseRef;
  readonly resolved: ResolvedSettings | null;
  readonly error: BaseError | null;
  /** What is wrong in its settings. */
  readonly settingsError?: BaseError;
  readonly keepProblems?: readonly KeepProblem[];
}

/** A table where each base's fits, otherwise a list for all of them. */
export function renderConfig(views: readonly ConfigView[], look: RenderContext): string {
  const rows = new Map(views.map((view) => [view, view.resolved === null ? [] : rowsOf(view.resolved, look)]));
  const width = widthOf(look);
  const lines = [...rows.values()].every((each) => tableWidth(each) <= width) ? tableLines : listLines;
  return page(
    views
      .flatMap((view) => [
        baseHeading(view, look),
        ...errorLines(view, look),
        ...unsettledLines(view, look),
        ...(view.resolved === null ? [] : lines(rows.get(view) ?? [], look)),
        ...keepLines(view.keepProblems ?? [], look),
        "",
      ])
      .slice(0, -1),
  );
}

interface Row {
  readonly key: string;
  readonly value: string;
  readonly origin: string;
  readonly set: boolean;
}

/** After each setting what is different for a kind. */
function rowsOf({ values, origins, kindOrigins = {} }: ResolvedSettings, look: RenderContext): readonly Row[] {
  return SETTING_KEYS.flatMap((key) => {
    const row = (label: string, settings: Settings, origin: Origin): Row => ({
      key: label,
      value: valueText(key, settings[key], look),
      origin: originText(origin, look),
      set: origin.kind !== "default",
    });
    const ofKinds = Object.entries<Readonly<Partial<Record<SettingKey, Origin>>>>(kindOrigins);
    return [
      row(key, values, origins[key]),
      ...ofKinds.flatMap(([kind, { [key]: origin }]) =>
        origin === undefined ? [] : [row(`  ${kind}`, settingsOfKind(values, kind), origin)],
      ),
    ];
  });
}

function listLines(rows: readonly Row[], look: RenderContext): readonly string[] {
  const { dim, bold } = stylesOf(look);
  const width = widthOf(look);
  return rows.flatMap((row) => [
    ...wrap(`${row.key}: ${row.value}`, width, look, "  ").map(row.set ? bold : dim),
    ...wrap(row.origin, width - 2, look).map((line) => dim(`  ${line}`)),
  ]);
}

function tableWidth(rows: readonly Row[]): number {
  return widthsOf(rows).reduce((sum, each) => sum + each, 4);
}

function widthsOf(rows: readonly Row[]): readonly [key: number, value: number, origin: number] {
  return [
    Math.max(0, ...rows.map((row) => row.key.length)),
    Math.max(5, ...rows.map((row) => columnsOf(row.value))),
    Math.max(0, ...rows.map((row) => columnsOf(row.origin))),
  ];
}

function tableLines(rows: readonly Row[], look: RenderContext): readonly string[] {
  const { dim, bold } = stylesOf(look);
  const [key, value] = widthsOf(rows);
  return [
    dim([padEnd("KEY", key), padEnd("VALUE", value), "FROM"].join("  ")),
    ...rows.map((row) =>
      [padEnd(row.key, key), (row.set ? bold : dim)(padEnd(row.value, value)), dim(row.origin)].join("  "),
    ),
  ];
}

function valueText(key: SettingKey, value: Settings[SettingKey], look: RenderContext): string {
  // Long byte counts are hard to read, so a rounded one follows; 0 means no limit.
  if (settingOf(key).kind === "bytes" && typeof value === "number" && value > 0) return exactSize(value);
  if (typeof value !== "object") return String(value);
  return `[${value.map((each) => `"${visible(each, look)}"`).join(", ")}]`;
}

/** A rounded size after the bytes, where no unit writes it shorter. */
function exactSize(value: number): string {
  const text = textFromSize(value);
  return value < 1000 || text !== `${value}B` ? text : `${text} (${size(value)})`;
}

/** A key at the top of a file is below nothing. */
function fileText({ file, block, key }: Extract<Origin, { kind: "file" }>, look: RenderContext): string {
  return key.includes(".") ? `${pathText(file, look)}, ${block}:` : pathText(file, look);
}

function originText(origin: Origin, look: RenderContext): string {
  switch (origin.kind) {
    case "default":
      return "default";
    case "file":
      return fileText(origin, look);
    case "flag":
      return visible(origin.flag, look);
  }
}
