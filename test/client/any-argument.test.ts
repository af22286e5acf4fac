import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as soon } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { IBKRClient } from "../../src/connect/client.js";
import * as contracts from "../../src/domain/contracts.js";
import { IBKRError } from "../../src/domain/ibkr-error.js";
import * as orders from "../../src/domain/orders.js";
import * as index from "../../src/index.js";
import { cleansUp, clientAt, simulated } from "./client-stage.js";

cleansUp();

const SRC = join(__dirname, "../../src");
const SOURCES = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => readFileSync(join(SRC, name), "utf8"));

/** Methods that are not for users: private, protected, or marked as internal. */
function hiddenOf(className: string): ReadonlySet<string> {
  const source = SOURCES.filter((text) => new RegExp(`class ${className}\\b`).test(text)).join("\n");
  const hidden =
    /(?:private|protected) (?:override |abstract |async )*(\w+)|@internal(?:[^*]|\*(?!\/))*\*\/\s+(?:async )?(\w+)/g;
  return new Set([...source.matchAll(hidden)].map(([, one, other]) => one ?? other ?? ""));
}

/** What a thing is told by whoever made it: `onStatus` of a ticket. */
const TOLD = /^on[A-Z]/;

/** What users can call on it, by name; accessors are read on the way. */
function methodsOf(thing: object): string[] {
  const names = new Set<string>();
  for (
    let proto = thing;
    proto !== null && proto !== Object.prototype;
    proto = Object.getPrototypeOf(proto)
  ) {
    const hidden = hiddenOf(proto.constructor?.name ?? "");
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(proto)))
      if (typeof value === "function" && name !== "constructor" && !hidden.has(name) && !TOLD.test(name))
        names.add(name);
  }
  return [...names];
}

const circle: { deep?: unknown } = {};
circle.deep = circle;
const WRONG: readonly (readonly [name: string, value: unknown])[] = [
  ["undefined", undefined],
  ["null", null],
  ["a symbol", Symbol("wrong")],
  ["a BigInt", 7n],
  ["NaN", Number.NaN],
  ["-1", -1],
  ["true", true],
  ["a text", "wrong"],
  ["an empty text", ""],
  ["an object", {}],
  ["an object without a prototype", Object.create(null)],
  ["a list", []],
  ["a list of nothing", [undefined]],
  ["a list of null in a list", [[null, null]]],
  ["a circle", circle],
  ["a function", () => {}],
  ["a date", new Date(0)],
];
const MOST_ARGUMENTS = 3;
const AAPL = contracts.stock("AAPL");
const FAR = orders.limit("BUY", 10, 1);
const DAY = { duration: "1 D", barSize: "1 hour", whatToShow: "TRADES" };

