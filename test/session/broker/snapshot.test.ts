import { afterEach, describe, expect, test } from "vitest";
import { resolveOptions } from "../../../src/api/options.js";
import type { QuoteValues } from "../../../src/domain/quote.js";
import type { Contract } from "../../../src/domain/stock-types.js";
import { SessionBroker } from "../../../src/session/broker/session-broker.js";
import { Session } from "../../../src/session/session.js";
import { SimulatedGateway } from "../../../src/sim/index.js";
import { VirtualClock } from "../../../src/time/virtual-clock.js";
import { refusalOf } from "../../broker/broker-bench.js";
import { text } from "../../support/frames.js";
import { ScriptedGateway } from "../../support/scripted-gateway.js";

let ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});

async function brokerAt(port: number, maxServerVersion = 193): Promise<SessionBroker> {
  const broker = new SessionBroker(new Session(resolveOptions({ port, clientId: 1, maxServerVersion })));
  ends.push(() => broker.close());
  await broker.connect();
  return broker;
}

const CONTRACTS: Readonly<Record<string, Contract>> = {
  "a stock": { symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" } as Contract,
  "a pair": { symbol: "EUR", secType: "CASH", exchange: "IDEALPRO", currency: "USD" } as Contract,
  "an index": { symbol: "SPX", secType: "IND", exchange: "CBOE", currency: "USD" } as Contract,
  "an option": {
    ...{ symbol: "AAPL", secType: "OPT", exchange: "SMART", currency: "USD", multiplier: 100 },
    ...{ lastTradeDateOrContractMonth: "20260220", strike: 190, right: "C" },
  } as Contract,
};

/** Without when each value arrived. */
function shown(quote: QuoteValues): Record<string, unknown> {
  const known: Record<string, unknown> = {};
  const { greeks } = quote;
  for (const name in quote)
    if (!/Micros$|^source$|^greeks$/.test(name)) known[name] = quote[name as keyof QuoteValues];
  for (const name in greeks)
    if (name !== "source") known[`greeks.${name}`] = greeks[name as keyof typeof greeks];
  return known;
}

describe.each([
  ["text", 193],
  ["protobuf", 226],
] as const)("a snapshot in %s", (_, version) => {
  for (const marketDataType of [1, 3] as const) {
    test.each(Object.entries(CONTRACTS))(
      `of %s has what the core's board has (data type ${marketDataType})`,
      async (_name, contract) => {
        const sim = await SimulatedGateway.start({ seed: 7, clock: new VirtualClock() });
        ends.push(() => sim.stop());
        const broker = await brokerAt(sim.port, version);
        const { feed, lookups } = broker;
        const subscription = feed.subscribe(
          { kind: "quotes", contract, marketDataType },
          { refused: () => {} },
          { boardSlot: 3, conflateMs: 0, conflateTrades: false, policy: "conflate" },
        );
        await lookups.serverTimeMs(); // all that the gateway had to say has come
        const quote = await lookups.snapshot({ contract, marketDataType });
        const whole = shown(quote);
        expect(Object.keys(whole).length).toBeGreaterThan(30);
        expect(whole).toEqual(shown(feed.board.snapshot(3)));
        expect([quote.delayed, quote.bid !== undefined || quote.last !== undefined]).toEqual([
          marketDataType === 3,
          true,
        ]);
        subscription.close();
      },
    );
  }
});

describe("a snapshot of what says little", () => {
  /** In text: TICK_PRICE is 1, TICK_SIZE 2, TICK_GENERIC 45, TICK_STRING 46, TICK_SNAPSHOT_END 57. */
  async function answered(...ticks: (readonly (number | string)[])[]): Promise<QuoteValues> {
    const gateway = await ScriptedGateway.start({
      onFrame: (peer, payload) => {
        const [message, , id] = payload.toString("latin1").split("\0");
        if (message !== "1") return;
        const own = ticks.map(([kind, v, ...rest]) => text(kind, v, id, ...rest));
        peer.send(...own, text(57, 1, id));
      },
    });
    ends.push(() => gateway.stop());
    return (await brokerAt(gateway.port)).lookups.snapshot({ contract: CONTRACTS["a stock"] });
  }

  test("no price is none, a price below 0 is one, and nothing is no quote", async () => {
    const none = await answered();
    expect([none.bid, none.last, none.delayed, none.updatedMicros]).toEqual([
      undefined,
      undefined,
      false,
      undefined,
    ]);
    const quote = await answered(
      [1, 6, 1, -1, 0, 0], // no bid
      [1, 6, 2, -37.63, 5, 0], // crude oil, April 2020
      [2, 6, 8, -1], // no volume
      [45, 6, 49, -1], // halted or not: unknown
      [46, 6, 45, "soon"], // no time
    );
    expect([quote.bid, quote.ask, quote.askSize, quote.volume, quote.halted, quote.lastTimeMs]).toEqual([
      undefined,
      -37.63,
      5,
      undefined,
      undefined,
      undefined,
    ]);
    expect(quote.askMicros).toBe(quote.updatedMicros === undefined ? 0 : quote.askMicros);
  });
});

describe("answers of gateways that are rare", () => {
  /** @param answer by the message id of the request, what to send for its request id */
  async function broker(answer: Readonly<Record<string, (id: string) => Buffer[]>>): Promise<SessionBroker> {
    const gateway = await ScriptedGateway.start({
      onFrame: (peer, payload) => {
        const fields = payload.toString("latin1").split("\0");
        const frames = answer[fields[0]]?.(fields[1]);
        if (frames !== undefined) peer.send(...frames);
      },
    });
    ends.push(() => gateway.stop());
    return brokerAt(gateway.port);
  }

  test("events of Wall Street Horizon are its JSON, read; what is none is a message that cannot be read", async () => {
    const { lookups } = await broker({
      "100": (id) => [text(104, id, '{"meta":[1]}')],
      "102": (id) => [text(105, id, "<html>")],
    });
    expect(await lookups.corporateEventTypes()).toEqual({ meta: [1] });
    expect(await refusalOf(lookups.corporateEvents({ conId: 1 }))).toMatchObject({
      code: "ERR_IBKR_BAD_MESSAGE",
      message: 'the answer to reqWshEventData is no JSON: "<html>"',
    });
  });

  test("historical ticks that come in several messages are one answer", async () => {
    const { lookups } = await broker({
      "96": (id) => [
        text(98, id, 1, 100, 3, 10.5, 7, "ARCA", "IX", 0),
        text(98, id, 1, 101, 0, 10.6, 8, "", "", 1),
      ],
    });
    const ticks = await lookups.historicalTicks({ contract: {}, whatToShow: "TRADES", startMs: 0, count: 2 });
    expect(ticks).toEqual([
      {
        ...{ timeMs: 100_000, price: 10.5, size: 7, exchange: "ARCA", conditions: "IX" },
        ...{ isPastLimit: true, isUnreported: true },
      },
      {
        ...{ timeMs: 101_000, price: 10.6, size: 8, exchange: "", conditions: "" },
        ...{ isPastLimit: false, isUnreported: false },
      },
    ]);
  });

  test("a head timestamp may be a date, and one that is none is a message that cannot be read", async () => {
    let at = "19801212-14:30:00";
    const { lookups } = await broker({ "87": (id) => [text(88, id, at)] });
    const ask = () => lookups.headTimestamp({ contract: {}, whatToShow: "TRADES" });
    expect(await ask()).toBe(Date.UTC(1980, 11, 12, 14, 30));
    at = "345479400";
    expect(await ask()).toBe(345_479_400_000);
    at = "long ago";
    expect(await refusalOf(ask())).toMatchObject({
      code: "ERR_IBKR_BAD_MESSAGE",
      message: '"long ago" is no time',
    });
  });

  test("a PDF of news, and a headline with a time that is none", async () => {
    const { news } = await broker({
      "84": (id) => [text(83, id, 1, "JVBERg==")],
      "86": (id) => [text(86, id, "soon", "BRFG", "BRFG$1", "Nothing")],
    });
    expect(await news.article({ providerCode: "BRFG", articleId: "x" })).toEqual({
      type: "pdf",
      text: "JVBERg==",
    });
    expect(await refusalOf(news.headlines({ conId: 1, providers: ["BRFG"] }))).toMatchObject({
      code: "ERR_IBKR_BAD_MESSAGE",
    });
  });
});
