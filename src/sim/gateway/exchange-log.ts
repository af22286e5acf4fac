import type { Exchange } from "../exchange/exchange.js";
import type { WorkingOrder } from "../exchange/working-order.js";
import type { EventLog } from "./event-log.js";

/** Writes what happens on an exchange into a log: orders, executions, commissions, and quotes if wanted. */
export function logExchange(exchange: Exchange, log: EventLog, quotes: boolean): void {
  const note = (name: string, body: unknown): void =>
    log.record({ time: exchange.clock.now(), kind: "event", name, body });
  exchange.on("order", (order) => note("order", brief(order)));
  exchange.on("cancelled", (order, reason) => note("cancelled", { ...brief(order), reason }));
  exchange.on("rejected", (owner, orderId, { code, message }) =>
    note("rejected", { ...owner, orderId, code, message }),
  );
  exchange.on("execution", ({ execution }) => note("execution", execution));
  exchange.on("commission", ({ commission }) => note("commission", commission));
  if (!quotes) return;
  exchange.on("quote", ({ symbol, secType }, quote) => {
    const { bid, bidSize, ask, askSize, last, lastSize, volume } = quote;
    note("quote", { symbol, secType, bid, bidSize, ask, askSize, last, lastSize, volume });
  });
}

function brief(order: WorkingOrder): object {
  const { username, clientId, orderId, permId, status, whyHeld, filled, remaining, instrument, fields } =
    order;
  const { action, orderType, tif, lmtPrice, auxPrice } = fields;
  const { symbol, secType } = instrument;
  return {
    ...{ username, clientId, orderId, permId, symbol, secType },
    ...{ action, orderType, tif, lmtPrice, auxPrice, status, whyHeld, filled, remaining },
  };
}
