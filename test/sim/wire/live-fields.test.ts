import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type IncomingName, incomingName } from "../../../src/protocol/messages.js";
import { SimulatedGateway } from "../../../src/sim/index.js";
import { protobufFrames } from "../../support/captures.js";
import { readMessage, WireClient } from "../../support/sim/wire-client.js";

/** Holds the simulator's messages against live captures: what every live message of a kind carries, its own do, too. */

/** Fields that come of what the captured account and market happened to be. */
const CIRCUMSTANCES: Readonly<Partial<Record<IncomingName, readonly string[]>>> = {
  // Of limit orders, one above the limit price; what it is there for is not known.
  COMPLETED_ORDER: ["order.trailStopPrice"],
};

type Fields = Map<IncomingName, Set<string>>;

/** Names of all fields of a message, those of messages in it as `order.permId`; of a list all entries together. */
function pathsOf(value: unknown, prefix = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => pathsOf(entry, prefix));
  if (typeof value !== "object" || value === null || value instanceof Map || value instanceof Uint8Array)
    return [];
  return Object.entries(value)
    .filter(([, field]) => field !== undefined && !(Array.isArray(field) && field.length === 0))
    .flatMap(([name, field]) => [prefix + name, ...pathsOf(field, `${prefix}${name}.`)]);
}

/** Fields that all captured messages of a kind have. */
function liveFields(): Fields {
  const common: Fields = new Map();
  for (const { side, id, payload, serverVersion } of protobufFrames()) {
    const name = incomingName(id);
    if (side !== "server" || name === undefined) continue;
    const paths = new Set(pathsOf(readMessage(payload, serverVersion).body));
    const before = common.get(name);
    common.set(name, before === undefined ? paths : new Set([...before].filter((path) => paths.has(path))));
  }
  return common;
}

const AAPL = { symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" };
const BOND = {
  secType: "BOND",
  secIdType: "ISIN",
  secId: "US064159KJ44",
  exchange: "SMART",
  currency: "USD",
};
const BUY = { action: "BUY", totalQuantity: "1", orderType: "MKT", tif: "DAY", transmit: true };

let gateway: SimulatedGateway;
let client: WireClient;
beforeAll(async () => {
  gateway = await SimulatedGateway.start({ tickIntervalMs: 1e9 });
  client = await WireClient.connect(gateway.port, 226);
  client.send({
    name: "PLACE_ORDER",
    body: { orderId: 1, contract: AAPL, order: { ...BUY, orderRef: "mine" } },
  });
  await client.next("COMMISSION_AND_FEES_REPORT");
  const limit = { ...BUY, orderType: "LMT", lmtPrice: 1, totalQuantity: "2" };
  client.send({ name: "PLACE_ORDER", body: { orderId: 2, contract: AAPL, order: limit } });
  client.send({ name: "CANCEL_ORDER", body: { orderId: 2 } });
  client.send({ name: "REQ_COMPLETED_ORDERS", body: {} });
  client.send({ name: "REQ_EXECUTIONS", body: { reqId: 10 } });
  client.send({ name: "REQ_POSITIONS", body: {} });
  client.send({ name: "REQ_ACCT_DATA", body: { subscribe: true, acctCode: "DU0000001" } });
  client.send({ name: "REQ_ACCOUNT_SUMMARY", body: { reqId: 11, group: "All", tags: "NetLiquidation" } });
  for (const [i, contract] of [AAPL, { symbol: "ES", secType: "FUT", exchange: "CME" }, BOND].entries())
    client.send({ name: "REQ_CONTRACT_DATA", body: { reqId: 20 + i, contract } });
  client.send({ name: "REQ_MARKET_DATA_TYPE", body: { marketDataType: 3 } });
  client.send({ name: "REQ_MKT_DATA", body: { reqId: 30, contract: AAPL, genericTickList: "233,236" } });
  client.send({
    name: "REQ_HISTORICAL_DATA",
    body: {
      ...{ reqId: 31, contract: AAPL, duration: "1 D", barSizeSetting: "1 hour", whatToShow: "TRADES" },
      ...{ useRTH: true, formatDate: 1 },
    },
  });
  client.send({ name: "REQ_CURRENT_TIME", body: {} });
  await client.next("CURRENT_TIME");
});
afterAll(async () => {
  client.end();
  await gateway.stop();
});

describe("fields that every live message carries", () => {
  test.each([...liveFields()].sort())("%s", (name, live) => {
    const messages = client.all(name);
    expect(messages.length).toBeGreaterThan(0);
    const ours = new Set(messages.flatMap(({ body }) => pathsOf(body)));
    const missing = [...live].filter((path) => !ours.has(path) && !CIRCUMSTANCES[name]?.includes(path));
    expect(missing).toEqual([]);
  });

  test("and none the live ones never have: contracts outside of their details name no primary exchange", () => {
    for (const name of ["OPEN_ORDER", "COMPLETED_ORDER", "EXECUTION_DATA", "POSITION_DATA"] as const)
      expect(client.all(name).flatMap(({ body }) => pathsOf(body))).not.toContain("contract.primaryExch");
  });

  test("a completed order's total is what was left of it", () => {
    const totals = client.all("COMPLETED_ORDER").map(({ body }) => {
      const { totalQuantity, filledQuantity, orderId } = body["order"] as Record<string, unknown>;
      return [orderId, totalQuantity, filledQuantity];
    });
    expect(totals).toEqual([
      [1, "0", "1"],
      [2, "2", "0"],
    ]);
  });
});
