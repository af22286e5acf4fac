import { beforeEach, describe, expect, test } from "vitest";
import type { Broker } from "../../src/broker/broker.js";
import type { IBKRError } from "../../src/domain/ibkr-error.js";
import type { Contract } from "../../src/domain/stock-types.js";
import { AAPL, NOSUCH, refusalOf } from "./broker-bench.js";

const DAY_MS = 86_400_000;

/** What every broker answers, beside contracts, orders and accounts. */
export function questionsContract(brokerOf: () => Broker): void {
  describe("questions", () => {
    let broker: Broker;
    let aapl: Contract;
    beforeEach(async () => {
      broker = brokerOf();
      await broker.connect();
      [{ contract: aapl }] = await broker.lookups.contractDetails(AAPL);
    });

    test.each(["TRADES", "BID_ASK", "MIDPOINT"] as const)("historical ticks: %s", async (whatToShow) => {
      const { lookups } = broker;
      const endMs = (await lookups.serverTimeMs()) - 3 * DAY_MS;
      const before = await lookups.historicalTicks({ contract: AAPL, whatToShow, endMs, count: 50 });
      expect(before.length).toBeGreaterThanOrEqual(50);
      for (const { timeMs } of before) expect(timeMs).toBeLessThan(endMs + 1000);
      const startMs = before[0].timeMs;
      const after = await lookups.historicalTicks({ contract: AAPL, whatToShow, startMs, count: 20 });
      // Of quotes the one in force then comes first.
      const first = whatToShow === "TRADES" ? 0 : 1;
      expect(after.slice(first, 20)).toEqual(before.slice(0, 20 - first));
      expect(before.map(({ timeMs }) => timeMs)).toEqual(before.map(({ timeMs }) => timeMs).sort());
    });

    test("each kind of historical ticks has its own values", async () => {
      const ask = async <K extends "TRADES" | "BID_ASK" | "MIDPOINT">(whatToShow: K) => {
        const startMs = Date.UTC(2026, 0, 2, 15);
        const [first] = await broker.lookups.historicalTicks({
          contract: AAPL,
          whatToShow,
          startMs,
          count: 1,
        });
        return first;
      };
      const [trade, quote, midpoint] = await Promise.all([ask("TRADES"), ask("BID_ASK"), ask("MIDPOINT")]);
      expect(trade.size).toBeGreaterThan(0);
      expect([trade.isPastLimit, trade.isUnreported, trade.conditions]).toEqual([false, false, ""]);
      expect(trade.exchange).not.toBe("");
      expect(quote.ask).toBeGreaterThan(quote.bid);
      expect([quote.bidSize > 0, quote.askSize > 0]).toEqual([true, true]);
      expect([quote.isBidPastLow, quote.isAskPastHigh]).toEqual([false, false]);
      expect(midpoint.price).toBeGreaterThan(0);
    });

    test("historical ticks want one of start and end, and a count that the gateway gives", async () => {
      const contract = AAPL;
      const whatToShow = "TRADES";
      const ask = (more: object) =>
        refusalOf(broker.lookups.historicalTicks({ contract, whatToShow, count: 1, ...more }));
      const both = { startMs: 1, endMs: 1 };
      for (const more of [
        {},
        both,
        { startMs: 1, count: 1001 },
        { endMs: -1 },
        { startMs: 1, whatToShow: "YIELD" },
      ])
        expect(await ask(more)).toMatchObject({ code: "ERR_IBKR_ARGUMENT" });
    });

    test("when the data begin", async () => {
      const at = await broker.lookups.headTimestamp({ contract: AAPL, whatToShow: "TRADES" });
      expect(at).toBeGreaterThan(Date.UTC(1970, 0));
      expect(at).toBeLessThan(Date.UTC(2025, 0));
    });

    test("the schedule of a contract: when its sessions open and close, in the zone that it names", async () => {
      const { timeZone, sessions } = await broker.lookups.schedule({
        contract: AAPL,
        endDateTime: "20260109-23:59:59",
        duration: "5 D",
        regularHoursOnly: true,
      });
      expect(timeZone).toBe("US/Eastern");
      expect(sessions.map(({ day }) => day)).toEqual([
        "20260105",
        "20260106",
        "20260107",
        "20260108",
        "20260109",
      ]);
      const at = (day: number, hour: number, minute = 0) => Date.UTC(2026, 0, day, hour, minute);
      expect(sessions[0]).toMatchObject({ openMs: at(5, 14, 30), closeMs: at(5, 21) });
      expect(sessions[4]).toMatchObject({ openMs: at(9, 14, 30), closeMs: at(9, 21) });
    });

    test("option chains: expirations and strikes, rising", async () => {
      const chains = await broker.lookups.optionChain(aapl);
      expect(chains.map(({ exchange }) => exchange)).toContain("SMART");
      for (const { underlyingConId, multiplier, tradingClass, expirations, strikes } of chains) {
        expect([underlyingConId, multiplier, tradingClass]).toEqual([aapl.conId, 100, "AAPL"]);
        expect(expirations.length).toBeGreaterThan(5);
        expect(expirations).toEqual([...expirations].sort());
        expect(strikes).toEqual([...strikes].sort((a, b) => a - b));
      }
      expect(await refusalOf(broker.lookups.optionChain(AAPL))).toMatchObject({ code: "ERR_IBKR_ARGUMENT" });
    });

    test("a snapshot is the whole quote, once", async () => {
      const quote = await broker.lookups.snapshot({ contract: AAPL });
      expect(quote.ask as number).toBeGreaterThanOrEqual(quote.bid as number);
      for (const value of [quote.bidSize, quote.askSize, quote.last, quote.lastSize, quote.volume])
        expect(value).toBeGreaterThan(0);
      for (const value of [quote.open, quote.high, quote.low, quote.close, quote.lastTimeMs])
        expect(value).toBeGreaterThan(0);
      expect([quote.halted, quote.delayed, quote.mark, quote.greeks.delta]).toEqual([
        0,
        false,
        undefined,
        undefined,
      ]);
      // It is no live view.
      const { bid, bidMicros } = quote;
      await broker.lookups.snapshot({ contract: AAPL });
      expect([quote.bid, quote.bidMicros]).toEqual([bid, bidMicros]);
    });

    test("a snapshot of delayed data says so, and one after it can be live again", async () => {
      const { lookups } = broker;
      const of = async (marketDataType: 1 | 3) =>
        (await lookups.snapshot({ contract: AAPL, marketDataType })).delayed;
      expect([await of(3), await of(1)]).toEqual([true, false]);
    });

    test("a snapshot of an option has its Greeks", async () => {
      const [{ expirations, strikes }] = await broker.lookups.optionChain(aapl);
      const { last = 0 } = await broker.lookups.snapshot({ contract: AAPL });
      const strike = strikes.reduce((best, next) =>
        Math.abs(next - last) < Math.abs(best - last) ? next : best,
      );
      const right = "C" as Contract["right"];
      const option = { secType: "OPT" as Contract["secType"], strike, right, multiplier: 100 };
      const contract = { ...AAPL, ...option, lastTradeDateOrContractMonth: expirations[3] };
      const { greeks, ask, bid, bidImpliedVolatility } = await broker.lookups.snapshot({ contract });
      expect(greeks.delta).toBeGreaterThan(0.2);
      expect(greeks.delta).toBeLessThan(0.8);
      expect(greeks.underlyingPrice).toBeGreaterThan(0);
      expect(greeks.impliedVolatility).toBeGreaterThan(0);
      expect(ask as number).toBeGreaterThan(bid as number);
      expect(bidImpliedVolatility).toBeGreaterThan(0);
    });

    test("a snapshot of a CFD on a stock is the stock's, where the gateway sends those who ask", async () => {
      const quote = await broker.lookups.snapshot({
        contract: { ...AAPL, secType: "CFD" as Contract["secType"] },
      });
      const { last } = await broker.lookups.snapshot({ contract: AAPL });
      expect(quote.last).toBeCloseTo(last as number, -1);
    });

    test("many snapshots at once each have their own quote", async () => {
      const symbols = ["AAPL", "MSFT", "NOSUCH", "SPY"];
      const quotes = await Promise.all(
        symbols.map((symbol) =>
          broker.lookups.snapshot({ contract: { ...AAPL, symbol } }).then(
            ({ last }) => last as number,
            (error: IBKRError) => error.gatewayCode,
          ),
        ),
      );
      expect(quotes[2]).toBe(200);
      expect(new Set(quotes).size).toBe(4);
    });

    test("price increments by market rule", async () => {
      const [{ marketRuleIds = "" }] = await broker.lookups.contractDetails(AAPL);
      const id = Number(marketRuleIds.split(",")[0]);
      const [first, ...others] = await broker.lookups.marketRule(id);
      expect(first).toEqual({ lowEdge: 0, increment: expect.any(Number) });
      for (const { lowEdge, increment } of others) expect(Math.min(lowEdge, increment)).toBeGreaterThan(0);
    });

    test("a market rule that is none is refused with the gateway's words, and those asked at once are answered", async () => {
      const [one, none, other] = await Promise.all([
        broker.lookups.marketRule(26),
        refusalOf(broker.lookups.marketRule(99_999)),
        broker.lookups.marketRule(26),
      ]);
      expect(none).toMatchObject({ code: "ERR_IBKR_INVALID_REQUEST", scope: "request", gatewayCode: 321 });
      expect(one.length).toBeGreaterThan(0);
      expect(other).toEqual(one);
      expect(await refusalOf(broker.lookups.marketRule(1.5))).toMatchObject({ code: "ERR_IBKR_ARGUMENT" });
    });

    test("a histogram: how much was traded at each price, prices rising", async () => {
      const bins = await broker.lookups.histogram({ contract: AAPL, period: "3 days" });
      expect(bins.length).toBeGreaterThan(3);
      for (const { size } of bins) expect(size).toBeGreaterThan(0);
      const prices = bins.map(({ price }) => price);
      expect(prices).toEqual([...prices].sort((a, b) => a - b));
    });

    test("smart components, by the name that a subscription is told", async () => {
      const named = await new Promise<string>((resolve) => {
        const subscription = broker.feed.subscribe(
          { kind: "quotes", contract: AAPL },
          {
            refused: (error) => expect.fail(error.message),
            bboExchange: (name) => {
              resolve(name);
              subscription.close();
            },
          },
        );
      });
      const components = await broker.lookups.smartComponents(named);
      expect(components.length).toBeGreaterThan(2);
      for (const { bit, exchange, letter } of components) {
        expect(bit).toBeGreaterThanOrEqual(0);
        expect([exchange.length > 0, letter.length]).toEqual([true, 1]);
      }
    });

    test("exchanges with market depth", async () => {
      const exchanges = await broker.lookups.depthExchanges();
      expect(exchanges.length).toBeGreaterThan(1);
      for (const { exchange, secType, serviceDataType } of exchanges) {
        expect([exchange.length > 0, secType.length > 0]).toEqual([true, true]);
        expect(serviceDataType).toMatch(/^Deep2?$/);
      }
    });

    test("events of Wall Street Horizon, to which the login has no subscription", async () => {
      for (const asked of [
        broker.lookups.corporateEventTypes(),
        broker.lookups.corporateEvents({ conId: aapl.conId, limit: 5 }),
      ])
        expect(await refusalOf(asked)).toMatchObject({ code: "ERR_IBKR_NO_PERMISSION", gatewayCode: 10_276 });
    });

    test("the user, and the families of the accounts", async () => {
      expect(await broker.lookups.userInfo()).toEqual({ whiteBrandingId: "" });
      const [account] = broker.accounts.names;
      expect(await broker.accounts.familyCodes()).toEqual([{ account, familyCode: "" }]);
    });

    test("news: providers, headlines newest first, an article", async () => {
      const { news } = broker;
      const providers = await news.providers();
      expect(providers).toContainEqual({ code: "BRFG", name: "Briefing.com General Market Columns" });
      const codes = providers.map(({ code }) => code);
      const conId = aapl.conId as number;
      const endMs = await broker.lookups.serverTimeMs();
      const { items, hasMore } = await news.headlines({ conId, providers: codes, endMs, limit: 4 });
      expect([items.length, hasMore]).toEqual([4, true]);
      const times = items.map(({ timeMs }) => timeMs);
      expect(times).toEqual([...times].sort((a, b) => b - a));
      expect(times[0]).toBeLessThanOrEqual(endMs);
      const since = await news.headlines({ conId, providers: codes, startMs: times[2], endMs });
      expect(since).toEqual({ items: items.slice(0, 3), hasMore: false });
      const { providerCode, articleId } = items[0];
      expect(await news.article({ providerCode, articleId })).toEqual({
        type: "text",
        text: expect.stringContaining("AAPL"),
      });
    });

    test("news: what is refused", async () => {
      const { news } = broker;
      const conId = aapl.conId as number;
      const none = await refusalOf(news.article({ providerCode: "BRFG", articleId: "none" }));
      expect(none).toMatchObject({ code: "ERR_IBKR_NO_DATA", gatewayCode: 10_172 });
      const unknown = await refusalOf(news.headlines({ conId, providers: ["NOBODY"] }));
      expect(unknown).toMatchObject({ code: "ERR_IBKR_INVALID_REQUEST", gatewayCode: 321 });
      expect(await refusalOf(news.headlines({ conId, providers: [] }))).toMatchObject({
        code: "ERR_IBKR_ARGUMENT",
      });
    });

    test("what a scanner can be asked for", async () => {
      const xml = await broker.scanners.parameters();
      expect(xml).toContain("<scanCode>TOP_PERC_GAIN</scanCode>");
      expect(xml).toMatch(/^<\?xml/);
    });

    test("a contract that does not exist is 200, whatever is asked of it", async () => {
      const { lookups } = broker;
      const contract = NOSUCH;
      for (const asked of [
        lookups.historicalTicks({ contract, whatToShow: "TRADES", startMs: 0, count: 1 }),
        lookups.headTimestamp({ contract, whatToShow: "TRADES" }),
        lookups.schedule({ contract, duration: "5 D" }),
        lookups.histogram({ contract, period: "3 days" }),
        lookups.snapshot({ contract }),
        lookups.optionChain({ ...contract, conId: 1 }),
        broker.news.headlines({ conId: 1, providers: ["BRFG"] }),
      ])
        expect(await refusalOf(asked)).toMatchObject({
          code: "ERR_IBKR_NO_SECURITY_DEFINITION",
          gatewayCode: 200,
        });
    });
  });
}
