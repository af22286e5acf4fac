import { EventEmitter } from "node:events";
import { afterEach, describe, expect, test } from "vitest";
import type { TradingPlan } from "../../../src/cli/demo/bracket.js";
import { FIRST_CALLS, stock } from "../../../src/cli/demo/order-entry.js";
import { Scene } from "../../../src/cli/demo/scene.js";
import { Stage } from "../../../src/cli/demo/stage.js";
import { Trading } from "../../../src/cli/demo/trading.js";
import { SimulatedGateway, type SimulatedGatewayOptions } from "../../../src/sim/index.js";

/** The market moves only when a test steps it. */
const NEVER_MS = 1e9;
const PLAN: TradingPlan = {
  quantity: 100,
  entryMargin: 0.002,
  exitMargin: 0.001,
  restingMargin: 0.05,
  patienceMs: 3_000,
};
const IMPATIENT: TradingPlan = { ...PLAN, patienceMs: 200 };
const SECONDS = 0.1;

class Output extends EventEmitter {
  readonly isTTY = false;
  text = "";
  write(text: string): boolean {
    this.text += text;
    return true;
  }
}

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function startGateway(options: SimulatedGatewayOptions = {}): Promise<SimulatedGateway> {
  const gateway = await SimulatedGateway.start({ tickIntervalMs: NEVER_MS, ...options });
  ends.push(() => gateway.stop());
  return gateway;
}

function sceneAt(port: number, symbols = ["AAPL", "MSFT"], clientId = 1): { scene: Scene; stage: Stage } {
  const stage = new Stage(new Output() as unknown as NodeJS.WriteStream);
  const scene = new Scene(
    {
      where: `gateway at 127.0.0.1:${port}`,
      client: { host: "127.0.0.1", port, clientId, maxReqPerSec: 100_000 },
      symbols,
      subscriptions: symbols.map((symbol) => ({ contract: stock(symbol), genericTicks: "" })),
      measured: true,
    },
    stage,
  );
  ends.push(() => {
    scene.stopStreaming();
    scene.link.close();
    stage.leave();
  });
  return { scene, stage };
}

async function streaming(gateway: SimulatedGateway, symbols?: string[]) {
  const { scene, stage } = sceneAt(gateway.port, symbols);
  await scene.link.open("order id");
  scene.startStreaming();
  return { scene, stage };
}

const texts = (stage: Stage) => stage.events.lines.map((line) => line.text);

