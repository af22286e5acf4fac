import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventName, OrderAction, OrderType } from "@stoqey/ib";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { main } from "../../../src/cli/main.js";
import { IBKRError } from "../../../src/domain/ibkr-error.js";
import {
  type Scenario,
  type ScenarioAction,
  type ScenarioOrder,
  SimulatedGateway,
  VirtualClock,
} from "../../../src/sim/index.js";
import { AAPL, Bench } from "../../support/sim/harness.js";

const bench = new Bench();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scenario-"));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await bench.end();
  rmSync(folder, { recursive: true });
});

const file = (name: string): string => join(folder, name);

/** Two traders who trade with each other and with the market, and what goes wrong in between. */
const DAY: Scenario = {
  watch: ["AAPL", "MSFT", "SPY", "EUR:CASH:USD", "BTC:CRYPTO:USD"],
  actions: [
    { at: "1s", order: { id: 1, symbol: "AAPL", action: "BUY", totalQuantity: 500, orderType: "MKT" } },
    {
      at: "2s",
      order: { id: 2, symbol: "AAPL", action: "SELL", totalQuantity: 500, orderType: "TRAIL", auxPrice: 0.2 },
    },
    {
      at: "1m",
      order: { id: 3, symbol: "MSFT", action: "BUY", totalQuantity: 5000, orderType: "REL", lmtPrice: 1 },
    },
    { at: "5m", cancel: { id: 3 } },
    { at: "10m", fault: { kind: "upstream-lost", forMs: 60_000 } },
    {
      at: "1h",
      order: { id: 4, symbol: "SPY", action: "SELL", totalQuantity: 100, orderType: "LMT", lmtPrice: 1 },
    },
    { at: "6h", order: { id: 6, symbol: "SPY", action: "BUY", totalQuantity: 100, orderType: "MOC" } },
    { at: "8h", stop: true },
  ],
};

const ORDER = { id: 1, symbol: "AAPL", action: "BUY", totalQuantity: 1 };
const withOrder = (fields: object) => ({ actions: [{ at: 1, order: { ...ORDER, ...fields } }] });

