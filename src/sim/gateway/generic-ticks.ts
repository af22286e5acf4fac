import type { Exchange } from "../exchange/exchange.js";
import type { Instrument } from "../market/instrument.js";
import { volatilityOf } from "../market/option-chain.js";
import { SV } from "../wire/server-version.js";
import {
  auction,
  dividends,
  type GenericTick,
  generic,
  made,
  markPrice,
  oddLots,
  price,
  rangesOfTheYear,
  ratios,
  size,
  string,
} from "./generic-tick-values.js";
import { TickType } from "./tick-type.js";

export const GENERIC_RT_VOLUME = 233;
export const GENERIC_RT_TRADE_VOLUME = 375;
export const GENERIC_NEWS = 292;

type Source = (exchange: Exchange, instrument: Instrument) => GenericTick[];

interface GenericTickId {
  name: string;
  /** Security types it can be asked for. */
  secTypes: readonly string[];
  /** First server version that knows it. Default: all. */
  since?: number;
  ticks: Source;
}

const STOCKS = ["STK", "CFD"];
const ALL = ["STK", "CFD", "OPT", "FUT", "FOP", "IND", "CASH", "CRYPTO", "BOND", "BAG"];

/** Generic tick ids of REQ_MKT_DATA; those without ticks of their own come with trades or news. */
const GENERIC_TICK_IDS: ReadonlyMap<number, GenericTickId> = new Map<number, GenericTickId>([
  [
    100,
    {
      name: "Option Volume",
      secTypes: ["STK", "IND"],
      ticks: (_, i) => [
        size(TickType.OPTION_CALL_VOLUME, made(i, 1, 1000, 900_000)),
        size(TickType.OPTION_PUT_VOLUME, made(i, 2, 1000, 900_000)),
      ],
    },
  ],
  [
    101,
    {
      name: "Option Open Interest",
      secTypes: ["STK", "IND", "OPT"],
      ticks: (_, i) => [
        size(TickType.OPTION_CALL_OPEN_INTEREST, made(i, 3, 1000, 5_000_000)),
        size(TickType.OPTION_PUT_OPEN_INTEREST, made(i, 4, 1000, 5_000_000)),
      ],
    },
  ],
  [
    104,
    {
      name: "Historical Volatility",
      secTypes: ["STK", "IND"],
      ticks: (_, i) => [generic(TickType.OPTION_HISTORICAL_VOL, volatilityOf(i) * made(i, 5, 0.8, 1.1))],
    },
  ],
  [
    105,
    {
      name: "Average Option Volume",
      secTypes: ["STK", "IND"],
      ticks: (_, i) => [size(TickType.AVG_OPT_VOLUME, made(i, 6, 1000, 900_000))],
    },
  ],
  [
    106,
    {
      name: "Option Implied Volatility",
      secTypes: ["STK", "IND"],
      ticks: (_, i) => [generic(TickType.OPTION_IMPLIED_VOL, volatilityOf(i))],
    },
  ],
  [
    162,
    {
      name: "Index Future Premium",
      secTypes: ["IND"],
      ticks: (_, i) => [generic(TickType.INDEX_FUTURE_PREMIUM, made(i, 7, -5, 30))],
    },
  ],
  [165, { name: "Miscellaneous Stats", secTypes: ["STK", "IND", "CFD"], ticks: rangesOfTheYear }],
  [
    221,
    {
      name: "Mark Price",
      secTypes: ALL,
      ticks: (e, i) => [price(TickType.MARK_PRICE, markPrice(e, i))],
    },
  ],
  [225, { name: "Auction Values", secTypes: STOCKS, ticks: auction }],
  [
    232,
    {
      name: "Mark Price",
      secTypes: ALL,
      ticks: (e, i) => [price(TickType.MARK_PRICE, markPrice(e, i))],
    },
  ],
  [GENERIC_RT_VOLUME, { name: "RTVolume", secTypes: ALL, ticks: () => [] }],
  [
    236,
    {
      name: "Shortable",
      secTypes: STOCKS,
      ticks: () => [generic(TickType.SHORTABLE, 3), size(TickType.SHORTABLE_SHARES, 10_000_000)],
    },
  ],
  [
    258,
    {
      name: "Fundamental Ratios",
      secTypes: ["STK"],
      ticks: (e, i) => [string(TickType.FUNDAMENTAL_RATIOS, ratios(e, i))],
    },
  ],
  [GENERIC_NEWS, { name: "News", secTypes: ALL, ticks: () => [] }],
  [
    293,
    {
      name: "Trade Count",
      secTypes: ALL,
      ticks: (e, i) => [generic(TickType.TRADE_COUNT, e.quote(i).trades)],
    },
  ],
  [
    294,
    {
      name: "Trade Rate",
      secTypes: ALL,
      ticks: (_, i) => [generic(TickType.TRADE_RATE, made(i, 8, 0, 400))],
    },
  ],
  [
    295,
    {
      name: "Volume Rate",
      secTypes: ALL,
      ticks: (_, i) => [generic(TickType.VOLUME_RATE, made(i, 9, 0, 40_000))],
    },
  ],
  [
    318,
    {
      name: "Last RTH Trade",
      secTypes: ALL,
      ticks: (e, i) => [price(TickType.LAST_RTH_TRADE, e.quote(i).last)],
    },
  ],
  [GENERIC_RT_TRADE_VOLUME, { name: "RT Trade Volume", secTypes: ALL, ticks: () => [] }],
  [
    411,
    {
      name: "Realtime Historical Volatility",
      secTypes: ["STK", "IND", "CFD", "FUT"],
      ticks: (_, i) => [generic(TickType.RT_HISTORICAL_VOL, volatilityOf(i) * made(i, 10, 0.7, 1.2))],
    },
  ],
  [
    456,
    {
      name: "IB Dividends",
      secTypes: STOCKS,
      ticks: (e, i) => [string(TickType.IB_DIVIDENDS, dividends(e, i))],
    },
  ],
  [
    460,
    {
      name: "Bond Factor Multiplier",
      secTypes: ["BOND"],
      ticks: () => [generic(TickType.BOND_FACTOR_MULTIPLIER, 1)],
    },
  ],
  [
    576,
    {
      name: "ETF Nav Bid/Ask",
      secTypes: ["STK"],
      ticks: (e, i) => [
        price(TickType.ETF_NAV_BID, e.quote(i).bid),
        price(TickType.ETF_NAV_ASK, e.quote(i).ask),
      ],
    },
  ],
  [
    577,
    {
      name: "ETF Nav Last",
      secTypes: ["STK"],
      ticks: (e, i) => [price(TickType.ETF_NAV_LAST, e.quote(i).last)],
    },
  ],
  [
    578,
    {
      name: "ETF Nav Close",
      secTypes: ["STK"],
      ticks: (e, i) => [
        price(TickType.ETF_NAV_CLOSE, e.quote(i).close),
        price(TickType.ETF_NAV_PRIOR_CLOSE, e.quote(i).close),
      ],
    },
  ],
  [
    588,
    {
      name: "Futures Open Interest",
      secTypes: ["FUT"],
      ticks: (_, i) => [size(TickType.FUTURES_OPEN_INTEREST, made(i, 11, 10_000, 2_500_000))],
    },
  ],
  [
    595,
    {
      name: "Short-Term Volume",
      secTypes: ["STK"],
      ticks: (_, i) => [
        size(TickType.SHORT_TERM_VOLUME_3_MIN, made(i, 12, 100, 90_000)),
        size(TickType.SHORT_TERM_VOLUME_5_MIN, made(i, 13, 100, 150_000)),
        size(TickType.SHORT_TERM_VOLUME_10_MIN, made(i, 14, 100, 300_000)),
      ],
    },
  ],
  [
    614,
    {
      name: "ETF Nav High/Low",
      secTypes: ["STK"],
      ticks: (e, i) => [
        price(TickType.ETF_NAV_HIGH, e.quote(i).high),
        price(TickType.ETF_NAV_LOW, e.quote(i).low),
      ],
    },
  ],
  [
    619,
    {
      name: "Slow Mark Price",
      secTypes: ALL,
      ticks: (e, i) => [price(TickType.CREDITMAN_SLOW_MARK_PRICE, markPrice(e, i))],
    },
  ],
  [
    623,
    {
      name: "ETF Nav Frozen Last",
      secTypes: ["STK"],
      ticks: (e, i) => [price(TickType.ETF_FROZEN_NAV_LAST, e.quote(i).close)],
    },
  ],
  [460, { name: "Bond Factor Multiplier", secTypes: [], ticks: () => [] }],
  [586, { name: "IPO Prices", secTypes: [], ticks: () => [] }],
  [587, { name: "Delayed Mark Price", secTypes: [], ticks: () => [] }],
  [588, { name: "Futures Open Interest", secTypes: [], ticks: () => [] }],
  [787, { name: "Odd Lot Quotes", secTypes: ["STK"], since: SV.ODD_LOT_BID_ASK_QUOTES, ticks: oddLots }],
]);

