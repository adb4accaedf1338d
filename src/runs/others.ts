/** What programs have that are only shown (agents/others.ts), where they have something. */
import { type OtherProgram, otherPrograms } from "../agents/others.ts";
import { runCooperatively } from "../fs/cooperative.ts";
import { type Extent, extentOf } from "../fs/extent.ts";
import { bytePath } from "../fs/syscalls.ts";
import type { CommonOptions } from "../options.ts";
import { contextOf } from "./context.ts";

export interface OtherPlace extends OtherProgram {
  readonly extent: Extent;
}

/** The largest first. Throws as `scan`. */
export async function otherPlaces(options: CommonOptions): Promise<readonly OtherPlace[]> {
  const { env, machine, paths, signal } = await contextOf(options);
  const programs = otherPrograms({ env, osHome: machine.userHome, platform: machine.platform });
  const resolved = await paths.resolve(programs.map(({ path }) => path));
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
