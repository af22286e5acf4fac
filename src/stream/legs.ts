import type { FeedRequest } from "../broker/feed.js";
import type { FeedKind } from "../broker/feed-kind.js";
import type { Contract } from "../domain/stock-types.js";
import type { FilterOptions, ResolvedSubscribeOptions } from "./subscribe-options.js";
import { KIND_NAMES } from "./subscribe-options.js";

export type Pool = "quotes" | "tickByTick";

/** How a line is treated, but for its place on the board. */
export interface LineTreatment {
  readonly conflateMs: number;
  readonly conflateTrades: boolean;
  readonly policy: ResolvedSubscribeOptions["policy"];
  readonly filter: FilterOptions | undefined;
}

/** One request that a subscription needs. */
export interface Leg {
  readonly request: FeedRequest;
  readonly treatment: LineTreatment;
  /** Which lines it takes one of. */
  readonly pool: Pool;
  /** Equal for legs that can share a line, whatever their generic ticks. */
  readonly key: string;
}

const RT_VOLUME = 233;
const NEWS = 292;
const VOLATILITIES = [104, 106];

/** The requests that a subscription comes down to; that of market data first. */
export function legsOf(contract: Contract, options: ResolvedSubscribeOptions): Leg[] {
  const { trades, bidAsk, midPoint, realTimeBars } = options;
  const legs: Leg[] = [];
  const add = (request: FeedRequest, pool: Pool, treatment: LineTreatment = treatmentOf(options)) =>
    legs.push({ request, pool, treatment, key: keyOf(request, treatment) });
  const genericTicks = genericTicksOf(contract, options);
  if (options.quotes || genericTicks.length > 0) {
    const request = { kind: "quotes", contract, genericTicks, marketDataType: options.dataType } as const;
    add(request, "quotes", options.quotes ? undefined : withoutQuotes(options));
  }
  const tickByTick = (type: "Last" | "AllLast" | "BidAsk" | "MidPoint") =>
    add({ kind: "tickByTick", contract, type }, "tickByTick");
  if (trades === "last") tickByTick("Last");
  if (trades === "allLast") tickByTick("AllLast");
  if (bidAsk) tickByTick("BidAsk");
  if (midPoint) tickByTick("MidPoint");
  if (realTimeBars) add({ kind: "bars", contract, whatToShow: "TRADES" }, "quotes");
  return legs;
}

function genericTicksOf(contract: Contract, options: ResolvedSubscribeOptions): number[] {
  const ids = new Set(options.genericTicks);
  if (options.trades === "rtVolume") ids.add(RT_VOLUME);
  if (options.news) ids.add(NEWS);
  const isOption = contract.secType === "OPT" || contract.secType === "FOP";
  if (options.greeks && !isOption) for (const id of VOLATILITIES) ids.add(id);
  return [...ids].sort((a, b) => a - b);
}

function treatmentOf(options: ResolvedSubscribeOptions): LineTreatment {
  const { conflateMs, conflateTrades, policy, filter } = options;
  return { conflateMs, conflateTrades, policy, filter };
}

/** Bid, ask and their like come with the line whether they are wanted or not: they are left out. */
function withoutQuotes(options: ResolvedSubscribeOptions): LineTreatment {
  const treatment = treatmentOf(options);
  const named = treatment.filter?.kinds;
  const kinds = (["rtTrade", "generic", "string", "option"] as const).filter(
    (kind) => named === undefined || named.includes(kind),
  );
  return { ...treatment, filter: { ...treatment.filter, kinds } };
}

function keyOf({ contract, ...request }: FeedRequest, treatment: LineTreatment): string {
  const rest = Object.entries(request).filter(([name]) => name !== "genericTicks");
  return JSON.stringify([identityOf(contract), rest, sorted(treatment)]);
}

/** A contract by its number and exchange, or by all that was said of it. */
function identityOf(contract: Contract): unknown {
  const { conId, exchange } = contract;
  return conId !== undefined && conId > 0 ? [conId, exchange ?? ""] : sorted(contract);
}

/** The same text for the same values, in whatever order they were written. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, part]) => [name, sorted(part)]);
}

export const kindsOf = (filter: FilterOptions | undefined): FeedKind[] | undefined =>
  filter?.kinds?.map((name) => KIND_NAMES[name]);
