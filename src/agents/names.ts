import { CLINE_KINDS } from "./cline/names.ts";
import { GEMINI_KINDS } from "./gemini/names.ts";
import { HERMES_KINDS } from "./hermes/names.ts";
import { KILO_KINDS } from "./kilo/names.ts";
import { MINICLAW_KINDS } from "./miniclaw/names.ts";
import { OPENCLAW_KINDS } from "./openclaw/names.ts";
import { OPENCODE_KINDS } from "./opencode/names.ts";
import { ROO_KINDS } from "./roo/names.ts";
import { TAPPS_KINDS } from "./tapps/names.ts";

/** The agents that come with this version: each has a folder here, and a row in index.ts. */
export const AGENT_NAMES = [
  "hermes",
  "cline",
  "gemini",
  "kilo",
  "miniclaw",
  "openclaw",
  "opencode",
  "roo",
  "tapps",
] as const;
export type AgentName = (typeof AGENT_NAMES)[number];

/** Programs that a start-up hook can be installed in; one of them is no agent whose snapshots are collected. */
export const HOOK_HOST_NAMES = ["hermes", "claude", "gemini", "openclaw", "opencode"] as const;
export type HookHostName = (typeof HOOK_HOST_NAMES)[number];

/** Their kinds: without loading them, for a command line. */
export const KIND_NAMES: readonly string[] = [
  ...HERMES_KINDS,
  ...CLINE_KINDS,
  ...GEMINI_KINDS,
  ...KILO_KINDS,
  ...MINICLAW_KINDS,
  ...OPENCLAW_KINDS,
  ...OPENCODE_KINDS,
  ...ROO_KINDS,
  ...TAPPS_KINDS,
];

/** They have a file of settings of their own that may hold ours. */
const WITH_SETTINGS: ReadonlySet<string> = new Set<AgentName>(["hermes", "tapps"]);

/** Ours for these are in our own file alone. */
export const WITHOUT_SETTINGS: ReadonlySet<string> = new Set(AGENT_NAMES.filter((name) => !WITH_SETTINGS.has(name)));
