import { EventEmitter } from "node:events";
import { beforeEach, describe, expect, test } from "vitest";
import { Changes } from "../../../src/cli/demo/changes.js";
import { EventList } from "../../../src/cli/demo/event-list.js";
import { MarketData } from "../../../src/cli/demo/market-data.js";
import { stock } from "../../../src/cli/demo/order-entry.js";
import { QuoteTable } from "../../../src/cli/demo/quote-table.js";
import { EventName, type IBApi, MarketDataType } from "../../../src/index.js";

/** Writes down what is asked of it. */
class AskedApi extends EventEmitter {
  readonly calls: unknown[][] = [];
  reqMktData(reqId: number, contract: { symbol?: string }) {
    this.calls.push(["reqMktData", reqId, contract.symbol]);
  }
  reqMarketDataType(type: number) {
    this.calls.push(["reqMarketDataType", type]);
  }
  cancelMktData(reqId: number) {
    this.calls.push(["cancelMktData", reqId]);
  }
}

const SYMBOLS = ["AAPL", "MSFT"];
const NOT_SUBSCRIBED = "Requested market data is not subscribed.";

let api: AskedApi;
let table: QuoteTable;
let events: EventList;
let marketData: MarketData;

beforeEach(() => {
  api = new AskedApi();
  table = new QuoteTable(SYMBOLS);
  events = new EventList();
  const subscriptions = SYMBOLS.map((symbol) => ({ contract: stock(symbol), genericTicks: "" }));
  const changes = new Changes(new AbortController().signal);
  marketData = new MarketData(api as unknown as IBApi, table, subscriptions, events, changes);
  marketData.subscribeAll();
});

describe("market data", () => {
  test("asks for every symbol, and cancels what it asked for", () => {
    const ids = [table.requestId(0), table.requestId(1)];
    marketData.cancelAll();
    expect(api.calls).toEqual([
      ["reqMktData", ids[0], "AAPL"],
      ["reqMktData", ids[1], "MSFT"],
      ["cancelMktData", ids[0]],
      ["cancelMktData", ids[1]],
    ]);
  });

  test.each([354, 10089, 10168, 10186])(
    "asks for delayed data once real-time data is refused with %d",
    (code) => {
      api.calls.length = 0;
      for (const row of [0, 1]) {
        expect(marketData.takeError(new Error(NOT_SUBSCRIBED), code, table.requestId(row))).toBe(true);
      }
      expect(api.calls).toEqual([
        ["reqMarketDataType", MarketDataType.DELAYED],
        ["reqMktData", table.requestId(0, 1), "AAPL"],
        ["reqMktData", table.requestId(1, 1), "MSFT"],
      ]);
      expect(events.lines).toHaveLength(1);
      expect(events.lines[0]).toMatchObject({ times: 2, tone: "warning" });
    },
  );

  test("gives up on a symbol that is refused again, and says why in its row", () => {
    marketData.takeError(new Error(NOT_SUBSCRIBED), 354, table.requestId(0));
    api.calls.length = 0;
    marketData.takeError(new Error("Delayed market data is not available."), 354, table.requestId(0, 1));
    expect(api.calls).toEqual([]);
    expect(table.row(0).note).toBe("Delayed market data is not available. (354)");
    expect(table.row(1).note).toBe("");
  });

  test("an unknown symbol is noted and not cancelled", () => {
    marketData.takeError(new Error("No security definition"), 200, table.requestId(1));
    api.calls.length = 0;
    marketData.cancelAll();
    expect(api.calls).toEqual([["cancelMktData", table.requestId(0)]]);
    expect(events.lines.map((line) => line.text)).toEqual(["MSFT: No security definition (200)"]);
  });

  test("a notice about delayed data ends nothing", () => {
    marketData.takeError(new Error("Displaying delayed market data."), 10167, table.requestId(0));
    api.emit(EventName.marketDataType, table.requestId(0), 3);
    api.emit(EventName.tickReqParams, table.requestId(0), 0.005, "", 0);
    expect(table.delayed).toBe(true);
    expect(table.row(0)).toMatchObject({ note: "", decimals: 3 });
  });

  test("leaves other errors to others", () => {
    expect(marketData.takeError(new Error("Order rejected"), 201, 7)).toBe(false);
  });
});
