import type { Exchange } from "../exchange/exchange.js";
import { hasTrades } from "../market/data-kinds.js";
import { BBO_EXCHANGE } from "../market/exchanges.js";
import type { Instrument } from "../market/instrument.js";
import { newsBetween, newsProviders } from "../market/news.js";
import { Changed, type Quote } from "../market/quote.js";
import type { Requests } from "../model/requests.js";
import { SV } from "../wire/server-version.js";
import type { Client } from "./client.js";
import { resolveFor } from "./contract-lookup.js";
import { DUPLICATE_TICKER, invalid } from "./error-text.js";
import {
  GENERIC_NEWS,
  GENERIC_RT_TRADE_VOLUME,
  GENERIC_RT_VOLUME,
  type GenericTickList,
  genericTicks,
  parseGenericTicks,
} from "./generic-ticks.js";
import { isOption, modelValues, valuesAtPrice } from "./option-values.js";
import { MarketDataType, TickType, tickTypeFor } from "./tick-type.js";

/** Bit 0 of a price tick: the quote can be traded automatically. */
const CAN_AUTO_EXECUTE = 1;
/** Headlines a new subscription with news gets, days back. */
const NEWS_DAYS = 1;
/** Security types there is no delayed data for. */
const NEVER_DELAYED = ["CRYPTO", "BOND", "BAG"];

interface Subscription {
  client: Client;
  reqId: number;
  instrument: Instrument;
  marketDataType: number;
  generic: GenericTickList;
}

/** Streams and snapshots of top-of-book data. */
export class MarketDataDesk {
  private readonly byInstrument = new Map<Instrument, Set<Subscription>>();
  private readonly byClient = new Map<Client, Map<number, Subscription>>();
  private readonly typeOf = new Map<Client, number>();

  /** @param unsubscribed exchanges without live data */
  constructor(
    private readonly exchange: Exchange,
    private readonly linesPerClient: number,
    private readonly unsubscribed: readonly string[],
  ) {
    exchange.on("quote", (instrument, quote) => this.publish(instrument, quote));
  }

  setMarketDataType(client: Client, type: number): void {
    this.typeOf.set(client, type);
  }

  /** Request ids of a client's streams, in the order they were asked for. */
  streams(client: Client): number[] {
    return [...(this.byClient.get(client)?.keys() ?? [])];
  }

  /** @param silent keeps the stream from being fed by the walk, because something else feeds it */
  subscribe(client: Client, request: Requests["reqMktData"], silent: boolean): void {
    const { reqId, contract } = request;
    const streams = this.byClient.get(client) ?? new Map<number, Subscription>();
    if (streams.has(reqId)) {
      client.error(reqId, 102, DUPLICATE_TICKER);
      return;
    }
    const instrument = resolveFor(this.exchange, {
      client,
      reqId,
      contract,
      what: "market data",
      use: "data",
    });
    if (instrument === undefined) return;
    if (instrument.secType === "CFD" && instrument.underlying !== undefined) {
      const { conId, primaryExch, exchange } = instrument.underlying;
      client.send("rerouteMktData", { reqId, conId, exchange: primaryExch || exchange });
      return;
    }
    const once = request.snapshot || request.regulatorySnapshot;
    if (!once && streams.size >= this.linesPerClient) {
      client.error(reqId, 101, "Max number of tickers has been reached.");
      return;
    }
    const generic = this.genericTicks(client, request, instrument);
    const marketDataType = this.typeOf.get(client) ?? MarketDataType.LIVE;
    if (generic === undefined || !this.mayRead(client, reqId, instrument, marketDataType)) return;
    const subscription: Subscription = { client, reqId, instrument, marketDataType, generic };
    this.greet(subscription);
    if (!silent) this.sendAll(subscription, this.exchange.quote(instrument));
    if (once) {
      client.send("tickSnapshotEnd", { reqId });
      return;
    }
    this.byClient.set(client, streams.set(reqId, subscription));
    if (silent || isFrozen(subscription)) return;
    this.join(instrument, subscription);
    if (isOption(instrument) && !generic.marketDataOff) this.join(instrument.underlying!, subscription);
  }

  /** The subscription is told of an instrument's moves: its own, or those of what an option is on. */
  private join(instrument: Instrument, subscription: Subscription): void {
    const set = this.byInstrument.get(instrument) ?? new Set();
    this.byInstrument.set(instrument, set.add(subscription));
    this.exchange.watch(instrument);
  }

  private genericTicks(
    client: Client,
    { reqId, genericTickList, snapshot }: Requests["reqMktData"],
    instrument: Instrument,
  ): GenericTickList | undefined {
    const generic = parseGenericTicks(genericTickList, instrument, client.dialect.serverVersion);
    let problem = typeof generic === "string" ? generic : undefined;
    if (snapshot && genericTickList !== "") {
      problem = "Snapshot market data subscription is not applicable to generic ticks";
    }
    if (problem === undefined) return generic as GenericTickList;
    client.error(reqId, 321, invalid("market data", problem));
    return undefined;
  }

