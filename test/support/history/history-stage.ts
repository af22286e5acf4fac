import { HistoryDownload, type HistoryOptions, HistoryPacer } from "../../../src/client/history/index.js";
import type { Contract } from "../../../src/domain/stock-types.js";
import { VirtualClock } from "../../../src/time/virtual-clock.js";
import { JumpingClock } from "./jumping-clock.js";
import { ModelGateway, type Reading } from "./model-gateway.js";

export const AAPL = { symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" } as Contract;
export const INSTRUMENTS = {
  stock: { symbol: "AAPL", secType: "STK" },
  pair: { symbol: "EUR", secType: "CASH", currency: "USD" },
  coin: { symbol: "BTC", secType: "CRYPTO", currency: "USD" },
} as const;
/** Friday, two hours behind the close in New York. */
export const NOW = Date.UTC(2026, 2, 20, 22);
export const MINUTES: HistoryOptions = { barSize: "1m", duration: "10 D", regularHoursOnly: true };

/** A gateway with nothing but history, and downloads from it, on a clock that jumps over what they wait for. */
export function stage(
  reading: Reading = "sessions",
  now = NOW,
  optional: { schedule?: boolean; head?: boolean } = {},
  fields: (typeof INSTRUMENTS)[keyof typeof INSTRUMENTS] = INSTRUMENTS.stock,
) {
  const virtual = new VirtualClock({ start: now });
  const clock = new JumpingClock(virtual);
  const gateway = new ModelGateway(clock, reading, fields, optional);
  const pacer = new HistoryPacer({ clock });
  const load = (options: HistoryOptions) =>
    new HistoryDownload(gateway, pacer, AAPL, { reconnectWithinMs: 86_400_000, ...options });
  return { clock, virtual, gateway, pacer, load };
}

/** What somebody who waits for it hears. */
export const codeOf = (promise: PromiseLike<unknown>) =>
  promise.then(
    () => "resolved",
    (error) => error.code ?? error.message,
  );
