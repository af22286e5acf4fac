import { expect, test } from "vitest";
import { EventName, IBApi } from "../../src/index.js";
import { type Incoming, type IncomingName, incomingPayload } from "../../src/protocol/messages.js";
import { proseOf } from "../docs/pages.js";
import { listen, once, ready } from "../support/collect.js";
import { text } from "../support/frames.js";
import { ScriptedGateway } from "../support/scripted-gateway.js";

/** Every size, quantity and volume in both dialects, where a gateway says that it has none. */

type Field = string | number;
type Pair = { [N in IncomingName]: [name: N, body: Incoming<N>, ...fields: Field[]] }[IncomingName];

const CONTRACT = { conId: 1, symbol: "A", secType: "STK", strike: 0, multiplier: 0 };
const MAX_TEXT = "1.7976931348623157E308";
/** The eleven fields of a contract in text. */
const PLAIN: Field[] = [1, "A", "STK", "", 0, "", "", "", "", "", ""];

const pairsWith = (size: string): Pair[] => [
  ["TICK_PRICE", { reqId: 1, tickType: 4, price: 5.5, size, attrMask: 1 }, 1, 6, 1, 4, 5.5, size, 1],
  ["TICK_SIZE", { reqId: 1, tickType: 5, size }, 2, 6, 1, 5, size],
  [
    "MARKET_DEPTH",
    { reqId: 1, marketDepthData: { position: 0, operation: 0, side: 1, price: 5.5, size } },
    ...[12, 1, 1, 0, 0, 1, 5.5, size],
  ],
  [
    "MARKET_DEPTH_L2",
    { reqId: 1, marketDepthData: { position: 0, marketMaker: "M", operation: 0, side: 1, price: 5.5, size } },
    ...[13, 1, 1, 0, "M", 0, 1, 5.5, size, 0],
  ],
  [
    "REAL_TIME_BARS",
    { reqId: 1, time: 5, open: 1, high: 1, low: 1, close: 1, volume: size, WAP: size, count: 1 },
    ...[50, 3, 1, 5, 1, 1, 1, 1, size, size, 1],
  ],
  [
    "TICK_BY_TICK",
    { reqId: 1, tickType: 1, historicalTickLast: { time: 5, price: 5.5, size, exchange: "X" } },
    ...[99, 1, 1, 5, 5.5, size, 0, "X", ""],
  ],
  [
    "TICK_BY_TICK",
    {
      reqId: 1,
      tickType: 3,
      historicalTickBidAsk: { time: 5, priceBid: 1, priceAsk: 2, sizeBid: size, sizeAsk: size },
    },
    ...[99, 1, 3, 5, 1, 2, size, size, 0],
  ],
  [
    "ORDER_STATUS",
    { orderId: 1, status: "Filled", filled: size, remaining: size, avgFillPrice: 1, permId: 1, clientId: 1 },
    ...[3, 1, "Filled", size, size, 1, 1, 0, 0, 1, "", 0],
  ],
  ["POSITION_DATA", { account: "D", contract: CONTRACT, position: size }, 61, 3, "D", ...PLAIN, size, 0],
  [
    "POSITION_MULTI",
    { reqId: 1, account: "D", contract: CONTRACT, position: size },
    ...[71, 1, 1, "D", ...PLAIN, size, 0, ""],
  ],
  [
    "PORTFOLIO_VALUE",
    { contract: CONTRACT, position: size, accountName: "D" },
    ...[7, 8, ...PLAIN, size, 0, 0, 0, 0, 0, "D"],
  ],
  ["PNL_SINGLE", { reqId: 1, position: size, dailyPnL: 1, value: 3 }, 95, 1, size, 1, MAX_TEXT, MAX_TEXT, 3],
  [
    "HISTORICAL_DATA_UPDATE",
    { reqId: 1, historicalDataBar: { date: "d", volume: size, WAP: size, barCount: 1 } },
    ...[90, 1, 1, "d", 0, 0, 0, 0, size, size],
  ],
  ["HISTOGRAM_DATA", { reqId: 1, histogramDataEntries: [{ price: 1, size }] }, 89, 1, 1, 1, size],
  [
    "HISTORICAL_TICKS",
    { reqId: 1, historicalTicks: [{ time: 5, price: 1, size }], isDone: true },
    ...[96, 1, 1, 5, 0, 1, size, 1],
  ],
  [
    "HISTORICAL_TICKS_BID_ASK",
    { reqId: 1, historicalTicksBidAsk: [{ time: 5, sizeBid: size, sizeAsk: size }], isDone: true },
    ...[97, 1, 1, 5, 0, 0, 0, size, size, 1],
  ],
  [
    "HISTORICAL_TICKS_LAST",
    { reqId: 1, historicalTicksLast: [{ time: 5, price: 1, size }], isDone: true },
    ...[98, 1, 1, 5, 0, 1, size, "", "", 1],
  ],
];

