import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventName, OrderAction, OrderType } from "@stoqey/ib";
import { afterEach, describe, expect, test } from "vitest";
import { parseTickFile, SimulatedGateway, VirtualClock } from "../../../src/sim/index.js";
import { AAPL, Bench } from "../../support/sim/harness.js";

const bench = new Bench();
afterEach(() => bench.end());

const FILE = `time,symbol,kind,price,size
# a quiet opening
2026-01-05T14:30:00Z,AAPL,bid,200.00,300
2026-01-05T14:30:00Z,AAPL,ask,200.04,500
2026-01-05T14:30:01.500Z,AAPL,last,200.04,120
1767623402,EUR:CASH:USD,bid,1.05000,1000000
1767623403000,AAPL,bid,200.10,100
1767623403000,AAPL,ask,200.12,100
`;

describe("tick files", () => {
  test("are read with ISO times, seconds and milliseconds", () => {
    const ticks = parseTickFile(FILE);
    expect(ticks.length).toBe(6);
    expect(ticks[2]).toEqual({
      time: Date.UTC(2026, 0, 5, 14, 30, 1, 500),
      symbol: "AAPL",
      kind: "last",
      price: 200.04,
      size: 120,
    });
    expect(ticks.map(({ time }) => time - ticks[0].time)).toEqual([0, 0, 1500, 2000, 3000, 3000]);
  });

  test("are read with a byte order mark, quotes, blanks, empty lines and the ends of lines of any system", () => {
    const ticks = parseTickFile(
      '\ufeff"time" , symbol,kind,price,size\r\n\r\n  \r\n1, "BRK#B" ,BID, 1.5 ,10\r\n#x,y\r\n',
    );
    expect(ticks).toEqual([{ time: 1000, symbol: "BRK#B", kind: "bid", price: 1.5, size: 10 }]);
  });

  test.each([
    ["1,AAPL,bid,1", "line 1: 4 columns (allowed: time, symbol, kind, price, size)"],
    ["noon,AAPL,bid,1,1", 'line 1: time is "noon"'],
    [
      "2026-01-05T14:30:00,AAPL,bid,1,1",
      'line 1: time is "2026-01-05T14:30:00" (allowed: ISO 8601 with a zone',
    ],
    ["1,,bid,1,1", 'line 1: symbol is ""'],
    ["1,AAPL,open,1,1", 'line 1: kind is "open" (allowed: bid, ask, last)'],
    ["1,AAPL,bid,0,1", 'line 1: price is "0"'],
    ["1,AAPL,bid,1,-1", 'line 1: size is "-1"'],
    ["2,AAPL,bid,1,1\n1,AAPL,bid,1,1", "line 2: time 1 is before"],
    ["# a comment\n\n1,AAPL,bid,1,1\n# another\n2,AAPL,bid,x,1", 'line 5: price is "x"'],
    ["1,AAPL,bid,,1", 'line 1: price is ""'],
    ['1,AAPL,bid,1,1\n2,"AAPL,bid,1,1', "line 2: Quote Not Closed"],
    ["time,symbol,kind,price,size", "there is no tick"],
  ])("%j is refused", (text, message) => {
    expect(() => parseTickFile(text)).toThrow(message);
  });

  const withFile = async (text: string, body: (file: string) => Promise<void>): Promise<void> => {
    const folder = mkdtempSync(join(tmpdir(), "ticks-"));
    const file = join(folder, "ticks.csv");
    writeFileSync(file, text);
    try {
      await body(file);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  test("move their symbols in place of the walk, by the gateway's clock, and orders trade with them", async () => {
    await withFile(FILE, async (ticks) => {
      const clock = new VirtualClock();
      const gateway = await bench.gateway({ clock, ticks });
      const client = await bench.client(gateway);
      client.api.reqMktData(1, AAPL, "", false, false);
      await client.settle();
      const quote = gateway.exchange.quote(gateway.exchange.instruments.get(265598)!);
      expect([quote.bid, quote.bidSize, quote.ask, quote.askSize]).toEqual([200, 300, 200.04, 500]);
      gateway.exchange.step();
      expect(quote.bid).toBe(200);
      clock.advance(1500);
      expect([quote.last, quote.lastSize]).toEqual([200.04, 120]);
      const order = { action: OrderAction.BUY, orderType: OrderType.MKT, totalQuantity: 700, transmit: true };
      client.api.placeOrder(1, AAPL, order);
      await client.settle();
      clock.advance(1500);
      await client.settle();
      const fills = client
        .all(EventName.execDetails)
        .map(([, , e]) => e as { shares: number; price: number });
      expect(fills.map(({ shares, price }) => [shares, price])).toEqual([
        [500, 200.04],
        [100, 200.12],
      ]);
      expect(client.all(EventName.tickPrice).map(([, type, price]) => [type, price])).toContainEqual([
        1, 200.1,
      ]);
    });
  });

  test("with a symbol that does not exist are refused", async () => {
    await withFile("1,NOSUCHTHING,bid,1,1", async (ticks) => {
      await expect(SimulatedGateway.start({ ticks })).rejects.toThrow(
        'symbol of the tick file is "NOSUCHTHING"',
      );
    });
  });
});
