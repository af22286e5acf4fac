import type { DepthExchange } from "../model/responses.js";

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
