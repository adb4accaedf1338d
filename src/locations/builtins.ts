/**
 * The built-in modules without an import: `import "node:fs"` wraps everything in it, `fs/promises` included, and costs
 * a program that has not imported it itself 2 ms; `process.getBuiltinModule` costs nothing, since Node has it loaded
 * anyway. A module that is not requested (`node:child_process`, until a sweep is started) is not even loaded. A runtime
 * too old for it throws when the hook runs, where that is caught, and not when the host imports it.
 */
import type * as childProcess from "node:child_process";
import type * as fs from "node:fs";
import type * as os from "node:os";
import type * as path from "node:path";
import type * as url from "node:url";

export const node = {
  get fs(): typeof fs {
    return process.getBuiltinModule("node:fs");
  },
  get path(): typeof path {
    return process.getBuiltinModule("node:path");
  },
  get os(): typeof os {
    return process.getBuiltinModule("node:os");
  },
  get url(): typeof url {
    return process.getBuiltinModule("node:url");
  },
  get childProcess(): typeof childProcess {
    return process.getBuiltinModule("node:child_process");
  },
};
