// Orders, changes, cancels and fills at random over several connections, each in a thread of its own, whose gates share one
// book; the exchange's own log says whether a limit was ever exceeded: `npm run campaign -- risk --seeds N`. Needs dist/.
import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { type LogEntry, SimulatedGateway } from "../../src/sim/index.js";
import { testSeed } from "../support/seeded-random.js";

const SEEDS = Number(process.env["CAMPAIGN_SEEDS"] ?? 2);
const THREADS = 4;
const OPERATIONS = Number(process.env["CAMPAIGN_OPERATIONS"] ?? 250);
const SYMBOLS = ["AAPL", "MSFT"];
const LIMITS = { maxPosition: 60, maxOpenOrders: 12, maxOrderQuantity: 18 };

const first = testSeed("risk gate", 1);

interface Counts {
  readonly placed: number;
  readonly changed: number;
  readonly cancelled: number;
  readonly denied: Readonly<Record<string, number>>;
}

/** What works at the exchange, and what is held: looked at before each request, when nothing is half done. */
class Exchange {
  readonly breaches: string[] = [];
  mostOpen = 0;
  mostAtWorst = 0;
  private readonly working = new Map<string, { symbol: string; isBuy: boolean; remaining: number }>();
  private readonly held = new Map<string, number>();

  take({ kind, name, body }: LogEntry): void {
    if (kind === "request") this.look();
    if (kind !== "event") return;
    const order = body as Record<string, string & number>;
    const key = `${order["clientId"]} ${order["orderId"]}`;
    if (name === "execution") {
      const signed = /^B/i.test(order["side"]) ? order["shares"] : -order["shares"];
      const symbol = this.working.get(key)?.symbol ?? order["symbol"];
      this.held.set(symbol, (this.held.get(symbol) ?? 0) + Number(signed));
    } else if (name === "order" || name === "cancelled") {
      const isOver =
        name === "cancelled" || ["Filled", "Cancelled", "ApiCancelled", "Inactive"].includes(order["status"]);
      if (isOver && Number(order["remaining"]) === 0) this.working.delete(key);
      else if (isOver) this.working.delete(key);
      else
        this.working.set(key, {
          symbol: order["symbol"],
          isBuy: order["action"] === "BUY",
          remaining: Number(order["remaining"]),
        });
    }
  }

  private look(): void {
    this.mostOpen = Math.max(this.mostOpen, this.working.size);
    if (this.working.size > LIMITS.maxOpenOrders) this.breaches.push(`${this.working.size} open orders`);
    for (const symbol of SYMBOLS) {
      let [high, low] = [this.held.get(symbol) ?? 0, this.held.get(symbol) ?? 0];
      for (const order of this.working.values()) {
        if (order.symbol !== symbol) continue;
        if (order.remaining > LIMITS.maxOrderQuantity) this.breaches.push(`an order of ${order.remaining}`);
        if (order.isBuy) high += order.remaining;
        else low -= order.remaining;
      }
      const worst = Math.max(Math.abs(high), Math.abs(low));
      this.mostAtWorst = Math.max(this.mostAtWorst, worst);
      if (worst > LIMITS.maxPosition) this.breaches.push(`${worst} ${symbol} at worst`);
    }
  }
}

async function run(seed: number) {
  const exchange = new Exchange();
  const gateway = await SimulatedGateway.start({
    seed,
    log: { onEntry: (entry: LogEntry) => exchange.take(entry), keep: 0 },
  } as never);
  try {
    const risk = { ...LIMITS, collarPercent: Number.POSITIVE_INFINITY };
    const workers = Array.from({ length: THREADS }, (_, i) => {
      return new Worker(join(__dirname, "campaign-worker.cjs"), {
        workerData: {
          ...{ port: gateway.port, clientId: i + 1, seed: seed * 100 + i, operations: OPERATIONS, risk },
          ...{ symbols: SYMBOLS, prices: [230, 430], maxServerVersion: i % 2 === 0 ? 226 : 193 },
        },
      });
    });
    // All are connected before the first sends, until the last has sent: they share one book meanwhile. Working orders of
    // one that has gone are not known to a gate that begins behind it.
    const told = () =>
      Promise.all(workers.map(async (worker) => (await once(worker, "message"))[0] as Counts));
    await told();
    for (const worker of workers) worker.postMessage("go");
    const counts = await told();
    await Promise.all(workers.map((worker) => worker.terminate()));
    return { exchange, counts };
  } finally {
    await gateway.stop();
  }
}

test(
  "no limit is ever exceeded at the exchange, whatever several threads send at once",
  async () => {
    let [operations, denied] = [0, 0];
    for (let seed = first; seed < first + SEEDS; seed++) {
      const { exchange, counts } = await run(seed);
      const refused = counts.flatMap((count) => Object.values(count.denied)).reduce((sum, n) => sum + n, 0);
      operations += THREADS * OPERATIONS;
      denied += refused;
      expect({ seed, breaches: exchange.breaches.slice(0, 3) }).toEqual({ seed, breaches: [] });
      // It came near the limits, so that they could have been exceeded.
      expect(exchange.mostOpen).toBeGreaterThan(LIMITS.maxOpenOrders / 2);
      expect(exchange.mostAtWorst).toBeGreaterThan(LIMITS.maxPosition / 2);
      expect(refused).toBeGreaterThan(0);
    }
    console.log(`${operations} operations of seeds ${first} to ${first + SEEDS - 1}, ${denied} denied`);
  },
  60_000 * SEEDS,
);
