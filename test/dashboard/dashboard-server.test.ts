import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import type { IBKRClient } from "../../src/connect/client.js";
import type { DashboardOptions } from "../../src/dashboard/dashboard-options.js";
import { type Dashboard, serveDashboard } from "../../src/dashboard/index.js";
import * as contracts from "../../src/domain/contracts.js";
import * as orders from "../../src/domain/orders.js";
import { atEnd, cleansUp, clientAt, refusalOf, simulated } from "../client/client-stage.js";
import { EventReader } from "./event-reader.js";

cleansUp();

const TOKEN = "a-token-of-tests-0123456789";

async function served(options: DashboardOptions = {}): Promise<{ client: IBKRClient; dashboard: Dashboard }> {
  const client = await clientAt(await simulated());
  const dashboard = await serveDashboard(client, { token: TOKEN, refreshMs: 50, ...options });
  atEnd(() => dashboard.close());
  return { client, dashboard };
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: NodeJS.Dict<string | string[]>;
}

function ask(
  { port }: Dashboard,
  path: string,
  {
    method = "GET",
    headers = {},
    body,
  }: { method?: string; headers?: NodeJS.Dict<string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path, method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, text, headers: response.headers }),
      );
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

const BEARER = { authorization: `Bearer ${TOKEN}` };

describe("who is answered", () => {
  test("nobody without the token, and nobody with another one", async () => {
    const { dashboard } = await served();
    for (const headers of [
      {},
      { authorization: "Bearer " },
      { authorization: `Bearer ${TOKEN}x` },
      { authorization: `Basic ${TOKEN}` },
    ]) {
      for (const path of ["/events", "/nothing"]) {
        const { status, text } = await ask(dashboard, path, { headers });
        expect([status, text]).toEqual([401, "The token is missing or wrong."]);
      }
      const stop = await ask(dashboard, "/stop", { method: "POST", headers, body: '{"reason":"x"}' });
      expect(stop.status).toBe(401);
    }
  });

  test("no token in the address", async () => {
    const { dashboard } = await served();
    expect((await ask(dashboard, `/events?token=${TOKEN}`)).status).toBe(401);
  });

  test.each(["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:9"])(
    "not under the host %j, whatever it has",
    async (host) => {
      const { dashboard } = await served();
      for (const path of ["/events", "/"]) {
        const { status } = await ask(dashboard, path, { headers: { ...BEARER, host } });
        expect([400, 421]).toContain(status);
      }
    },
  );

  test.each(["http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1:1", "http://localhost"])(
    "not for a page of %s, whatever it has",
    async (origin) => {
      const { dashboard } = await served();
      const { status, headers } = await ask(dashboard, "/events", { headers: { ...BEARER, origin } });
      expect(status).toBe(403);
      expect(headers["access-control-allow-origin"]).toBeUndefined();
      const stop = { method: "POST", headers: { ...BEARER, origin, "content-type": "application/json" } };
      expect((await ask(dashboard, "/stop", { ...stop, body: '{"reason":"x"}' })).status).toBe(403);
    },
  );

  test("not without a host", async () => {
    const { dashboard } = await served();
    const socket = connect(dashboard.port, "127.0.0.1");
    socket.write(`GET /events HTTP/1.0\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`);
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 421 /);
    socket.destroy();
  });

  test("localhost by its name, for its own page", async () => {
    const { dashboard } = await served();
    const host = `localhost:${dashboard.port}`;
    const headers = { ...BEARER, host, origin: `http://${host}` };
    expect((await ask(dashboard, "/nothing", { headers })).status).toBe(404);
  });

  test("a page that another site has asked for is not shown", async () => {
    const { dashboard } = await served();
    expect((await ask(dashboard, "/", { headers: { "sec-fetch-site": "cross-site" } })).status).toBe(403);
  });

  test("what is no HTTP is hung up on, and the next one is answered", async () => {
    const { dashboard } = await served();
    const socket = connect(dashboard.port, "127.0.0.1");
    socket.end("\x16\x03\x01 hello\r\n\r\n");
    await new Promise((resolve) => socket.on("close", resolve));
    expect((await ask(dashboard, "/nothing", { headers: BEARER })).status).toBe(404);
  });

  test.each([
    "/../package.json",
    "/page/../../index.js",
    "/%2e%2e/package.json",
    "//etc/passwd",
    "/page.css/..%2f",
  ])("no other file than the page's: %s", async (path) => {
    const { dashboard } = await served();
    expect((await ask(dashboard, path, { headers: BEARER })).status).toBe(404);
  });
});

