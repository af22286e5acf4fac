// One connection of test/risk/campaign.test.ts, in a thread of its own: places, changes and cancels orders at random as long
// as it is told to, and says how many of them the gate has denied, and why. Needs dist/.
const { once } = require("node:events");
const { join } = require("node:path");
const { parentPort, workerData } = require("node:worker_threads");

const { connectOrders } = require(join(__dirname, "../../dist/connect/connected-orders.js"));
const { OrderDeniedError } = require(join(__dirname, "../../dist/domain/order-denied-error.js"));

const { port, clientId, seed, operations, symbols, prices, risk, maxServerVersion } = workerData;

let state = seed >>> 0;
function random(limit) {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) % limit;
}
const soon = () => new Promise((resolve) => setImmediate(resolve));

async function run() {
  const connected = await connectOrders({
    ...{ host: "127.0.0.1", port, clientId, risk, maxServerVersion },
    ...{ maxReqPerSec: 1_000_000, commissionTimeoutMs: 0 },
  });
  const { tracker, gateway } = connected;
  tracker.on("error", () => {});
  const contracts = [];
  for (const symbol of symbols) {
    const contract = { symbol, secType: "STK", exchange: "SMART", currency: "USD" };
    contracts.push((await gateway.lookups.contractDetails(contract))[0].contract);
  }
  const counts = { placed: 0, changed: 0, cancelled: 0, denied: {} };
  const denied = (error) => {
    if (!(error instanceof OrderDeniedError)) throw error;
    counts.denied[error.denyCode] = (counts.denied[error.denyCode] ?? 0) + 1;
  };
  const order = (symbol, isBuy) => {
    // Far from the market, at it, or through it.
    const far = [0.5, 0.999, 1.02][random(3)];
    const price = Math.round(prices[symbol] * (isBuy ? far : 2 - far) * 100) / 100;
    return {
      action: isBuy ? "BUY" : "SELL",
      orderType: "LMT",
      lmtPrice: price,
      totalQuantity: 1 + random(20),
      tif: "DAY",
      transmit: true,
    };
  };
  const go = once(parentPort, "message");
  parentPort.postMessage("connected");
  await go;
  const live = [];
  for (let i = 0; i < operations; i++) {
    while (live.length > 0 && live[0].isOver) live.shift();
    const ticket = live[random(live.length || 1)];
    const dice = random(10);
    try {
      if (dice < 6 || ticket === undefined || ticket.isOver) {
        const symbol = random(symbols.length);
        live.push(tracker.placeOrder(contracts[symbol], order(symbol, random(2) === 0)));
        counts.placed++;
      } else if (dice < 8) {
        ticket.modify({ quantity: ticket.filledQuantity + 1 + random(20) });
        counts.changed++;
      } else {
        ticket.cancel();
        counts.cancelled++;
      }
    } catch (error) {
      if (error.code !== "ERR_IBKR_ORDER_OVER") denied(error);
    }
    if (random(4) === 0) await soon();
  }
  parentPort.postMessage(counts);
}

run().catch((error) => {
  throw error;
});
