/** What programs have that are only shown (agents/others.ts), where they have something. */
import { otherPrograms } from "../agents/others.ts";
import { runCooperatively } from "../fs/cooperative.ts";
import { extentOf } from "../fs/extent.ts";
import { bytePath } from "../fs/syscalls.ts";
import type { OtherPlace } from "../model/others.ts";
import type { CommonOptions } from "../options.ts";
import { machineOf } from "./context.ts";

/** The largest first. Throws `interrupted`. */
export async function otherPlaces(options: CommonOptions): Promise<readonly OtherPlace[]> {
  const { env, osHome, machine, paths } = machineOf(options);
  const { signal } = options;
  const programs = otherPrograms({ env, osHome, platform: machine.platform });
  const resolved = await paths.briefly().resolve(programs.map(({ path }) => path));
  const places: OtherPlace[] = [];
  for (const program of programs) {
    const { end, forms = [] } = resolved.get(program.path) ?? {};
    const real = forms.at(-1);
    // Whether one is there that cannot be looked at is not known, and the program may never have been here.
    if (real === undefined || (end?.kind !== "directory" && end?.kind !== "other")) continue;
    const extent = await runCooperatively(extentOf(bytePath(real)), signal);
    // An empty directory takes nothing worth a line.
    if (extent.files > 0) places.push({ ...program, extent });
  }
  return places.toSorted((a, b) => b.extent.bytes - a.extent.bytes);
}
