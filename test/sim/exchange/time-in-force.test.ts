import { describe, expect, test } from "vitest";
import { Market } from "../../support/sim/market.js";

const HOUR = 3_600_000;

describe("times in force", () => {
  test("DAY ends with the regular session, outsideRth with the extended one", () => {
    const market = new Market();
    market.place(1, { lmtPrice: 99 });
    market.place(2, { lmtPrice: 99, outsideRth: true });
    market.clock.advance(6.5 * HOUR - 1);
    expect([market.status(1), market.status(2)]).toEqual(["Submitted", "Submitted"]);
    market.clock.advance(1);
    expect([market.status(1), market.status(2)]).toEqual(["Cancelled", "Submitted"]);
    market.clock.advance(4 * HOUR);
    expect(market.status(2)).toBe("Cancelled");
  });

  test("GTC stays until cancelled", () => {
    const market = new Market();
    market.place(1, { lmtPrice: 99, tif: "GTC" });
    market.clock.advance(90 * 24 * HOUR);
    expect(market.status(1)).toBe("Submitted");
  });

  test("GTD ends at its date", () => {
    const market = new Market();
    market.place(1, { lmtPrice: 99, tif: "GTD", goodTillDate: "20260220 10:00:00 US/Eastern" });
    market.clock.advanceTo(Date.UTC(2026, 1, 20, 15) - 1);
    expect(market.status(1)).toBe("Submitted");
    market.clock.advance(1);
    expect(market.status(1)).toBe("Cancelled");
  });

  test("GTD without a date, or with one that is none, is 321", () => {
    const market = new Market();
    expect(() => market.place(1, { lmtPrice: 99, tif: "GTD" })).toThrow("good till date is missing");
    expect(() => market.place(1, { lmtPrice: 99, tif: "GTD", goodTillDate: "soon" })).toThrow(
      'good till date is "soon"',
    );
  });

  test("IOC ends with what it could not trade at once", () => {
    const market = new Market();
    market.place(1, { lmtPrice: 100.01, totalQuantity: 1500, tif: "IOC" });
    expect(market.fills(1)).toEqual([[1000, 100.01]]);
    expect(market.status(1)).toBe("Cancelled");
  });

  test("FOK trades all or nothing", () => {
    const market = new Market();
    market.place(1, { lmtPrice: 100.01, totalQuantity: 1500, tif: "FOK" });
    expect([market.status(1), market.fills(1)]).toEqual(["Cancelled", []]);
    market.place(2, { lmtPrice: 100.02, totalQuantity: 1500, tif: "FOK" });
    expect([market.status(2), market.order(2).filled]).toEqual(["Filled", 1500]);
  });

  test("OPG waits for the opening; with a type that has no opening auction it is 387", () => {
    const market = new Market();
    market.place(1, { lmtPrice: 101, tif: "OPG" });
    market.clock.advance(23 * HOUR);
    expect(market.status(1)).toBe("PreSubmitted");
    market.clock.advance(HOUR);
    expect(market.status(1)).toBe("Filled");
    expect(() => market.place(2, { orderType: "STP", auxPrice: 101, tif: "OPG" })).toThrow("Unsupported");
  });

  test("good after time waits until then", () => {
    const market = new Market();
    market.place(1, { orderType: "MKT", goodAfterTime: "20260105 10:30:00 US/Eastern" });
    expect(market.status(1)).toBe("PreSubmitted");
    market.clock.advance(HOUR);
    expect(market.status(1)).toBe("Filled");
  });

  test("all or none waits for enough, and is not seen meanwhile", () => {
    const market = new Market();
    market.place(1, { lmtPrice: 100.01, totalQuantity: 1500, allOrNone: true });
    expect([market.status(1), market.order(1).filled]).toEqual(["Submitted", 0]);
    expect(market.exchange.quote(market.stock).bid).toBe(99.99);
    market.move({ askSizes: [2000] });
    expect(market.status(1)).toBe("Filled");
  });
});

describe("trading sessions", () => {
  /** Monday 2026-01-05 07:00 US/Eastern: before the regular session, within the extended one. */
  const EARLY = Date.UTC(2026, 0, 5, 12);

  test("an order given before the opening waits for it and is warned of", () => {
    const market = new Market({ sessions: true, start: EARLY, tickIntervalMs: 1000 });
    const warnings: string[] = [];
    market.exchange.on("warned", (_order, message) => warnings.push(message));
    market.place(1, { orderType: "MKT" });
    expect(market.status(1)).toBe("PreSubmitted");
    expect(warnings).toEqual([
      "Order Message:\nWarning: your order will not be placed at the exchange until 20260105 09:30:00 US/Eastern",
    ]);
    market.clock.advance(2.5 * HOUR + 1000);
    expect(market.status(1)).toBe("Filled");
  });

  test("an order for outside of regular hours trades before the opening", () => {
    const market = new Market({ sessions: true, start: EARLY });
    market.place(1, { orderType: "MKT", outsideRth: true });
    expect(market.status(1)).toBe("Filled");
  });

  test("an order that works past the close leaves the book and comes back at the opening", () => {
    const market = new Market({ sessions: true, start: Date.UTC(2026, 0, 5, 20, 59), tickIntervalMs: 1000 });
    market.place(1, { lmtPrice: 99.5, tif: "GTC" });
    market.clock.advance(2 * 60_000);
    expect([market.status(1), market.order(1).entry]).toEqual(["PreSubmitted", undefined]);
    market.clock.advanceTo(Date.UTC(2026, 0, 6, 14, 30, 2));
    expect([market.status(1), market.order(1).entry?.ticks]).toEqual(["Submitted", 9950]);
  });
});
