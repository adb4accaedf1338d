/** What entries are called, by kind: one, and many. Apart from the kinds, because help and errors need no kind. */
import { CLINE_NOUNS } from "./cline/nouns.ts";
import { GEMINI_NOUNS } from "./gemini/nouns.ts";
import { HERMES_NOUNS } from "./hermes/nouns.ts";
import { KILO_NOUNS } from "./kilo/nouns.ts";
import { MINICLAW_NOUNS } from "./miniclaw/nouns.ts";
import { OPENCLAW_NOUNS } from "./openclaw/nouns.ts";
import { OPENCODE_NOUNS } from "./opencode/nouns.ts";
import { ROO_NOUNS } from "./roo/nouns.ts";
import { TAPPS_NOUNS } from "./tapps/nouns.ts";

export const NOUNS: Readonly<Record<string, readonly [string, string]>> = {
  ...HERMES_NOUNS,
  ...CLINE_NOUNS,
  ...GEMINI_NOUNS,
  ...KILO_NOUNS,
  ...MINICLAW_NOUNS,
  ...OPENCLAW_NOUNS,
  ...OPENCODE_NOUNS,
  ...ROO_NOUNS,
  ...TAPPS_NOUNS,
};