/** What is right, so that what is wrong beside it, or in it, is looked at. */
const RIGHT: Readonly<Record<string, readonly unknown[]>> = {
  "client.placeOrder": [AAPL, FAR],
  "client.placeBracket": [AAPL, FAR, [orders.limit("SELL", 10, 900)]],
  "client.placeOca": [
    [
      [AAPL, FAR],
      [AAPL, FAR],
    ],
    1,
  ],
  "client.prepareOrder": [AAPL, FAR],
  "client.whatIf": [AAPL, FAR, {}],
  "client.completedOrders": [{ apiOnly: false }],
  "client.executions": [{ symbol: "AAPL" }, {}],
  "client.exercise": [{ contract: AAPL, action: "exercise", quantity: 1 }, {}],
  "client.strategy": ["walk", { prefix: "walk", holdings: [] }],
  "client.qualify": [AAPL, {}],
  "client.contractDetails": [AAPL, {}],
  "client.search": ["AAPL", {}],
  "client.optionChain": [AAPL, {}],
  "client.schedule": [AAPL, { duration: "1 D", endDateTime: "" }],
  "client.history": [AAPL, DAY],
  "client.historicalTicks": [AAPL, { whatToShow: "TRADES", endMs: 1.79e12, count: 1 }],
  "client.headTimestamp": [AAPL, { whatToShow: "TRADES" }],
  "client.snapshot": [AAPL, { marketDataType: "live" }],
  "client.histogram": [AAPL, { period: "3 days" }],
  "client.marketRule": [26, {}],
  "client.smartComponents": ["9c0001", {}],
  "client.on": ["state", () => {}],
  "client.news.headlines": [265598, { limit: 1, providers: ["BRFG"], beginMs: 0, endMs: 1 }],
  "client.news.article": [{ providerCode: "BRFG", articleId: "BRFG$04fb9da2" }, {}],
  "client.news.watchBulletins": [{ bulletin: () => {} }, { withPast: true }],
  "client.scanners.scan": [
    { instrument: "STK", locationCode: "STK.US.MAJOR", scanCode: "TOP_PERC_GAIN" },
    {},
  ],
  "client.scanners.watch": [
    { instrument: "STK", locationCode: "STK.US.MAJOR", scanCode: "TOP_PERC_GAIN" },
    { rows: () => {} },
    {},
  ],
  "client.corporateEvents.events": [{ conId: 265598 }],
  "client.positions.get": [265598, "DU0000001"],
  "client.positions.of": [{ account: "DU0000001", model: "M" }],
  "client.accounts.of": [{ account: "DU0000001", model: "M" }],
  "client.pnl.of": [{ account: "DU0000001", model: "M" }],
  "client.pnl.position": [265598, { account: "DU0000001", model: "M" }],
  "client.strategies.open": ["walk"],
  "client.strategies.report": [{ day: "2026-01-05", timeZone: "America/New_York" }],
  "client.stream.subscribe": [AAPL, { trades: true, depth: 5, bars: ["1s"] }],
  "client.stream.quote": [AAPL],
  "client.historyPacer.count": [{ subject: "a", whole: "b", weight: 1, isSmall: false }, 0],
  "ticket.modify": [{ limitPrice: 2, quantity: 9 }],
  "ticket.on": ["status", () => {}],
  "template.send": [{ quantity: 5, limitPrice: 2 }],
  "template.arm": [{ when: { contract: AAPL, field: "ask", op: "<", price: 1 }, expiresMs: 1e13 }],
  "strategy.placeOrder": [AAPL, FAR],
  "strategy.placeBracket": [AAPL, FAR, [orders.limit("SELL", 10, 900)]],
  "strategy.placeOca": [
    [
      [AAPL, FAR],
      [AAPL, FAR],
    ],
    1,
  ],
  "strategy.prepareOrder": [AAPL, FAR],
  "strategy.position": [AAPL, "DU0000001"],
  "subscription.bars": ["1s"],
  "subscription.correct": [{ price: 1, size: 1, timeMs: 0 }],
  "subscription.trades": [{ queue: 10 }],
};

/** Lists of arguments: each place wrong alone; what is right with one place, or one member of it, wrong. */
function* argumentsOf(name: string): Generator<readonly [what: string, args: readonly unknown[]]> {
  const right = RIGHT[name] ?? [];
  yield ["nothing", []];
  for (const [what, wrong] of WRONG) {
    for (let at = 0; at < MOST_ARGUMENTS; at++) {
      yield [`${what} at ${at}`, [...Array(at).fill(undefined), wrong]];
      if (at <= right.length) yield [`${what} at ${at}, the rest right`, right.toSpliced(at, 1, wrong)];
    }
    for (const [at, value] of right.entries())
      if (typeof value === "object" && value !== null && !Array.isArray(value))
        for (const member of [...Object.keys(value), "signal", "timeoutMs"])
          yield [`${what} as ${member} at ${at}`, right.toSpliced(at, 1, { ...value, [member]: wrong })];
  }
}

/** Calls everything of a thing with everything; gives what is no IBKRError, and all promises. */
function walk(
  name: string,
  thing: object,
  without: readonly string[] = [],
): { faults: string[]; pending: Promise<unknown>[]; calls: number } {
  const faults: string[] = [];
  const pending: Promise<unknown>[] = [];
  let calls = 0;
  const judge = (call: string) => (error: unknown) => {
    if (!(error instanceof IBKRError)) faults.push(`${call}: ${(error as Error)?.stack ?? String(error)}`);
  };
  for (const method of methodsOf(thing)) {
    if (without.includes(method)) continue;
    for (const [what, args] of argumentsOf(`${name}.${method}`)) {
      const call = `${name}.${method}: ${what}`;
      calls += 1;
      try {
        const given = (thing as Record<string, (...args: unknown[]) => unknown>)[method]?.(...args);
        for (const promise of [given, (given as { ready?: unknown } | undefined)?.ready])
          if (
            promise instanceof Promise ||
            typeof (promise as { then?: unknown } | undefined)?.then === "function"
          )
            pending.push(Promise.resolve(promise as Promise<unknown>).catch(judge(call)));
      } catch (error) {
        judge(call)(error);
      }
    }
  }
  return { faults, pending, calls };
}

