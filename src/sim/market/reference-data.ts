/** Stocks whose public facts are given; every other symbol gets made-up ones that only depend on the symbol. */
export interface KnownStock {
  symbol: string;
  conId: number;
  primaryExch: string;
  tradingClass: string;
  longName: string;
  basePrice: number;
  industry: string;
  category: string;
  stockType: string;
  isin: string;
  /** First trade, seconds since 1970 UTC. */
  headTimestamp: number;
}

type StockRow = [
  symbol: string,
  conId: number,
  primaryExch: string,
  tradingClass: string,
  longName: string,
  basePrice: number,
  industry: string,
  category: string,
  stockType: string,
  isin: string,
  headTimestamp: number,
];

const rows: StockRow[] = [
  [
    "AAPL",
    265598,
    "NASDAQ",
    "NMS",
    "APPLE INC",
    190,
    "Technology",
    "Computers",
    "COMMON",
    "US0378331005",
    345479400,
  ],
  [
    "MSFT",
    272093,
    "NASDAQ",
    "NMS",
    "MICROSOFT CORP",
    420,
    "Technology",
    "Software",
    "COMMON",
    "US5949181045",
    511108200,
  ],
  [
    "AMZN",
    3691937,
    "NASDAQ",
    "NMS",
    "AMAZON.COM INC",
    180,
    "Communications",
    "Internet",
    "COMMON",
    "US0231351067",
    863703000,
  ],
  [
    "TSLA",
    76792991,
    "NASDAQ",
    "NMS",
    "TESLA INC",
    250,
    "Consumer, Cyclical",
    "Auto Manufacturers",
    "COMMON",
    "US88160R1014",
    1277818200,
  ],
  [
    "NVDA",
    4815747,
    "NASDAQ",
    "NMS",
    "NVIDIA CORP",
    120,
    "Technology",
    "Semiconductors",
    "COMMON",
    "US67066G1040",
    916929000,
  ],
  [
    "META",
    107113386,
    "NASDAQ",
    "NMS",
    "META PLATFORMS INC-CLASS A",
    500,
    "Communications",
    "Internet",
    "COMMON",
    "US30303M1027",
    1337347800,
  ],
  [
    "GOOGL",
    208813719,
    "NASDAQ",
    "NMS",
    "ALPHABET INC-CL A",
    165,
    "Communications",
    "Internet",
    "COMMON",
    "US02079K3059",
    1092922200,
  ],
  [
    "GOOG",
    208813720,
    "NASDAQ",
    "NMS",
    "ALPHABET INC-CL C",
    166,
    "Communications",
    "Internet",
    "COMMON",
    "US02079K1079",
    1395840600,
  ],
  [
    "IBM",
    8314,
    "NYSE",
    "IBM",
    "INTL BUSINESS MACHINES CORP",
    185,
    "Technology",
    "Computers",
    "COMMON",
    "US4592001014",
    345479400,
  ],
  ["SPY", 756733, "ARCA", "SPY", "SPDR S&P 500 ETF TRUST", 520, "", "", "ETF", "US78462F1030", 728317800],
  [
    "QQQ",
    320227571,
    "NASDAQ",
    "NMS",
    "INVESCO QQQ TRUST SERIES 1",
    450,
    "",
    "",
    "ETF",
    "US46090E1038",
    921076200,
  ],
];

export const knownStocks: ReadonlyMap<string, KnownStock> = new Map(
  rows.map(
    ([
      symbol,
      conId,
      primaryExch,
      tradingClass,
      longName,
      basePrice,
      industry,
      category,
      stockType,
      isin,
      head,
    ]) => [
      symbol,
      {
        symbol,
        conId,
        primaryExch,
        tradingClass,
        longName,
        basePrice,
        industry,
        category,
        stockType,
        isin,
        headTimestamp: head,
      },
    ],
  ),
);

/**
 * About what well-known stocks and funds cost when those above cost what they begin with: a table with a JPM at 73 looks
 * made up at first sight. Their other facts are made up.
 */
export const familiarPrices: ReadonlyMap<string, number> = new Map(
  (
    "AVGO 165, JPM 205, V 270, MA 450, UNH 550, XOM 115, WMT 68, JNJ 155, PG 168, COST 850, HD 360, " +
    "LLY 850, ABBV 175, MRK 125, PFE 29, KO 64, PEP 170, MCD 265, NKE 75, DIS 100, CVX 155, CAT 340, " +
    "BAC 40, WFC 58, C 63, GS 470, MS 100, AXP 235, ORCL 140, CRM 250, ADBE 550, AMD 160, INTC 31, " +
    "CSCO 47, QCOM 200, TXN 195, NFLX 670, UBER 70, GE 165, BA 180, F 12, GM 47, T 19, VZ 41, " +
    "IWM 205, DIA 390, GLD 220, TLT 93, EEM 43, XLF 42"
  )
    .split(", ")
    .map((entry) => entry.split(" "))
    .map(([symbol, price]) => [symbol, Number(price)]),
);

