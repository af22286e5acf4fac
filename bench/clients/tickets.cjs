"use strict";
// Orders with a ticket each, on record before their bytes leave: a tracker and a journal over a broker of ours.
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { run } = require("./main.cjs");

const dist = path.join(__dirname, "../../dist");
/** A request a microsecond: the rate limiter is out of the way. */
const UNLIMITED = 1e9;
const CLIENT_ID = 1;
const CONTRACT = { symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" };
const ORDER = {
  action: "BUY",
  orderType: "LMT",
  totalQuantity: 1,
  lmtPrice: 1,
  tif: "DAY",
  account: "DU1234567",
  transmit: true,
};

function fail(error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

class TicketDriver {
  constructor({ port, maxServerVersion, readMode }) {
    if (!fs.existsSync(path.join(dist, "index.js")))
      throw new Error("dist/index.js is missing: npm run build makes it");
    const from = (file) => require(path.join(dist, file));
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), "ibkr-bench-journal-"));
    this.journal = new (from("orders/journal.js").OrderJournal)({
      folder: this.folder,
      endpoint: "bench",
      clientId: CLIENT_ID,
      fsync: "interval",
    });
    const options = from("api/options.js").resolveOptions({
      port,
      maxServerVersion,
      readMode,
      clientId: CLIENT_ID,
      maxReqPerSec: UNLIMITED,
    });
    const session = new (from("session/session.js").Session)({ ...options, journal: this.journal });
    this.broker = new (from("session/broker/session-broker.js").SessionBroker)(session);
    this.broker.on("fault", fail);
    const journal = new (from("orders/order-trail.js").OrderTrail)(this.journal, fail);
    this.tracker = new (from("orders/order-tracker.js").OrderTracker)(this.broker, {
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
