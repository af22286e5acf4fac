"use strict";

const { ControlClient } = require("../control/client.cjs");
const { TICK_PRICE } = require("../control/tick.cjs");
const { nowMicros } = require("./clock.cjs");
const { EVENTS, ID_SUM, PRICES, PRICE_SUM, SIZE_SUM } = require("./sums.cjs");

/** Drives the control client; the methods are those of IBApiDriver. */
class ControlDriver {
  constructor({ port, maxServerVersion }, via) {
    this.via = via;
    this.client = new ControlClient({ port, maxServerVersion });
    this.client.on("error", (error) => {
      process.stderr.write(`${error.message}\n`);
      process.exit(1);
    });
  }

  open() {
    return new Promise((resolve) => {
      this.client.once("nextValidId", resolve);
      this.client.connect();
    });
  }

  close() {
    this.client.disconnect();
  }

  subscribe(symbols) {
    for (let id = 1; id <= symbols; id++) this.client.reqMktData(id, `S${id}`);
  }

  go() {
    this.client.reqMarketDataType(1);
  }

  onEnd(handler) {
    this.client.on("tickSnapshotEnd", handler);
  }

  onOrderStatus(handler) {
    this.client.on("orderStatus", handler);
  }

  count(sums) {
    if (this.via === "stream") {
      this.client.onTick((tick) => {
        if (tick.kind === TICK_PRICE) {
          sums[PRICES]++;
          sums[PRICE_SUM] += tick.price;
          sums[ID_SUM] += tick.reqId;
        }
        sums[EVENTS]++;
        sums[SIZE_SUM] += tick.size;
      });
      return;
    }
    this.client.on("tickPrice", (reqId, _field, price) => {
      sums[EVENTS]++;
      sums[PRICES]++;
      sums[PRICE_SUM] += price;
      sums[ID_SUM] += reqId;
    });
    this.client.on("tickSize", (_reqId, _field, size) => {
      sums[EVENTS]++;
      sums[SIZE_SUM] += size;
    });
  }

  /** JavaScript has no arrival stamp: the receive stamp is now. */
  stamps(handler) {
    if (this.via === "stream") this.client.onTick((tick) => handler(tick.price, nowMicros()));
    else this.client.on("tickPrice", (_reqId, _field, price) => handler(price, nowMicros()));
  }

  /** Hands every event or tick to `keep` as its values. */
  record(keep) {
    if (this.via === "stream") {
      this.client.onTick(({ kind, reqId, field, price, size }) =>
        keep(kind === TICK_PRICE ? "price" : "size", reqId, field, price, size),
      );
      return;
    }
    this.client.on("tickPrice", (...args) => keep("tickPrice", ...args));
    this.client.on("tickSize", (...args) => keep("tickSize", ...args));
  }

  placeOrder(orderId, limitPrice) {
    this.client.placeOrder(orderId, limitPrice);
  }
}

module.exports = { ControlDriver };
