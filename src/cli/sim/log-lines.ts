import type { LogEntry } from "../../sim/index.js";

type Body = Readonly<Record<string, unknown>>;

/** What `--verbose` prints of the log's entry: connections, requests, orders, errors; undefined for all other data. */
export function lineOf({ time, kind, client, name, body }: LogEntry): string | undefined {
  const what = kind === "request" ? requestText(name, body as Body) : happening(kind, name, body as Body);
  if (what === undefined) return undefined;
  const who = client === undefined ? "" : `client ${client}  `;
  return `${new Date(time).toISOString().slice(11, 23)}  ${who}${what}`;
}

function requestText(name: string, body: Body): string {
  if (name !== "placeOrder") return [name, ...fieldsOf(body)].join(" ");
  const { orderId, contract, order } = body as { orderId: number; contract: Body; order: Body };
  const flags = [
    order["whatIf"] === true ? "what-if" : "",
    order["transmit"] === false ? "not transmitted" : "",
  ];
  return [`placeOrder ${orderId}:`, orderText(order, contractText(contract)), ...flags]
    .filter(isThere)
    .join(" ");
}

function happening(kind: string, name: string, body: Body): string | undefined {
  if (kind === "response") {
    if (name !== "error") return undefined;
    const { id, code, message } = body;
    return `${id === -1 ? "notice" : `error for ${id}:`} ${code} ${message}`;
  }
  switch (name) {
    case "connected":
      return `connected from ${body["address"]}`;
    case "disconnected":
      return "disconnected";
    case "handshake":
      return `offers ${body["offer"]}: server version ${body["serverVersion"]}`;
    case "close":
      return `closed by the gateway: ${body["reason"]}`;
    case "order": {
      const { orderId, status, symbol, filled, remaining } = body;
      const order = orderText({ ...body, totalQuantity: Number(filled) + Number(remaining) }, text(symbol));
      return `${owner(body)}order ${orderId} is ${status}: ${order}, ${filled} filled`;
    }
    case "cancelled":
      return `${owner(body)}order ${body["orderId"]} is cancelled${body["reason"] ? `: ${body["reason"]}` : ""}`;
    case "rejected":
      return `${owner(body)}order ${body["orderId"]} is refused: ${body["code"]} ${body["message"]}`;
    case "execution": {
      const { orderId, side, shares, price, exchange } = body;
      return `order ${orderId} traded: ${side} ${shares} @ ${price} on ${exchange}`;
    }
    case "commission":
    case "quote":
      return undefined;
    default:
      return [name, ...fieldsOf(body)].join(" ");
  }
}

/** Whose order it is: the log's event is the exchange's. */
function owner({ username, clientId }: Body): string {
  return username === "scenario" ? "scenario  " : `client ${clientId}  `;
}

/** `BUY 100 AAPL LMT 187.2 DAY` */
function orderText(order: Body, symbol: string): string {
  const { action, totalQuantity, orderType, lmtPrice, auxPrice, tif } = order;
  return [action, totalQuantity, symbol, orderType, lmtPrice, auxPrice, tif]
    .map(text)
    .filter(isThere)
    .join(" ");
}

/** `AAPL STK SMART USD` */
function contractText(contract: Body): string {
  const {
    conId,
    symbol,
    localSymbol,
    secType,
    lastTradeDateOrContractMonth,
    strike,
    right,
    exchange,
    currency,
  } = contract;
  const name = symbol || localSymbol ? [symbol || localSymbol] : [`conId ${conId}`];
  const kind = [secType, lastTradeDateOrContractMonth, strike, right].filter((value) => value !== 0);
  return [...name, ...kind, exchange, currency].map(text).filter(isThere).join(" ");
}

/** What is set: values as `name=value`, a contract in words, other objects left out. */
function fieldsOf(body: Body): string[] {
  const fields: string[] = [];
  for (const [name, value] of Object.entries(body ?? {})) {
    if (name === "contract") fields.push(contractText(value as Body));
    else if (Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry !== "object"))
      fields.push(`${name}=${value.join(",")}`);
    else if (typeof value !== "object" && value !== "" && value !== false && value !== undefined)
      fields.push(`${name}=${value}`);
  }
  return fields;
}

function text(value: unknown): string {
  return value === undefined || value === null ? "" : String(value);
}

function isThere(part: string): boolean {
  return part !== "";
}
