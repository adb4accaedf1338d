// A real browser for pages: Debian's Chromium, driven by playwright-core, which brings none of its own.

import { spawnSync } from "node:child_process";
import axe from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const PROGRAMS = ["chromium", "chromium-browser", "google-chrome"];

function programHere(): string | null {
  const found = PROGRAMS.map((name) =>
    spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).stdout.trim(),
  );
  return found.find((path) => path !== "") ?? null;
}

/** Why there is no browser to test in, as one line to print; null when there is one. */
export function noBrowser(): string | null {
  return programHere() === null ? "SKIPPED: tests in a real browser need chromium, which is not installed" : null;
}

export async function startBrowser(): Promise<Browser> {
  // Root has no user namespace of its own to build the sandbox of; what is opened is written by these tests.
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath: programHere() ?? "chromium", args });
}

export interface OpenedPage {
  readonly page: Page;
  /** What the console said, errors of the page included. */
  readonly said: readonly string[];
  /** Addresses that were asked for, beside the file itself. */
  readonly requests: readonly string[];
}

/** A page of its own for a file, with nothing of others. The caller closes the context of the page. */
export async function openPage(
  browser: Browser,
  file: string,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const said: string[] = [];
  const requests: string[] = [];
  const address = `file://${file}`;
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", ({ message }) => said.push(message));
  page.on("dialog", (dialog) => {
    said.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (request.url() !== address) requests.push(request.url());
  });
  await page.goto(address);
  return { page, said, requests };
}

/** What axe-core finds wrong: the rule, and the elements. Its script is put in by the debugger, which no policy stops. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  const session = await page.context().newCDPSession(page);
  await session.send("Runtime.evaluate", { expression: axe.source });
  const { result, exceptionDetails } = await session.send("Runtime.evaluate", {
    expression: `axe.run({ resultTypes: ["violations"] }).then(({ violations }) =>
      violations.map(({ id, nodes }) => id + ": " + nodes.slice(0, 3).map(({ html }) => html.slice(0, 120)).join(" | ")))`,
    awaitPromise: true,
    returnByValue: true,
  });
  await session.detach();
  if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value as readonly string[];
}
