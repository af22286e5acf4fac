"use strict";
// What clients of orders over a broker of ours have in common: a session without the limit of messages, and an order.
const fs = require("node:fs");
const path = require("node:path");

const dist = path.join(__dirname, "../../dist");
/** A request a microsecond: the rate limiter is out of the way. */
const UNLIMITED = 1e9;
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

/** A module of the built package. */
function built(file) {
  if (!fs.existsSync(path.join(dist, "index.js")))
    throw new Error("dist/index.js is missing: npm run build makes it");
  return require(path.join(dist, file));
}

/** @param journal what its orders are written to, if anything */
function brokerOf(options, journal) {
  const { resolveOptions } = built("api/options.js");
  const { Session } = built("session/session.js");
  const { SessionBroker } = built("session/broker/session-broker.js");
  const resolved = resolveOptions({ ...options, maxReqPerSec: UNLIMITED });
  const broker = new SessionBroker(new Session({ ...resolved, ...(journal && { journal }) }));
  broker.on("fault", fail);
  return broker;
}

module.exports = { CONTRACT, ORDER, brokerOf, built, fail };
