import type { DepthExchange } from "../model/responses.js";
import { US_STOCK_EXCHANGES } from "./reference-data.js";

/** Exchanges with depth data, by security type. */
export const depthExchanges: readonly DepthExchange[] = [
  { exchange: "ISLAND", secType: "STK", listingExch: "", serviceDataType: "Deep2", aggGroup: 1 },
  { exchange: "ARCA", secType: "STK", listingExch: "", serviceDataType: "Deep2", aggGroup: 1 },
  { exchange: "BATS", secType: "STK", listingExch: "", serviceDataType: "Deep2", aggGroup: 1 },
  { exchange: "IEX", secType: "STK", listingExch: "", serviceDataType: "Deep2", aggGroup: 1 },
  { exchange: "NYSE", secType: "STK", listingExch: "", serviceDataType: "Deep", aggGroup: 1 },
  { exchange: "CME", secType: "FUT", listingExch: "", serviceDataType: "Deep" },
  { exchange: "CME", secType: "FOP", listingExch: "", serviceDataType: "Deep" },
  { exchange: "CBOE", secType: "OPT", listingExch: "", serviceDataType: "Deep", aggGroup: 2 },
  { exchange: "IDEALPRO", secType: "CASH", listingExch: "", serviceDataType: "Deep" },
  { exchange: "PAXOS", secType: "CRYPTO", listingExch: "", serviceDataType: "Deep" },
];

/** The name under which TICK_REQ_PARAMS gives the exchanges of US stocks. */
export const BBO_EXCHANGE = "9c0001";

/** Bits and letters of the exchanges behind {@link BBO_EXCHANGE}. */
export const smartComponents: readonly { bitNumber: number; exchange: string; exchangeLetter: string }[] = [
  ["AMEX", "A"],
  ["NASDAQBX", "B"],
  ["NYSENAT", "C"],
  ["FINRA", "D"],
  ["ISE", "I"],
  ["EDGEA", "J"],
  ["DRCTEDGE", "K"],
  ["CHX", "M"],
  ["NYSE", "N"],
  ["ARCA", "P"],
  ["NASDAQ", "Q"],
  ["PSX", "X"],
  ["BYX", "Y"],
  ["BATS", "Z"],
  ["IEX", "V"],
  ["MEMX", "U"],
  ["PEARL", "H"],
].map(([exchange, exchangeLetter], bitNumber) => ({ bitNumber, exchange, exchangeLetter }));

/** Exchanges an option chain trades on. */
export const OPTION_EXCHANGES = ["SMART", "AMEX", "BATS", "BOX", "CBOE", "ISE", "MIAX", "PHLX"];

/** Where options of US stocks and indices can be routed. */
export const US_OPTION_EXCHANGES =
  "SMART,AMEX,CBOE,PHLX,PSE,ISE,BOX,BATS,NASDAQOM,CBOE2,NASDAQBX,MIAX,GEMINI,EDGX,MERCURY,PEARL,EMERALD,MEMX";

/** Where stocks of other currencies than USD are listed, the first one where nothing else is said. */
export const STOCK_EXCHANGES: Readonly<Record<string, string>> = {
  USD: US_STOCK_EXCHANGES,
  EUR: "IBIS,SMART,IBIS2,FWB,SWB,AEB,SBF,BVME,BM,ENEXT.BE,BVL,VSE,HEX",
  GBP: "LSE,SMART,LSEETF",
  CHF: "EBS,SMART",
  CAD: "TSE,SMART,VENTURE",
  JPY: "TSEJ,SMART",
  AUD: "ASX,SMART",
  HKD: "SEHK,SMART",
  SGD: "SGX,SMART",
  SEK: "SFB,SMART",
  NOK: "OSE,SMART",
  DKK: "CPH,SMART",
  MXN: "MEXI,SMART",
  PLN: "WSE,SMART",
  HUF: "BUX,SMART",
  ILS: "TASE,SMART",
  INR: "NSE,SMART",
  ZAR: "JSE,SMART",
  CNH: "SEHKNTL,SMART",
};

/** Every name that is one of an exchange; others are invalid destinations. */
export const KNOWN_EXCHANGES: ReadonlySet<string> = new Set([
  "",
  ...Object.values(STOCK_EXCHANGES).flatMap((list) => list.split(",")),
  ...US_OPTION_EXCHANGES.split(","),
  ..."ISLAND,CME,CBOT,NYMEX,COMEX,CFE,QBALGO,EUREX,IDEALPRO,PAXOS,ZEROHASH,ICEEU,ICEUS,SGX,HKFE,OSE.JPN".split(
    ",",
  ),
]);
