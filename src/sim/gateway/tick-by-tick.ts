import type { Exchange } from "../exchange/exchange.js";
import type { TradePrint } from "../exchange/order-events.js";
import { hasTrades, noHistory } from "../market/data-kinds.js";
import type { Instrument } from "../market/instrument.js";
import { Changed, type Quote } from "../market/quote.js";
import type { Requests } from "../model/requests.js";
import type { Client } from "./client.js";
import { resolveFor } from "./contract-lookup.js";
import { DUPLICATE_TICKER, invalid } from "./error-text.js";
import { historicalMidpoints, historicalQuotes, historicalTrades, MAX_TICKS } from "./historical-ticks.js";
import { Subscriptions } from "./subscriptions.js";

/** Tick-by-tick subscriptions a client may have at once. */
const MAX_STREAMS = 5;
const KINDS = ["Last", "AllLast", "BidAsk", "MidPoint"] as const;
type Kind = (typeof KINDS)[number];

interface Stream {
  client: Client;
  reqId: number;
  instrument: Instrument;
  kind: Kind;
  /** Leave changes of sizes out. */
  ignoreSize: boolean;
  bid: number;
  ask: number;
}

/** Every trade, every quote or every midpoint of an instrument. */
export class TickByTickDesk {
  private readonly streams = new Subscriptions<Stream>((s) => this.exchange.unwatch(s.instrument));

  constructor(private readonly exchange: Exchange) {
    exchange.on("trade", (instrument, print) => {
      for (const s of this.streams) if (s.instrument === instrument) this.trade(s, print);
    });
    exchange.on("quote", (instrument, quote) => {
      for (const s of this.streams) if (s.instrument === instrument) this.quote(s, quote);
    });
  }

  subscribe(client: Client, request: Requests["reqTickByTickData"]): void {
    const { reqId, contract, numberOfTicks, ignoreSize } = request;
    if (this.streams.get(client, reqId) !== undefined) {
      client.error(reqId, 102, DUPLICATE_TICKER);
      return;
    }
    const kind = KINDS.find((k) => k.toUpperCase() === request.tickType.toUpperCase());
    if (kind === undefined) {
      const cause = `tick type is ${JSON.stringify(request.tickType)} (allowed: ${KINDS.join(", ")})`;
      client.error(reqId, 321, invalid("tick by tick", cause));
      return;
    }
    const instrument = resolveFor(this.exchange, {
      client,
      reqId,
      contract,
      what: "tick by tick",
      use: "data",
    });
    if (instrument === undefined) return;
    if (!isSupported(instrument, kind)) {
      const cause = hasTrades(instrument)
        ? `No ${kind} ticks for ${instrument.secType} contracts`
        : noHistory(instrument, `${kind} 0`);
      client.error(reqId, 10189, `Failed to request tick-by-tick data.${cause}`);
      return;
    }
    if (this.streams.count(client) >= MAX_STREAMS) {
      client.error(reqId, 10190, "Max number of tick-by-tick requests has been reached.");
      return;
    }
    if (numberOfTicks < 0 || numberOfTicks > MAX_TICKS) {
      const cause = `number of ticks is ${numberOfTicks} (allowed: 0 to ${MAX_TICKS})`;
      client.error(reqId, 321, invalid("tick by tick", cause));
      return;
    }
    if (numberOfTicks > 0) this.history(client, reqId, instrument, kind, numberOfTicks);
    const stream = { client, reqId, instrument, kind, ignoreSize, bid: Number.NaN, ask: Number.NaN };
    this.streams.add(stream);
    this.exchange.watch(instrument);
    if (kind === "BidAsk" || kind === "MidPoint") this.quote(stream, this.exchange.quote(instrument), true);
  }

  cancel(client: Client, reqId: number): void {
    if (this.streams.remove(client, reqId) === undefined) {
      client.error(reqId, 300, `Can't find EId with tickerId:${reqId}`);
    }
  }

  drop(client: Client): void {
    this.streams.drop(client);
  }

  private trade(s: Stream, print: TradePrint): void {
    if (s.kind !== "Last" && s.kind !== "AllLast") return;
    if (this.skip(s)) return;
    s.client.send("tickByTickLast", {
      reqId: s.reqId,
      allLast: s.kind === "AllLast",
      tick: {
        time: this.exchange.nowSeconds(),
        price: print.price,
        size: print.size,
        pastLimit: false,
        unreported: false,
        exchange: s.instrument.primaryExch || s.instrument.exchange,
        specialConditions: "",
      },
    });
  }

  private quote(s: Stream, quote: Quote, first = false): void {
    const { bid, ask } = quote;
    const moved = bid !== s.bid || ask !== s.ask;
    const resized = (quote.changed & (Changed.BID | Changed.ASK)) !== 0 && !s.ignoreSize;
    if (s.kind === "BidAsk" && (first || moved || resized)) {
      if (this.skip(s)) return;
      s.client.send("tickByTickBidAsk", {
        reqId: s.reqId,
        tick: {
          time: this.exchange.nowSeconds(),
          bidPastLow: bid < quote.low,
          askPastHigh: ask > quote.high,
          priceBid: bid,
          priceAsk: ask,
          sizeBid: quote.bidSize,
          sizeAsk: quote.askSize,
        },
      });
    } else if (s.kind === "MidPoint" && (first || bid + ask !== s.bid + s.ask)) {
      if (this.skip(s)) return;
      const price = Number(((bid + ask) / 2).toFixed(8));
      s.client.send("tickByTickMidPoint", {
        reqId: s.reqId,
        tick: { time: this.exchange.nowSeconds(), price, size: 0 },
      });
    }
    s.bid = bid;
    s.ask = ask;
  }

  private skip({ client }: Stream): boolean {
    if (client.lagging) client.ticksSkipped += 1;
    return client.lagging;
  }

  /** The ticks before the stream begins. */
  private history(client: Client, reqId: number, instrument: Instrument, kind: Kind, count: number): void {
    const now = this.exchange.nowSeconds();
    const window = { end: now, now, count, useRTH: false };
    if (kind === "BidAsk") {
      const ticks = historicalQuotes(this.exchange, instrument, window).slice(-count);
      client.send("historicalTicksBidAsk", { reqId, ticks, done: true });
    } else if (kind === "MidPoint") {
      const ticks = historicalMidpoints(this.exchange, instrument, window).slice(-count);
      client.send("historicalTicks", { reqId, ticks, done: true });
    } else {
      const ticks = historicalTrades(this.exchange, instrument, window).slice(-count);
      client.send("historicalTicksLast", { reqId, ticks, done: true });
    }
  }
}

function isSupported(instrument: Instrument, kind: Kind): boolean {
  if (["BAG", "BOND"].includes(instrument.secType)) return false;
  if (kind === "Last" || kind === "AllLast") return hasTrades(instrument);
  return instrument.tradable;
}
