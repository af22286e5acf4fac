import { SeededRandom } from "../../support/seeded-random.js";
import { type FieldKind, fieldOf, ORDER_STATUSES } from "./field-values.js";

/** Text frames of the hot messages, for every server version that speaks text. */

export const FIRST_TEXT_SERVER_VERSION = 100;
export const LAST_TEXT_SERVER_VERSION = 193;

/** Server versions at which a hot message's layout, or the meaning of a bit in it, changes. */
export const GATES = {
  pastLimit: 109,
  marketCapPrice: 131,
  preOpen: 132,
  smartDepth: 146,
  priceBasedVolatility: 156,
};

/** The hot messages: name and id. */
export const HOT_MESSAGES = {
  TICK_PRICE: 1,
  TICK_SIZE: 2,
  ORDER_STATUS: 3,
  MARKET_DEPTH: 12,
  MARKET_DEPTH_L2: 13,
  TICK_OPTION_COMPUTATION: 21,
  TICK_GENERIC: 45,
  TICK_STRING: 46,
  REAL_TIME_BARS: 50,
  TICK_BY_TICK: 99,
} as const;
export type HotMessage = keyof typeof HOT_MESSAGES;

/** A field after the message id: its name, what it holds, and its values where they are not any of that kind. */
export interface FieldLayout {
  name: string;
  kind: FieldKind;
  values?: readonly string[];
}

export interface Layout {
  message: HotMessage;
  /** Tells the layouts of one message apart, for example `version 5, model tick`. */
  name: string;
  fields: FieldLayout[];
}

export interface TextFrame {
  serverVersion: number;
  message: HotMessage;
  messageId: number;
  layout: Layout;
  /** All fields, the message id first. */
  fields: string[];
  /** The frame without its length prefix: each field, in UTF-8, ended by a zero byte. */
  payload: Buffer;
}

export interface TextFrameOptions {
  /** Seed of the generator, an integer from 0 to 4294967295. */
  seed: number;
  /** Default: every version from 100 to 193. */
  serverVersions?: readonly number[];
  /** Default: all ten hot messages. */
  messages?: readonly HotMessage[];
  /** Frames of each layout at each server version. Default 4. */
  perLayout?: number;
  /**
   * Also message versions below those that servers from version 100 on send: TICK_PRICE 1 and 2, ORDER_STATUS 1 to 5,
   * whose shorter layouts stock still reads. Default false.
   */
  olderMessageVersions?: boolean;
}

function numbers(low: number, high: number): string[] {
  return Array.from({ length: high - low + 1 }, (_, i) => String(low + i));
}

function field(name: string, kind: FieldKind, values?: readonly string[]): FieldLayout {
  return { name, kind, values };
}

function fields(kind: FieldKind, ...names: string[]): FieldLayout[] {
  return names.map((name) => field(name, kind));
}

function messageVersion(...values: number[]): FieldLayout {
  return field("version", "int", values.map(String));
}

const REQ_ID = field("reqId", "int");
const TICK_TYPE = field("tickType", "int", [...numbers(0, 110), "", "-1", "2147483647"]);
const MODEL_TICK_TYPE = field("tickType", "int", ["13", "83"]);
const OTHER_OPTION_TICK_TYPE = field("tickType", "int", ["10", "11", "12", "53", "80", "81", "82", ""]);

function tickPrice(serverVersion: number, older: boolean): Layout[] {
  const bits = serverVersion >= GATES.preOpen ? 3 : serverVersion >= GATES.pastLimit ? 2 : 1;
  const start = [REQ_ID, TICK_TYPE, field("price", "double")];
  const size = field("size", "decimal");
  const attrMask = field("attrMask", "mask", [...numbers(0, 2 ** bits - 1), ""]);
  const layouts = [{ name: "all", fields: [messageVersion(6, 3, 7), ...start, size, attrMask] }];
  if (older) {
    layouts.push({ name: "version 2", fields: [messageVersion(2), ...start, size] });
    layouts.push({ name: "version 1", fields: [messageVersion(1), ...start] });
  }
  return layouts.map((layout) => ({ message: "TICK_PRICE", ...layout }));
}

