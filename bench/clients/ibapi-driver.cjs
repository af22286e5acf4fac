"use strict";
// Drives a package with the interface of @stoqey/ib: stock itself, and ours, whose stream handler is one method more.

const { nowMicros } = require("./clock.cjs");
const { EVENTS, ID_SUM, PRICES, PRICE_SUM, SIZE_SUM } = require("./sums.cjs");

const TICK_PRICE = 1;
const TICK_SIZE = 2;

class IBApiDriver {
  /**
   * @param api the package
   * @param options creation options of its IBApi
   * @param via "events" or "stream"
   */
  constructor(api, options, via) {
    this.names = api.EventName;
    this.via = via;
    // 1e9 a second: the rate limiter is out of the way.
    this.ib = new api.IBApi({ host: "127.0.0.1", clientId: 1, maxReqPerSec: 1e9, ...options });
    this.ib.on(this.names.error, (error, code) => {
      if (code >= 2100 && code < 2200) return;
      process.stderr.write(`${error.message} (code ${code})\n`);
      process.exit(1);
    });
  }

  open() {
    return new Promise((resolve) => {
      this.ib.once(this.names.nextValidId, resolve);
      this.ib.connect();
    });
  }

  close() {
    this.ib.disconnect();
  }

  subscribe(symbols) {
    for (let id = 1; id <= symbols; id++)
      this.ib.reqMktData(
        id,
        { symbol: `S${id}`, secType: "STK", exchange: "SMART", currency: "USD" },
        "",
        false,
        false,
      );
  }

  /** Asks the feed for a measured burst. */
  go() {
    this.ib.reqMarketDataType(1);
  }

  onEnd(handler) {
    this.ib.on(this.names.tickSnapshotEnd, handler);
  }

  onOrderStatus(handler) {
    this.ib.on(this.names.orderStatus, handler);
  }

  count(sums) {
    if (this.via === "stream") {
      this.ib.onTick((tick) => {
        if (tick.kind === TICK_PRICE) {
          sums[PRICES]++;
          sums[PRICE_SUM] += tick.price;
          sums[ID_SUM] += tick.reqId;
        } else if (tick.kind !== TICK_SIZE) return;
        sums[EVENTS]++;
        sums[SIZE_SUM] += tick.size;
      });
      return;
    }
    this.ib.on(this.names.tickPrice, (reqId, _field, price) => {
      sums[EVENTS]++;
      sums[PRICES]++;
      sums[PRICE_SUM] += price;
      sums[ID_SUM] += reqId;
    });
    this.ib.on(this.names.tickSize, (_reqId, _field, size) => {
      sums[EVENTS]++;
      sums[SIZE_SUM] += size;
    });
  }

  /** Calls back with (send stamp, receive stamp) in µs; events carry no receive stamp, so there it is now. */
  stamps(handler, received = "handler") {
    if (this.via === "stream" && received === "arrival")
      this.ib.onTick((tick) => tick.kind === TICK_PRICE && handler(tick.price, tick.receivedMicros));
    else if (this.via === "stream")
      this.ib.onTick((tick) => tick.kind === TICK_PRICE && handler(tick.price, nowMicros()));
    else this.ib.on(this.names.tickPrice, (_reqId, _field, price) => handler(price, nowMicros()));
  }

  /** Hands every event or tick to `keep` as its values. */
  record(keep) {
    if (this.via === "stream") {
      const kinds = { [TICK_PRICE]: "price", [TICK_SIZE]: "size" };
      this.ib.onTick(({ kind, reqId, field, price, size }) => {
        if (kind === TICK_PRICE || kind === TICK_SIZE) keep(kinds[kind], reqId, field, price, size);
      });
      return;
    }
    this.ib.on(this.names.tickPrice, (...args) => keep("tickPrice", ...args));
    this.ib.on(this.names.tickSize, (...args) => keep("tickSize", ...args));
  }

  placeOrder(orderId, limitPrice) {
    this.ib.placeOrder(
      orderId,
      { symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" },
      {
        action: "BUY",
        orderType: "LMT",
        totalQuantity: 1,
        lmtPrice: limitPrice,
        tif: "DAY",
        account: "DU1234567",
        transmit: true,
      },
    );
  }
}

module.exports = { IBApiDriver };