describe("a scenario", () => {
  test("gives orders and faults at their times, and ends the gateway", async () => {
    const clock = new VirtualClock();
    const gateway = await SimulatedGateway.start({ clock, scenario: DAY, tickIntervalMs: 1000 });
    clock.advance(8 * 3_600_000 - 1);
    const events = gateway.log.entries().map(({ name }) => name);
    expect(events.filter((name) => name === "fault").length).toBe(1);
    const { orders } = gateway.exchange;
    const state = (id: number): string | undefined => orders.find(0, id, "scenario")?.status;
    expect([1, 2, 3, 4, 6].map(state)).toEqual(["Filled", "Filled", "Cancelled", "Filled", "Filled"]);
    expect(gateway.exchange.accounts.get("DU0000001")!.position(265598)?.quantity).toBe(0);
    clock.advance(1);
    await gateway.ended;
  });

  test("trades with connected clients", async () => {
    const clock = new VirtualClock();
    const price = 190.01;
    const order = { id: 1, symbol: "AAPL", action: "SELL", totalQuantity: 10, orderType: "MKT" } as const;
    const gateway = await bench.gateway({ clock, scenario: { actions: [{ at: "10s", order }] } });
    const client = await bench.client(gateway);
    // So much that it stays in the book at the best price after taking what was offered there.
    const bid = { action: OrderAction.BUY, orderType: OrderType.LMT, totalQuantity: 2000, lmtPrice: price };
    client.api.placeOrder(1, AAPL, { ...bid, transmit: true });
    await client.settle();
    const before = gateway.exchange.orders.find(1, 1)!.filled;
    clock.advance(10_000);
    await client.settle();
    expect(gateway.exchange.orders.find(0, 1, "scenario")?.status).toBe("Filled");
    expect(gateway.exchange.orders.find(1, 1)!.filled).toBe(before + 10);
    expect(client.all(EventName.orderStatus).at(-1)?.slice(1, 3)).toEqual(["Submitted", before + 10]);
  });

  test.each([
    [
      { actions: [{ at: "soon", stop: true }] },
      /actions\[0\]\.at is "soon" \(allowed: milliseconds, or for example 250ms/,
    ],
    [
      { actions: [{ at: 1 }] },
      /actions\[0\] is \{"at":1\} \(allowed: exactly one of fault, order, cancel, stop\)/,
    ],
    [{ actions: [{ at: 1, stop: true, cancel: { id: 1 } }] }, /actions\[0\] is .* \(allowed: exactly one of/],
    [
      {
        actions: [
          { at: 1, stop: true },
          { at: 1, fault: { kind: "rain" } },
        ],
      },
      /actions\[1\]\.fault\.kind is "rain"/,
    ],
    [{ actions: [{ at: 1, cancel: { id: 0 } }] }, /cancel\.id is 0 \(allowed: an integer from 1 on\)/],
    [withOrder({ colour: "red" }), /order\.colour is not known \(allowed: action, /],
    [withOrder({ lmtPrice: "high" }), /order\.lmtPrice is "high" \(allowed: a number\)/],
    [withOrder({ action: "HOLD" }), /order\.action is "HOLD" \(allowed: BUY, SELL\)/],
    [withOrder({ conditions: [{ type: 2 }] }), /conditions\[0\]\.type is 2 \(allowed: 1, 3, 4, 5, 6, 7\)/],
    [{ watch: [""] }, /scenario\.watch\[0\] is ""/],
    [
      { watch: ["AAPL:STK:USD:NYSE"] },
      /watch\[0\] is "AAPL:STK:USD:NYSE" \(allowed: SYMBOL, or SYMBOL:SECTYPE/,
    ],
    [{ watch: ["EUR:CASH:"] }, /watch\[0\] is "EUR:CASH:" \(allowed: SYMBOL, or SYMBOL:SECTYPE/],
    [{ weather: "fine" }, /scenario\.weather is not known \(allowed: watch, actions\)/],
    [[], /scenario is \[\] \(allowed: an object with watch, actions\)/],
  ])("%j is refused", async (scenario, message) => {
    await expect(SimulatedGateway.start({ scenario: scenario as Scenario })).rejects.toThrow(message);
  });

  test("a file may be YAML, with comments", async () => {
    writeFileSync(
      file("day.yaml"),
      [
        "watch: [AAPL]",
        "actions:",
        "  # somebody sells",
        "  - at: 10s",
        "    order: { id: 1, symbol: AAPL, action: SELL, totalQuantity: 5, orderType: MKT }",
        "  - at: 1m",
        "    fault: { kind: upstream-lost, forMs: 1000 }",
      ].join("\n"),
    );
    const clock = new VirtualClock();
    const gateway = await bench.gateway({ clock, scenario: file("day.yaml") });
    clock.advance(60_000);
    expect(gateway.exchange.orders.find(0, 1, "scenario")?.status).toBe("Filled");
    expect(gateway.log.entries().at(-1)?.name).toBe("fault");
  });

  test("a file that cannot be read is refused by its name, one that watches nothing that exists too", async () => {
    writeFileSync(file("bad.json"), "{");
    await expect(SimulatedGateway.start({ scenario: file("bad.json") })).rejects.toThrow(
      /bad\.json is not YAML or JSON: .*line 1, column/,
    );
    await expect(SimulatedGateway.start({ scenario: { watch: ["AAPL", "ZZZ"] } })).rejects.toThrow(
      'scenario.watch[1] is "ZZZ" (allowed: a contract that exists',
    );
  });
});

/** A buy of one share at the market, with other values. */
const buy = (fields: object) => ({ ...ORDER, orderType: "MKT", ...fields }) as ScenarioOrder;

describe("a step that the exchange refuses", () => {
  test.each<[string, ScenarioOrder, string]>([
    [
      "unknown symbol",
      buy({ symbol: "NOSUCHSTOCK" }),
      '.symbol is "NOSUCHSTOCK" (allowed: a contract that exists',
    ],
    [
      "missing price",
      buy({ orderType: "LMT" }),
      " is \"order 1 BUY 1 AAPL LMT\" (allowed: what the exchange takes, which says 321: Error validating request.-'order' : cause - limit price is missing)",
    ],
    [
      "missing stop",
      buy({ orderType: "STP" }),
      "which says 321: Error validating request.-'order' : cause - stop price is",
    ],
    [
      "no type",
      buy({ orderType: undefined }),
      'order 1 BUY 1 AAPL of no type" (allowed: what the exchange takes, which says 387',
    ],
    ["unknown type", buy({ orderType: "LIMIT" }), "which says 387: Unsupported order type"],
    ["quantity 0", buy({ totalQuantity: 0 }), "which says 434: The order size cannot be zero."],
    [
      "price off its tick",
      buy({ orderType: "LMT", lmtPrice: 1.001 }),
      "which says 110: The price does not conform",
    ],
    ["unknown tif", buy({ tif: "NEVER" }), 'time in force is "NEVER" (allowed: DAY, GTC'],
    ["unknown account", buy({ account: "DU9" }), 'Invalid account code "DU9" (known: DU0000001)'],
  ])("that can be known before is refused at the start: %s", async (_, order, message) => {
    const scenario: Scenario = {
      actions: [
        { at: "1h", stop: true },
        { at: 5, order },
      ],
    };
    const outcome = await SimulatedGateway.start({ scenario }).catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(IBKRError);
    expect((outcome as IBKRError).code).toBe("ERR_IBKR_OPTION");
    expect((outcome as IBKRError).message).toMatch(/^scenario\.actions\[1\]\.order/);
    expect((outcome as IBKRError).message).toContain(message);
  });

  const LATER: [string, ScenarioAction[], number, string][] = [
    [
      "too few funds",
      [{ at: "10s", order: buy({ totalQuantity: 1_000_000 }) }],
      201,
      "scenario.actions[0], at 10000 ms: the exchange refused order 1 BUY 1000000 AAPL MKT (allowed: what it takes, which says 201: ",
    ],
    [
      "an id used before",
      [
        { at: "1s", order: buy({ id: 2 }) },
        { at: "2s", order: buy({ id: 1 }) },
      ],
      103,
      "scenario.actions[1], at 2000 ms: the exchange refused order 1 BUY 1 AAPL MKT (allowed: what it takes, which says 103: Duplicate",
    ],
    [
      "a change of a filled order",
      [
        { at: "1s", order: buy({}) },
        { at: "2s", order: buy({ totalQuantity: 2 }) },
      ],
      104,
      "which says 104: Cannot modify a filled order.",
    ],
    [
      "a parent that there is not",
      [{ at: "1s", order: buy({ id: 8, parentId: 7 }) }],
      135,
      "the exchange refused order 8 BUY 1 AAPL MKT (allowed: what it takes, which says 135: Can't find order with ID =7",
    ],
    [
      "a cancel of nothing",
      [{ at: "3s", cancel: { id: 4 } }],
      10147,
      "scenario.actions[0], at 3000 ms: the exchange refused cancel of order 4 (allowed: what it takes, which says 10147: ",
    ],
  ];

  test.each(LATER)("later ends the gateway, which says so: %s", async (_, actions, gatewayCode, message) => {
    const clock = new VirtualClock();
    const after: ScenarioAction = { at: "1m", order: buy({ id: 99 }) };
    const gateway = await SimulatedGateway.start({ clock, scenario: { actions: [...actions, after] } });
    clock.advance(3_600_000);
    const ended = await gateway.ended.catch((error: unknown) => error);
    expect(ended).toBeInstanceOf(IBKRError);
    expect(ended).toMatchObject({ code: "ERR_IBKR_SCENARIO", gatewayCode });
    expect((ended as IBKRError).message).toContain(message);
    await expect(gateway.stop()).rejects.toBe(ended);
    expect(gateway.log.entries().filter(({ name }) => name === "rejected").length).toBe(1);
    expect(gateway.exchange.orders.find(0, 99, "scenario")).toBeUndefined();
  });

  test("is no unhandled rejection of a program that does not ask", async () => {
    const clock = new VirtualClock();
    const gateway = await SimulatedGateway.start({ clock, scenario: { actions: LATER[0][1] } });
    clock.advance(10_000);
    // Unhandled rejections are reported when the loop has turned; vitest fails the run for one.
    await new Promise((resolve) => setImmediate(resolve));
    await expect(gateway.stop()).rejects.toThrow("scenario.actions[0]");
  });

  test.each(LATER)(
    "ends the command with 1, and a line that says so: %s",
    async (_, actions, _code, message) => {
      writeFileSync(file("s.json"), JSON.stringify({ actions: [...actions, { at: "1h", stop: true }] }));
      let errors = "";
      vi.spyOn(process.stdout, "write").mockImplementation(() => true);
      vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
        errors += String(chunk);
        return true;
      });
      const code = await main(["sim", "--port", "0", "--clock", "fast", "--scenario", file("s.json")]);
      expect(errors).toMatch(/^ibkr-native sim: \S+s\.json: scenario\.actions\[\d\], at \d+ ms: .*\n$/);
      expect(errors).toContain(message);
      expect(code).toBe(1);
    },
  );
});

describe("the same seed and the same input", () => {
  /** One run of eight hours on the command line, as fast as possible, with every quote in the log. */
  const runDay = async (seed: number, log: string): Promise<string> => {
    writeFileSync(file("day.json"), JSON.stringify(DAY));
    vi.spyOn(process.stdout, "write").mockImplementation(() => true);
    const code = await main([
      "sim",
      ...["--port", "0", "--seed", String(seed), "--rate", "0.5", "--clock", "fast"],
      ...["--scenario", file("day.json"), "--log", file(log), "--log-quotes"],
    ]);
    vi.restoreAllMocks();
    expect(code).toBe(0);
    return createHash("sha256")
      .update(readFileSync(file(log)))
      .digest("hex");
  };

  test("give a byte-identical log of eight hours, another seed another one", async () => {
    const began = performance.now();
    const first = await runDay(7, "first.jsonl");
    const seconds = (performance.now() - began) / 1000;
    const text = readFileSync(file("first.jsonl"), "utf8");
    const lines = text.trimEnd().split("\n");
    console.log(`seed 7: 8 virtual hours, ${lines.length} lines, ${seconds.toFixed(1)} s`);
    const times = lines.map((line) => JSON.parse(line).time as number);
    expect(times[times.length - 1] - times[0]).toBeGreaterThan(7.9 * 3_600_000);
    expect(lines.length).toBeGreaterThan((5 * 8 * 3600) / 2);
    expect(await runDay(7, "second.jsonl")).toBe(first);
    expect(await runDay(8, "third.jsonl")).not.toBe(first);
  }, 60_000);

  test("give a byte-identical log of a conversation with a client", async () => {
    const conversation = async (log: string): Promise<string> => {
      const clock = new VirtualClock();
      const options = { clock, seed: 5, tickIntervalMs: 100, log: { file: file(log) } };
      const gateway = await SimulatedGateway.start(options);
      const client = await bench.client(gateway);
      client.api.reqMktData(1, AAPL, "233", false, false);
      await client.settle();
      for (let i = 1; i <= 20; i++) {
        clock.advance(1000);
        const action = i % 2 ? OrderAction.BUY : OrderAction.SELL;
        client.api.placeOrder(i, AAPL, {
          action,
          orderType: OrderType.MKT,
          totalQuantity: 100 * i,
          transmit: true,
        });
        await client.settle();
      }
      client.api.reqPnL(2, "DU0000001", "");
      await client.next(EventName.pnl);
      await gateway.stop();
      return readFileSync(file(log), "utf8");
    };
    const first = await conversation("a.jsonl");
    expect(first.split("\n").length).toBeGreaterThan(1000);
    expect(await conversation("b.jsonl")).toBe(first);
  });
});
