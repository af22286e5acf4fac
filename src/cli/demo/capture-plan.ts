import type { Contract, MarketDataType, SecType } from "../../index.js";
import { decodePayload } from "../../protocol/codec.js";
import { OUTGOING, outgoingName } from "../../protocol/messages.js";
import { type Leg, parseCapture } from "../../sim/replay/capture.js";
import { baseIdOf } from "../../sim/replay/request-ids.js";
import { TextDialect } from "../../sim/wire/dialect.js";
import { nameOf } from "./ledger.js";
import type { Subscription } from "./market-data.js";

const MAX_TEXT_VERSION = 193;
const MIN_PROTOBUF_VERSION = 213;
const MAX_VERSION = 226;

/** What a capture needs of the client that it is played to. */
export interface CapturePlan {
  readonly serverVersion: number;
  /** What the client has to offer so that this version comes about. */
  readonly maxServerVersion: number;
  /** Connections in the capture; the demo plays the first. */
  readonly connections: number;
  readonly serverFrames: number;
  readonly clientFrames: number;
  readonly pausesMs: number;
  /** The market data requests of the captured client. */
  readonly subscriptions: readonly (Subscription & { readonly symbol: string })[];
  readonly marketDataType: MarketDataType | undefined;
}

/**
 * Reads what a captured client asked for.
 * @throws CaptureError for a line that cannot be read; Error for a server version the client does not speak
 */
export function planCapture(text: string): CapturePlan {
  const legs = parseCapture(text);
  const [leg] = legs;
  const { serverVersion, steps } = leg;
  return {
    serverVersion,
    maxServerVersion: offerFor(serverVersion),
    connections: legs.length,
    serverFrames: steps.filter(({ kind }) => kind === "server" || kind === "chunks").length,
    clientFrames: steps.filter(({ kind }) => kind === "client").length,
    pausesMs: steps.reduce((sum, step) => sum + (step.kind === "sleep" ? step.ms : 0), 0),
    ...requestsOf(leg),
  };
}

function offerFor(version: number): number {
  if (version <= MAX_TEXT_VERSION) return MAX_TEXT_VERSION;
  if (version >= MIN_PROTOBUF_VERSION && version <= MAX_VERSION) return MAX_VERSION;
  throw new Error(
    `the capture has server version ${version}; the client speaks 100 to ${MAX_TEXT_VERSION} (text) and ` +
      `${MIN_PROTOBUF_VERSION} to ${MAX_VERSION} (protobuf). Versions between mix both, and the client avoids them: ` +
      "it reconnects and offers 193 instead, which a capture cannot follow",
  );
}

function requestsOf(leg: Leg): Pick<CapturePlan, "subscriptions" | "marketDataType"> {
  const subscriptions: (Subscription & { symbol: string })[] = [];
  let marketDataType: MarketDataType | undefined;
  for (const step of leg.steps) {
    if (step.kind !== "client") continue;
    const request =
      leg.serverVersion >= MIN_PROTOBUF_VERSION ? fromProtobuf(step.payload) : fromText(step.payload, leg);
    if (request?.marketDataType !== undefined) marketDataType = request.marketDataType;
    if (request?.contract !== undefined) {
      const { contract, genericTicks = "" } = request;
      subscriptions.push({ contract, genericTicks, symbol: nameOf(contract) });
    }
  }
  return { subscriptions, marketDataType };
}

interface CapturedRequest {
  readonly marketDataType?: MarketDataType;
  readonly contract?: Contract;
  readonly genericTicks?: string;
}

function fromProtobuf(payload: Buffer): CapturedRequest | undefined {
  switch (outgoingName(baseIdOf(payload, MIN_PROTOBUF_VERSION))) {
    case "REQ_MARKET_DATA_TYPE":
      return { marketDataType: decodePayload(OUTGOING.REQ_MARKET_DATA_TYPE.schema, payload).marketDataType };
    case "REQ_MKT_DATA": {
      const { contract = {}, genericTickList } = decodePayload(OUTGOING.REQ_MKT_DATA.schema, payload);
      const { conId, symbol, secType, exchange, primaryExch, currency, localSymbol, tradingClass } = contract;
      return {
        contract: {
          conId,
          symbol,
          secType: secType as SecType,
          exchange,
          primaryExch,
          currency,
          localSymbol,
          tradingClass,
        },
        genericTicks: genericTickList,
      };
    }
    default:
      return undefined;
  }
}

function fromText(payload: Buffer, { serverVersion }: Leg): CapturedRequest | undefined {
  const baseId = baseIdOf(payload, serverVersion);
  if (baseId !== OUTGOING.REQ_MKT_DATA.id && baseId !== OUTGOING.REQ_MARKET_DATA_TYPE.id) return undefined;
  const { request } = new TextDialect(serverVersion).decode(payload);
  if (request.name === "reqMarketDataType") return { marketDataType: request.body.marketDataType };
  if (request.name !== "reqMktData") return undefined;
  const { conId, symbol, secType, exchange, primaryExch, currency, localSymbol, tradingClass } =
    request.body.contract;
  return {
    contract: {
      conId,
      symbol,
      secType: secType as SecType,
      exchange,
      primaryExch,
      currency,
      localSymbol,
      tradingClass,
    },
    genericTicks: request.body.genericTickList,
  };
}
