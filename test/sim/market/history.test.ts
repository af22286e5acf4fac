import { expect, test } from "vitest";
import { History } from "../../../src/sim/market/history.js";
import { Instruments } from "../../../src/sim/market/instruments.js";

/** Daily bars of two weeks up to a moment, as a gateway that starts then has them. */
function dailyBars(symbol: string, start: string, seed: number) {
  const at = Date.parse(start) / 1000;
  const instrument = new Instruments(at).resolve({ symbol, secType: "STK" })!;
  const request = { duration: "10 D", barSize: "1 day", whatToShow: "TRADES", useRTH: true, formatDate: 2 };
  return { instrument, bars: new History(instrument, at, seed).bars({ ...request, end: at }) };
}

test.each([
  ["after a weekend", "2026-01-05T14:30:00Z"],
  ["on a day behind a holiday that ends at noon", "2026-11-27T16:00:00Z"],
  ["after that day and a weekend", "2026-11-30T14:30:00Z"],
  ["after Christmas", "2026-12-28T14:30:00Z"],
])("history runs into the walk's first price without a jump: %s", (_name, start) => {
  for (const symbol of ["AAPL", "MSFT", "IBM", "TSLA", "ABC"]) {
    for (let seed = 1; seed <= 5; seed++) {
      const { instrument, bars } = dailyBars(symbol, start, seed);
      const prices = [...bars.flatMap(({ open, close }) => [open, close]), instrument.basePrice];
      for (let i = 1; i < prices.length; i++) {
        const move = Math.abs(prices[i] / prices[i - 1] - 1);
        expect(move, `${symbol}, seed ${seed}: ${prices[i - 1]} to ${prices[i]}`).toBeLessThan(0.08);
      }
    }
  }
});

test("bars of more than sixty days ago are the same whenever the gateway starts", () => {
  const end = Date.parse("2025-06-02T20:00:00Z") / 1000;
  const of = (start: string) => {
    const at = Date.parse(start) / 1000;
    const instrument = new Instruments(at).resolve({ symbol: "AAPL", secType: "STK" })!;
    const request = { duration: "5 D", barSize: "1 hour", whatToShow: "TRADES", useRTH: true, formatDate: 2 };
    return new History(instrument, at, 1).bars({ ...request, end });
  };
  expect(of("2026-01-05T14:30:00Z")).toEqual(of("2026-09-14T11:00:00Z"));
});
