// The report in a real browser: it draws, orders, filters, tells and copies; it loads nothing, and names stay text.

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessibilityFaults, noBrowser, openPage, type OpenedPage, startBrowser } from "../../support/chromium.ts";
import { removeTree } from "../../support/paths.ts";
import { HOSTILE, hostile, reportOf, runsOf, tenThousand, yearOld } from "./plans.ts";

/** Two frames later all that was to be drawn is. */
const DRAWN = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))";

/** The size that a cell says, and its area. */
const AREAS = `[...document.querySelectorAll("svg.at-wide a")].map((cell) => {
  const { width, height } = cell.querySelector("rect").getBoundingClientRect();
  return { size: cell.getAttribute("aria-label").split(", ")[1], area: width * height };
})`;

const missing = noBrowser();
if (missing !== null) console.warn(missing);

describe.skipIf(missing !== null)("the report in Chromium", () => {
  const directory = mkdtempSync(join(tmpdir(), "cgc-report-"));
  const fileOf = (name: string, text: string): string => {
    const file = join(directory, `${name}.html`);
    writeFileSync(file, text);
    return file;
  };
  const year = fileOf("year", reportOf(yearOld()));
  const attack = fileOf("hostile", reportOf(hostile(), { runs: runsOf(12, `${HOSTILE[0]}@box`) }));
  const many = fileOf("many", reportOf(tenThousand()));
  const WIDE = { viewport: { width: 1280, height: 900 } };
  const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
    removeTree(directory);
  });

  const opened = async (
    file: string,
    options: Parameters<typeof openPage>[2],
    use: (one: OpenedPage) => Promise<void>,
  ) => {
    const one = await openPage(browser, file, options);
    try {
      await use(one);
      expect(one.said).toEqual([]);
      expect(one.requests).toEqual([]);
    } finally {
      await one.page.context().close();
    }
  };
  const rows = async (page: Page): Promise<readonly string[]> =>
    page.locator("#items tbody tr:visible").allTextContents();
  const names = async (page: Page): Promise<readonly string[]> => page.locator("#items tbody b").allTextContents();
  const cells = (page: Page) => page.locator("svg.at-wide a");

  it.each([
    ["light, wide", { ...WIDE, colorScheme: "light" }],
    ["dark, wide", { ...WIDE, colorScheme: "dark" }],
    ["light, on a phone", { ...PHONE, colorScheme: "light" }],
    ["dark, on a phone", { ...PHONE, colorScheme: "dark" }],
  ] as const)("has no fault that axe-core knows: %s", async (_, options) => {
    for (const file of [year, attack])
      await opened(file, options, async ({ page }) => {
        expect(await accessibilityFaults(page)).toEqual([]);
        // Nothing sticks out to the side.
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(options.viewport.width);
      });
  });

  it("draws a map whose areas are the sizes, and one for phones", async () => {
    await opened(year, WIDE, async ({ page }) => {
      const areas = await page.evaluate<{ readonly size: string; readonly area: number }[]>(AREAS);
      const share = (size: string): number => areas.find((each) => each.size === size)?.area ?? 0;
      expect(areas.length).toBeGreaterThan(100);
      expect(share("3.2 GB") / share("1.4 GB")).toBeGreaterThan(1.8);
      expect(share("3.2 GB") / share("1.4 GB")).toBeLessThan(2.8);
      expect(await page.locator("svg.at-narrow").isVisible()).toBe(false);
    });
    await opened(year, PHONE, async ({ page }) => {
      expect(await page.locator("svg.at-narrow").isVisible()).toBe(true);
      expect(await page.locator("svg.at-wide").isVisible()).toBe(false);
    });
  });

  it("tells what a cell is on hover and on focus, and hides it with Escape", async () => {
    await opened(year, WIDE, async ({ page }) => {
      const tip = page.locator("#tip");
      const orphan = page.locator("svg.at-wide a.s-orphan.go").first();
      expect(await tip.isVisible()).toBe(false);
      await orphan.hover();
      expect(await tip.textContent()).toMatch(
        /~\/code\/web-shop.*3\.2 GB · 8 days ago · orphan.*its directory was deleted/,
      );
      await page.mouse.move(5, 5);
      expect(await tip.isVisible()).toBe(false);
      await orphan.focus();
      expect(await tip.isVisible()).toBe(true);
      await page.keyboard.press("Escape");
      expect(await tip.isVisible()).toBe(false);
    });
  });

  it("is one stop of the keyboard, in which arrows move and Enter shows the row", async () => {
    await opened(year, WIDE, async ({ page }) => {
      expect(await page.locator('svg.at-wide a[tabindex="0"]').count()).toBe(1);
      await page.locator('svg.at-wide a[tabindex="0"]').focus();
      const label = async () => page.evaluate<string>("document.activeElement.getAttribute('aria-label')");
      const first = await label();
      await page.keyboard.press("ArrowDown");
      const second = await label();
      expect(second).not.toBe(first);
      expect(await page.locator('svg.at-wide a[tabindex="0"]').count()).toBe(1);
      await page.keyboard.press("Enter");
      const found = page.locator("#items tr.found");
      expect(await found.locator("b").textContent()).toBe(second.split(", ")[0]);
      expect(await page.evaluate("document.activeElement.tagName")).toBe("TR");
    });
  });

  it("shows the row of a cell that a filter had taken out", async () => {
    await opened(year, WIDE, async ({ page }) => {
      await page.fill("#find", "dotfiles");
      await page.locator("svg.at-wide a.s-orphan.go").first().click();
      expect(await page.locator("#items tr.found b").textContent()).toBe("web-shop");
      expect(await page.inputValue("#find")).toBe("");
    });
  });

  it("filters by text, verdict, agent and what prune removes, and says how many are left", async () => {
    await opened(year, WIDE, async ({ page }) => {
      const all = (await rows(page)).length;
      expect(all).toBe(128);
      await page.fill("#find", "thesis opencode");
      expect((await rows(page)).every((row) => /thesis/.test(row) && /opencode/.test(row))).toBe(true);
      expect((await rows(page)).length).toBeGreaterThan(0);
      await page.fill("#find", "");
      await page.selectOption("#state", "unreachable");
      expect((await rows(page)).every((row) => row.includes("unreachable"))).toBe(true);
      expect(await page.textContent("#count")).toMatch(/^10 rows, /);
      await page.selectOption("#state", "");
      await page.selectOption("#agent", "cline");
      expect(await page.textContent("#count")).toMatch(/^8 rows, /);
      await page.selectOption("#agent", "");
      await page.check("#frees");
      // 44 entries, and one that is in the trash for too long.
      expect(await page.textContent("#count")).toMatch(/^45 rows, 14\.5 GB/);
      await page.fill("#find", "no such thing");
      expect(await rows(page)).toEqual([]);
    });
  });

  it("orders by size, age, name and verdict, and the other way round", async () => {
    await opened(year, WIDE, async ({ page }) => {
      const sort = async (name: string) => page.locator("#items th button", { hasText: name }).click();
      const order = async (name: string) => page.locator("#items th", { hasText: name }).getAttribute("aria-sort");
      await sort("Directory");
      const forward = await names(page);
      expect(await order("Directory")).toBe("ascending");
      await sort("Directory");
      expect(await order("Directory")).toBe("descending");
      expect((await names(page))[0]).toBe(forward.at(-1));
      await sort("Size");
      expect(await order("Size")).toBe("descending");
      expect((await rows(page))[0]).toContain("3.2 GB");
      await sort("Size");
      expect((await rows(page))[0]).not.toContain("GB");
      await sort("Last used");
      expect((await rows(page))[0]).toContain("days ago");
      await page.selectOption("#order", "state");
      expect((await rows(page))[0]).toContain("orphan");
      expect((await rows(page)).at(-1)).toContain("in the trash");
      expect(await order("Verdict")).toBe("ascending");
    });
  });

  it("opens at the row that an address names, also one of a later page", async () => {
    const { page } = await openPage(browser, many, WIDE);
    const number = await page.evaluate<string>("document.querySelector('#items tbody tr:last-child').id");
    expect(number).toBe("e200");
    await page.goto(`file://${many}#e777`);
    await page.reload();
    expect(await page.locator("#e777").isVisible()).toBe(true);
    expect(await rows(page)).toHaveLength(800);
    await page.context().close();
  });

  it("copies the command of a row", async () => {
    await opened(year, { ...WIDE, permissions: ["clipboard-read", "clipboard-write"] }, async ({ page }) => {
      const row = page.locator("#items tbody tr").first();
      await row.locator(".copy").click();
      // The clipboard answers when it likes.
      await row.locator(".copy", { hasText: /^Copied$/ }).waitFor();
      expect(await page.evaluate("navigator.clipboard.readText()")).toBe(await row.locator("code").textContent());
    });
  });

  it("selects the command where copying is not allowed", async () => {
    await opened(year, WIDE, async ({ page }) => {
      await page.evaluate("void Object.defineProperty(navigator, 'clipboard', { value: undefined })");
      const row = page.locator("#items tbody tr").first();
      await row.locator(".copy").click();
      await row.locator(".copy", { hasText: /^Selected$/ }).waitFor();
      expect(await page.evaluate("String(getSelection())")).toBe(await row.locator("code").textContent());
    });
  });

  it("can be read whole without scripts", async () => {
    await opened(year, { ...WIDE, javaScriptEnabled: false }, async ({ page }) => {
      expect(await rows(page)).toHaveLength(128);
      expect(await page.locator("#filters").isVisible()).toBe(false);
      expect(await page.locator(".more").isVisible()).toBe(false);
      expect(await cells(page).first().isVisible()).toBe(true);
      const target = await page.locator("svg.at-wide a.s-orphan.go").first().getAttribute("href");
      expect(await page.locator(`${target} b`).textContent()).toBe("web-shop");
    });
  });

  it("takes hostile names for text: nothing runs, loads or appears as an element", async () => {
    await opened(attack, WIDE, async ({ page }) => {
      for (const name of [
        "img",
        "iframe",
        "svg svg svg",
        "script:not(:first-of-type)",
        "[onmouseover]",
        "[onfocus]",
        "[onload]",
      ])
        expect(await page.locator(name).count(), name).toBe(0);
      const text = (await rows(page)).join("\n");
      for (const name of HOSTILE.slice(0, 7)) expect(text).toContain(name);
      expect(text).toContain("line\\u2028separator\\u2029paragraph");
      expect(text).toContain("rtl \\u202egnp.exe");
      for (const cell of await cells(page).all()) await cell.focus();
      await page.fill("#find", "<script>");
      expect((await rows(page)).length).toBeGreaterThan(0);
    });
  });

  it("would run nothing if a name had become markup: its policy stops inline scripts, handlers, styles and loads", async () => {
    const broken = reportOf(yearOld()).replace(
      "<main>",
      `<main><script>document.title = "run"</script><p id="bad" style="color: red" onclick="document.title='run'">x</p><img src="https://example.invalid/x.png">`,
    );
    const { page, said } = await openPage(browser, fileOf("broken", broken), WIDE);
    await page.click("#bad");
    expect(await page.title()).toBe("Checkpoints: where the disk goes");
    expect(await page.locator("#bad").getAttribute("style")).toBe("color: red");
    expect(await page.evaluate("getComputedStyle(document.querySelector('#bad')).color")).not.toBe("rgb(255, 0, 0)");
    expect(said.filter((each) => each.includes("Content Security Policy")).length).toBeGreaterThanOrEqual(4);
    await page.context().close();
  });

  it("draws ten thousand entries in a moment, and pages through their rows", async () => {
    const begin = performance.now();
    await opened(many, WIDE, async ({ page }) => {
      await page.evaluate(DRAWN);
      const took = performance.now() - begin;
      console.log(`10,000 entries: drawn in ${Math.round(took)} ms`);
      expect(await page.textContent("#count")).toMatch(/^10,000 rows, .*; the first 200 are shown$/);
      await page.click("#more");
      expect(await rows(page)).toHaveLength(400);
      await page.fill("#find", "thesis-12");
      expect((await rows(page)).length).toBeGreaterThan(1);
      await page.fill("#find", "");
      await page.selectOption("#order", "name");
      expect(await names(page)).toHaveLength(200);
    });
  });
});
