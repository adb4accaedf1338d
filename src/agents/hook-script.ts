/** The part of a hook in JavaScript that starts a command: at once, detached, without an output and without an error. */
export function startText(argv: readonly string[]): string {
  return `import { spawn } from "node:child_process";

const [command, ...args] = [
${argv.map((word) => `  ${JSON.stringify(word)},\n`).join("")}];

/** Never throws, and does not wait. */
function start() {
  try {
    const child = spawn(command, args, { cwd: "/", detached: true, stdio: "ignore" });
    child.on("error", () => {});
    child.unref();
  } catch {
    // The host starts all the same.
  }
}
`;
}
