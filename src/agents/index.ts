/** The kinds of all agents. Order matters only where two would want the same name: the first one has it. */
import type { Kind } from "../stores/kind.ts";
import { hermesArchive } from "./hermes/kinds/archive/index.ts";
import { hermesDebris } from "./hermes/kinds/debris/index.ts";
import { hermesShadow } from "./hermes/kinds/shadow/index.ts";
import { hermesStore } from "./hermes/kinds/store/index.ts";

export const KINDS: readonly Kind[] = [hermesShadow, hermesStore, hermesArchive, hermesDebris];
