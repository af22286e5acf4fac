import type { Broker } from "../../../src/broker/broker.js";
import type { HistoryBar, HistoryOptions, HistorySource } from "../../../src/client/history/index.js";
import type { Contract } from "../../../src/domain/stock-types.js";
import { type Exchange, type LogEntry, SimulatedGateway } from "../../../src/sim/index.js";
import { sessionsBetween } from "../../../src/time/calendar.js";
import { parseIBTime } from "../../../src/time/ib-time.js";
import { US_STOCK_HOURS } from "../../../src/time/us-stock-hours.js";
import { VirtualClock } from "../../../src/time/virtual-clock.js";
import { toBar } from "./model-gateway.js";

export const AAPL = { symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" } as Contract;
/** Friday, two hours behind the close in New York. */
export const NOW = Date.UTC(2026, 2, 20, 22);
/** So slow that the walk stands still. */
const NEVER_MS = 1e12;

/** Regular hours of two years: 503 sessions of 390 minutes or, on half-days, 210. */
export const TWO_YEARS: HistoryOptions = {
  barSize: "1m",
  duration: "2 Y",
  regularHoursOnly: true,
  // Longer than any wait of the pacing rules, so that a jumping clock leaves it alone.
  reconnectWithinMs: 86_400_000,
};

/** A gateway that holds bars of any size to the pacing rules, and what it said and was asked. */
export async function startGateway(serverVersion: number) {
  const clock = new VirtualClock({ start: NOW });
  const seen = { violations: 0, noData: 0, requests: 0 };
  let onRequest: (nth: number) => void = () => {};
  const gateway = await SimulatedGateway.start({
    ...{ serverVersion, clock, seed: 1, tickIntervalMs: NEVER_MS, historyPacing: "all" },
    log: {
      keep: 0,
      onEntry: ({ kind, name, body }: LogEntry) => {
        if (name === "error" && JSON.stringify(body).includes("pacing")) seen.violations += 1;
        if (name === "error" && JSON.stringify(body).includes("returned no data")) seen.noData += 1;
        if (kind !== "request" || name !== "reqHistoricalData") return;
        seen.requests += 1;
        onRequest(seen.requests);
      },
    },
  });
  const each = (run: (nth: number) => void) => {
    onRequest = run;
  };
  return { gateway, clock, seen, onRequest: each };
}

/** A broker's history, and New York's own calendar as its schedule. */
export function withSchedule(broker: Broker): HistorySource {
  return {
    get state() {
      return broker.state;
    },
    on: (event, listener) => broker.on(event, listener),
    lookups: {
      contractDetails: (contract, options) => broker.lookups.contractDetails(contract, options),
      history: (request, options) => broker.lookups.history(request, options),
      schedule: async ({ endDateTime, duration, regularHoursOnly }) => {
        const end = (parseIBTime(endDateTime) as number) / 1000;
        const from = end - Number.parseInt(duration, 10) * 86_400;
        const sessions = sessionsBetween(US_STOCK_HOURS, regularHoursOnly, from, end);
        return {
          sessions: sessions.map(({ open, close }) => ({ openMs: open * 1000, closeMs: close * 1000 })),
        };
      },
    },
  };
}

/** The same bars, taken from the gateway's history a quarter at a time. */
export function wholeHistory(exchange: Exchange, startMs: number): readonly HistoryBar[] {
  // It hangs on seed and start alone, which are the same in each gateway.
  whole ??= makeWhole(exchange, startMs);
  return whole;
}

let whole: readonly HistoryBar[] | undefined;

function makeWhole(exchange: Exchange, startMs: number): HistoryBar[] {
  const instrument = exchange.instruments.resolve({ symbol: "AAPL", secType: "STK" });
  if (instrument === undefined) throw new Error("there is no AAPL");
  const history = exchange.history(instrument);
  const request = { barSize: "1 min", whatToShow: "TRADES", useRTH: true, formatDate: 2 };
  const bars: HistoryBar[] = [];
  for (let fromMs = startMs; fromMs < NOW; fromMs += 90 * 86_400_000) {
    const end = Math.min(NOW, fromMs + 90 * 86_400_000) / 1000;
    const found = history.bars({ ...request, end, duration: "95 D" });
    bars.push(...found.map(toBar).filter(({ timeMs = 0 }) => timeMs >= fromMs && timeMs < end * 1000));
  }
  return bars;
}
