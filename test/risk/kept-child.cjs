// A program whose gate is kept, until it is killed: FOLDER. Each order is counted, then on record, then on the wire, which
// is a file here: one byte for each. Says what it has begun with, and the number of each order once that has left.
const { openSync, writeSync } = require("node:fs");
const { join } = require("node:path");

const dist = join(__dirname, "../../dist");
const { OrderJournal } = require(join(dist, "orders/journal.js"));
const { Ledger } = require(join(dist, "orders/ledger.js"));
const { KeptRisk } = require(join(dist, "risk/kept-risk.js"));

const [, , folder] = process.argv;
const journal = new OrderJournal({ folder, endpoint: "127.0.0.1:4002", clientId: 7, fsync: "never" });
const ledger = new Ledger().addAll(journal.recovered.records());
const orders = [...ledger.orders()].map(({ orderId, firstMicros, order }) => ({
  key: order.orderRef,
  account: "DU1",
  strategy: "",
  conId: 1,
  side: "BUY",
  quantity: order.quantity,
  sentMs: Math.floor(firstMicros / 1000),
  isOver: false,
  orderId,
}));

const NONE = { state: "ACTIVE", trades: 0, volume: 0, realized: 0, profit: 0, highestProfit: 0 };
const working = new Map();
let counted = 0;
const core = {
  limits: () => ({ version: 1, values: {} }),
  days: () => [{ scope: "all", ...NONE, orders: counted }],
  restoreDay: (day) => {
    if (day.scope === "all") counted = Math.max(counted, day.orders);
    return day.scope === "all";
  },
  rememberExecution() {},
  rollDay() {
    counted = 0;
  },
  positions: () => [],
  restorePosition: () => true,
  reservations: () => [...working.values()],
  restoreReservation: (order) => working.set(order.key, order) !== undefined,
  setState() {},
  stop: () => true,
  resume: () => true,
  watchLatch() {},
  alive() {},
  close() {},
  drain: () => 0,
};
const kept = KeptRisk.open(
  core,
  { folder, saveMs: 100, day: { time: "00:00", zone: process.env.ZONE } },
  { isLive: true, journal: { orders, executions: [] } },
);
const wire = openSync(join(folder, "wire"), "a");
writeSync(1, `${JSON.stringify({ found: kept.found, counted, working: working.size })}\n`);

let id = Math.max(0, ...orders.map(({ orderId }) => orderId));
setInterval(() => {
  for (let i = 0; i < 20; i++) {
    id += 1;
    const key = `acme:${id}`;
    counted += 1; // checked and reserved
    working.set(key, { key, account: "DU1", conId: 1, side: "BUY", remaining: 5 });
    journal.intent(Date.now() * 1000, id, { orderRef: key, symbol: "AAPL", quantity: 5, limitPrice: 10 });
    writeSync(wire, "."); // sent
    writeSync(1, `${id}\n`);
  }
}, 5);