const SENTINELS = ["2147483647", "9223372036854775807", "-9223372036854775808"];

async function play(version: number, frames: readonly Buffer[], end: Buffer): Promise<unknown[][]> {
  const gateway = await ScriptedGateway.start({ version });
  const ib = await ready(new IBApi({ port: gateway.port }));
  const events: unknown[][] = [];
  listen(ib, EventName.all, (name, args) => events.push([name, ...(args as unknown[])]));
  const ended = once(ib, EventName.currentTime);
  gateway.peer.send(...frames, end);
  await ended;
  ib.disconnect();
  await gateway.stop();
  return events.slice(0, -1);
}

async function bothDialects(size: string): Promise<[text: unknown[][], protobuf: unknown[][]]> {
  const pairs = pairsWith(size);
  const asText = pairs.map(([, , ...fields]) => text(...fields));
  const asProtobuf = pairs.map(([name, body]) => Buffer.from(incomingPayload(name, body as never)));
  return [
    await play(193, asText, text(49, 1, 1)),
    await play(226, asProtobuf, Buffer.from(incomingPayload("CURRENT_TIME", { currentTime: 1 }))),
  ];
}

const withUnset = (value: unknown, size: number): unknown => {
  if (Array.isArray(value)) return value.map((item) => withUnset(item, size));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withUnset(member, size)]));
  return value === size ? undefined : value;
};

/** The events whose sizes differ: "every size, quantity and volume" of docs/protobuf.md. */
const DIFFERING = [
  ...["tickSize", "updateMktDepth", "updateMktDepthL2", "realtimeBar", "tickByTickAllLast"],
  ...["tickByTickBidAsk", "orderStatus", "position", "positionMulti", "updatePortfolio", "pnlSingle"],
  ...["historicalDataUpdate", "histogramData", "historicalTicks", "historicalTicksBidAsk"],
  "historicalTicksLast",
];

test.each(["", MAX_TEXT, "0", "7.5", "1e-8"])("a size of %j raises equal events", async (size) => {
  const [asText, asProtobuf] = await bothDialects(size);
  expect(asText.length).toBe(pairsWith(size).length + 1); // TICK_PRICE has a size of its own
  expect(asProtobuf).toStrictEqual(asText);
});

test.each(SENTINELS)("%s is a number in text, as with stock, and undefined in protobuf", async (size) => {
  const [asText, asProtobuf] = await bothDialects(size);
  const differing = asText.filter((event, i) => JSON.stringify(event) !== JSON.stringify(asProtobuf[i]));
  expect(asProtobuf).toEqual(withUnset(asText, Number(size)));
  const names = new Set(differing.map(([name]) => name as string));
  expect([...names].toSorted()).toEqual(DIFFERING.toSorted());
});

test("docs/protobuf.md names the difference", () => {
  const row = proseOf("docs/protobuf.md")
    .split("\n")
    .find((line) => line.includes("2147483647") && line.startsWith("| "));
  expect(row).toContain("every size, quantity and volume");
});
