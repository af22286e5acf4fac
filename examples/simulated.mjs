// Tests a trading program against the simulated gateway, in one process: the market only moves when it is told to,
// and the same seed makes the same market every time.
//
// Run it with: node examples/simulated.mjs
import { once } from "node:events";
import { EventName, IBApi, OrderAction, OrderStatus, OrderType, SecType } from "ibkr-native";
import { SimulatedGateway } from "ibkr-native/sim";

const NEVER_MS = 1e9;
const MAX_STEPS = 10_000;

const gateway = await SimulatedGateway.start({ seed: 7, tickIntervalMs: NEVER_MS, startingCash: 100_000 });
// The simulated gateway paces nobody: no limit on requests.
const ib = new IBApi({ host: "127.0.0.1", port: gateway.port, clientId: 1, maxReqPerSec: 100_000 });
ib.on(EventName.error, (error, code, id) => console.log(`message ${code} (${id}): ${error.message}`));
ib.on(EventName.execDetails, (_reqId, { symbol }, { side, shares, price, execId }) =>
  console.log(`${side} ${shares} ${symbol} @ ${price} (${execId})`),
);
ib.on(EventName.commissionReport, ({ commission, currency, realizedPNL }) => {
  const realized =
    realizedPNL === undefined || realizedPNL === Number.MAX_VALUE ? "" : `, realized ${realizedPNL}`;
  console.log(`commission ${commission} ${currency}${realized}`);
});

ib.connect();
let [nextId] = await once(ib, EventName.nextValidId);

const ibm = { symbol: "IBM", secType: SecType.STK, exchange: "SMART", currency: "USD" };

/** Everything sent so far has been answered once the current time comes back: messages keep their order. */
async function settled() {
  ib.reqCurrentTime();
  await once(ib, EventName.currentTime);
}

/** Places an order and moves the market on, step by step, until it has filled. */
async function trade(action, limit) {
  const id = nextId++;
  let status;
  const onStatus = (orderId, newStatus) => {
    if (orderId === id) status = newStatus;
  };
  ib.on(EventName.orderStatus, onStatus);
  ib.placeOrder(id, ibm, {
    action,
    orderType: limit === undefined ? OrderType.MKT : OrderType.LMT,
    lmtPrice: limit,
    totalQuantity: 200,
    tif: "DAY",
    transmit: true,
  });
  await settled();
  let steps = 0;
  for (; status !== OrderStatus.Filled && steps < MAX_STEPS; steps++) {
    gateway.exchange.step();
    await settled();
  }
  ib.off(EventName.orderStatus, onStatus);
  console.log(`order ${id}: ${status} after ${steps} steps of the market`);
}

// What the gateway itself sees is open to a test.
const instrument = gateway.exchange.instruments.resolve({ ...ibm, conId: 0, localSymbol: "" });
const { bid } = gateway.exchange.quote(instrument);
console.log(`IBM bid ${bid}`);

await trade(OrderAction.BUY, Number((bid - 0.05).toFixed(2)));
await trade(OrderAction.SELL);

ib.on(EventName.position, (account, { symbol }, quantity) =>
  console.log(`${account}: ${quantity} ${symbol}`),
);
ib.reqPositions();
await once(ib, EventName.positionEnd);

const executions = gateway.log.entries().filter(({ kind, name }) => kind === "event" && name === "execution");
console.log(`the gateway's log has ${executions.length} executions`);

ib.disconnect();
await gateway.stop();
