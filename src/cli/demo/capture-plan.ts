import type { Contract, MarketDataType, SecType } from "../../index.js";
import { type CapturedConnection, capturedRequests, parseCapture } from "../../sim/index.js";
import { nameOf } from "./blotter.js";
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
  const connections = parseCapture(text);
  const [first] = connections;
  const { serverVersion, steps } = first;
  return {
    serverVersion,
    maxServerVersion: offerFor(serverVersion),
    connections: connections.length,
    serverFrames: steps.filter(({ kind }) => kind === "server" || kind === "chunks").length,
    clientFrames: steps.filter(({ kind }) => kind === "client").length,
    pausesMs: steps.reduce((sum, step) => sum + (step.kind === "sleep" ? step.ms : 0), 0),
    ...requestsOf(first),
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

function requestsOf(connection: CapturedConnection): Pick<CapturePlan, "subscriptions" | "marketDataType"> {
  const subscriptions: (Subscription & { symbol: string })[] = [];
  let marketDataType: MarketDataType | undefined;
  for (const { name, body } of capturedRequests(connection)) {
    if (name === "reqMarketDataType") marketDataType = body.marketDataType;
    if (name !== "reqMktData") continue;
    const { conId, symbol, secType, exchange, primaryExch, currency, localSymbol, tradingClass } =
      body.contract;
    const contract: Contract = {
      ...{ conId, symbol, secType: secType as SecType, exchange, primaryExch, currency },
      ...{ localSymbol, tradingClass },
    };
    subscriptions.push({ contract, genericTicks: body.genericTickList, symbol: nameOf(contract) });
  }
  return { subscriptions, marketDataType };
}
