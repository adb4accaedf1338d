/** The settings of every base, each value with its origin (`checkpoints config`). */
import { configFileOf } from "../config/homes.ts";
import type { BaseRef } from "../model/home.ts";
import type { ResolvedSettings } from "../model/settings.ts";
import type { CommonOptions } from "../options.ts";
import { basesOf, contextOf, settingsFor } from "./context.ts";

export interface BaseSettings {
  readonly ref: BaseRef;
  /** The config.yaml that holds for it, whether it is there or not. */
  readonly file: string;
  readonly settings: ResolvedSettings;
}

/** Rejects with `settings-unreadable` and `settings-invalid` for the first that is wrong. */
export async function settingsOf(options: CommonOptions = {}): Promise<readonly BaseSettings[]> {
  const context = await contextOf(options);
  return basesOf(context).map(({ ref }) => ({
    ref,
    file: configFileOf(ref.home, context.machine.platform),
    settings: settingsFor(ref, context),
  }));
}