describe("the demo's orders", () => {
  test("a bracket whose exits are not reached is cancelled, and its position sold", async () => {
    const { scene, stage } = await streaming(await startGateway());
    const trading = new Trading(scene, PLAN, false);
    await trading.run(SECONDS);
    expect(scene.blotter.open.map((order) => order.id)).toEqual([2, 3]);
    await trading.finish();
    expect(trading.problems).toEqual([]);
    expect(scene.blotter.fills.map(({ side, quantity, symbol }) => [side, quantity, symbol])).toEqual([
      ["BOT", 100, "AAPL"],
      ["SLD", 100, "AAPL"],
    ]);
    expect(scene.blotter.fills.map(({ commission, currency }) => [commission, currency])).toEqual([
      [1, "USD"],
      [1, "USD"],
    ]);
    expect(scene.blotter.positionsComplete).toBe(true);
    expect(scene.blotter.positions).toEqual([]);
    expect(texts(stage)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^order 1 {2}BUY 100 AAPL LMT .*entry/),
        expect.stringMatching(/^order 2 {2}SELL 100 AAPL LMT .*take-profit/),
        expect.stringMatching(/^order 3 {2}SELL 100 AAPL STP .*stop-loss/),
        expect.stringMatching(/^order 4 {2}BUY 100 MSFT LMT .*to be cancelled/),
        "order 4  Cancelled",
        "order 2  Cancelled",
        "order 3  Cancelled",
        expect.stringMatching(/^order 5 {2}SELL 100 AAPL MKT/),
      ]),
    );
  });

  test("a bracket whose exit is reached needs no closing", async () => {
    const gateway = await startGateway();
    const { scene } = await streaming(gateway);
    const trading = new Trading(scene, PLAN, false);
    await trading.run(SECONDS);
    for (let steps = 0; scene.blotter.open.length > 0 && steps < 20_000; steps++) {
      gateway.exchange.step();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(scene.blotter.open).toEqual([]);
    await trading.finish();
    expect(trading.problems).toEqual([]);
    const sold = scene.blotter.fills.filter(({ side }) => side === "SLD");
    expect(sold.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(100);
    expect(new Set(sold.map(({ orderId }) => [2, 3].includes(orderId)))).toEqual(new Set([true]));
    expect(scene.blotter.positions).toEqual([]);
  });

  test("latency is measured once for every order that is transmitted", async () => {
    const { scene } = await streaming(await startGateway());
    const trading = new Trading(scene, PLAN, true);
    await trading.run(SECONDS);
    await scene.changes.until(() => scene.blotter.counts.sampled >= 5, 5_000);
    await trading.finish();
    const { sampled, shown } = scene.blotter.counts;
    expect(sampled).toBeGreaterThanOrEqual(5);
    expect(scene.orders?.firstCallLatency.count).toBe(Math.min(FIRST_CALLS, sampled + shown));
    expect(scene.orders?.callLatency.count).toBe(Math.max(0, sampled + shown - FIRST_CALLS));
    // The entry and the take-profit wait for the stop-loss, which transmits all three.
    expect(scene.orders?.statusLatency.count).toBe(sampled + shown - 2);
    expect(scene.orders?.statusLatency.min).toBeGreaterThan(0);
    expect(trading.problems).toEqual([]);
  });

  test("every call is in one of two rows: the first ones, and all later ones", async () => {
    const { scene } = await streaming(await startGateway());
    const trading = new Trading(scene, PLAN, true);
    await trading.run(SECONDS);
    await scene.changes.until(() => scene.blotter.counts.sampled >= FIRST_CALLS, 12_000);
    await trading.finish();
    const { sampled, shown } = scene.blotter.counts;
    expect(sampled).toBeGreaterThanOrEqual(FIRST_CALLS);
    expect(scene.orders?.firstCallLatency.count).toBe(FIRST_CALLS);
    expect(scene.orders?.callLatency.count).toBe(sampled + shown - FIRST_CALLS);
  }, 15_000);

  test("a refused bracket is a problem", async () => {
    const { scene } = await streaming(await startGateway({ startingCash: 100 }));
    const trading = new Trading(scene, IMPATIENT, false);
    await trading.run(SECONDS);
    await trading.finish();
    expect(trading.problems[0]).toMatch(/^order 1 was refused: .*\(201\)$/);
    expect(scene.blotter.fills).toEqual([]);
  });

  test("without a quote nothing is placed", async () => {
    const { scene } = await streaming(await startGateway(), ["ZZZQ"]);
    const trading = new Trading(scene, IMPATIENT, false);
    await trading.run(SECONDS);
    await trading.finish();
    expect(trading.problems).toEqual([
      "no quote for ZZZQ within 0.2 s: no bracket was placed",
      "no quote for ZZZQ: no order to cancel was placed",
    ]);
    expect(scene.blotter.counts).toEqual({ sampled: 0, shown: 0 });
  });

  test("stopped half-way, it tidies up all the same", async () => {
    const { scene, stage } = await streaming(await startGateway());
    const trading = new Trading(scene, PLAN, false);
    const run = trading.run(3);
    const bought = stage.changes.until(() => scene.blotter.fills.length > 0, 10_000);
    expect(await bought).toBe(true);
    stage.stop();
    await run;
    await trading.finish();
    expect(trading.problems).toEqual([]);
    expect(scene.blotter.open).toEqual([]);
    expect(scene.blotter.positions).toEqual([]);
    expect(scene.blotter.fillsWithoutCommission).toBe(0);
  });

  test("a lost connection is named together with the orders it leaves behind", async () => {
    const gateway = await startGateway();
    const { port } = gateway;
    const { scene } = await streaming(gateway);
    const trading = new Trading(scene, PLAN, false);
    await trading.run(SECONDS);
    await gateway.stop();
    await scene.changes.until(() => scene.link.failure !== "", 5_000);
    await trading.finish();
    expect(scene.link.failure).toBe(`gateway at 127.0.0.1:${port} closed the connection`);
    expect(trading.problems).toEqual(["the connection is gone; orders that may still work: 2, 3"]);
  });
});

describe("the demo's connection", () => {
  test("a client id in use is said to be that", async () => {
    const gateway = await startGateway();
    await streaming(gateway);
    const { scene } = sceneAt(gateway.port, ["AAPL"], 1);
    await expect(scene.link.open("order id")).rejects.toThrow(
      "client id 1 is in use at gateway at 127.0.0.1",
    );
  });

  test("nobody there is said to be that", async () => {
    const gateway = await startGateway();
    const { port } = gateway;
    await gateway.stop();
    const { scene } = sceneAt(port);
    await expect(scene.link.open("order id")).rejects.toThrow(
      new RegExp(
        `^no connection to gateway at 127\\.0\\.0\\.1:${port}: .*ECONNREFUSED.*Is TWS or IB Gateway running`,
      ),
    );
  });
});
