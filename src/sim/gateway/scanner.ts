import type { Exchange } from "../exchange/exchange.js";
import type { Instrument } from "../market/instrument.js";
import { contractOf } from "../market/instrument.js";
import { knownStocks } from "../market/reference-data.js";
import { NO_CONTRACT } from "../model/contract.js";
import type { ScannerSubscription } from "../model/requests.js";
import type { ScannerRow } from "../model/responses.js";

const MAX_ROWS = 50;
/** More US stocks a scanner finds, so that its list has a usable length. */
const MORE_SYMBOLS =
  "JPM BAC WFC C GS MS KO PEP MCD SBUX DIS NFLX INTC AMD MU QCOM AVGO CSCO ORCL CRM ADBE T VZ PFE MRK JNJ UNH CVX XOM F GM BA GE CAT".split(
    " ",
  );

type Measure = (exchange: Exchange, instrument: Instrument) => number;

const change: Measure = (exchange, i) => {
  const { last, open } = exchange.quote(i);
  return (last - open) / open;
};

/** What each scan code ranks by, largest first. */
const scanCodes: Readonly<Record<string, { displayName: string; measure: Measure }>> = {
  MOST_ACTIVE: { displayName: "Most Active", measure: (e, i) => e.quote(i).volume },
  MOST_ACTIVE_USD: {
    displayName: "Most Active ($)",
    measure: (e, i) => e.quote(i).volume * e.quote(i).vwap,
  },
  HOT_BY_VOLUME: { displayName: "Hot Contracts by Volume", measure: (e, i) => e.quote(i).volume },
  TOP_TRADE_COUNT: { displayName: "Top Trade Count", measure: (e, i) => e.quote(i).trades },
  TOP_PERC_GAIN: { displayName: "Top % Gainers", measure: change },
  TOP_PERC_LOSE: { displayName: "Top % Losers", measure: (e, i) => -change(e, i) },
  HOT_BY_PRICE: { displayName: "Hot Contracts by Price", measure: (e, i) => Math.abs(change(e, i)) },
  HIGH_OPEN_GAP: { displayName: "Top Close-to-Open % Gainers", measure: change },
  LOW_OPEN_GAP: { displayName: "Top Close-to-Open % Losers", measure: (e, i) => -change(e, i) },
};

const SCANNED_INSTRUMENTS: readonly { name: string; type: string; filters: string }[] = [
  { name: "US Stocks", type: "STK", filters: "AFTERHRS,PRICE,VOLUME" },
  { name: "US Equity ETFs", type: "ETF.EQ.US", filters: "PRICE,VOLUME" },
];

const LOCATIONS: readonly { displayName: string; locationCode: string }[] = [
  { displayName: "US Stocks", locationCode: "STK.US" },
  { displayName: "Listed/NASDAQ", locationCode: "STK.US.MAJOR" },
  { displayName: "NYSE", locationCode: "STK.NYSE" },
  { displayName: "NASDAQ", locationCode: "STK.NASDAQ" },
];

/** What a scanner may ask for, as the gateway's own XML. */
export function scannerParameters(): string {
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<ScanParameterResponse>", "<InstrumentList>"];
  for (const { name, type, filters } of SCANNED_INSTRUMENTS) {
    lines.push(
      `<Instrument><name>${name}</name><type>${type}</type><filters>${filters}</filters></Instrument>`,
    );
  }
  lines.push("</InstrumentList>", "<LocationTree>");
  for (const { displayName, locationCode } of LOCATIONS) {
    lines.push(
      `<Location><displayName>${displayName}</displayName><locationCode>${locationCode}</locationCode></Location>`,
    );
  }
  lines.push("</LocationTree>", "<ScanTypeList>");
  for (const [scanCode, { displayName }] of Object.entries(scanCodes)) {
    const shown = displayName.replaceAll("&", "&amp;");
    lines.push(
      `<ScanType><displayName>${shown}</displayName><scanCode>${scanCode}</scanCode><instruments>STK</instruments></ScanType>`,
    );
  }
  lines.push("</ScanTypeList>", "</ScanParameterResponse>");
  return lines.join("\n");
}

/** Why a subscription cannot be served, or `undefined`. */
export function scannerProblem(s: ScannerSubscription): string | undefined {
  if (!(s.scanCode in scanCodes)) return `scan code ${JSON.stringify(s.scanCode)} is not known`;
  if (!SCANNED_INSTRUMENTS.some(({ type }) => type === s.instrument)) {
    return `instrument ${JSON.stringify(s.instrument)} is not known`;
  }
  if (!LOCATIONS.some(({ locationCode }) => locationCode === s.locationCode)) {
    return `location ${JSON.stringify(s.locationCode)} is not known`;
  }
  return undefined;
}

/** The stocks that fit, ranked. */
export function scan(exchange: Exchange, s: ScannerSubscription): ScannerRow[] {
  const { measure } = scanCodes[s.scanCode];
  const wanted = (i: Instrument): boolean => {
    const { last, volume } = exchange.quote(i);
    return (
      last >= (s.abovePrice ?? 0) &&
      last <= (s.belowPrice ?? Number.POSITIVE_INFINITY) &&
      volume >= (s.aboveVolume ?? 0) &&
      (s.instrument === "STK" || i.stockType === "ETF") &&
      (!s.locationCode.endsWith("NYSE") || i.primaryExch === "NYSE") &&
      (!s.locationCode.endsWith("NASDAQ") || i.primaryExch === "NASDAQ")
    );
  };
  const stocks = [...knownStocks.keys(), ...MORE_SYMBOLS].flatMap((symbol) =>
    exchange.instruments.find({ ...STOCK, symbol }),
  );
  return stocks
    .filter(wanted)
    .map((i) => ({ i, value: measure(exchange, i) }))
    .sort((a, b) => b.value - a.value || a.i.conId - b.i.conId)
    .slice(0, Math.min(s.numberOfRows ?? MAX_ROWS, MAX_ROWS))
    .map(({ i }, rank) => ({
      rank,
      contract: contractOf(i),
      marketName: i.marketName,
      distance: "",
      benchmark: "",
      projection: "",
      legsStr: "",
    }));
}

const STOCK = { ...NO_CONTRACT, secType: "STK", currency: "USD" };
