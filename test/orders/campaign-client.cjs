// One life of a program with orders, for test/orders/deaths.test.ts: connects, places ten orders in every way, is told to
// end, and says what became of each. live(given, say, end) in this process, or node campaign-client.cjs JSON in one of its
// own, which may be killed: a line of JSON an event, and the end of stdin ends it. `given` has port, folder, version, seed,
// orders (0 in a second life). Needs dist/.
const { writeSync } = require("node:fs");
const { join } = require("node:path");
const { createInterface } = require("node:readline");

const { connectOrders } = require(join(__dirname, "../../dist/connect/connected-orders.js"));

const SLOT = 0;
const CONTRACT = { symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" };
const BUY = { action: "BUY", totalQuantity: 10, tif: "DAY", transmit: true };
const MARKET = { ...BUY, orderType: "MKT" };
const FAR = { ...BUY, orderType: "LMT", lmtPrice: 1 };
/** More than the fast path has. */
const GENERAL = { ...FAR, minQty: 5 };
const WAYS = ["market", "far", "general", "template", "armed"];

function randomOf(seed) {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  };
}
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Where the gateway is just dead, again: the first connect is not tried again by itself. */
async function connect(options) {
  for (let tries = 0; ; tries++) {
    try {
      return await connectOrders(options);
    } catch (error) {
      if (!GONE.includes(error.code) || tries > 1000) throw error;
      await wait(10);
    }
  }
}
const GONE = ["ERR_IBKR_CONNECT", "ERR_IBKR_CONNECTION_LOST", "ERR_IBKR_HANDSHAKE", "ERR_IBKR_NOT_SENT"];

/** @param end resolves when it is to end */
async function live({ port, folder, version, seed, orders }, say, end) {
  const connected = await connect({
    host: "127.0.0.1",
    port,
    clientId: 1,
    maxServerVersion: version,
    maxReqPerSec: 10_001,
    journal: { folder, fsync: "never" },
    prefix: "deaths",
    commissionTimeoutMs: 100,
    reconnectFirstMs: 10,
    reconnectMostMs: 50,
    clientIdWaitMs: 10,
  });
  const { gateway, tracker } = connected;
  let ended = false;
  end.then(() => {
    ended = true;
  });
  const armed = [];
  let fills = 0;
  tracker.on("fill", (_detail, news) => {
    if (news === "new") fills++;
  });
  say({ ready: true, restored: tracker.tickets.length });
  if (orders > 0) await place(gateway, tracker, armed, orders, randomOf(seed), say);
  say({ placed: true });
  while (!ended) await wait(2);
  for (const order of armed) order.disarm();
  let calm = 0;
  let before = "";
  for (let i = 0; i < 3000 && calm < 30; i++) {
    await wait(5);
    const now = tracker.tickets.map((t) => `${t.status} ${t.filledQuantity} ${t.executions.length}`).join();
    const isMoving = tracker.tickets.some(({ status }) => status === "sent" || status === "unsent");
    calm = now === before && gateway.gatewayState === "READY" && !isMoving ? calm + 1 : 0;
    before = now;
  }
  const tickets = tracker.tickets.map((t) => ({
    orderId: t.orderId,
    orderRef: t.orderRef,
    status: t.status,
    filled: t.filledQuantity,
    executions: t.executions.map(({ execution }) => [execution.execId, execution.shares]),
    commissions: t.commissions.length,
    error: t.error?.message,
  }));
  await connected.close();
  say({
    tickets,
    fills,
    reconnects: gateway.stats().reconnects,
    journalError: connected.journalError?.message,
  });
}

async function place(gateway, tracker, armed, orders, random, say) {
  let template;
  const attempt = (send) => {
    try {
      const got = send();
      if (got.orderRef !== undefined) say({ order: got.orderRef });
      return got;
    } catch (error) {
      // Not connected at the moment: it never left.
      if (!["ERR_IBKR_NOT_SENT", "ERR_IBKR_CANNOT_ARM", "ERR_IBKR_ARGUMENT"].includes(error.code))
        throw error;
      say({ refused: error.code });
      return undefined;
    }
  };
  const subscribe = () => {
    const treatment = { boardSlot: SLOT, conflateMs: 0, conflateTrades: false, policy: "backpressure" };
    return gateway.feed.subscribe({ kind: "quotes", contract: CONTRACT }, { refused: () => {} }, treatment);
  };
  let subscribed = attempt(subscribe) !== undefined;
  gateway.on("gatewayState", (now) => {
    if (now !== "READY") subscribed = false;
  });
  template = attempt(() => tracker.prepareOrder(CONTRACT, MARKET));
  for (let i = 0; i < orders; i++) {
    const way = WAYS[random(WAYS.length)];
    if (way === "market") attempt(() => tracker.placeOrder(CONTRACT, MARKET));
    if (way === "far") attempt(() => tracker.placeOrder(CONTRACT, FAR));
    if (way === "general") attempt(() => tracker.placeOrder(CONTRACT, GENERAL));
    if (way === "template") attempt(() => template.send({ quantity: 3 }));
    if (way === "armed") {
      if (!subscribed) subscribed = attempt(subscribe) !== undefined;
      // One half fires with the next quote, the other never.
      const price = random(2) === 0 ? 1e6 : 1;
      const order = attempt(() =>
        template.arm({ when: { boardSlot: SLOT, field: "ask", op: "<=", price }, quantity: 2 }),
      );
      if (order !== undefined) armed.push(order);
    }
    if (random(3) === 0) await wait(random(6));
  }
}

module.exports = { live };

if (require.main === module) {
  const say = (what) => writeSync(1, `${JSON.stringify(what)}\n`);
  const end = new Promise((resolve) => createInterface({ input: process.stdin }).once("line", resolve));
  live(JSON.parse(process.argv[2]), say, end).then(
    () => process.exit(0),
    (error) => {
      say({ failed: `${error.code} ${error.stack}` });
      process.exit(1);
    },
  );
}
