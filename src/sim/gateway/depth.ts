import type { Level } from "../exchange/book.js";
import type { Exchange } from "../exchange/exchange.js";
import type { Instrument } from "../market/instrument.js";
import { hashText } from "../market/random.js";
import type { Requests } from "../model/requests.js";
import type { Client } from "./client.js";
import { resolveFor } from "./contract-lookup.js";
import { DUPLICATE_TICKER } from "./error-text.js";
import { Subscriptions } from "./subscriptions.js";

/** Depth subscriptions a client may have at once. */
const MAX_DEPTHS = 3;
const MAX_ROWS = 20;
const Operation = { INSERT: 0, UPDATE: 1, DELETE: 2 } as const;
const Side = { ask: 0, bid: 1 } as const;
const VENUES = ["NSDQ", "ARCA", "BATS", "EDGX", "IEX", "DRCTEDGE"];

interface Row extends Level {
  marketMaker: string;
}

interface DepthSubscription {
  client: Client;
  reqId: number;
  instrument: Instrument;
  rows: number;
  isSmartDepth: boolean;
  /** With market makers: MARKET_DEPTH_L2. */
  level2: boolean;
  bid: Row[];
  ask: Row[];
}

/** Market depth: each change of a book as inserted, updated and deleted rows. */
export class DepthDesk {
  private readonly subscriptions = new Subscriptions<DepthSubscription>((s) => {
    this.exchange.unwatch(s.instrument);
  });

  constructor(private readonly exchange: Exchange) {
    exchange.on("quote", (instrument) => {
      for (const s of this.subscriptions) if (s.instrument === instrument) this.refresh(s);
    });
  }

  subscribe(client: Client, { reqId, contract, numRows, isSmartDepth }: Requests["reqMktDepth"]): void {
    if (this.subscriptions.get(client, reqId) !== undefined) {
      client.error(reqId, 102, DUPLICATE_TICKER);
      return;
    }
    const instrument = resolveFor(this.exchange, {
      client,
      reqId,
      contract,
      what: "market depth",
      use: "data",
    });
    if (instrument === undefined) return;
    if (!instrument.tradable || ["BOND", "BAG"].includes(instrument.secType)) {
      client.error(
        reqId,
        10092,
        "Deep market data is not supported for this combination of security type/exchange",
      );
      return;
    }
    if (instrument.secType === "CFD" && instrument.underlying !== undefined) {
      const { conId, primaryExch, exchange } = instrument.underlying;
      client.send("rerouteMktDepth", { reqId, conId, exchange: primaryExch || exchange });
      return;
    }
    if (this.subscriptions.count(client) >= MAX_DEPTHS) {
      client.error(reqId, 309, `Max number (${MAX_DEPTHS}) of market depth requests has been reached`);
      return;
    }
    if (isSmartDepth) client.error(reqId, 2152, "Exchanges - Depth: NASDAQ; ARCA; BATS; Top: IEX; ");
    const level2 = isSmartDepth || ["STK", "OPT"].includes(instrument.secType);
    const rows = Math.min(MAX_ROWS, numRows > 0 ? numRows : MAX_ROWS);
    const subscription = { client, reqId, instrument, rows, isSmartDepth, level2, bid: [], ask: [] };
    this.subscriptions.add(subscription);
    this.exchange.watch(instrument);
    this.refresh(subscription);
  }

  cancel(client: Client, reqId: number): void {
    if (this.subscriptions.remove(client, reqId) === undefined) {
      client.error(reqId, 310, `Can't find the subscribed market depth with tickerId:${reqId}`);
    }
  }

  drop(client: Client): void {
    this.subscriptions.drop(client);
  }

  /** Rows the client does not show yet. */
  private refresh(s: DepthSubscription): void {
    if (s.client.lagging) {
      s.client.ticksSkipped += 1;
      return;
    }
    const book = this.exchange.book(s.instrument);
    for (const side of ["ask", "bid"] as const) {
      const next = book.levels(side, s.rows).map((level) => this.row(s.instrument, level));
      this.change(s, side, next);
    }
  }

  /** Turns the shown rows of a side into the next ones, one operation after the other. */
  private change(s: DepthSubscription, side: "bid" | "ask", next: readonly Row[]): void {
    const shown = s[side];
    for (let i = 0; i < next.length; i++) {
      const row = next[i];
      // Rows better than the next one have gone.
      while (i < shown.length && shown[i].price !== row.price && isBetter(side, shown[i].price, row.price)) {
        this.send(s, side, i, Operation.DELETE, shown[i]);
        shown.splice(i, 1);
      }
      if (i < shown.length && shown[i].price === row.price) {
        if (shown[i].size !== row.size) this.send(s, side, i, Operation.UPDATE, row);
        shown[i] = row;
        continue;
      }
      // The last row makes room first: no position is ever beyond the rows that were asked for.
      if (shown.length >= s.rows) this.send(s, side, shown.length - 1, Operation.DELETE, shown.pop()!);
      this.send(s, side, i, Operation.INSERT, row);
      shown.splice(i, 0, row);
    }
    while (shown.length > next.length) {
      this.send(s, side, shown.length - 1, Operation.DELETE, shown[shown.length - 1]);
      shown.pop();
    }
  }

  private send(
    { client, reqId, level2, isSmartDepth }: DepthSubscription,
    side: "bid" | "ask",
    position: number,
    operation: number,
    { price, size, marketMaker }: Row,
  ): void {
    const gone = operation === Operation.DELETE;
    const row = {
      reqId,
      position,
      operation,
      side: Side[side],
      price: gone ? 0 : price,
      size: gone ? 0 : size,
    };
    if (level2) client.send("marketDepthL2", { ...row, marketMaker, isSmartDepth });
    else client.send("marketDepth", row);
  }

  /** One venue per price: it only depends on the price, so that a row keeps its market maker. */
  private row(instrument: Instrument, { price, size }: Level): Row {
    const venue = VENUES[hashText(`${instrument.conId}|${price}`) % VENUES.length];
    return { price, size, marketMaker: instrument.secType === "STK" ? venue : instrument.exchange };
  }
}

function isBetter(side: "bid" | "ask", a: number, b: number): boolean {
  return side === "bid" ? a > b : a < b;
}