/** Currency pairs by `BASE.QUOTE`: contract id, start of the walk, smallest increment. */
export const knownPairs: ReadonlyMap<string, { conId: number; basePrice: number; minTick: number }> = new Map(
  [
    ["EUR.USD", { conId: 12087792, basePrice: 1.1, minTick: 0.00005 }],
    ["GBP.USD", { conId: 12087797, basePrice: 1.28, minTick: 0.00005 }],
    ["USD.JPY", { conId: 15016059, basePrice: 150, minTick: 0.005 }],
    ["AUD.USD", { conId: 14433401, basePrice: 0.66, minTick: 0.00005 }],
    ["USD.CHF", { conId: 12087820, basePrice: 0.88, minTick: 0.00005 }],
    ["USD.CAD", { conId: 15016062, basePrice: 1.36, minTick: 0.00005 }],
  ],
);

/** ISO codes that make a CASH contract's symbol and currency valid. */
export const currencies: ReadonlySet<string> = new Set(
  "USD EUR GBP JPY CHF AUD CAD NZD SEK NOK DKK HKD SGD CNH MXN ZAR PLN CZK HUF ILS KRW INR TRY".split(" "),
);

/** Index futures and indices by symbol. */
export const knownIndices: ReadonlyMap<
  string,
  { conId: number; exchange: string; longName: string; basePrice: number }
> = new Map([
  ["SPX", { conId: 416904, exchange: "CBOE", longName: "S&P 500 Stock Index", basePrice: 5200 }],
  ["NDX", { conId: 416843, exchange: "NASDAQ", longName: "NASDAQ 100 Stock Index", basePrice: 18000 }],
  ["VIX", { conId: 13455763, exchange: "CBOE", longName: "CBOE Volatility Index", basePrice: 15 }],
  ["DAX", { conId: 825711, exchange: "EUREX", longName: "DAX 40 Index", basePrice: 18000 }],
  ["ES", { conId: 11004968, exchange: "CME", longName: "E-mini S&P 500", basePrice: 5200 }],
]);

export interface KnownFuture {
  exchange: string;
  multiplier: number;
  minTick: number;
  basePrice: number;
  longName: string;
  marketRuleId: number;
}

export const knownFutures: ReadonlyMap<string, KnownFuture> = new Map([
  [
    "ES",
    {
      exchange: "CME",
      multiplier: 50,
      minTick: 0.25,
      basePrice: 5250,
      longName: "E-mini S&P 500",
      marketRuleId: 67,
    },
  ],
  [
    "MES",
    {
      exchange: "CME",
      multiplier: 5,
      minTick: 0.25,
      basePrice: 5250,
      longName: "Micro E-Mini S&P 500",
      marketRuleId: 67,
    },
  ],
  [
    "NQ",
    {
      exchange: "CME",
      multiplier: 20,
      minTick: 0.25,
      basePrice: 18200,
      longName: "E-mini NASDAQ 100",
      marketRuleId: 67,
    },
  ],
  [
    "MNQ",
    {
      exchange: "CME",
      multiplier: 2,
      minTick: 0.25,
      basePrice: 18200,
      longName: "Micro E-Mini NASDAQ-100",
      marketRuleId: 67,
    },
  ],
]);

export const knownCrypto: ReadonlyMap<string, { conId: number; basePrice: number }> = new Map([
  ["BTC", { conId: 479624278, basePrice: 65000 }],
  ["ETH", { conId: 495759171, basePrice: 3200 }],
]);

/** Price increments by market rule id. */
export const marketRules: ReadonlyMap<number, { lowEdge: number; increment: number }[]> = new Map([
  [26, [{ lowEdge: 0, increment: 0.01 }]],
  [32, [{ lowEdge: 0, increment: 0.01 }]],
  [59, [{ lowEdge: 0, increment: 0.00005 }]],
  [67, [{ lowEdge: 0, increment: 0.25 }]],
  [239, [{ lowEdge: 0, increment: 0.005 }]],
  [635, [{ lowEdge: 0, increment: 0.0001 }]],
  [2806, [{ lowEdge: 0, increment: 0.25 }]],
]);

/** Where AAPL and its like can be routed. */
export const US_STOCK_EXCHANGES =
  "SMART,AMEX,NYSE,CBOE,PHLX,ISE,CHX,ARCA,NASDAQ,DRCTEDGE,BEX,BATS,EDGEA,BYX,IEX,EDGX,PEARL,NYSENAT,LTSE,MEMX,IBEOS,OVERNIGHT,PSX";

/** Order types of TWS that the simulated exchange matches, as contract details list them. */
export const ORDER_TYPES = "ACTIVETIM,ADJUST,ALERT,ALLOC,AVGCOST,DAY,GTC,IOC,LMT,MKT,OCA,STP,STPLMT,WHATIF";
