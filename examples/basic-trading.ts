// The life of a small program: connect, find a contract, watch its quote, place an order and change it, see the position,
// and hear of what goes wrong. A simulated gateway is started for it, unless --host or --port name another.
//
// Run it with: npm run example:trading
// or, from Node 22.18 on, as it is: node examples/basic-trading.ts --port 4002
import { parseArgs } from "node:util";
import { type ConnectClientOptions, contracts, IBKRClient, IBKRError, orders } from "ibkr-native";

const QUANTITY = 100;

function connection(): ConnectClientOptions {
  const { values } = parseArgs({
    options: {
      host: { type: "string" },
      port: { type: "string" },
      "client-id": { type: "string", default: "18" },
    },
  });
  const { host, port } = values;
  const clientId = Number(values["client-id"]);
  if (host === undefined && port === undefined)
    return { environment: "simulation", simulation: { tickIntervalMs: 20 }, clientId };
  return { clientId, ...(host !== undefined && { host }), ...(port !== undefined && { port: Number(port) }) };
}

const money = (value: number | undefined) => (value === undefined ? "-" : value.toFixed(2));

async function trade(client: IBKRClient): Promise<void> {
  console.log(`${client.accountName}: ${money(client.account.netLiquidation)} ${client.account.currency}`);

  const aapl = await client.qualify(contracts.stock("AAPL"));
  console.log(`AAPL is contract ${aapl.conId}, listed on ${aapl.primaryExch}`);

  const sub = client.stream.subscribe(aapl, { trades: true });
  await sub.ready;
  const { bid, ask } = sub.quote;
  console.log(`bid ${money(bid)}, ask ${money(ask)}`);
  if (bid === undefined || ask === undefined) throw new Error("there is no market to trade in");

  // Asked for first: what would it cost?
  const cost = await client.whatIf(aapl, orders.market("BUY", QUANTITY));
  console.log(`initial margin of ${QUANTITY}: ${cost.initMarginChange}`);

  // Below the market, so that it works; then it is moved to where it trades.
  const ticket = client.placeOrder(aapl, orders.limit("BUY", QUANTITY, Math.round(bid * 95) / 100));
  ticket.on("status", (status) => console.log(`order ${ticket.orderId} is ${status}`));
  await ticket.acknowledged({ timeoutMs: 5_000 });
  ticket.modify({ limitPrice: Math.round(ask * 101) / 100 });
  const { status, filledQuantity, averagePrice, commission } = await ticket.done({ timeoutMs: 30_000 });
  console.log(`${status}: ${filledQuantity} at ${money(averagePrice)}, commission ${money(commission)}`);

  // The position comes by itself, a moment behind the fill.
  if (client.positions.get(aapl) === undefined)
    await new Promise<void>((resolve) => {
      const stop = client.positions.on("change", ({ contract }) => {
        if (contract.conId !== aapl.conId) return;
        stop();
        resolve();
      });
    });
  const position = client.positions.get(aapl);
  console.log(`position ${position?.quantity} at ${money(position?.averageCost)}`);

  // What goes wrong has a code, the gateway's number and text, and says whether trying again makes sense.
  try {
    await client.qualify(contracts.option("AAPL", "20990101", 1, "C"));
  } catch (error) {
    if (!(error instanceof IBKRError)) throw error;
    console.log(`${error.code} (gateway's ${error.gatewayCode}), retryable: ${error.retryable}`);
  }

  const closing = client.placeOrder(aapl, orders.market("SELL", QUANTITY));
  console.log(`closed: ${(await closing.done({ timeoutMs: 30_000 })).status}`);
  await client.cancelAll();
}

async function main(): Promise<void> {
  const client = await IBKRClient.connect({ timeoutMs: 20_000, ...connection() });
  client.on("state", (state, before) => console.log(`connection: ${before}, now ${state}`));
  client.on("error", (error, ticket) =>
    console.error(ticket?.orderRef ?? "client", error.code, error.message),
  );
  try {
    await trade(client);
  } finally {
    await client.close();
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