describe("what the page is told", () => {
  test("each section once at first, and afterwards what has changed", async () => {
    const { client, dashboard } = await served({ watch: [contracts.stock("AAPL")], history: "none" });
    const events = await EventReader.open(dashboard, TOKEN);
    atEnd(() => events.close());
    const head = await events.next("head");
    expect(head).toMatchObject({ state: "ready", account: client.accountName });
    expect(await events.next("orders")).toEqual([]);
    const [quote] = await events.next("quotes", ([row]) => row?.bid !== undefined);
    expect(quote).toMatchObject({ symbol: "AAPL", state: "live" });
    const ticket = client.placeOrder(contracts.stock("AAPL"), orders.market("BUY", 10));
    await ticket.filled();
    const [row] = await events.next("orders", ([order]) => order?.status === "filled");
    expect(row).toMatchObject({ symbol: "AAPL", action: "BUY", filledQuantity: 10, isOver: true });
    const [fill] = await events.next("fills", (fills) => fills.length > 0);
    expect(fill).toMatchObject({ symbol: "AAPL", side: "BOT", isOurs: true });
    const [position] = await events.next("positions", (positions) => positions.length > 0);
    expect(position).toMatchObject({ symbol: "AAPL", quantity: 10 });
    const chart = await events.next("chart", ({ bars }) => bars.length > 0);
    expect(chart).toMatchObject({ symbol: "AAPL", size: "1m", isWhole: true });
  });

  test("the chart begins with history, whole once it has come", async () => {
    const { dashboard } = await served({ watch: [contracts.stock("AAPL")] });
    const events = await EventReader.open(dashboard, TOKEN);
    atEnd(() => events.close());
    const { bars } = await events.next("chart", ({ isWhole, bars }) => isWhole && bars.length > 100);
    const starts = bars.map(([startMs]) => startMs);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    const later = await events.next("chart", ({ isWhole }) => !isWhole);
    expect(later.bars[0]?.[0]).toBe(starts.at(-1));
  });

  test("as long as nobody looks nothing is made", async () => {
    const { dashboard } = await served({ watch: [contracts.stock("AAPL")] });
    const events = await EventReader.open(dashboard, TOKEN);
    await events.next("quotes");
    events.close();
    while (dashboard.stats().pages > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const { updates } = dashboard.stats();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(dashboard.stats().updates).toBe(updates);
  });

  test("sixteen pages at once, the next is told so", async () => {
    const { dashboard } = await served();
    for (let i = 0; i < 16; i++) {
      const events = await EventReader.open(dashboard, TOKEN);
      atEnd(() => events.close());
    }
    const { status, text } = await ask(dashboard, "/events", { headers: BEARER });
    expect([status, text]).toEqual([503, "16 pages are open already."]);
  });
});

describe("options", () => {
  test.each([
    [{ port: 70_000 }, "port is 70000 (allowed: an integer from 0 to 65535)"],
    [{ host: "0.0.0.0" }, 'host is "0.0.0.0" (allowed: 127.0.0.1, ::1)'],
    [{ refreshMs: 1 }, "refreshMs is 1 (allowed: an integer from 50 to 60000)"],
    [{ token: "short" }, 'token is "short" (allowed: 16 characters or more out of letters, digits, - and _)'],
    [{ barSize: "5 ticks" }, 'barSize is "5 ticks" (allowed: such as "30s", "1m", "1h")'],
    [{ history: "1 day" }, 'history is "1 day" (allowed: in IB\'s words such as "3600 S", "1 D"; or "none")'],
    [{ colour: "red" }, "colour"],
  ])("%j is refused", async (options, message) => {
    const client = await clientAt(await simulated());
    const error = await refusalOf(() => serveDashboard(client, options as DashboardOptions));
    expect(error.code).toBe("ERR_IBKR_OPTION");
    expect(error.message).toContain(message);
  });

  test("what is no client is refused", async () => {
    const error = await refusalOf(() => serveDashboard({} as IBKRClient));
    expect(error.message).toBe("client is {} (allowed: an IBKRClient)");
  });

  test("a port in use is said, and nothing is left subscribed", async () => {
    const { client, dashboard } = await served();
    const watch = [contracts.stock("AAPL")];
    const error = await refusalOf(() => serveDashboard(client, { port: dashboard.port, watch }));
    expect(error.code).toBe("ERR_IBKR_LISTEN");
    expect(client.stream.stats().subscriptions).toBe(0);
  });

  test("close() ends pages and subscriptions, a signal does, too", async () => {
    const stop = new AbortController();
    const { client, dashboard } = await served({ watch: [contracts.stock("AAPL")], signal: stop.signal });
    const events = await EventReader.open(dashboard, TOKEN);
    await events.next("head");
    stop.abort();
    await events.ended;
    await dashboard.close();
    expect(client.stream.stats().subscriptions).toBe(0);
    await expect(ask(dashboard, "/")).rejects.toThrow();
  });
});
