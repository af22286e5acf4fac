import type { FeedRequest } from "../broker/feed.js";
import type { FeedBarSeries } from "../broker/feed-bars.js";
import type { FeedBookSpec } from "../broker/feed-book.js";
import type { Contract } from "../domain/stock-types.js";
import type { BarPriceName } from "./bar-size.js";
import type { FilterOptions, ResolvedSubscribeOptions } from "./subscribe-options.js";

export type Pool = "quotes" | "tickByTick" | "depth";

/** How a line is treated, but for its place on the board. */
export interface LineTreatment {
  readonly conflateMs: number;
  readonly conflateTrades: boolean;
  readonly policy: ResolvedSubscribeOptions["policy"];
  readonly filter: FilterOptions | undefined;
  readonly bars?: FeedBarSeries;
  readonly book?: FeedBookSpec;
}

/** One request that a subscription needs. */
export interface Leg {
  readonly request: FeedRequest;
  readonly treatment: LineTreatment;
  /** Which lines it takes one of. */
  readonly pool: Pool;
  /** Which of the options' series of bars it has, in its own order. */
  readonly series: readonly number[];
  /** Equal for legs that can share a line, whatever their generic ticks. */
  readonly key: string;
}

const RT_VOLUME = 233;
const RT_TRADE_VOLUME = 375;
const NEWS = 292;
const VOLATILITIES = [104, 106];

const LIVE = 1;
const FROZEN = 2;

/** The requests that a subscription comes down to; that of market data first. */
export function legsOf(contract: Contract, options: ResolvedSubscribeOptions): Leg[] {
  const { trades, bidAsk, midPoint, realTimeBars, depth } = options;
  const legs: Leg[] = [];
  const add = (request: FeedRequest, pool: Pool, of: Source[], treatment = treatmentOf(options)) => {
    const series = options.bars.flatMap((one, i) => (of.includes(sourceOf(one.price, options)) ? [i] : []));
    const treated = series.length === 0 ? treatment : { ...treatment, bars: barsOf(options, of, series) };
    legs.push({ request, pool, series, treatment: treated, key: keyOf(request, treated) });
  };
  const genericTicks = genericTicksOf(contract, options);
  const hasLineBars = options.bars.some(({ price }) =>
    ["line", "rtVolume"].includes(sourceOf(price, options)),
  );
  if (options.quotes || genericTicks.length > 0 || hasLineBars) {
    const request = { kind: "quotes", contract, genericTicks, marketDataType: options.dataType } as const;
    add(request, "quotes", ["line", "rtVolume"], options.quotes ? undefined : withoutQuotes(options));
  }
  const tickByTick = (type: "Last" | "AllLast" | "BidAsk" | "MidPoint", source: Source) =>
    add({ kind: "tickByTick", contract, type }, "tickByTick", [source]);
  if (trades === "last") tickByTick("Last", "tickByTick");
  if (trades === "allLast") tickByTick("AllLast", "tickByTick");
  if (bidAsk) tickByTick("BidAsk", "bidAsk");
  if (midPoint) tickByTick("MidPoint", "midPoint");
  if (realTimeBars) add({ kind: "bars", contract, whatToShow: "TRADES" }, "quotes", []);
  if (depth !== undefined) {
    const { rows, smart = isSmart(contract), onMissingDelete } = depth;
    const book = { depth: rows, onMissingDelete };
    add({ kind: "depth", contract, rows, smart }, "depth", [], { ...treatmentOf(options), book });
  }
  return legs;
}

/** What bars are made of. */
type Source = "tickByTick" | "rtVolume" | "line" | "bidAsk" | "midPoint";

/** The best that is subscribed to anyhow. */
function sourceOf(price: BarPriceName, { trades, bidAsk, midPoint }: ResolvedSubscribeOptions): Source {
  if (price === "trades") return trades === "last" || trades === "allLast" ? "tickByTick" : "rtVolume";
  if (bidAsk) return "bidAsk";
  return midPoint && price === "mid" ? "midPoint" : "line";
}

function barsOf(
  { bars, dataType }: ResolvedSubscribeOptions,
  of: readonly Source[],
  series: readonly number[],
): FeedBarSeries {
  // Delayed data has no RTVolume.
  const ofLine = dataType === LIVE || dataType === FROZEN ? "rtVolume" : "last";
  return {
    trades: of.includes("tickByTick") ? "tickByTick" : ofLine,
    quotes: of.includes("bidAsk") ? "bidAsk" : of.includes("midPoint") ? "midPoint" : "line",
    series: series.map((i) => bars[i].spec),
  };
}

const isSmart = ({ exchange }: Contract) => !exchange || exchange.toUpperCase() === "SMART";

function genericTicksOf(contract: Contract, options: ResolvedSubscribeOptions): number[] {
  const ids = new Set(options.genericTicks);
  const hasBarsOfTrades = options.bars.some(({ price }) => sourceOf(price, options) === "rtVolume");
  if (options.trades === "rtVolume" || hasBarsOfTrades) ids.add(RT_VOLUME);
  if (options.news) ids.add(NEWS);
  const isOption = contract.secType === "OPT" || contract.secType === "FOP";
  if (options.greeks && !isOption) for (const id of VOLATILITIES) ids.add(id);
  return [...ids].sort((a, b) => a - b);
}

/** Whether any of its lines brings trades. */
export function bringsTrades(contract: Contract, options: ResolvedSubscribeOptions): boolean {
  if (options.trades !== false) return true;
  const ids = genericTicksOf(contract, options);
  return ids.includes(RT_VOLUME) || ids.includes(RT_TRADE_VOLUME);
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
