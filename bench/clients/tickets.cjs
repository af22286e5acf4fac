"use strict";
// Orders with a ticket each, on record before their bytes leave: a tracker and a journal over a broker of ours.
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { run } = require("./main.cjs");
const { brokerOf, built, CONTRACT, fail, ORDER } = require("./order-broker.cjs");

const CLIENT_ID = 1;

class TicketDriver {
  constructor({ port, maxServerVersion, readMode }) {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), "ibkr-bench-journal-"));
    this.journal = new (built("orders/journal.js").OrderJournal)({
      folder: this.folder,
      endpoint: "bench",
      clientId: CLIENT_ID,
      fsync: "interval",
    });
    this.broker = brokerOf({ port, maxServerVersion, readMode, clientId: CLIENT_ID }, this.journal);
    const journal = new (built("orders/order-trail.js").OrderTrail)(this.journal, fail);
    this.tracker = new (built("orders/order-tracker.js").OrderTracker)(this.broker, {
      clientId: CLIENT_ID,
      journal,
    });
    this.tracker.on("error", fail);
  }

  async open() {
    await this.broker.connect();
    return 1;
  }

  close() {
    this.broker.close();
    this.journal.close();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  subscribe() {}

  count() {}

  onOrderStatus(handler) {
    this.broker.on("orderStatus", handler);
  }

  /** The tracker counts the ids. */
  placeOrder(_orderId, limitPrice) {
    this.tracker.placeOrder(CONTRACT, { ...ORDER, lmtPrice: limitPrice });
  }
}

run((spec) => new TicketDriver(spec));
