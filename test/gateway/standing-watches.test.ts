import { afterEach, describe, expect, test } from "vitest";
import { resolveOptions } from "../../src/api/options.js";
import type { WatchListener } from "../../src/broker/watch.js";
import { IBKRError } from "../../src/domain/ibkr-error.js";
import type { GatewayState } from "../../src/gateway/gateway-events.js";
import type { IBKRGatewayOptions } from "../../src/gateway/gateway-options.js";
import { IBKRGateway } from "../../src/gateway/ibkr-gateway.js";
import { StandingWatches } from "../../src/gateway/standing-watches.js";
import { SessionBroker } from "../../src/session/broker/session-broker.js";
import { Session } from "../../src/session/session.js";
import { SimulatedGateway, type SimulatedGatewayOptions } from "../../src/sim/index.js";
import { realClock } from "../../src/time/clock.js";
import { AAPL, marketOrder, refusalOf } from "../broker/broker-bench.js";
import { EXERCISE, QUESTIONS } from "../broker/every-method.js";
import { Told, WATCHES } from "../broker/watches-contract.js";
import { Uncaught } from "../support/uncaught.js";

const FAST: IBKRGatewayOptions = { reconnectFirstMs: 1, reconnectMostMs: 20, clientIdWaitMs: 10 };
const NEVER_BACK: IBKRGatewayOptions = { reconnectFirstMs: 600_000, reconnectMostMs: 600_000 };
const DIALECTS = [
  ["text", 193],
  ["protobuf", 226],
] as const;

let ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});

async function stage(
  options: IBKRGatewayOptions = FAST,
  simulation: SimulatedGatewayOptions = {},
  maxServerVersion = 226,
) {
  const sim = await SimulatedGateway.start({ seed: 1, tickIntervalMs: 10, ...simulation });
  const session = new Session(
    resolveOptions({ port: sim.port, clientId: 1, maxServerVersion, maxReqPerSec: 1e9 }),
  );
  const gateway = new IBKRGateway(new SessionBroker(session), options);
  ends.push(
    () => sim.stop(),
    () => gateway.close(),
  );
  await gateway.connect();
  const { watches } = gateway as unknown as { readonly watches: StandingWatches };
  return { sim, gateway, watches };
}

function until(gateway: IBKRGateway, wanted: GatewayState): Promise<void> {
  return new Promise((resolve) => {
    const stop = gateway.on("gatewayState", (state) => {
      if (state !== wanted) return;
      stop();
      resolve();
    });
  });
}

const requestsOf = (sim: SimulatedGateway) =>
  sim.log.entries().filter(({ kind }) => kind === "request").length;

describe.each(DIALECTS)("watches outlive connections, in %s", (_, version) => {
  test.each(Object.entries(WATCHES))("%s", async (_name, begin) => {
    const { sim, gateway, watches } = await stage(FAST, {}, version);
    const told = new Told<never>();
    const watch = begin(gateway, told);
    await watch.ready;
    const isComplete = (times: number) => () =>
      told.marks.filter((mark) => mark.startsWith("complete")).length === times;
    sim.fault({ kind: "reset" });
    await told.until(isComplete(2));
    const lost = sim.fault({ kind: "upstream-lost", dataLost: true });
    await until(gateway, "UPSTREAM_LOST");
    lost.stop();
    await told.until(isComplete(3));
    expect(told.marks.map((mark) => mark.split(" ")[0])).toEqual([
      "complete",
      "restarted",
      "complete",
      "restarted",
      "complete",
    ]);
    watch.close();
    expect(watches.size).toBe(0);
    const { length } = told.all;
    const down = until(gateway, "DOWN");
    sim.fault({ kind: "reset" });
    await down;
    await until(gateway, "READY");
    await gateway.lookups.serverTimeMs();
    expect([told.all.length, told.marks.length]).toEqual([length, 5]);
  });
});

