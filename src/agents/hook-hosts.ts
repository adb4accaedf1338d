/** The programs that start-up hooks can be installed in. */
import { claudeHook } from "./claude/hook.ts";
import { geminiHook } from "./gemini/hook.ts";
import { hermesHook } from "./hermes/hook.ts";
import type { HookHost } from "./hook-site.ts";
import type { HookHostName } from "./names.ts";
import { openclawHook } from "./openclaw/hook.ts";
import { opencodeHook } from "./opencode/hook.ts";

const BY_NAME = {
  hermes: hermesHook,
  claude: claudeHook,
  gemini: geminiHook,
  openclaw: openclawHook,
  opencode: opencodeHook,
} satisfies Readonly<Record<HookHostName, HookHost>>;

export const HOOK_HOSTS: readonly HookHost[] = Object.values(BY_NAME);