function orderStatus(serverVersion: number, older: boolean): Layout[] {
  const rest = [
    field("orderId", "int"),
    field("status", "string", [...ORDER_STATUSES, "", "État"]),
    ...fields("decimal", "filled", "remaining"),
    field("avgFillPrice", "double"),
    field("permId", "long"),
    field("parentId", "int"),
    field("lastFillPrice", "double"),
    field("clientId", "int"),
    field("whyHeld", "string", ["", "locate", "child", "locate,trailing", "日本"]),
  ];
  if (serverVersion >= GATES.marketCapPrice) {
    return [
      { message: "ORDER_STATUS", name: "mktCapPrice", fields: [...rest, field("mktCapPrice", "double")] },
    ];
  }
  const layouts: Layout[] = [
    { message: "ORDER_STATUS", name: "version 6", fields: [messageVersion(6, 7), ...rest] },
  ];
  for (let version = 5; older && version >= 1; version--) {
    const shorter = rest.slice(0, 4 + version);
    layouts.push({
      message: "ORDER_STATUS",
      name: `version ${version}`,
      fields: [messageVersion(version), ...shorter],
    });
  }
  return layouts;
}

function optionComputation(serverVersion: number): Layout[] {
  const first = fields("greek", "impliedVol", "delta");
  const model = fields("greek", "optPrice", "pvDividend");
  const last = fields("greek", "gamma", "vega", "theta", "undPrice");
  const anyTickType = field("tickType", "int", [
    ...MODEL_TICK_TYPE.values!,
    ...OTHER_OPTION_TICK_TYPE.values!,
  ]);
  const message = "TICK_OPTION_COMPUTATION";
  if (serverVersion >= GATES.priceBasedVolatility) {
    const tickAttrib = field("tickAttrib", "int", ["0", "1", "", "2147483647"]);
    return [
      { message, name: "tickAttrib", fields: [REQ_ID, anyTickType, tickAttrib, ...first, ...model, ...last] },
    ];
  }
  const older = messageVersion(5, 4, 1);
  return [
    {
      message,
      name: "version 6",
      fields: [messageVersion(6, 7), REQ_ID, anyTickType, ...first, ...model, ...last],
    },
    { message, name: "version 5, model tick", fields: [older, REQ_ID, MODEL_TICK_TYPE, ...first, ...model] },
    { message, name: "version 5, other tick", fields: [older, REQ_ID, OTHER_OPTION_TICK_TYPE, ...first] },
  ];
}

function tickByTick(): Layout[] {
  const start = (type: string) => [REQ_ID, field("tickType", "int", [type]), field("time", "time")];
  const last = [
    field("price", "double"),
    field("size", "decimal"),
    field("mask", "mask"),
    ...fields("string", "exchange", "specialConditions"),
  ];
  const bidAsk = [
    ...fields("double", "bidPrice", "askPrice"),
    ...fields("decimal", "bidSize", "askSize"),
    field("mask", "mask"),
  ];
  const message = "TICK_BY_TICK";
  return [
    { message, name: "Last", fields: [...start("1"), ...last] },
    { message, name: "AllLast", fields: [...start("2"), ...last] },
    { message, name: "BidAsk", fields: [...start("3"), ...bidAsk] },
    { message, name: "MidPoint", fields: [...start("4"), field("midPoint", "double")] },
  ];
}

function tickOf(message: HotMessage, value: FieldLayout): Layout[] {
  return [{ message, name: "all", fields: [messageVersion(6, 1, 2), REQ_ID, TICK_TYPE, value] }];
}

