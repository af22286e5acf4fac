import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { resolveOptions } from "../../src/api/options.js";
import type { Contract } from "../../src/domain/stock-types.js";
import { SessionBroker } from "../../src/session/broker/session-broker.js";
import { Session } from "../../src/session/session.js";
import { SimulatedGateway, type SimulatedGatewayOptions } from "../../src/sim/index.js";
import { IBKRDataStream } from "../../src/stream/data-stream.js";
import type { IBKRDataStreamOptions } from "../../src/stream/stream-options.js";
import type { Subscription } from "../../src/stream/subscription.js";
import type { Gap } from "../../src/stream/subscription-state.js";
import { Signal } from "../support/signal.js";

const contract = (symbol: string) =>
  ({ symbol, secType: "STK", exchange: "SMART", currency: "USD" }) as Contract;
const AAPL = contract("AAPL");
const MSFT = contract("MSFT");

describe.each([
  ["text", 193],
  ["protobuf", 226],
] as const)("a stream over a session in %s", (_dialect, maxServerVersion) => {
  let gateway: SimulatedGateway;
  let broker: SessionBroker;
  let stream: IBKRDataStream;
  let signal: Signal;

  async function begin(options: IBKRDataStreamOptions = {}, sim: SimulatedGatewayOptions = {}) {
    gateway = await SimulatedGateway.start({ port: 0, seed: 1, tickIntervalMs: 5, ...sim });
    broker = new SessionBroker(
      new Session(resolveOptions({ port: gateway.port, clientId: 1, maxServerVersion })),
    );
    stream = new IBKRDataStream(broker, { profile: "ultra-low-latency", ...options });
    signal = new Signal();
    stream.onBatch(() => signal.notify());
    stream.on("state", () => signal.notify());
  }
  beforeEach(() => begin());
  afterEach(async () => {
    await stream.close();
    await broker.close();
    await gateway.stop();
  });

  const state = (sub: Subscription, wanted: string) =>
    signal.until(
      `${sub.contract.symbol} is ${wanted}, not ${sub.state} (${sub.reason})`,
      () => sub.state === wanted,
    );

  test("quotes, trades, bars and Greeks' neighbours come", async () => {
    const sub = stream.subscribe(AAPL, { trades: true, greeks: true, news: true, genericTicks: [236] });
    const headlines: string[] = [];
    sub.on("news", ({ headline }) => headlines.push(headline));
    expect(sub.state).toBe("waiting");
    await broker.connect();
    await sub.ready;
    const { quote } = sub;
    await signal.until("a whole quote", () => quote.bid !== undefined && quote.shortableShares !== undefined);
    expect(quote.bid as number).toBeLessThanOrEqual(quote.ask as number);
    expect(quote.impliedVolatility).toBeGreaterThan(0);
    expect(quote).toMatchObject({ halted: 0, delayed: false });
    const prices: number[] = [];
    for await (const { price, timeMs } of sub.trades()) {
      prices.push(price);
      expect(timeMs).toBeGreaterThan(Date.UTC(2020, 0));
      if (prices.length === 3) break;
    }
    expect(sub.state).toBe("live");
    expect(headlines.length).toBeGreaterThan(0);
  });

  test("tick by tick has its own line, and shares the subscription's state", async () => {
    await broker.connect();
    const sub = stream.subscribe(AAPL, { trades: "allLast", bidAsk: true });
    await state(sub, "live");
    const [trade] = await Promise.all([sub.trades().next(), sub.ready]);
    expect(trade.value?.exchange).not.toBe("");
    expect(stream.stats()).toMatchObject({ lines: { used: 1 }, tickByTickLines: { used: 2 } });
  });

  test("an option's Greeks are on the board", async () => {
    await broker.connect();
    const [{ contract: found }] = await broker.lookups.contractDetails({
      ...{ symbol: "AAPL", secType: "OPT", exchange: "SMART", currency: "USD", right: "C" },
    } as Contract);
    const sub = stream.subscribe(found as Contract);
    await signal.until("the model's figures", () => sub.quote.greeks.delta !== undefined);
    const { delta, gamma, impliedVolatility } = sub.quote.greeks;
    expect(delta).toBeGreaterThanOrEqual(0);
    expect(delta).toBeLessThanOrEqual(1);
    expect(gamma).toBeGreaterThanOrEqual(0);
    expect(impliedVolatility).toBeGreaterThan(0);
  });

  test("delayed data is a state", async () => {
    await broker.connect();
    const sub = stream.subscribe(AAPL, { marketDataType: "delayed" });
    await state(sub, "delayed");
    await signal.until("a bid", () => sub.quote.bid !== undefined);
    expect(sub.quote.delayed).toBe(true);
    // The kind of data is the connection's: who comes later gets what it asked for.
    const live = stream.subscribe(MSFT);
    await state(live, "live");
  });

  test("what does not exist fails with the gateway's words", async () => {
    await broker.connect();
    const sub = stream.subscribe(contract("NOSUCH"));
    await expect(sub.ready).rejects.toMatchObject({
      code: "ERR_IBKR_NO_SECURITY_DEFINITION",
      gatewayCode: 200,
    });
    expect(sub.state).toBe("failed");
  });

  test("a line that the gateway does not have waits for one that gets free", async () => {
    await broker.close();
    await gateway.stop();
    await begin({}, { marketDataLines: 1 });
    await broker.connect();
    const first = stream.subscribe(AAPL);
    const second = stream.subscribe(MSFT);
    await first.ready;
    await state(second, "waiting");
    expect(second.error?.gatewayCode).toBe(101);
    first.close();
    await second.ready;
  });

  test("a broken connection: it goes on by itself when the broker is connected again, with a gap", async () => {
    await broker.connect();
    const sub = stream.subscribe(AAPL);
    const gaps: Gap[] = [];
    sub.on("gap", (gap) => gaps.push(gap));
    await sub.ready;
    gateway.fault({ kind: "reset" });
    await state(sub, "interrupted");
    await broker.connect();
    await state(sub, "live");
    expect(gaps).toMatchObject([{ reason: "connection" }]);
    expect(gaps[0].toMs).toBeGreaterThanOrEqual(gaps[0].fromMs);
  });

  test.each([false, true])("the gateway loses Interactive Brokers (data lost: %s)", async (dataLost) => {
    await broker.connect();
    const sub = stream.subscribe(AAPL);
    const gaps: Gap[] = [];
    sub.on("gap", (gap) => gaps.push(gap));
    await sub.ready;
    const fault = gateway.fault({ kind: "upstream-lost", dataLost });
    await signal.until("interrupted", () => sub.state === "interrupted" && stream.state === "interrupted");
    fault.stop();
    await state(sub, "live");
    // 1100 began it, whether 1101 or 1102 ends it.
    expect(gaps.map((gap) => gap.reason)).toEqual(["upstream"]);
  });

  test("a bar that closes while there is no data ends no gap, though it has ticks of before", async () => {
    await broker.connect();
    const sub = stream.subscribe(AAPL, { trades: true, bars: [{ size: "200ms", empty: "carry" }] });
    const gaps: Gap[] = [];
    let bars = 0;
    sub.on("gap", (gap) => gaps.push(gap));
    sub.on("bar", () => {
      bars += 1;
    });
    await sub.ready;
    // The bar that forms has ticks.
    const hasTicked = () => sub.bars("200ms").forming?.carried === false;
    await signal.until("a bar that forms", hasTicked);
    const fault = gateway.fault({ kind: "upstream-lost" });
    await state(sub, "interrupted");
    const before = bars;
    await signal.until("a bar closed by the clock, and another", () => bars >= before + 2);
    expect(sub.state).toBe("interrupted");
    expect(gaps).toEqual([]);
    fault.stop();
    await state(sub, "live");
    expect(gaps.map((gap) => gap.reason)).toEqual(["upstream"]);
  });

  test("a competing session takes the data for a while", async () => {
    await broker.connect();
    const sub = stream.subscribe(AAPL);
    await sub.ready;
    const fault = gateway.fault({ kind: "competing-session" });
    await state(sub, "competing");
    expect(sub.error?.gatewayCode).toBe(10_197);
    fault.stop();
    await state(sub, "live");
    expect(sub.stats().gaps).toBe(1);
  });

  test("every message that came in is accounted for", async () => {
    await stream.close();
    stream = new IBKRDataStream(broker, { profile: "low-latency" });
    await broker.connect();
    const subs = [AAPL, MSFT].map((one) => stream.subscribe(one, { trades: true, filter: { minSize: 300 } }));
    let batched = 0;
    stream.onBatch(({ length }) => {
      batched += length;
      signal.notify();
    });
    await Promise.all(subs.map(({ ready }) => ready));
    await signal.until("two hundred messages", () => batched > 200);
    await stream.close();
    const { received, delivered, conflated, dropped, filtered } = stream.stats();
    const left = Object.values(filtered).reduce((sum, count) => sum + count, 0);
    expect(received).toBe(delivered + conflated + dropped + left);
    expect(conflated).toBeGreaterThan(0);
    expect(filtered.size).toBeGreaterThan(0);
    expect(batched).toBeLessThanOrEqual(delivered);
  });
});
