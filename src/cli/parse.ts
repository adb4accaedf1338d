/**
 * From commander's values to the options of the library. Pure: reads no process state and no file. Every wrong value
 * throws GcError `usage` that names the option, the value and what was expected.
 */
import { resolve } from "node:path";
import { KIND_NAMES } from "../agents/names.ts";
import { INCLUDED } from "../model/reasons.ts";
import { parseFlag, parseSet, type SettingFlag } from "../config/flags.ts";
import { GcError } from "../errors.ts";
import { SETTING_KEYS, settingOf } from "../model/settings.ts";
import type { CommonOptions, ScanOptions } from "../options.ts";
import type { Command } from "../report/schema.ts";
import type { Invocation } from "./invocation.ts";
import { parseRowOptions, type RowOptions } from "./parse-selection.ts";
import { attributeOf, longName } from "./specs/spec.ts";
import { refuseEmptySelection } from "./contradictions.ts";
import { oneOf } from "./suggestions.ts";
import { resolveArgument } from "./resolve-argument.ts";

/** The options that every command takes. */
export interface Shared {
  readonly command: Command;
  /** About session files alone. */
  readonly sessions: boolean;
  readonly agents: readonly string[];
  readonly homes: readonly string[];
  readonly bases: readonly string[];
  readonly sets: readonly string[];
  readonly flags: readonly SettingFlag[];
  readonly json: boolean;
  readonly color: boolean;
  readonly verbose: boolean;
  readonly quiet: boolean;
}

export type RowLimit = number | "all";

/** Enough for the biggest rows, which come first, and few enough to keep the totals on the screen. */
const DEFAULT_ROWS = 20;

export function parseShared(call: Invocation): Shared {
  const sets = texts(call, "set");
  return {
    command: call.command,
    sessions: call.sessions ?? false,
    agents: texts(call, "agent"),
    homes: texts(call, "home"),
    bases: texts(call, "base"),
    sets,
    flags: [...sets.map((set) => parseSet(set, KIND_NAMES)), ...settingFlags(call)],
    json: isOn(call, "json"),
    color: call.values["color"] !== false,
    verbose: isOn(call, "verbose"),
    quiet: isOn(call, "quiet"),
  };
}

/** Flags with a name of their own come after `--set` and override it. */
function settingFlags(call: Invocation): readonly SettingFlag[] {
  return SETTING_KEYS.flatMap((key) =>
    (settingOf(key).options ?? []).flatMap(({ flags, value }) => {
      const name = attributeOf({ flags });
      const given = value === undefined ? text(call, name) : isOn(call, name) ? value : null;
      return given === null ? [] : [parseFlag(key, given, longName({ flags }))];
    }),
  );
}

/** The library options that come from the command line. */
export function namedPlaces({
  agents,
  homes,
  bases,
  flags,
  sessions,
}: Shared): Pick<CommonOptions, "agent" | "home" | "base" | "flags" | "sessions"> {
  return {
    ...(sessions ? { sessions } : {}),
    ...(agents.length > 0 ? { agent: agents } : {}),
    ...(homes.length > 0 ? { home: homes } : {}),
    ...(bases.length > 0 ? { base: bases } : {}),
    flags,
  };
}

export interface PruneCall extends Pick<RowOptions, "sort" | "format" | "typed"> {
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly interactive: boolean;
  readonly rows: RowLimit;
  readonly scan: Pick<ScanOptions, "disposal" | "include" | "only" | "what" | "saveTo" | "olderThan" | "largerThan">;
}

/** `cwd` is the directory that relative paths are relative to. */
export function parsePrune(call: Invocation, cwd: string): PruneCall {
  const only = text(call, "only");
  const rows = text(call, "rows");
  const to = text(call, "to");
  if (to?.trim() === "") throw new GcError("usage", "--to is empty: expected a directory");
  const [dryRun, yes] = [isOn(call, "dryRun"), isOn(call, "yes")];
  const { limits, ...shown } = parseRowOptions(call);
  if (shown.format !== null && !dryRun && !yes)
    throw new GcError("usage", `--format ${shown.format} never asks: expected --dry-run or --yes with it`);
  const rule = only === null ? null : oneOf("--only", only, ["orphan", "stale"]);
  refuseEmptySelection({ only: rule, flags: parseShared(call).flags });
  const interactive = isOn(call, "interactive");
  for (const flag of ["json", "format"])
    if (interactive && call.values[flag] !== undefined) throw contradiction("--interactive", flag);
  return {
    ...shown,
    dryRun,
    yes,
    interactive,
    rows: rows === null ? (isOn(call, "verbose") ? "all" : DEFAULT_ROWS) : parseRows(rows),
    scan: {
      ...limits,
      ...(isOn(call, "trash") ? { disposal: "trash" } : {}),
      ...(to === null ? {} : { saveTo: resolve(cwd, to) }),
      ...(rule === null ? {} : { only: rule }),
      ...(call.words.length === 0 ? {} : { what: call.words.map((each) => resolveArgument(word(each), cwd)) }),
      include: texts(call, "include").map((value) => oneOf("--include", value, INCLUDED)),
    },
  };
}