  /** Whether the user may see the data, live or delayed. */
  private mayRead(client: Client, reqId: number, instrument: Instrument, type: number): boolean {
    const { primaryExch, exchange, secType } = instrument;
    if (!this.unsubscribed.includes(primaryExch || exchange)) return true;
    const delayed = !NEVER_DELAYED.includes(secType);
    if (delayed && isDelayed(type)) return true;
    const where = `${instrument.localSymbol} ${primaryExch || exchange}/TOP/ALL`;
    if (delayed) {
      client.error(
        reqId,
        10089,
        "Requested market data requires additional subscription for API. See link in 'Market Data Connections' " +
          `dialog for more details.Delayed market data is available.${where}`,
      );
    } else {
      client.error(
        reqId,
        354,
        `Requested market data is not subscribed. Delayed market data is not available.${where}`,
      );
    }
    return false;
  }

  cancel(client: Client, reqId: number): void {
    const subscription = this.byClient.get(client)?.get(reqId);
    if (subscription === undefined) client.error(reqId, 300, `Can't find EId with tickerId:${reqId}`);
    else this.remove(subscription);
  }

  drop(client: Client): void {
    for (const subscription of [...(this.byClient.get(client)?.values() ?? [])]) this.remove(subscription);
    this.byClient.delete(client);
    this.typeOf.delete(client);
  }

  private remove(subscription: Subscription): void {
    this.byClient.get(subscription.client)?.delete(subscription.reqId);
    const { instrument } = subscription;
    for (const watched of [instrument, instrument.underlying]) {
      if (watched === undefined || !this.byInstrument.get(watched)?.delete(subscription)) continue;
      this.exchange.unwatch(watched);
      if (this.byInstrument.get(watched)?.size === 0) this.byInstrument.delete(watched);
    }
  }

  private greet({ client, reqId, instrument, marketDataType }: Subscription): void {
    client.send("tickReqParams", {
      reqId,
      minTick: instrument.minTick,
      bboExchange: instrument.secType === "STK" ? BBO_EXCHANGE : "",
      snapshotPermissions: instrument.secType === "STK" ? 3 : 0,
    });
    client.send("marketDataType", { reqId, marketDataType });
    if (isDelayed(marketDataType)) {
      client.error(reqId, 10167, "Requested market data is not subscribed. Displaying delayed market data.");
    }
  }

  private publish(instrument: Instrument, quote: Quote): void {
    for (const subscription of this.byInstrument.get(instrument) ?? []) {
      if (subscription.client.lagging) subscription.client.ticksSkipped += 1;
      else if (subscription.instrument === instrument) this.sendChanges(subscription, quote);
      else if (quote.changed & Changed.LAST) this.modelOption(subscription);
    }
  }

  /** Everything known, as a new subscription gets it. */
  private sendAll(s: Subscription, quote: Quote): void {
    this.sendChanges(s, {
      ...quote,
      changed: Changed.BID | Changed.ASK | Changed.LAST | Changed.HIGH | Changed.LOW,
    });
    if (!s.generic.marketDataOff) {
      this.price(s, TickType.CLOSE, quote.close, 0);
      this.price(s, TickType.OPEN, quote.open, 0);
      this.generic(s, TickType.HALTED, 0);
      if (isOption(s.instrument)) this.modelOption(s);
    }
    for (const { kind, type, value } of genericTicks(this.exchange, s.instrument, s.generic.ids)) {
      if (kind === "price") this.price(s, type, value as number, 0);
      else if (kind === "size") this.size(s, type, value as number);
      else if (kind === "string") this.string(s, type, value as string);
      else this.generic(s, type, value as number);
    }
    if (s.generic.ids.has(GENERIC_NEWS)) this.news(s);
  }

  private news(s: Subscription): void {
    const { client, reqId, instrument } = s;
    const known = newsProviders.map(({ providerCode }) => providerCode);
    const wanted = s.generic.newsProviders;
    const providers = wanted.length === 0 ? known : known.filter((code) => wanted.includes(code));
    const now = this.exchange.nowSeconds();
    const items = newsBetween(
      instrument.conId,
      instrument.longName,
      providers,
      now - NEWS_DAYS * 86_400,
      now,
    );
    for (const { time, providerCode, articleId, headline } of items.reverse()) {
      const extraData = "K:n/a:C:n/a";
      client.send("tickNews", {
        reqId,
        timestamp: time * 1000,
        providerCode,
        articleId,
        headline,
        extraData,
      });
    }
  }

