// Reads a stream with `onTick`: one object is shown again and again, so that nothing is allocated per tick.
//
// Run it with: node examples/stream.mjs
import { EventName, IBApi, RecordKind, SecType } from "ibkr-native";
import { SimulatedGateway } from "ibkr-native/sim";

const SYMBOLS = ["AAPL", "MSFT", "NVDA", "AMZN", "GOOGL", "META", "TSLA", "JPM", "SPY", "QQQ"];
const SECONDS = 1.5;
const FIRST_REQUEST = 1000;
/** IB's tick types; the board's columns in this order. */
const BID = 1;
const ASK = 2;

// In place of TWS or IB Gateway: a market that moves 200 times a second.
const gateway = await SimulatedGateway.start({ tickIntervalMs: 5 });
const ib = new IBApi({ host: "127.0.0.1", port: gateway.port, clientId: 1 });
ib.on(EventName.error, (error, code) => console.error(`error ${code}: ${error.message}`));

// Numbers live in typed arrays: writing them makes no garbage.
const bids = new Float64Array(SYMBOLS.length);
const asks = new Float64Array(SYMBOLS.length);
const ticks = new Uint32Array(SYMBOLS.length);

ib.onTick((tick) => {
  const row = tick.reqId - FIRST_REQUEST;
  if (row < 0 || row >= SYMBOLS.length) return;
  ticks[row] += 1;
  // Read what you need and keep numbers, never `tick` itself: the next tick is the same object.
  if (tick.kind !== RecordKind.TICK_PRICE) return;
  if (tick.field === BID) bids[row] = tick.price;
  else if (tick.field === ASK) asks[row] = tick.price;
});

ib.once(EventName.nextValidId, () => {
  SYMBOLS.forEach((symbol, row) => {
    const contract = { symbol, secType: SecType.STK, exchange: "SMART", currency: "USD" };
    ib.reqMktData(FIRST_REQUEST + row, contract, "", false, false);
  });
  setTimeout(finish, SECONDS * 1000);
});

function finish() {
  SYMBOLS.forEach((symbol, row) => {
    console.log(`${symbol.padEnd(6)} ${bids[row].toFixed(2)} / ${asks[row].toFixed(2)}  ${ticks[row]} ticks`);
  });
  const total = ticks.reduce((sum, count) => sum + count, 0);
  const { reads, bytesRead } = ib.stats;
  console.log(
    `${total} ticks, ${Math.round(total / SECONDS)} a second, ${bytesRead} bytes in ${reads} reads`,
  );
  ib.once(EventName.disconnected, () => gateway.stop());
  ib.disconnect();
}

ib.connect();