export interface CompactCall extends Omit<PruneCall, "scan"> {
  readonly scan: Pick<ScanOptions, "what" | "olderThan" | "largerThan">;
}

export function parseCompact(call: Invocation, cwd: string): CompactCall {
  return parsePrune(call, cwd);
}

function parseRows(value: string): RowLimit {
  if (value === "all") return "all";
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw new GcError("usage", `--rows is ${JSON.stringify(value)}: expected a number of rows, or all`);
}

export interface StatusCall extends RowOptions {
  readonly all: boolean;
}

export function parseStatus(call: Invocation): StatusCall {
  return { ...parseRowOptions(call), all: isOn(call, "all") || isOn(call, "verbose") };
}

export interface ReportCall extends Pick<RowOptions, "limits" | "typed" | "sort"> {
  /** Absolute; null: stdout. */
  readonly file: string | null;
  readonly open: boolean;
  readonly force: boolean;
}

export function parseReport(call: Invocation, cwd: string): ReportCall {
  const html = text(call, "html");
  const hint = "For a web page: checkpoints report --html report.html. For text: checkpoints status";
  if (html === null) throw new GcError("usage", "missing option '--html <file>'", { hint });
  // An unset variable must not become a file in the current directory.
  if (html.trim() === "") throw new GcError("usage", "--html is empty: expected a file, or - for stdout");
  const open = isOn(call, "open");
  if (html === "-" && open) throw new GcError("usage", "--open needs a file: --html - writes to stdout");
  if (html === "-" && isOn(call, "json"))
    throw new GcError("usage", "--html - and --json cannot be used together: both write to stdout");
  const { limits, typed, sort } = parseRowOptions(call);
  return { limits, typed, sort, file: html === "-" ? null : resolve(cwd, html), open, force: isOn(call, "force") };
}

export interface AutoCall {
  readonly dryRun: boolean;
  readonly force: boolean;
  readonly optIn: boolean;
  /** For the loop: print events as they happen. */
  readonly events: boolean;
  /** As typed; null: no file. */
  readonly metricsFile: string | null;
}

export function parseAuto(call: Invocation): AutoCall {
  const { optIn, metricsFile } = parseHousekeeping(call);
  const [dryRun, events] = [isOn(call, "dryRun"), isOn(call, "events")];
  for (const flag of ["json", "dryRun"]) if (events && isOn(call, flag)) throw contradiction("--events", flag);
  if (dryRun && metricsFile !== null) throw contradiction("--metrics-file", "dryRun");
  return { dryRun, force: isOn(call, "now"), optIn, events, metricsFile };
}

/** `auto --detach`: the process that called it has moved on and reads no document or plan. */
export function parseDetach(call: Invocation): AutoCall {
  for (const flag of ["json", "dryRun", "events"]) if (isOn(call, flag)) throw contradiction("--detach", flag);
  return parseAuto(call);
}

export interface HousekeepingCall extends Pick<AutoCall, "optIn" | "metricsFile"> {
  /** Minutes; null: the default. */
  readonly jitter: number | null;
}

export function parseHousekeeping(call: Invocation): HousekeepingCall {
  const metricsFile = text(call, "metricsFile");
  if (metricsFile?.trim() === "") throw new GcError("usage", "--metrics-file is empty: expected a file");
  const jitter = text(call, "jitter");
  if (jitter !== null && !/^\d{1,6}(?:\.\d+)?$/.test(jitter)) {
    throw new GcError("usage", `--jitter is ${JSON.stringify(jitter)}: expected a number of minutes`);
  }
  return { optIn: isOn(call, "optIn"), metricsFile, jitter: jitter === null ? null : Number(jitter) };
}

/** `flag` is commander's name for it. */
function contradiction(one: string, flag: string): GcError {
  const other = `--${flag.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)}`;
  return new GcError("usage", `${one} and ${other} cannot be used together`);
}

export function parseExplain(call: Invocation, cwd: string): { readonly word: string } {
  return { word: resolveArgument(word(call.words[0] ?? ""), cwd) };
}

/** `prune "$UNSET"` must not mean everything. */
export function word(value: string): string {
  if (value.trim() === "") throw new GcError("usage", 'the word "" is empty: expected an id, a directory or a glob');
  return value;
}

export function isOn(call: Invocation, name: string): boolean {
  return call.values[name] === true;
}

export function text(call: Invocation, name: string): string | null {
  const value = call.values[name];
  return typeof value === "string" ? value : null;
}

function texts(call: Invocation, name: string): readonly string[] {
  const value = call.values[name];
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
