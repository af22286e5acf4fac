// Against a real paper gateway, by hand:
//
//   npm run test:paper -- --port 4002 [--host 127.0.0.1] [--client-id 97] [--symbol AAPL] [--order] [--server-version 193]
//
// Connects (an account of real money is refused), asks for contract details and for the margin of an order that is not placed.
// With --order it places a limit order for one share at half of what it trades at, and cancels it. Without a port, and
// without PAPER_GATEWAY=HOST:PORT, it is skipped.
import { parseArgs } from "node:util";
import { contracts, IBKRClient, orders, roundPrice } from "ibkr-native";

const { values } = parseArgs({
  options: {
    host: { type: "string" },
    port: { type: "string" },
    "client-id": { type: "string", default: "97" },
    symbol: { type: "string", default: "AAPL" },
    "server-version": { type: "string", default: "226" },
    order: { type: "boolean", default: false },
  },
});
const [, namedHost, namedPort] = /^(.+):(\d+)$/.exec(process.env["PAPER_GATEWAY"] ?? "") ?? [];
const port = values.port ?? namedPort;

if (port === undefined) {
  console.log("skipped: no paper gateway is named (--port PORT, or PAPER_GATEWAY=HOST:PORT)");
  process.exit(0);
}

let step = "";
async function told(name, call) {
  step = name;
  const begunMs = performance.now();
  const result = await call();
  console.log(`ok  ${name} (${Math.round(performance.now() - begunMs)} ms)`);
  return result;
}

function must(isSo, what) {
  if (!isSo) throw new Error(what);
}

let client;
try {
  client = await told("connects to paper trading, with positions and accounts", () =>
    IBKRClient.connect({
      environment: "paper",
      host: values.host ?? namedHost ?? "127.0.0.1",
      port: Number(port),
      clientId: Number(values["client-id"]),
      maxServerVersion: Number(values["server-version"]),
      timeoutMs: 30_000,
    }),
  );
  const { accountName } = client;
  must(/^D/.test(accountName), "the account is none of paper trading");
  console.log(`    server version ${client.api.serverVersion}, ${client.gateway.status().state}`);

  const stock = await told("finds a contract", () => client.qualify(contracts.stock(values.symbol)));
  must(stock.conId > 0, "it has no conId");
  const [details] = await told("has its details", () => client.contractDetails(stock));
  must(details.minTick > 0, "they have no minTick");
  const drift = (await told("tells the time", () => client.serverTimeMs())) - Date.now();
  console.log(`    the gateway's clock is ${(drift / 1000).toFixed(1)} s off`);
  const quote = await told("has a snapshot, live or delayed", () =>
    client.snapshot(stock).catch(({ code, message }) => ({ refused: `${code}: ${message}` })),
  );
  if (quote.refused !== undefined) console.log(`    ${quote.refused}`);

  const cost = await told("says what an order would cost, which is not placed", () =>
    client.whatIf(stock, orders.market("BUY", 1)),
  );
  console.log(`    initial margin ${cost.initMarginChange}`);
  must(client.tickets.length === 0, "an order was placed");

  if (values.order) {
    const known = quote.last ?? quote.close ?? quote.bid;
    must(known > 0, "no price is known, from which to be far");
    const price = roundPrice(known / 2, details.minTick, "BUY");
    const ticket = client.placeOrder(stock, orders.limit("BUY", 1, price));
    await told(`places a limit order far from the market, at ${price}`, () =>
      ticket.acknowledged({ timeoutMs: 20_000 }),
    );
    ticket.cancel();
    const { status } = await told("cancels it", () => ticket.done({ timeoutMs: 20_000 }));
    must(status === "cancelled", `it is ${status}`);
  } else {
    console.log("--  no order: --order places one far from the market, and cancels it");
  }
  await told("closes", () => client.close());
} catch (error) {
  console.error(
    `not ok  ${step}: ${error?.code === undefined ? "" : `${error.code}: `}${error?.message ?? error}`,
  );
  process.exitCode = 1;
  await client?.close();
}
