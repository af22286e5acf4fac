// A strategy as a program: it buys what has fallen far below its mean of the last minute and sells it at the mean again, with
// a stop below, by brackets; and shows what it has made: a report of the day, by strategy and account.
//
// It shows how such a program is put together. It is not a way to earn money, and Interactive Brokers' quotes are no basis for
// a fast one: they are snapshots, about every 250 ms, not every change, so that a price may have gone by the time it is seen.
// A simulated gateway, whose markets walk at random, is started for it, unless --host or --port name another: use a paper
// account.
//
// Run it with: npm run example:mean-reversion -- --seconds 30
// or, from Node 22.18 on, as it is: node examples/mean-reversion.ts --port 4002 --symbols AAPL,MSFT
import { parseArgs } from "node:util";
import {
  type ConnectClientOptions,
  contracts,
  IBKRClient,
  orders,
  type QualifiedContract,
  roundPrice,
  type Strategy,
  type Subscription,
} from "ibkr-native";

/** Prices that a mean is made of. */
const WINDOW = 40;
/** How many deviations below the mean a price has to be. */
const ENTRY = 1.5;
const STOP = 3;
/** Of the account's worth, in one position at most. */
const SHARE = 0.02;

const { values } = parseArgs({
  options: {
    host: { type: "string" },
    port: { type: "string" },
    "client-id": { type: "string", default: "19" },
    symbols: { type: "string", default: "AAPL,MSFT,NVDA" },
    seconds: { type: "string", default: "60" },
    "sample-ms": { type: "string", default: "250" },
  },
});

function connection(): ConnectClientOptions {
  const { host, port } = values;
  const clientId = Number(values["client-id"]);
  if (host === undefined && port === undefined)
    return { environment: "simulation", simulation: { tickIntervalMs: 20 }, clientId };
  return { clientId, ...(host !== undefined && { host }), ...(port !== undefined && { port: Number(port) }) };
}

/** The mean of the last prices, and how far they are from it. */
class Window {
  private readonly prices: number[] = [];

  /** @returns undefined until there are enough */
  add(price: number): { readonly mean: number; readonly deviation: number } | undefined {
    this.prices.push(price);
    if (this.prices.length > WINDOW) this.prices.shift();
    if (this.prices.length < WINDOW) return undefined;
    const mean = this.prices.reduce((sum, one) => sum + one, 0) / WINDOW;
    const variance = this.prices.reduce((sum, one) => sum + (one - mean) ** 2, 0) / WINDOW;
    return { mean, deviation: Math.sqrt(variance) };
  }
}

/** One contract: looks at its quote, and trades when there is reason to. */
class Trader {
  private readonly window = new Window();
  private readonly strategy: Strategy<undefined>;
  private readonly contract: QualifiedContract;
  private readonly sub: Subscription;
  private readonly increment: number;

  constructor(
    strategy: Strategy<undefined>,
    contract: QualifiedContract,
    sub: Subscription,
    increment: number,
  ) {
    this.strategy = strategy;
    this.contract = contract;
    this.sub = sub;
    this.increment = increment;
  }

  look(): void {
    const { bid, ask } = this.sub.quote;
    if (bid === undefined || ask === undefined) return;
    const known = this.window.add((bid + ask) / 2);
    if (known === undefined || this.isBusy()) return;
    const { mean, deviation } = known;
    const target = roundPrice(mean, this.increment, "SELL");
    if (ask > mean - ENTRY * deviation || target <= ask) return;
    const stop = roundPrice(mean - STOP * deviation, this.increment, "SELL", "stop");
    const quantity = 100; // the sizer has the last word
    const bracket = this.strategy.placeBracket(this.contract, orders.limit("BUY", quantity, ask), [
      orders.limit("SELL", quantity, target),
      orders.stop("SELL", quantity, Math.min(stop, roundPrice(bid - this.increment, this.increment, "SELL"))),
    ]);
    if (bracket !== undefined)
      console.log(
        `${this.contract.symbol}: buys at ${ask}, which is below ${mean.toFixed(2)}; sells at ${target}`,
      );
  }

  /** It holds some of it, or something works: one bracket at a time. */
  private isBusy(): boolean {
    const { conId } = this.contract;
    return (
      this.strategy.position(this.contract) !== undefined ||
      this.strategy.tickets.some((ticket) => !ticket.isOver && ticket.contract.conId === conId)
    );
  }
}

async function trade(client: IBKRClient): Promise<void> {
  const strategy = client.strategy("mean-reversion", {
    prefix: "mean-rev",
    sizer: ({ quantity = 0, quote, equity }) => {
      if (quote?.ask === undefined || equity === undefined) return undefined;
      return Math.min(quantity, Math.floor((equity * SHARE) / quote.ask)) || undefined;
    },
  });
  strategy.on("fill", ({ contract, execution }) =>
    console.log(`${contract.symbol}: ${execution.side} ${execution.shares} at ${execution.price}`),
  );

  const found = await client.qualify(values.symbols.split(",").map((symbol) => contracts.stock(symbol)));
  const traders: Trader[] = [];
  for (const contract of found) {
    const sub = client.stream.subscribe(contract);
    await sub.ready;
    const [details] = await client.contractDetails(contract);
    traders.push(new Trader(strategy, contract, sub, details.minTick ?? 0.01));
  }

  const failures: unknown[] = [];
  const timer = setInterval(() => {
    try {
      for (const trader of traders) trader.look();
    } catch (error) {
      failures.push(error);
      clearInterval(timer);
    }
  }, Number(values["sample-ms"]));
  await new Promise((resolve) => setTimeout(resolve, Number(values.seconds) * 1000));
  clearInterval(timer);

  // What works is cancelled, and what is held is sold: it ends flat. Others keep what they hold.
  await strategy.closeAll({ timeoutMs: 20_000 });

  console.log();
  console.log(client.strategies.report().toTable());
  if (failures.length > 0) throw failures[0];
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
