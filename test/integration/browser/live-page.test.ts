import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Dashboard, openDashboard } from "../../../src/dashboard/dashboard.ts";
import { servePages } from "../../../src/dashboard/serve.ts";
import { HISTORY_STYLE, renderHistory } from "../../../src/history/html.ts";
import { renderTrend } from "../../../src/history/trend-html.ts";
import { trendsOf } from "../../../src/history/trend.ts";
import { seq, us } from "../../../src/model/units.ts";
import { createLiveTimeline } from "../../../src/summary/live-timeline.ts";
import { hasBrowser, openBrowser } from "../../support/browser.ts";
import { listedRun } from "../../support/history.ts";
import { liveFigures } from "../../support/live-figures.ts";
import { madeSnapshots } from "../../support/snapshots.ts";

const TOKEN = "f00dfacef00dfacef00dfacef00dface";
const HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>\u202e\u001b[31m";

interface Watched extends AsyncDisposable {
  readonly page: Dashboard;
  readonly calls: string[];
  /** So many seconds of a run, all told now. */
  readonly tell: (seconds: number) => void;
}

/** A run whose scenario, phase and notes have markup in them. */
async function watched(): Promise<Watched> {
  const page = await openDashboard({
    host: "127.0.0.1",
    port: 0,
    token: TOKEN,
    onError: (error) => {
      throw error;
    },
  });
  const calls: string[] = [];
  const live = createLiveTimeline({
    phases: [
      { name: HOSTILE, warmup: false, firstSeq: seq(0), devices: 1_000, shape: { kind: "constant", rate: 50 } },
      { name: "second", warmup: false, firstSeq: seq(1_000), devices: 1_000, shape: { kind: "constant", rate: 50 } },
    ],
  });
  page.begin({
    heading: HOSTILE,
    facts: [HOSTILE],
    simulated: true,
    subject: () => {
      const read = live.read();
      return read && { ...read, floor: undefined, grade: "valid" };
    },
    happened: () => ({ marks: [{ at: us(7_000_000), text: HOSTILE }], tempo: [{ at: us(12_000_000), speed: 0 }] }),
    drain: () => calls.push("drain"),
    abort: () => calls.push("abort"),
    load: {
      offers: () => ({ pause: `pause ${HOSTILE}`, slower: "set the load to 75 % of the plan" }),
      press(action) {
        calls.push(action);
        return { done: true, text: `Paused ${HOSTILE}` };
      },
    },
  });
  page.note(HOSTILE);
  return {
    page,
    calls,
    tell(seconds) {
      for (const snapshot of madeSnapshots(seconds, { rollCall: 3 })) live.add(snapshot);
      page.update(liveFigures({ stageText: HOSTILE, health: { grade: "valid", worst: HOSTILE } }));
    },
    [Symbol.asyncDispose]: () => page[Symbol.asyncDispose](),
  };
}

describe.skipIf(!hasBrowser)("the live page in a browser", () => {
  let browser: Browser;
  /** One for all who look alone: each new one is a process of its own. */
  let own: Page;
  beforeAll(async () => {
    browser = await openBrowser();
    own = await browser.newPage();
  });
  afterAll(async () => {
    await browser.close();
  });

  async function look(link: string, width = 1_400, colorScheme: "light" | "dark" = "light", page = own) {
    for (const event of ["console", "pageerror", "request"]) page.removeAllListeners(event);
    // What was shown before asks for nothing any more.
    await page.goto("about:blank");
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    const noise: string[] = [];
    page.on("console", (message) => noise.push(message.text()));
    page.on("pageerror", (error) => noise.push(error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith(new URL(link).origin)) noise.push(request.url());
    });
    await page.goto(link);
    return { page, noise };
  }

  const NAMES = ["rate", "round-trip", "heat-map", "in-flight", "failures", "stages", "roll-call"];
  const seesAll = async (page: Page) => {
    for (const name of NAMES) await page.locator(`#picture-${name} canvas`).first().waitFor();
  };
  /** Colours in the middle of a drawing: what is empty has one. */
  const colours = (page: Page, name: string) =>
    page.evaluate<number>(`(() => {
      const seen = new Set();
      for (const canvas of document.querySelectorAll("#picture-${name} canvas")) {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 0) seen.add(data.slice(at, at + 3).join());
      }
      return seen.size;
    })()`);

  /** The policy lets no text become a script: axe comes past it, by the debugger. */
  const faultsOf = (page: Page) =>
    page.evaluate<readonly string[]>(`${axe.source}; axe.run().then(({ violations }) => violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => id + ": " + nodes[0].html))`);

  it.each([
    [400, "dark"],
    [1_400, "light"],
  ] as const)("draws every picture at %i px, %s, with texts as texts, and asks nobody else", async (width, scheme) => {
    await using run = await watched();
    run.tell(20);
    const { page, noise } = await look(run.page.link, width, scheme);
    await seesAll(page);
    for (const name of NAMES) expect(await colours(page, name)).toBeGreaterThan(2);
    expect(await page.locator("h1").textContent()).toContain("<img src=x onerror=");
    expect(await page.locator("main img, main script:not([src='/live.js'])").count()).toBe(0);
    expect(await page.title()).not.toBe("owned");
    await page.locator("#picture-rate summary").click();
    // The table is filled by an event that follows the click.
    await page.locator("#picture-rate table tr").nth(10).waitFor();
    expect(await page.locator("#picture-rate table tbody tr, #picture-rate table tr").count()).toBeGreaterThan(10);
    expect(await page.locator("#picture-rate table").textContent()).toMatch(
      /marked.*<img src=x onerror=.*load paused/s,
    );
    expect(
      await page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth"),
    ).toBe(0);
    expect(await faultsOf(page)).toEqual([]);
    expect(noise).toEqual([]);
  });

  it("stops the run in two stages, tells one who joins late all of it, and hands the report over at the end", async () => {
    await using run = await watched();
    run.tell(5);
    const first = await look(run.page.link);
    await first.page.locator("#picture-rate").waitFor();
    run.tell(20);
    const { page } = await look(run.page.link);
    await seesAll(page);
    const stop = page.locator("#stop");
    await stop.click();
    await page.locator("#stop", { hasText: "Stop at once" }).waitFor();
    expect(run.calls).toEqual(["drain"]);
    await stop.click();
    await stop.waitFor({ state: "hidden" });
    expect(run.calls).toEqual(["drain", "abort"]);
    run.page.end({ headline: `Passed: ${HOSTILE}`, tone: "good", folder: "results/x" }, async () => "<h1>report</h1>");
    const [report] = await Promise.all([page.waitForEvent("popup"), page.getByText("Open the report").click()]);
    expect(await report.locator("h1").textContent()).toBe("report");
    await report.close();
  });

  it("changes the load in two stages, and a question stands until it is answered, for one who joins late too", async () => {
    await using run = await watched();
    run.tell(20);
    const first = await look(run.page.link);
    await first.page.locator("#load button", { hasText: "Pause" }).click();
    await first.page.locator("#load button", { hasText: "Yes, pause" }).waitFor();
    const { page, noise } = await look(run.page.link, 400, "dark", await browser.newPage());
    await page.locator("#load button", { hasText: "No" }).click();
    await page.locator("#load button", { hasText: "Set the load to 75 %" }).waitFor();
    expect(run.calls).toEqual([]);
    await page.locator("#load button", { hasText: "Pause" }).click();
    await page.locator("#load-text", { hasText: "Really pause <img" }).waitFor();
    await page.locator("#load button", { hasText: "Yes, pause" }).click();
    await page.locator("#load-text", { hasText: "Paused <img" }).waitFor();
    expect(run.calls).toEqual(["pause"]);
    expect(await faultsOf(page)).toEqual([]);
    expect(
      await page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth"),
    ).toBe(0);
    expect(noise).toEqual([]);
    await page.close();
  });

  it("is not stopped by another page of the same browser, nor without the token", async () => {
    await using run = await watched();
    const other = createServer((_, response) => response.setHeader("content-type", "text/html").end("<h1>evil</h1>"));
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const evil = await browser.newPage();
    await evil.goto(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`);
    const target = new URL("/stop/drain", run.page.link).href;
    const tried = await evil.evaluate<readonly string[]>(`Promise.all([
      fetch("${target}", { method: "POST", mode: "no-cors" }),
      fetch("${target}?token=${TOKEN}", { method: "POST", mode: "no-cors" }),
      fetch("${target}", { method: "POST", headers: { "x-rollcall-token": "${TOKEN}" } }),
      fetch("${new URL("/events", run.page.link).href}"),
    ].map((sent) => sent.then((answer) => answer.type, () => "refused")))`);
    expect(tried.slice(2)).toEqual(["refused", "refused"]);
    const asked = (headers: Record<string, string>, method = "POST") => fetch(target, { method, headers });
    expect((await asked({})).status).toBe(401);
    expect((await asked({ "x-rollcall-token": TOKEN, origin: "http://evil.example" })).status).toBe(403);
    expect((await asked({ "x-rollcall-token": TOKEN }, "PUT")).status).toBe(405);
    run.tell(5);
    for (const path of ["/load/pause", "/load/pause/confirm", "/load/cancel"]) {
      const at = new URL(path, run.page.link).href;
      const sent = (headers: Record<string, string>, method = "POST") => fetch(at, { method, headers });
      expect((await sent({})).status).toBe(401);
      expect((await sent({ "x-rollcall-token": `${TOKEN}0` })).status).toBe(401);
      expect((await sent({ "x-rollcall-token": TOKEN, origin: "null" })).status).toBe(403);
      expect((await sent({ "x-rollcall-token": TOKEN, "sec-fetch-site": "cross-site" })).status).toBe(403);
      expect((await sent({ "x-rollcall-token": TOKEN }, "GET")).status).toBe(404);
      expect((await fetch(`${at}?token=${TOKEN}`, { method: "POST" })).status).toBe(401);
    }
    expect(
      (
        await fetch(new URL("/load/pause/confirm", run.page.link), {
          method: "POST",
          headers: { "x-rollcall-token": TOKEN },
        })
      ).status,
    ).toBe(409);
    expect(run.calls).toEqual([]);
    await evil.close();
    other.close();
  });

  it("waits for no browser: one that takes nothing costs one state, and ends with the page", async () => {
    const run = await watched();
    run.tell(20);
    const { port } = new URL(run.page.link);
    const stuck = connect(Number(port), "127.0.0.1");
    stuck.on("error", () => undefined);
    stuck.write(`GET /events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    await new Promise((resolve) => stuck.once("readable", resolve));
    stuck.pause();
    for (let second = 0; second < 40; second += 1) run.page.update(liveFigures());
    // What it did not take was not kept for it: what there is in its socket is one state, and what the system buffers.
    let taken = 0;
    stuck.on("data", (chunk: Buffer) => (taken += chunk.length));
    const over = new Promise((resolve) => stuck.once("close", resolve));
    stuck.resume();
    await run[Symbol.asyncDispose]();
    await over;
    expect(taken).toBeGreaterThan(10_000);
    stuck.destroy();
  });

  it("shows what is kept without a script, at 400 px too, as good for axe", async () => {
    const runs = Array.from({ length: 20 }, (_, index) =>
      listedRun(index, { scenario: HOSTILE, labels: { build: "4.3.1" }, ...(index < 12 ? {} : { p50: 40_000 }) }),
    );
    const trends = trendsOf(runs);
    const [trend] = trends;
    const list = { folders: ["/results"], entries: runs, trends, filter: {}, token: "", shown: 40 };
    const pages = [renderHistory(list), trend === undefined ? "" : await renderTrend(trend)];
    await using server = await servePages({
      host: "127.0.0.1",
      port: 0,
      token: TOKEN,
      styles: [HISTORY_STYLE],
      onError: (error) => {
        throw error;
      },
      routes: Object.fromEntries(
        pages.map((body, index) => [
          index === 0 ? "/" : "/trend",
          { method: "GET" as const, answer: async () => ({ type: "html" as const, body }) },
        ]),
      ),
    });
    const { page, noise } = await look(server.link, 400, "dark");
    for (const path of ["/", "/trend"]) {
      await page.goto(new URL(path, server.link).href);
      expect(await page.locator("h2").count()).toBeGreaterThan(0);
      expect(await faultsOf(page)).toEqual([]);
      expect(
        await page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth"),
      ).toBe(0);
    }
    expect(await page.locator("figure").first().textContent()).toContain("from run 10000c on");
    expect(noise).toEqual([]);
  });
});