  private sendChanges(s: Subscription, quote: Quote): void {
    const { changed } = quote;
    if (changed & Changed.LAST && hasTrades(s.instrument)) {
      if (s.generic.ids.has(GENERIC_RT_VOLUME)) this.rtVolume(s, TickType.RT_VOLUME, quote);
      if (s.generic.ids.has(GENERIC_RT_TRADE_VOLUME)) this.rtVolume(s, TickType.RT_TRD_VOLUME, quote);
    }
    if (s.generic.marketDataOff) return;
    if (changed & Changed.BID) {
      this.price(s, TickType.BID, quote.bid, quote.bidSize, CAN_AUTO_EXECUTE);
      this.size(s, TickType.BID_SIZE, quote.bidSize);
    }
    if (changed & Changed.ASK) {
      this.price(s, TickType.ASK, quote.ask, quote.askSize, CAN_AUTO_EXECUTE);
      this.size(s, TickType.ASK_SIZE, quote.askSize);
    }
    if (isOption(s.instrument)) this.optionValues(s, quote);
    if (changed & Changed.LAST && hasTrades(s.instrument)) {
      const seconds = this.exchange.nowSeconds();
      this.string(s, TickType.LAST_TIMESTAMP, String(seconds));
      this.price(s, TickType.LAST, quote.last, quote.lastSize);
      this.size(s, TickType.LAST_SIZE, quote.lastSize);
      this.size(s, TickType.VOLUME, quote.volume);
    }
    if (changed & Changed.LAST && s.instrument.secType === "IND") {
      this.price(s, TickType.LAST, quote.last, 0);
    }
    if (changed & Changed.HIGH) this.price(s, TickType.HIGH, quote.high, 0);
    if (changed & Changed.LOW) this.price(s, TickType.LOW, quote.low, 0);
  }

  private rtVolume(s: Subscription, type: number, quote: Quote): void {
    const single = "true";
    const parts = [quote.last, quote.lastSize, this.exchange.clock.now(), quote.volume, quote.vwap, single];
    this.string(s, type, parts.join(";"));
  }

  /** Volatility and greeks at the prices that have changed. */
  private optionValues(s: Subscription, quote: Quote): void {
    const under = this.exchange.quote(s.instrument.underlying!).last;
    const at = (live: number, price: number): void =>
      s.client.send("tickOptionComputation", {
        reqId: s.reqId,
        tickType: tickTypeFor(live, isDelayed(s.marketDataType)),
        tickAttrib: 0,
        ...valuesAtPrice(this.exchange, s.instrument, price, under),
      });
    if (quote.changed & Changed.BID) at(TickType.BID_OPTION, quote.bid);
    if (quote.changed & Changed.ASK) at(TickType.ASK_OPTION, quote.ask);
    if (quote.changed & Changed.LAST) at(TickType.LAST_OPTION, quote.last);
  }

  private modelOption(s: Subscription): void {
    const under = this.exchange.quote(s.instrument.underlying!).last;
    s.client.send("tickOptionComputation", {
      reqId: s.reqId,
      tickType: tickTypeFor(TickType.MODEL_OPTION, isDelayed(s.marketDataType)),
      tickAttrib: 0,
      ...modelValues(this.exchange, s.instrument, under),
    });
  }

  private price(s: Subscription, live: number, price: number, size: number, attrMask = 0): void {
    const tickType = tickTypeFor(live, isDelayed(s.marketDataType));
    s.client.send("tickPrice", { reqId: s.reqId, tickType, price, size: scaled(s, size), attrMask });
  }

  private size(s: Subscription, live: number, size: number): void {
    const tickType = tickTypeFor(live, isDelayed(s.marketDataType));
    s.client.send("tickSize", { reqId: s.reqId, tickType, size: scaled(s, size) });
  }

  private string(s: Subscription, live: number, value: string): void {
    const tickType = tickTypeFor(live, isDelayed(s.marketDataType));
    s.client.send("tickString", { reqId: s.reqId, tickType, value });
  }

  private generic(s: Subscription, live: number, value: number): void {
    const tickType = tickTypeFor(live, isDelayed(s.marketDataType));
    s.client.send("tickGeneric", { reqId: s.reqId, tickType, value });
  }
}

/** Before 159 sizes of stocks are in lots of 100. */
function scaled(s: Subscription, size: number): number {
  const inLots = s.instrument.secType === "STK" && s.client.dialect.serverVersion < SV.MARKET_DATA_IN_SHARES;
  return inLots ? Math.floor(size / 100) : size;
}

function isDelayed(type: number): boolean {
  return type === MarketDataType.DELAYED || type === MarketDataType.DELAYED_FROZEN;
}

function isFrozen(s: Subscription): boolean {
  return s.marketDataType === MarketDataType.FROZEN || s.marketDataType === MarketDataType.DELAYED_FROZEN;
}