function marketDepth(): Layout[] {
  const operation = field("operation", "int", ["0", "1", "2"]);
  const side = field("side", "int", ["0", "1"]);
  const end = [operation, side, field("price", "double"), field("size", "decimal")];
  return [
    {
      message: "MARKET_DEPTH",
      name: "all",
      fields: [messageVersion(1), REQ_ID, field("position", "int"), ...end],
    },
  ];
}

function marketDepthL2(serverVersion: number): Layout[] {
  const [version, reqId, position, ...end] = marketDepth()[0].fields;
  const all = [version, reqId, position, field("marketMaker", "string"), ...end];
  const smart = serverVersion >= GATES.smartDepth;
  return [
    {
      message: "MARKET_DEPTH_L2",
      name: smart ? "isSmartDepth" : "all",
      fields: smart ? [...all, field("isSmartDepth", "flag")] : all,
    },
  ];
}

function realTimeBars(): Layout[] {
  const bar = [
    field("time", "time"),
    ...fields("double", "open", "high", "low", "close"),
    ...fields("decimal", "volume", "wap"),
    field("count", "int"),
  ];
  return [{ message: "REAL_TIME_BARS", name: "all", fields: [messageVersion(3, 1), REQ_ID, ...bar] }];
}

/** The layouts a server of that version may send for a message. */
export function layoutsOf(
  message: HotMessage,
  serverVersion: number,
  olderMessageVersions = false,
): Layout[] {
  switch (message) {
    case "TICK_PRICE":
      return tickPrice(serverVersion, olderMessageVersions);
    case "TICK_SIZE":
      return tickOf(message, field("size", "decimal"));
    case "ORDER_STATUS":
      return orderStatus(serverVersion, olderMessageVersions);
    case "MARKET_DEPTH":
      return marketDepth();
    case "MARKET_DEPTH_L2":
      return marketDepthL2(serverVersion);
    case "TICK_OPTION_COMPUTATION":
      return optionComputation(serverVersion);
    case "TICK_GENERIC":
      return tickOf(message, field("value", "double"));
    case "TICK_STRING":
      return tickOf(message, field("value", "string"));
    case "REAL_TIME_BARS":
      return realTimeBars();
    case "TICK_BY_TICK":
      return tickByTick();
  }
}

/** Fields as a payload: each one ended by a zero byte. */
export function payloadOf(textFields: readonly string[]): Buffer {
  return Buffer.from(textFields.map((text) => `${text}\0`).join(""), "utf8");
}

function frameOf(serverVersion: number, layout: Layout, random: SeededRandom): TextFrame {
  const messageId = HOT_MESSAGES[layout.message];
  const values = layout.fields.map((f) => (f.values ? random.pick(f.values) : fieldOf(f.kind, random)));
  const all = [String(messageId), ...values];
  return { serverVersion, message: layout.message, messageId, layout, fields: all, payload: payloadOf(all) };
}

/** Good frames: stock decodes each of them without an error. Ordered by server version, message, layout. */
export function textFrames(options: TextFrameOptions): TextFrame[] {
  const random = new SeededRandom(options.seed);
  const serverVersions =
    options.serverVersions ?? numbers(FIRST_TEXT_SERVER_VERSION, LAST_TEXT_SERVER_VERSION).map(Number);
  const messages = options.messages ?? (Object.keys(HOT_MESSAGES) as HotMessage[]);
  const frames: TextFrame[] = [];
  for (const serverVersion of serverVersions) {
    if (serverVersion < FIRST_TEXT_SERVER_VERSION || serverVersion > LAST_TEXT_SERVER_VERSION) {
      throw new RangeError(
        `server version ${serverVersion} does not speak text only; allowed are 100 to 193`,
      );
    }
    for (const message of messages) {
      for (const layout of layoutsOf(message, serverVersion, options.olderMessageVersions)) {
        for (let i = 0; i < (options.perLayout ?? 4); i++)
          frames.push(frameOf(serverVersion, layout, random));
      }
    }
  }
  return frames;
}