describe("watches over a gateway", () => {
  test("tell what has changed while the connection was away", async () => {
    const { sim, gateway } = await stage();
    const other = new SessionBroker(new Session(resolveOptions({ port: sim.port, clientId: 2 })));
    ends.push(() => other.close());
    await other.connect();
    const told = new Told();
    await gateway.accounts.watchPositions({}, told).ready;
    // Frozen, so that it hears of nothing until it has come back.
    const frozen = sim.fault({ kind: "half-open", clientId: 1 });
    other.orders.place(other.orders.nextOrderId(), AAPL, marketOrder(10));
    await new Promise<void>((resolve) => other.on("execution", () => resolve()));
    sim.fault({ kind: "reset", clientId: 1 });
    frozen.stop();
    await told.until(({ marks }) => marks.length === 3);
    expect(told.all).toMatchObject([{ pos: 10 }]);
    expect(told.marks).toEqual(["complete 0", "restarted", "complete 1"]);
  });

  test("begun on a connection that ends first are ready on the next one", async () => {
    const { sim, gateway } = await stage();
    sim.fault({ kind: "half-open", connections: "current" });
    const told = new Told();
    const watch = gateway.accounts.watchPositions({}, told);
    sim.fault({ kind: "reset" });
    await watch.ready;
    expect(told.marks).toEqual(["restarted", "complete 0"]);
  });

  test("fail when the gateway is closed, whether they run or wait", async () => {
    const { sim, gateway, watches } = await stage(NEVER_BACK);
    const [live, waiting] = [new Told(), new Told()];
    await gateway.accounts.watchPositions({}, live).ready;
    const down = until(gateway, "DOWN");
    sim.fault({ kind: "reset" });
    await down;
    const never = gateway.accounts.watchFigures({}, waiting);
    const late = gateway.news.watchBulletins({}, new Told(), { timeoutMs: 20 });
    expect(await refusalOf(late.ready)).toMatchObject({ code: "ERR_IBKR_TIMEOUT" });
    const refused = refusalOf(never.ready);
    await gateway.close();
    expect(await refused).toMatchObject({ code: "ERR_IBKR_CONNECTION_LOST" });
    await live.until(({ marks }) => marks.length > 1);
    expect(live.marks).toEqual(["complete 0", "failed ERR_IBKR_CONNECTION_LOST"]);
    expect(watches.size).toBe(0);
    const closed = gateway.accounts.watchPositions({}, new Told());
    expect(await refusalOf(closed.ready)).toMatchObject({ code: "ERR_IBKR_NOT_SENT" });
  });

  test("fail where the next connection refuses them", async () => {
    const { sim, gateway, watches } = await stage();
    const told = new Told();
    await gateway.accounts.watchPositions({ account: "DU0000001" }, told).ready;
    const { port } = sim;
    const down = until(gateway, "DOWN");
    await sim.stop();
    await down;
    const other = await SimulatedGateway.start({ port, seed: 1, accounts: ["DU7777777"] });
    ends.push(() => other.stop());
    await told.until(({ marks }) => marks.length === 3);
    expect(told.marks).toEqual(["complete 0", "restarted", "failed 321"]);
    expect(watches.size).toBe(0);
  });

  test("begun anew before they were ready are ready when the new one is", async () => {
    const made: { listener: WatchListener; resolve(): void; isClosed: boolean }[] = [];
    const watches = new StandingWatches({
      mayComeBack: () => false,
      ready: async () => {},
      clock: realClock,
    });
    const told = new Told();
    const watch = watches.open((listener: WatchListener) => {
      const one = { listener, resolve: () => {}, isClosed: false };
      let reject: (why: unknown) => void;
      const ready = new Promise<void>((yes, no) => {
        one.resolve = yes;
        reject = no;
      });
      made.push(one);
      return {
        ready,
        close: () => {
          one.isClosed = true;
          reject(new Error("closed"));
        },
      };
    }, told);
    watches.dataLost();
    await new Promise(setImmediate);
    expect(made.map(({ isClosed }) => isClosed)).toEqual([true, false]);
    made[0].listener.failed(new IBKRError("ERR_IBKR_GATEWAY", "of a watch that is no more"));
    made[1].listener.complete?.();
    await watch.ready;
    expect(told.marks).toEqual(["restarted", "complete 0"]);
    watch.close();
    expect([made[1].isClosed, watches.size]).toEqual([true, 0]);
  });

  test("closed while they wait are not begun again", async () => {
    const { sim, gateway, watches } = await stage();
    const watch = gateway.scanners.watch(
      { instrument: "STK", locationCode: "STK.US", scanCode: "MOST_ACTIVE" },
      new Told(),
    );
    await watch.ready;
    const down = until(gateway, "DOWN");
    sim.fault({ kind: "reset" });
    await down;
    watch.close();
    await until(gateway, "READY");
    await gateway.lookups.serverTimeMs();
    const scans = sim.log.entries().filter(({ name }) => name === "reqScannerSubscription");
    expect([scans.length, watches.size]).toEqual([1, 0]);
  });

  test("a listener that throws, or closes its watch from inside, costs the others nothing", async () => {
    const uncaught = new Uncaught();
    ends.push(() => uncaught.end());
    const { sim, gateway, watches } = await stage();
    const angry = gateway.accounts.watchPositions(
      {},
      {
        failed: () => {},
        position: () => {},
        complete: () => {
          throw new Error("I do not want to be complete");
        },
        restarted: () => angry.close(),
      },
    );
    const told = new Told();
    await Promise.all([angry.ready, gateway.accounts.watchPositions({}, told).ready]);
    sim.fault({ kind: "reset" });
    await told.until(({ marks }) => marks.length === 3);
    expect(told.marks).toEqual(["complete 0", "restarted", "complete 0"]);
    expect([uncaught.messages, watches.size]).toEqual([["I do not want to be complete"], 1]);
  });
});

describe("questions over a gateway", () => {
  test.each(Object.entries(QUESTIONS))("%s is asked again on the next connection", async (_, ask) => {
    const { sim, gateway } = await stage();
    sim.fault({ kind: "half-open", connections: "current" });
    const asked = ask(gateway).catch((error) => error.gatewayCode);
    sim.fault({ kind: "reset" });
    expect(await asked).not.toBe(undefined);
    expect(gateway.stats().retriedReads).toBe(1);
  });

  test("exercises are not asked again, and do not pass while orders wait", async () => {
    const { sim, gateway } = await stage();
    sim.fault({ kind: "half-open", connections: "current" });
    const asked = refusalOf(EXERCISE(gateway));
    sim.fault({ kind: "reset" });
    expect(await asked).toMatchObject({ code: "ERR_IBKR_CONNECTION_LOST" });
    await until(gateway, "READY");
    const lost = sim.fault({ kind: "upstream-lost" });
    await until(gateway, "UPSTREAM_LOST");
    const before = requestsOf(sim);
    expect(await refusalOf(EXERCISE(gateway))).toMatchObject({ code: "ERR_IBKR_NOT_SENT" });
    expect(requestsOf(sim)).toBe(before);
    lost.stop();
  });

  test("a time is that of all attempts together", async () => {
    const { sim, gateway } = await stage(NEVER_BACK);
    sim.fault({ kind: "half-open", connections: "current" });
    const asked = refusalOf(gateway.lookups.marketRule(26, { timeoutMs: 50 }));
    sim.fault({ kind: "reset" });
    expect(await asked).toMatchObject({ code: "ERR_IBKR_TIMEOUT", message: "no answer within 50 ms" });
  });
});
