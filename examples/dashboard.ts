// A program that trades a little, and a page in the browser that shows what it does: quotes, a chart, orders, positions,
// profit and loss, latencies, connections, risk, and the emergency stop. A simulated gateway is started for it, unless
// --host or --port name another; there it places no order unless --trade says so.
//
// Run it with: npm run example:dashboard, and open the link that it prints; Ctrl-C ends it
// or, from Node 22.18 on, as it is: node examples/dashboard.ts
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type ConnectClientOptions, contracts, IBKRClient, OrderDeniedError, orders } from "ibkr-native";
import { serveDashboard } from "ibkr-native/dashboard";

const SYMBOLS = ["AAPL", "MSFT", "SPY", "NVDA"];
/** Between two orders. */
const ORDER_MS = 1_500;

const { values } = parseArgs({
  options: {
    host: { type: "string" },
    port: { type: "string" },
    "client-id": { type: "string", default: "21" },
    /** Of the page; 0: the system chooses. */
    listen: { type: "string", default: "0" },
    /** Ends by itself; else at Ctrl-C. */
    seconds: { type: "string" },
    trade: { type: "boolean", default: false },
  },
});

const { host, port, seconds } = values;
const isSimulated = host === undefined && port === undefined;
const connection: ConnectClientOptions = isSimulated
  ? { environment: "simulation" }
  : { ...(host !== undefined && { host }), ...(port !== undefined && { port: Number(port) }) };

/** Buys and sells in turn: one order in three is far from the market, and works until the end. */
async function trade(client: IBKRClient, signal: AbortSignal): Promise<void> {
  const watched = await client.qualify(SYMBOLS.map((symbol) => contracts.stock(symbol)));
  for (let n = 0; !signal.aborted; n++) {
    await wait(ORDER_MS, undefined, { signal }).catch(() => {});
    const contract = watched[n % watched.length];
    const quote = contract && client.stream.quote(contract);
    if (contract === undefined || quote?.bid === undefined || quote.ask === undefined) continue;
    const isBuy = n % 2 === 0;
    const price = n % 3 === 0 ? quote.bid * (isBuy ? 0.97 : 1.03) : isBuy ? quote.ask : quote.bid;
    try {
      client.placeOrder(contract, orders.limit(isBuy ? "BUY" : "SELL", 100, Math.round(price * 100) / 100));
    } catch (error) {
      // What the risk gate denies has not left: after a stop that is everything.
      if (!(error instanceof OrderDeniedError)) throw error;
    }
  }
}

async function main(): Promise<void> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  if (seconds !== undefined) setTimeout(() => stop.abort(), Number(seconds) * 1_000).unref();

  const risk = {
    maxOrderNotional: 200_000,
    maxOpenOrders: 50,
    maxGrossExposure: 2_000_000,
    maxDailyLoss: 20_000,
  };
  const client = await IBKRClient.connect({ ...connection, clientId: Number(values["client-id"]), risk });
  client.on("error", ({ message }) => console.error(message));
  const watch = await client.qualify(SYMBOLS.map((symbol) => contracts.stock(symbol)));
  const dashboard = await serveDashboard(client, { port: Number(values.listen), watch });
  console.log(`open ${dashboard.url}`);
  try {
    if (isSimulated || values.trade) await trade(client, stop.signal);
    else await new Promise((resolve) => stop.signal.addEventListener("abort", resolve));
  } finally {
    await dashboard.close();
    await client.close();
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
