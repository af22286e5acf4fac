import { Encoder } from "@stoqey/ib/dist/core/io/encoder";
import { describe, expect, test } from "vitest";
import { REQUEST_METHODS } from "../../../src/dialect/text/text-requests.js";
import { decodePayload } from "../../../src/protocol/codec.js";
import { OUTGOING, type OutgoingName, outgoingName } from "../../../src/protocol/messages.js";
import type { Message } from "../../../src/protocol/schema.js";
import { SeededRandom, testSeed } from "../../support/seeded-random.js";
import { open } from "./notes.js";
import { RandomRequests } from "./random-requests.js";
import { LAYOUTS, placeOrderLayout, type Slot } from "./request-layouts.js";

/** Requests encoded here, decoded, and compared with the tokens of stock's text encoder for the same call. */

const SEED = testSeed("requests", 20260828);
const ROUNDS = 40;
const ORDER_ROUNDS = 400;

/** Stock's tokens at 193, flat, with the message id. */
function stockTokens(method: string, args: readonly unknown[]): unknown[] {
  const frames: unknown[][] = [];
  const encoder = new Encoder({
    serverVersion: 193,
    sendMsg: (...tokens: unknown[]) => frames.push(tokens.flat(Number.POSITIVE_INFINITY)),
    emitError: (message) => {
      throw new Error(message);
    },
  }) as unknown as Record<string, (...args: unknown[]) => void>;
  encoder[method](...args);
  expect(frames).toHaveLength(1);
  return frames[0];
}

/** Messages that carry a version behind their id at 193. */
const WITHOUT_VERSION: ReadonlySet<OutgoingName> = new Set<OutgoingName>([
  ...(["PLACE_ORDER", "CANCEL_ORDER", "REQ_GLOBAL_CANCEL", "REQ_HISTORICAL_DATA"] as const),
  ...(["REQ_HISTORICAL_TICKS", "REQ_HEAD_TIMESTAMP", "CANCEL_HEAD_TIMESTAMP", "REQ_HISTOGRAM_DATA"] as const),
  ...([
    "CANCEL_HISTOGRAM_DATA",
    "REQ_MATCHING_SYMBOLS",
    "REQ_SEC_DEF_OPT_PARAMS",
    "REQ_MARKET_RULE",
  ] as const),
  ...(["REQ_SMART_COMPONENTS", "REQ_MKT_DEPTH_EXCHANGES", "REQ_SOFT_DOLLAR_TIERS"] as const),
  ...(["REQ_COMPLETED_ORDERS", "REQ_PNL", "CANCEL_PNL", "REQ_PNL_SINGLE", "CANCEL_PNL_SINGLE"] as const),
  ...(["REQ_FAMILY_CODES", "REQ_NEWS_PROVIDERS", "REQ_NEWS_ARTICLE", "REQ_HISTORICAL_NEWS"] as const),
  ...(["REQ_WSH_META_DATA", "CANCEL_WSH_META_DATA", "REQ_WSH_EVENT_DATA", "CANCEL_WSH_EVENT_DATA"] as const),
  ...(["REQ_SCANNER_SUBSCRIPTION", "REQ_USER_INFO", "REQ_TICK_BY_TICK_DATA"] as const),
  "CANCEL_TICK_BY_TICK_DATA",
]);

const UNSET: ReadonlySet<unknown> = new Set([undefined, "", Number.MAX_VALUE, 2147483647]);

/** Text whose 0 is "none", which protobuf leaves out: the fallback of strikes and multipliers. */
const saysNone = (token: unknown, { value, fallback }: Slot): boolean =>
  value === undefined && fallback === 0 && Number(token) === 0;

/** Whether a token and what the protobuf message has say the same. */
function same(token: unknown, { value, fallback }: Slot): boolean {
  if (UNSET.has(token)) return value === undefined || value === "" || value === fallback;
  if (saysNone(token, { value, fallback })) return true;
  if (typeof token === "boolean" || typeof value === "boolean")
    return Number(token) === Number(value ?? false);
  if (typeof token === "number" || typeof value === "number") return Number(token) === Number(value);
  return String(token) === String(value ?? "");
}

function compare(method: string, args: readonly unknown[]): void {
  const { notes, dialect } = open(226);
  const frames = dialect.encode(method, args);
  const call = `${method} ${JSON.stringify(args)}`;
  expect(notes.all, call).toEqual([]);
  expect(frames, call).toHaveLength(1);
  const payload = frames[0];
  const id = Buffer.from(payload).readUInt32BE(0) - 200;
  const name = outgoingName(id) as OutgoingName;
  const tokens = stockTokens(method, args);
  expect(tokens[0], call).toBe(id);
  const rest = tokens.slice(WITHOUT_VERSION.has(name) ? 1 : 2);
  const message = decodePayload(OUTGOING[name].schema as never, payload);
  const slots =
    name === "PLACE_ORDER"
      ? placeOrderLayout(message as Message<"PlaceOrderRequest">, args[2] as Record<string, unknown>)
      : LAYOUTS[name as keyof typeof LAYOUTS](message as never);
  const wrong = rest.findIndex((token, i) => slots[i] === undefined || !same(token, slots[i]));
  expect(
    wrong,
    `${call}: token ${wrong} is ${String(rest[wrong])}, the message has ${JSON.stringify(slots[wrong])}`,
  ).toBe(-1);
  expect(slots.length, call).toBe(rest.length);
}

describe(`requests say what stock's text encoder says (seed ${SEED})`, () => {
  const methods = new RandomRequests(new SeededRandom(SEED), 0).methods;

  test("every request of stock's encoder is in the comparison", () => {
    expect([...methods].sort()).toEqual([...REQUEST_METHODS].sort());
  });

  test.each(methods)("%s", (method) => {
    const rounds = method === "placeOrder" ? ORDER_ROUNDS : ROUNDS;
    const random = new SeededRandom(SEED);
    for (let round = 0; round < rounds; round++) {
      compare(method, new RandomRequests(random, round / (rounds - 1)).args(method) as unknown[]);
    }
  });
});
