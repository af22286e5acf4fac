// Drives the drop-in against the hostile gateway: what it does is drawn, what must be so whatever comes is checked.
const path = require("node:path");
const { IBApi, EventName, Stock, LimitOrder } = require(path.join(__dirname, "../../../dist/index.js"));

const POLICIES = ["backpressure", "conflate", "drop-oldest"];
/** Ids and symbols change, the objects are reused as a program would. */
const contract = new Stock("A");

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
/** Keeps the loop busy: nothing is read but by the guard, and a small ring fills. */
const stall = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** What a round saw. */
function tally() {
  return { connections: 0, ticks: 0, events: 0, orders: 0, ends: 0, errors: 0 };
}

/** One client and what it does in one round. */
class Client {
  constructor(port, readMode, random, seen) {
    this.random = random;
    this.seen = seen;
    this.isUp = false;
    this.ib = new IBApi({
      port,
      readMode,
      ringPolicy: random.pick(POLICIES),
      ringCapacity: random.pick([64, 64, 256, 4096]),
      stallMicros: random.pick([100, 1000]),
      handshakeTimeoutMs: 150,
      connectTimeoutMs: 1000,
      maxReqPerSec: 1_000_000,
      maxServerVersion: random.pick([176, 193, 226, 226]),
      sendBufferBytes: random.pick([0, 0, 4096]),
      receiveBufferBytes: random.pick([0, 0, 4096]),
    });
    this.listen();
  }

  listen() {
    const { ib, random, seen } = this;
    ib.on(EventName.connected, () => {
      if (this.isUp) throw new Error("connected twice");
      this.isUp = true;
      seen.connections++;
    });
    ib.on(EventName.disconnected, () => {
      this.isUp = false;
      seen.ends++; // also where there was no connection: of an attempt that failed
      if (ib.isConnected) throw new Error("disconnected, and isConnected");
      if (random.oneIn(3)) ib.connect();
    });
    ib.on(EventName.error, () => {
      seen.errors++;
    });
    ib.onTick((tick) => {
      seen.ticks++;
      // On the clock that never steps, and never of the future.
      const ageMicros = Number(process.hrtime.bigint()) / 1000 - tick.receivedMicros;
      if (!(ageMicros >= 0)) throw new Error(`a tick that arrived ${-ageMicros} µs from now`);
      if (random.oneIn(5000)) this.something();
    });
    if (random.oneIn(2)) ib.on(EventName.tickPrice, () => seen.events++);
    if (random.oneIn(2)) ib.on(EventName.all, () => seen.events++);
    if (random.oneIn(4)) ib.on(EventName.received, () => seen.events++);
    if (random.oneIn(4)) ib.on(EventName.sent, () => seen.events++);
  }

  /** One thing that a program may do at any moment, also inside a handler. */
  something() {
    const { ib, random, seen } = this;
    switch (random.below(11)) {
      case 0:
      case 1:
        if (!ib.isConnected) ib.connect();
        return;
      case 2:
        if (ib.isConnected && random.oneIn(2)) ib.disconnect();
        return;
      case 3:
      case 4:
      case 5: {
        const count = random.oneIn(10) ? 400 : 1 + random.below(10);
        for (let i = 0; i < count; i++) {
          const order = new LimitOrder(
            random.pick(["BUY", "SELL"]),
            1 + random.below(1e6) / 100,
            1 + random.below(9),
            true,
          );
          if (random.oneIn(5)) order.orderRef = "r".repeat(random.below(2000));
          ib.placeOrder(1 + random.below(1e6), contract, order);
          seen.orders++;
        }
        return;
      }
      case 6:
        ib.cancelOrder(1 + random.below(1e6));
        return;
      case 7:
        ib.reqMktData(random.below(100), contract, "", false, false);
        return;
      case 8:
        if (ib.stats !== undefined && !(ib.stats.frames >= ib.stats.malformed))
          throw new Error("stats are off");
        return;
      case 9:
        stall(random.below(15));
        return;
      default:
        ib.reqContractDetails(random.below(100), { symbol: "x".repeat(random.oneIn(20) ? 100_000 : 5) });
    }
  }

  async run(ms) {
    const { ib, random } = this;
    ib.connect();
    for (const until = Date.now() + ms; Date.now() < until; ) {
      this.something();
      await (random.oneIn(3) ? sleep(random.below(20)) : new Promise(setImmediate));
    }
    if (ib.isConnected) ib.disconnect();
    ib.removeAllListeners(EventName.disconnected); // some connect again
    ib.disconnect();
    await sleep(1);
    if (ib.isConnected) throw new Error("isConnected after disconnect()");
  }
}

/** One round: some clients at a time, one read mode. */
async function round(port, readMode, random, ms) {
  const seen = tally();
  const clients = Array.from({ length: 1 + random.below(4) }, () => new Client(port, readMode, random, seen));
  await Promise.all(clients.map((client) => client.run(ms)));
  return seen;
}

module.exports = { IBApi, round, tally };
