// Headlines as they come, and orders that words in them set off, each with an end of its own: a bracket. A report at the end
// shows what came of it.
//
// It shows how news come and how a program answers them. Whether a word says what a price will do is another question, and
// whoever is paid to answer it reads faster. Headlines come with the quotes (generic tick 292), of the providers that the login
// has a subscription to; a simulated gateway, whose news are made up, is started unless --host or --port name another: use a
// paper account.
//
// Run it with: npm run example:news
// or, from Node 22.18 on, as it is: node examples/news-trigger.ts --port 4002 --symbols AAPL,MSFT --seconds 600
import { parseArgs } from "node:util";
import { type ConnectClientOptions, contracts, IBKRClient, orders, roundPrice } from "ibkr-native";

const QUANTITY = 50;
/** What words set off; whatever has none of them is only shown. */
const RULES: readonly { readonly words: RegExp; readonly action: "BUY" | "SELL" }[] = [
  { words: /raises its outlook|supply agreement|rating reiterated/i, action: "BUY" },
  { words: /cuts its outlook|heavy volume|new finance chief/i, action: "SELL" },
];
/** Where it ends, as shares of the price. */
const PROFIT = 0.01;
const LOSS = 0.005;

const { values } = parseArgs({
  options: {
    host: { type: "string" },
    port: { type: "string" },
    "client-id": { type: "string", default: "20" },
    symbols: { type: "string", default: "AAPL,MSFT,NVDA,AMZN,GOOGL,META,TSLA" },
    seconds: { type: "string", default: "20" },
  },
});

function connection(): ConnectClientOptions {
  const { host, port } = values;
  const clientId = Number(values["client-id"]);
  if (host === undefined && port === undefined)
    return { environment: "simulation", simulation: { tickIntervalMs: 20 }, clientId };
  return { clientId, ...(host !== undefined && { host }), ...(port !== undefined && { port: Number(port) }) };
}

async function trade(client: IBKRClient): Promise<void> {
  const strategy = client.strategy("news");
  const found = await client.qualify(values.symbols.split(",").map((symbol) => contracts.stock(symbol)));
  let headlines = 0;
  for (const contract of found) {
    const [{ minTick = 0.01 }] = await client.contractDetails(contract);
    const sub = client.stream.subscribe(contract, { news: true });
    /** What a headline has set off, and no headline again: a story is told by many. */
    let isDone = false;
    const answer = (headline: string) => {
      const rule = RULES.find(({ words }) => words.test(headline));
      const { bid, ask } = sub.quote;
      if (rule === undefined || isDone || bid === undefined || ask === undefined) return;
      isDone = true;
      const isBuy = rule.action === "BUY";
      const [entry, exit, sign] = isBuy ? ([ask, "SELL", 1] as const) : ([bid, "BUY", -1] as const);
      const at = (share: number) => roundPrice(entry * (1 + sign * share), minTick, exit);
      strategy.placeBracket(contract, orders.limit(rule.action, QUANTITY, entry), [
        orders.limit(exit, QUANTITY, at(PROFIT)),
        orders.stop(exit, QUANTITY, at(-LOSS)),
      ]);
      console.log(`${contract.symbol}: ${rule.action} ${QUANTITY} at ${entry}`);
    };
    const waiting: string[] = [];
    sub.on("news", ({ timeMs, providerCode, headline }) => {
      headlines += 1;
      console.log(`${new Date(timeMs).toISOString()} ${providerCode} ${headline}`);
      // Those of the day come with the subscription, before there is a quote.
      waiting.push(headline);
      void sub.ready.then(
        () => waiting.splice(0).forEach(answer),
        () => {},
      );
    });
    await sub.ready;
  }

  await new Promise((resolve) => setTimeout(resolve, Number(values.seconds) * 1000));
  await strategy.closeAll({ timeoutMs: 20_000 });
  console.log(`${headlines} headlines`);
  console.log();
  console.log(client.strategies.report().toTable());
}

async function main(): Promise<void> {
  const client = await IBKRClient.connect({ timeoutMs: 20_000, ...connection() });
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