const ENDS = ["close", "shutdown"];

describe("whatever arguments a method is called with, it refuses them with an IBKRError, or goes on", () => {
  const things: Readonly<Record<string, (client: IBKRClient) => object>> = {
    client: (client) => client,
    "client.positions": (client) => client.positions,
    "client.accounts": (client) => client.accounts,
    "client.account": (client) => client.account,
    "client.pnl": (client) => client.pnl,
    "client.news": (client) => client.news,
    "client.scanners": (client) => client.scanners,
    "client.corporateEvents": (client) => client.corporateEvents,
    "client.strategies": (client) => client.strategies,
    "client.stream": (client) => client.stream,
    "client.gateway": (client) => client.gateway,
    "client.historyPacer": (client) => client.historyPacer,
    "client.broker.lookups": (client) => client.broker.lookups,
    "client.broker.accounts": (client) => client.broker.accounts,
    "client.broker.news": (client) => client.broker.news,
    "client.broker.scanners": (client) => client.broker.scanners,
    strategy: (client) => client.strategy("walk"),
    report: (client) => client.strategies.report(),
    ticket: (client) => client.placeOrder(AAPL, FAR),
    group: (client) => client.placeBracket(AAPL, FAR, [orders.limit("SELL", 10, 900)]),
    template: (client) => client.prepareOrder(AAPL, FAR),
    subscription: (client) => client.stream.subscribe(AAPL, { trades: true, depth: 5, bars: ["1s"] }),
    series: (client) => client.stream.subscribe(AAPL, { bars: ["1s"] }).bars("1s"),
    book: (client) => client.stream.subscribe(AAPL, { depth: 5 }).book,
  };
  test.each(Object.keys(things))("%s", async (name) => {
    const client = await clientAt(await simulated({ accounts: ["DU0000001", "DU0000002"] }), {
      requestTimeoutMs: 5_000,
    });
    const thing = (things[name] as (typeof things)[string])(client);
    const { faults, pending, calls } = walk(name, thing, ENDS);
    expect(calls).toBeGreaterThan(0);
    await soon();
    await client.close();
    // What has not ended by then ends with the client.
    await Promise.all(pending);
    expect([...new Set(faults)].slice(0, 20)).toEqual([]);
  });
});

describe("whatever arguments a function is called with, it refuses them with an IBKRError, or goes on", () => {
  const { contracts, orders, IBKRConfig, IBKRGateway, IBKRDataStream, OrderTracker } = index;
  const made = (Made: new (...args: never[]) => object) => ({
    new: (...args: unknown[]) => new Made(...(args as never[])),
  });
  const things: Readonly<Record<string, object>> = {
    contracts,
    orders,
    "orders.algos": orders.algos,
    "orders.conditions": orders.conditions,
    prices: { formatPrice: index.formatPrice, roundPrice: index.roundPrice },
    times: {
      formatIBTime: index.formatIBTime,
      parseIBTime: index.parseIBTime,
      parseTradingHours: index.parseTradingHours,
    },
    codes: { gatewayCodeInfo: index.gatewayCodeInfo },
    histories: { pacedRequest: index.pacedRequest },
    connect: {
      client: index.IBKRClient.connect,
      broker: index.connectBroker,
      orders: index.connectOrders,
      stream: (options: never) => IBKRDataStream.connect(options),
      attach: IBKRDataStream.attach,
    },
    IBKRConfig: {
      load: (...args: never[]) => IBKRConfig.load(...(args as unknown as [])),
      fromFile: (...args: never[]) => IBKRConfig.fromFile(...(args as unknown as [string])),
    },
    IBKRGateway: made(IBKRGateway),
    IBKRDataStream: made(IBKRDataStream),
    OrderTracker: made(OrderTracker),
    HistoryDownload: made(index.HistoryDownload),
    HistoryPacer: made(index.HistoryPacer),
  };
  test.each(Object.keys(things))("%s", async (name) => {
    const { faults, pending, calls } = walk(name, { ...things[name] });
    expect(calls).toBeGreaterThan(0);
    const closers = await Promise.all(pending);
    for (const made of closers) if (made instanceof index.IBKRClient) await made.close();
    expect([...new Set(faults)].slice(0, 20)).toEqual([]);
  });
});
