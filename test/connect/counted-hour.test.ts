import { describe, expect, test } from "vitest";
import type { IBKRClient } from "../../src/connect/client.js";
import * as contracts from "../../src/domain/contracts.js";
import * as orders from "../../src/domain/orders.js";
import { VirtualClock } from "../../src/sim/index.js";
import { cleansUp, clientAt, simulated, told } from "../client/client-stage.js";
import { SeededRandom, testSeed } from "../support/seeded-random.js";

cleansUp();

const seed = testSeed("counted hour", 17);
const CLIENT_ID = 1;
const MINUTES = 60;
const STOCKS = ["AAPL", "MSFT", "SPY"].map((symbol) => contracts.stock(symbol));

interface Entry {
  readonly kind: string;
  readonly name: string;
  readonly client?: number | undefined;
  readonly body: unknown;
}

/** What the gateway's own log says of one client. */
class Account {
  readonly requests = new Map<string, number>();
  readonly responses = new Map<string, number>();
  readonly codes: Record<string, number> = {};
  readonly orderIds = new Set<number>();
  readonly executions = new Set<string>();

  readonly take = ({ kind, name, client, body }: Entry): void => {
    // What opens a connection is of a client that has said no number yet.
    if (client !== CLIENT_ID && name !== "startApi") return;
    if (kind === "request") {
      this.requests.set(name, (this.requests.get(name) ?? 0) + 1);
      if (name === "placeOrder") this.orderIds.add((body as { orderId: number }).orderId);
    }
    if (kind === "response") {
      if (name === "executionData")
        this.executions.add((body as { execution: { execId: string } }).execution.execId);
      this.responses.set(name, (this.responses.get(name) ?? 0) + 1);
      if (name === "error") {
        const { code } = body as { code: number };
        this.codes[code] = (this.codes[code] ?? 0) + 1;
      }
    }
  };
}

const total = (counts: ReadonlyMap<string, number>) =>
  [...counts.values()].reduce((sum, count) => sum + count, 0);

/** One minute of a day: orders that fill, rest, are changed, cancelled and refused; questions that are refused. */
async function minute(client: IBKRClient, random: SeededRandom): Promise<void> {
  const [stock] = STOCKS.toSorted(() => random.next() - 0.5);
  for (let n = random.int(0, 3); n > 0; n--) {
    const action = random.chance(0.5) ? "BUY" : "SELL";
    switch (random.int(0, 4)) {
      case 0:
        client.placeOrder(stock, orders.limit(action, random.int(1, 50), action === "BUY" ? 1 : 9_999));
        break;
      case 1:
        client.placeOrder(stock, { ...orders.market(action, 5), account: "DU9999999" });
        break;
      case 2:
        await client.contractDetails(contracts.stock("NOSUCH")).catch(() => {});
        break;
      default:
        client.placeOrder(stock, orders.market(action, random.int(1, 500)));
    }
  }
  for (const ticket of client.tickets) {
    if (ticket.status !== "working" || !random.chance(0.4)) continue;
    if (random.chance(0.5)) ticket.cancel();
    else ticket.modify({ quantity: 60 });
  }
}

describe.each([193, 226])("after a scripted hour, server version %i", (maxServerVersion) => {
  test("counters are exactly what the gateway's own log says: messages, orders, fills, errors by code", async () => {
    const random = new SeededRandom(seed);
    const clock = new VirtualClock();
    const log = new Account();
    const sim = await simulated({
      ...{ clock, tickIntervalMs: 1_000, seed, unsubscribedExchanges: ["NYSE"] },
      log: { keep: 0, onEntry: log.take },
    });
    const client = await clientAt(sim, { clientId: CLIENT_ID, maxServerVersion, live: { pnl: false } });
    for (const stock of STOCKS) client.stream.subscribe(stock, { trades: true });
    const back = () =>
      told(
        (listener) => client.on("state", listener),
        (state) => state === "ready",
      );
    for (let n = 0; n < MINUTES; n++) {
      await minute(client, random);
      // What the gateway says comes in order: behind this answer nothing is on its way.
      await client.serverTimeMs();
      clock.advance(60_000);
      await client.serverTimeMs();
      if (n === 20) {
        const lost = sim.fault({ kind: "upstream-lost" });
        await client.serverTimeMs();
        lost.stop();
      }
      if (n === 40) {
        const isBack = back();
        sim.fault({ kind: "restart", downMs: 1 });
        clock.advance(1);
        await isBack;
      }
    }
    await client.serverTimeMs();
    const { totals, orders: counted, stream } = client.stats();

    expect(totals.gatewayCodes).toEqual(log.codes);
    expect(Object.keys(log.codes)).toEqual(expect.arrayContaining(["200", "1100", "202", "2104"]));
    expect(totals.framesSent).toBe(total(log.requests));
    expect([totals.frames, totals.hot + totals.cold]).toEqual([total(log.responses), total(log.responses)]);
    expect(totals.frames).toBeGreaterThan(5_000);
    expect(counted.placed).toBe(log.orderIds.size);
    expect(counted.placed).toBeGreaterThan(40);
    expect(counted.fills).toBe(log.executions.size);
    expect(counted.fills).toBeGreaterThan(10);
    const ended = (status: string) => client.tickets.filter((ticket) => ticket.status === status).length;
    expect(counted.ended).toEqual({
      ...{ filled: ended("filled"), cancelled: ended("cancelled"), rejected: ended("rejected") },
      "not-sent": 0,
    });
    expect([counted.ended.rejected, counted.ended.cancelled]).toEqual([log.codes["321"], log.codes["202"]]);
    const ticks = ["tickPrice", "tickSize", "tickString", "tickGeneric"].map(
      (name) => log.responses.get(name) ?? 0,
    );
    expect(stream.received).toBe(ticks.reduce((sum, count) => sum + count));
  });
});
