// A program written for @stoqey/ib, on ibkr-native: the import is the one line that changes.
//
//   - import { EventName, IBApi, OrderAction, OrderType, SecType } from "@stoqey/ib";
//   + import { EventName, IBApi, OrderAction, OrderType, SecType } from "ibkr-native";
//
// Run it with: node examples/drop-in.mjs
import { EventName, IBApi, OrderAction, OrderType, SecType } from "ibkr-native";
import { SimulatedGateway } from "ibkr-native/sim";

// In place of TWS or IB Gateway: nothing leaves the machine.
const gateway = await SimulatedGateway.start({ tickIntervalMs: 50 });

const ib = new IBApi({ host: "127.0.0.1", port: gateway.port, clientId: 1 });
const aapl = { symbol: "AAPL", secType: SecType.STK, exchange: "SMART", currency: "USD" };
const BID = 1;
const ASK = 2;
const quote = { bid: undefined, ask: undefined };
let orderId;

ib.on(EventName.error, (error, code, reqId) => console.error(`error ${code} (${reqId}): ${error.message}`));

ib.once(EventName.nextValidId, (id) => {
  orderId = id;
  ib.reqMktData(1001, aapl, "", false, false);
});

ib.on(EventName.tickPrice, (_reqId, field, price) => {
  if (field === BID) quote.bid = price;
  else if (field === ASK) quote.ask = price;
  else return;
  console.log(`AAPL ${quote.bid ?? "-"} / ${quote.ask ?? "-"}`);
  if (orderId !== undefined && quote.ask !== undefined) buy(orderId);
});

function buy(id) {
  orderId = undefined;
  console.log(`order ${id}: BUY 100 AAPL LMT ${quote.ask}`);
  ib.placeOrder(id, aapl, {
    action: OrderAction.BUY,
    orderType: OrderType.LMT,
    totalQuantity: 100,
    // Above the ask: it fills even if the price has moved on.
    lmtPrice: Number((quote.ask * 1.001).toFixed(2)),
    tif: "DAY",
    transmit: true,
  });
}

ib.on(EventName.orderStatus, (id, status, filled, remaining, averagePrice) => {
  console.log(`order ${id}: ${status}, ${filled} filled, ${remaining} remaining, average ${averagePrice}`);
});

ib.on(EventName.commissionReport, ({ commission, currency }) => {
  console.log(`commission ${commission} ${currency}`);
  ib.cancelMktData(1001);
  ib.disconnect();
});

ib.once(EventName.disconnected, () => gateway.stop());

ib.connect();
