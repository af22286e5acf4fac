import { utcDay } from "../../time/ib-date-time.js";
import type { Exchange } from "../exchange/exchange.js";
import type { Instrument } from "../market/instrument.js";
import { volatilityOf } from "../market/option-chain.js";
import { hashUnit } from "../market/random.js";
import { SV } from "../wire/server-version.js";
import { TickType } from "./tick-type.js";

/** One tick that a generic tick id brings besides the usual ones. */
export interface GenericTick {
  kind: "price" | "size" | "string" | "generic";
  type: number;
  value: number | string;
}

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

const price = (type: number, value: number): GenericTick => ({ kind: "price", type, value: round(value) });
const size = (type: number, value: number): GenericTick => ({ kind: "size", type, value: Math.round(value) });
const generic = (type: number, value: number): GenericTick => ({
  kind: "generic",
  type,
  value: round(value),
});
const string = (type: number, value: string): GenericTick => ({ kind: "string", type, value });

/** A made-up number in [low, high) that only depends on the instrument. */
const made = (i: Instrument, salt: number, low: number, high: number): number =>
  low + hashUnit(i.conId, salt, 77) * (high - low);

/** Generic tick ids of REQ_MKT_DATA; those without ticks of their own come with trades or news. */
const ids: ReadonlyMap<number, GenericTickId> = new Map<number, GenericTickId>([
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
    const known = /^\d{1,5}$/.test(id) ? ids.get(Number(id)) : undefined;
    if (known === undefined || serverVersion < (known.since ?? 0))
      return illegal(list, instrument, serverVersion);
    wanted.add(Number(id));
    if (detail !== undefined) providers.push(...detail.split("+"));
  }
  return { ids: wanted, marketDataOff, newsProviders: providers };
}

function illegal(list: string, { secType }: Instrument, serverVersion: number): string {
  const legal = [...ids].filter(([, { since }]) => serverVersion >= (since ?? 0));
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
    const known = ids.get(id);
    // A gateway takes every id for every security type; only some have values.
    return known?.secTypes.includes(instrument.secType) ? known.ticks(exchange, instrument) : [];
  });
}

function markPrice(exchange: Exchange, i: Instrument): number {
  const { bid, ask, last } = exchange.quote(i);
  return Math.min(ask, Math.max(bid, last));
}

function rangesOfTheYear(exchange: Exchange, i: Instrument): GenericTick[] {
  const weeks = exchange.history(i).bars({
    end: exchange.nowSeconds(),
    duration: "1 Y",
    barSize: "1 week",
    whatToShow: "TRADES",
    useRTH: true,
    formatDate: 2,
  });
  if (weeks.length === 0) return [];
  const low = (count: number): number => Math.min(...weeks.slice(-count).map((bar) => bar.low));
  const high = (count: number): number => Math.max(...weeks.slice(-count).map((bar) => bar.high));
  const volume = weeks.slice(-13).reduce((sum, bar) => sum + bar.volume, 0);
  return [
    price(TickType.LOW_13_WEEK, low(13)),
    price(TickType.HIGH_13_WEEK, high(13)),
    price(TickType.LOW_26_WEEK, low(26)),
    price(TickType.HIGH_26_WEEK, high(26)),
    price(TickType.LOW_52_WEEK, low(52)),
    price(TickType.HIGH_52_WEEK, high(52)),
    size(TickType.AVG_VOLUME, volume / (5 * Math.min(13, weeks.length))),
  ];
}

function auction(exchange: Exchange, i: Instrument): GenericTick[] {
  return [
    size(TickType.AUCTION_VOLUME, made(i, 15, 0, 500_000)),
    price(TickType.AUCTION_PRICE, exchange.quote(i).last),
    size(TickType.AUCTION_IMBALANCE, made(i, 16, 0, 90_000)),
    size(TickType.REGULATORY_IMBALANCE, made(i, 17, 0, 90_000)),
  ];
}

function ratios(exchange: Exchange, i: Instrument): string {
  const last = exchange.quote(i).last;
  const eps = made(i, 18, 0.5, 12);
  return `NPRICE=${last};TTMEPSXCLX=${eps.toFixed(5)};PEEXCLXOR=${(last / eps).toFixed(5)};BETA=${made(i, 19, 0.4, 1.8).toFixed(5)}`;
}

/** Dividends of the last and next twelve months, the next one's date and amount. */
function dividends(exchange: Exchange, i: Instrument): string {
  const yearly = exchange.quote(i).last * made(i, 20, 0, 0.03);
  const next = utcDay((exchange.nowSeconds() + 30 * 86_400) * 1000);
  return [yearly.toFixed(2), (yearly * 1.04).toFixed(2), next, (yearly / 4).toFixed(2)].join(",");
}

function oddLots(exchange: Exchange, i: Instrument): GenericTick[] {
  const { bid, ask } = exchange.quote(i);
  return [
    price(TickType.ODD_LOT_BID, bid),
    price(TickType.ODD_LOT_ASK, ask),
    size(TickType.ODD_LOT_BID_SIZE, made(i, 21, 1, 99)),
    size(TickType.ODD_LOT_ASK_SIZE, made(i, 22, 1, 99)),
    string(TickType.ODD_LOT_BID_EXCH, "Q"),
    string(TickType.ODD_LOT_ASK_EXCH, "P"),
  ];
}

function round(value: number): number {
  return Number(value.toFixed(8));
}
