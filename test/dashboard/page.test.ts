import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Browser, HTTPRequest, Page } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

/*
 * The page as a browser shows it, of a program as users run it: examples/dashboard.ts, which trades on a simulated gateway.
 */

const ROOT = join(__dirname, "..", "..");
const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  existsSync,
);
if (CHROMIUM === undefined)
  console.log("the page is not tried in a browser: no chromium here (apt-get install chromium)");

/** Starts the example. @returns the link that it prints */
async function example(): Promise<{ child: ChildProcess; link: string }> {
  const child = spawn(process.execPath, [join("build", "examples", "dashboard.js"), "--seconds", "60"], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: child.stdout! })) {
    const [, link] = /^open (\S+)$/.exec(line) ?? [];
    if (link !== undefined) return { child, link };
  }
  throw new Error("the example printed no link");
}

describe.skipIf(CHROMIUM === undefined)("the dashboard in Chromium", () => {
  let browser: Browser;
  let child: ChildProcess;
  let link = "";
  const pages: Page[] = [];

  beforeAll(async () => {
    execFileSync(join(ROOT, "node_modules", ".bin", "tsc"), ["-p", "examples/tsconfig.json"], { cwd: ROOT });
    ({ child, link } = await example());
    const { launch } = await import("puppeteer-core");
    browser = await launch({
      executablePath: CHROMIUM!,
      // As root, as in a container, it has no sandbox.
      args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    });
  }, 60_000);
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.close();
  });
  afterAll(async () => {
    await browser?.close();
    child?.kill();
  });

  interface Opened {
    readonly page: Page;
    readonly asked: string[];
    readonly complaints: string[];
  }
  async function open(at = link, { width = 1280, height = 900, scheme = "light" } = {}): Promise<Opened> {
    const page = await browser.newPage();
    pages.push(page);
    const asked: string[] = [];
    const complaints: string[] = [];
    page.on("request", (request: HTTPRequest) => asked.push(request.url()));
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.setViewport({ width, height });
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await page.goto(at);
    return { page, asked, complaints };
  }
  const textOf = (page: Page, selector: string) =>
    page.$eval(selector, (element) => element.textContent ?? "");
  /** Until the page says so. */
  const until = (page: Page, condition: string) =>
    page.waitForFunction(condition, { timeout: 15_000, polling: 50 });

  test("shows quotes that move, orders, fills, positions and a chart, and asks nobody but the program", async () => {
    const { page, asked, complaints } = await open();
    await until(page, `document.querySelectorAll("#quotes tbody tr").length === 4`);
    const bids = () =>
      page.$$eval("#quotes tbody tr td:nth-child(2)", (cells) =>
        cells.map((cell) => cell.textContent).join(),
      );
    const before = await bids();
    await until(page, `document.querySelector("#fills tbody tr:not(.empty)") !== null`);
    await until(page, `document.querySelector("#positions tbody tr:not(.empty)") !== null`);
    await until(page, `document.querySelector("#chart canvas") !== null`);
    expect(await textOf(page, "#state")).toBe("ready");
    expect(await textOf(page, "#orders tbody")).toMatch(/working|filled/);
    await until(
      page,
      `[...document.querySelectorAll("#quotes tbody tr td:nth-child(2)")].map((cell) => cell.textContent).join() !== ${JSON.stringify(before)}`,
    );
    const { origin } = new URL(link);
    expect(asked.filter((url) => !url.startsWith(`${origin}/`))).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test("a symbol that is chosen is drawn", async () => {
    const { page } = await open();
    await until(page, `document.querySelectorAll("#quotes tbody tr").length === 4`);
    await page.click("#quotes tbody tr:nth-child(3)");
    await until(page, `document.getElementById("chart-name").textContent.startsWith("SPY")`);
    expect(await page.$eval("#quotes tbody tr:nth-child(3)", (row) => row.className)).toBe("chosen");
  });

  test("without the token there is nothing but the question for it", async () => {
    const { page } = await open(link.replace(/#.*/, ""));
    await until(page, `document.getElementById("token-dialog").open`);
    expect(await textOf(page, "#account")).toBe("");
    await page.type("#token", "wrong-wrong-wrong-wrong");
    await page.click("#token-dialog button");
    await until(page, `document.getElementById("token-dialog").open`);
    expect(await textOf(page, "#account")).toBe("");
    await page.$eval(
      "#token",
      (input, token) => {
        (input as { value: string }).value = token;
      },
      new URL(link).hash.slice(1),
    );
    await page.click("#token-dialog button");
    await until(page, `document.getElementById("state").textContent === "ready"`);
  });

  test("a page of another origin can neither read nor stop", async () => {
    const { page } = await open("data:text/html,<h1>another</h1>");
    const { origin, hash } = new URL(link);
    const tried = await page.evaluate(
      async (at: string, token: string) => {
        const ask = (path: string, init: object) =>
          fetch(`${at}${path}`, init).then(
            (response) => response.status,
            () => "refused",
          );
        const authorization = { authorization: `Bearer ${token}` };
        return [
          await ask("/events", { headers: authorization }),
          await ask("/stop", { method: "POST", body: '{"reason":"x"}', headers: authorization }),
          await ask("/stop", { method: "POST", body: '{"reason":"x"}' }),
        ];
      },
      origin,
      hash.slice(1),
    );
    expect(tried).toEqual(["refused", "refused", "refused"]);
  });

  test.each([
    [1280, 900, "light"],
    [1280, 900, "dark"],
    [390, 844, "light"],
    [390, 844, "dark"],
  ] as const)(
    "at %i x %i, %s: nothing is wider than the screen, nothing moves while numbers do",
    async (width, height, scheme) => {
      const { page } = await open(link, { width, height, scheme });
      await until(page, `document.querySelectorAll("#fills tbody tr:not(.empty)").length > 1`);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
      const ground = await page.evaluate("getComputedStyle(document.body).backgroundColor");
      expect(ground).toBe(scheme === "dark" ? "rgb(14, 17, 22)" : "rgb(244, 245, 247)");
      const places = () =>
        page.$$eval("section, header > *, th", (elements) =>
          elements.map((element) => {
            const { x, width } = element.getBoundingClientRect();
            return `${Math.round(x)} ${Math.round(width)}`;
          }),
        );
      const before = await places();
      await new Promise((resolve) => setTimeout(resolve, 1_200));
      expect(await places()).toEqual(before);
      const folder = process.env["DASHBOARD_PICTURES"];
      if (folder !== undefined)
        await page.screenshot({ path: join(folder, `dashboard-${width}-${scheme}.png`) as `${string}.png` });
    },
  );

  test("the stop asks first, works with the token alone, and is seen by every page", async () => {
    const { page } = await open();
    const { page: other } = await open();
    // What is behind another page draws nothing, and takes no clicks.
    await page.bringToFront();
    await until(page, `document.getElementById("risk-state").textContent === "ACTIVE"`);
    await page.click("#stop");
    await page.click("#stop-cancel");
    const token = await page.evaluate("location.hash");
    expect(token).toBe(new URL(link).hash);
    await page.click("#stop");
    await page.$eval("#stop-token", (input) => {
      (input as unknown as { value: string }).value = "wrong-wrong-wrong-wrong";
    });
    await page.click("#stop-confirm");
    await until(page, `document.getElementById("stop-answer").textContent !== ""`);
    expect(await textOf(page, "#stop-answer")).toBe("The token is missing or wrong.");
    expect(await textOf(page, "#risk-state")).toBe("ACTIVE");
    await page.click("#stop-cancel");
    await page.click("#stop");
    await page.click("#stop-confirm");
    for (const one of [page, other]) {
      await until(one, `document.getElementById("risk-state").textContent === "STOPPED"`);
      await until(one, `!document.getElementById("notice").hidden`);
      expect(await textOf(one, "#notice")).toBe("STOPPED: dashboard");
    }
    await until(page, `document.getElementById("orders-count").textContent === "0 working"`);
    expect(await page.$eval("#stop", (button) => (button as unknown as { disabled: boolean }).disabled)).toBe(
      true,
    );
  });

  test("the program's end is shown", async () => {
    const { page } = await open();
    await until(page, `document.getElementById("state").textContent === "ready"`);
    child.kill("SIGINT");
    await until(page, `document.getElementById("state").textContent === "no program"`);
    expect(await textOf(page, "#account")).toMatch(/ended|closed/);
  });
});