/** What a generic tick list asks for. */
export interface GenericTickList {
  ids: ReadonlySet<number>;
  /** Nothing but what the ids bring: `mdoff`. */
  marketDataOff: boolean;
  /** Providers of news, from `292:BRFG+DJNL`. */
  newsProviders: readonly string[];
}

/** Reads a list such as `233,236` or `mdoff,292:BRFG`. @returns the reason when it is not legal */
export function parseGenericTicks(
  list: string,
  instrument: Instrument,
  serverVersion: number,
): GenericTickList | string {
  const wanted = new Set<number>();
  const providers: string[] = [];
  let marketDataOff = false;
  for (const item of list.split(",").map((part) => part.trim())) {
    if (item === "") continue;
    if (item === "mdoff") {
      marketDataOff = true;
      continue;
    }
    const [id, detail] = item.split(":");
    const known = /^\d{1,5}$/.test(id) ? GENERIC_TICK_IDS.get(Number(id)) : undefined;
    if (known === undefined || serverVersion < (known.since ?? 0))
      return illegal(list, instrument, serverVersion);
    wanted.add(Number(id));
    if (detail !== undefined) providers.push(...detail.split("+"));
  }
  return { ids: wanted, marketDataOff, newsProviders: providers };
}

function illegal(list: string, { secType }: Instrument, serverVersion: number): string {
  const legal = [...GENERIC_TICK_IDS].filter(([, { since }]) => serverVersion >= (since ?? 0));
  const names = legal.map(([id, { name }]) => `${id}(${name})`).join(",");
  return `Incorrect generic tick list of ${list}.  Legal ones for (${secType}) are: ${names}`;
}

/** The ticks of some ids, as a new subscription gets them. */
export function genericTicks(
  exchange: Exchange,
  instrument: Instrument,
  wanted: ReadonlySet<number>,
): GenericTick[] {
  return [...wanted].flatMap((id) => {
    const known = GENERIC_TICK_IDS.get(id);
    // A gateway takes every id for every security type; only some have values.
    return known?.secTypes.includes(instrument.secType) ? known.ticks(exchange, instrument) : [];
  });
}
