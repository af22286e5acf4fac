import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Contract, EventName, IBApi, LimitOrder, Option, type Order, Stock } from "../../src/index.js";
import { listen, ready } from "../support/collect.js";
import { hexOf } from "../support/frames.js";
import { holdsAsync } from "../support/property.js";
import { ScriptedGateway } from "../support/scripted-gateway.js";

/**
 * An order is the same order whatever kind of object it is: what the core sends by the fast path, or does not, is what
 * the general path makes of it.
 */

type Values = Readonly<Record<string, unknown>>;

/** How often each getter ran, by name. */
type Reads = Map<string, number>;

/** An object with these values, in one of the ways there are to have a value. */
type Shape = (values: Values, reads: Reads) => object;

function counted(values: Values, reads: Reads, name: string): unknown {
  reads.set(name, (reads.get(name) ?? 0) + 1);
  const value = values[name];
  if (value === THROWS) throw new Error("a getter's own error");
  return value;
}

const THROWS = Symbol("throws");

/** Half of the names, always the same ones. */
const isOdd = (name: string) => name.length % 2 === 1;

function withGetters(target: object, values: Values, reads: Reads, which: (name: string) => boolean): object {
  for (const name of Object.keys(values)) {
    if (which(name)) {
      const get = () => counted(values, reads, name);
      Object.defineProperty(target, name, { get, enumerable: name.length % 3 !== 0, configurable: true });
    } else {
      Object.defineProperty(target, name, {
        value: values[name],
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
  }
  return target;
}

const SHAPES: Readonly<Record<string, Shape>> = {
  plain: (values) => ({ ...values }),
  frozen: (values) => Object.freeze({ ...values }),
  "without a prototype": (values) => Object.assign(Object.create(null), values),
  "not enumerable": (values) =>
    Object.entries(values).reduce(
      (made, [name, value]) => Object.defineProperty(made, name, { value, enumerable: isOdd(name) }),
      {},
    ),
  "own getters": (values, reads) => withGetters({}, values, reads, isOdd),
  "own getters alone": (values, reads) => withGetters({}, values, reads, () => true),
  "a class with getters": (values, reads) => {
    class Made {}
    withGetters(Made.prototype, values, reads, () => true);
    return new Made();
  },
  "a chain of prototypes": (values, reads) =>
    Object.assign(
      Object.create(withGetters({}, values, reads, isOdd)),
      Object.fromEntries(Object.entries(values).filter(([name]) => !isOdd(name) && values[name] !== THROWS)),
    ),
  "a proxy": (values) => new Proxy({ ...values }, {}),
  "a proxy that hides half": (values, reads) =>
    new Proxy(
      {},
      {
        get: (_, name) =>
          typeof name === "string" && name in values ? counted(values, reads, name) : undefined,
        ownKeys: () => [],
      },
    ),
  "a proxy for a prototype": (values, reads) =>
    Object.create(
      new Proxy(
        {},
        {
          get: (_, name) => (Object.hasOwn(values, name) ? counted(values, reads, String(name)) : undefined),
        },
      ),
    ),
  "a limit order": (values) => Object.assign(new LimitOrder("BUY" as never, 10, 1, true), values),
  "a limit order with something hidden": (values) =>
    Object.defineProperty(new LimitOrder("BUY" as never, 10, 1, true), "whatIf", {
      value: values["whatIf"] ?? true,
    }),
  "a subclass of a limit order": (values, reads) => {
    class Made extends LimitOrder {}
    const made = new Made("BUY" as never, 10, 1, true);
    withGetters(Made.prototype, values, reads, isOdd);
    return made;
  },
  "a stock": (values) => Object.assign(new Stock("MSFT", "SMART", "USD"), values),
  "an option": (values) =>
    Object.assign(
      new Option("SPY", "20281215", 750, "C" as never),
      Object.fromEntries(Object.entries(values).filter(([name]) => name !== "lastTradeDateOrContractMonth")),
    ),
};

const text = fc.constantFrom("", "A", "DU1", "référence", "東京", "\ufffd", "x".repeat(300));
const number = fc.constantFrom(0, -0, 1, 150.25, -3.5, 1e21, Number.MAX_VALUE, "100", "0.50");
const integer = fc.constantFrom(0, 1, 41, 2147483647, "41");
const flag = fc.boolean();
const none = fc.constantFrom(undefined, null);
const hostile = fc.constantFrom<unknown>(
  ...[Number.NaN, Number.POSITIVE_INFINITY, ["a", "b"], [], {}, "\ud800", "a\0b", Symbol("s"), 7n, () => 1],
  THROWS,
);

/** Mostly what fits. */
const mostly = (fitting: fc.Arbitrary<unknown>) =>
  fc.oneof(
    { weight: 20, arbitrary: fitting },
    { weight: 2, arbitrary: none },
    { weight: 1, arbitrary: hostile },
  );

const record = (fields: Readonly<Record<string, fc.Arbitrary<unknown>>>) =>
  fc.record(Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, mostly(value)])), {
    requiredKeys: [],
  });

const contracts = record({
  conId: integer,
  symbol: text,
  secType: fc.constantFrom("STK", "OPT", "BAG"),
  lastTradeDateOrContractMonth: fc.constantFrom("", "20261218"),
  strike: number,
  multiplier: number,
  exchange: fc.constantFrom("SMART", "IBKRATS"),
  currency: text,
  includeExpired: flag,
  secId: text,
  deltaNeutralContract: none,
  note: text,
});

const orders = record({
  action: fc.constantFrom("BUY", "SELL"),
  orderType: fc.constantFrom("LMT", "MKT", "STP", "PEG MID"),
  totalQuantity: number,
  lmtPrice: number,
  auxPrice: number,
  tif: fc.constantFrom("DAY", "GTC"),
  account: text,
  orderRef: text,
  transmit: flag,
  parentId: integer,
  outsideRth: flag,
  hidden: flag,
  cashQty: number,
  orderId: integer,
  note: text,
  whatIf: fc.constantFrom<unknown>(undefined, true, false),
  algoStrategy: fc.constantFrom<unknown>(undefined, "Adaptive"),
  exemptCode: fc.constantFrom<unknown>(undefined, -1, 0),
  displaySize: fc.constantFrom<unknown>(undefined, 5),
});

const shapes = fc.constantFrom(...Object.keys(SHAPES));

/** A client, its gateway, and what became of each order. */
class Side {
  readonly errors: unknown[][] = [];

  private constructor(
    readonly ib: IBApi,
    private readonly gateway: ScriptedGateway,
  ) {
    listen(ib, EventName.error, (error, number, id) => {
      this.errors.push([(error as { code?: string }).code, number, id]);
    });
  }

  static async open(version: number, general: boolean): Promise<Side> {
    const gateway = await ScriptedGateway.start({ version });
    const ib = await ready(new IBApi({ port: gateway.port, maxReqPerSec: 1e9, maxServerVersion: 226 }));
    // Whoever wants to see what is sent gets it from the general path.
    if (general) listen(ib, EventName.sent, () => {});
    return new Side(ib, gateway);
  }

  /** What one order does: its frames, in hex, and its errors. */
  async place(contract: object, order: object): Promise<{ frames: string[]; errors: unknown[][] }> {
    const { received } = this.gateway.peer;
    const before = received.length;
    const errorsBefore = this.errors.length;
    this.ib.placeOrder(7, contract as Contract, order as Order);
    this.ib.cancelOrder(8);
    await this.gateway.until(
      () => received.length > before && hexOf(received[received.length - 1]).length < 80,
    );
    return { frames: received.slice(before).map(hexOf), errors: this.errors.slice(errorsBefore) };
  }

  async close(): Promise<void> {
    this.ib.disconnect();
    await this.gateway.stop();
  }
}

describe.each([100, 116, 176, 193, 213, 226])("placeOrder at server version %i", (version) => {
  let fast: Side;
  let general: Side;
  beforeAll(async () => {
    fast = await Side.open(version, false);
    general = await Side.open(version, true);
  });
  afterAll(async () => {
    await fast.close();
    await general.close();
  });

  const compare = async (
    values: { contract: Values; order: Values },
    shape: { contract: string; order: string },
  ) => {
    const made = () => {
      const reads = { contract: new Map<string, number>(), order: new Map<string, number>() };
      return {
        contract: SHAPES[shape.contract](values.contract, reads.contract),
        order: SHAPES[shape.order](values.order, reads.order),
        reads,
      };
    };
    const [one, other] = [made(), made()];
    const byFast = await fast.place(one.contract, one.order);
    const byGeneral = await general.place(other.contract, other.order);
    expect(byFast).toEqual(byGeneral);
    for (const { contract, order } of [one.reads, other.reads]) {
      for (const [name, times] of [...contract, ...order]) expect(times, `reads of ${name}`).toBe(1);
    }
  };

  test("equal bytes or equal refusals for objects of any shape, each member read once", async () => {
    await holdsAsync(
      `order shapes ${version}`,
      fc.asyncProperty(
        fc.record({ contract: contracts, order: orders }),
        fc.record({ contract: shapes, order: shapes }),
        compare,
      ),
      { fallback: 20261127, numRuns: 400 },
    );
  });

  const STOCK = { symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" };
  const LIMIT = { action: "BUY", orderType: "LMT", totalQuantity: 1, lmtPrice: 10, transmit: true };

  test.each(Object.keys(SHAPES))("what is a preview is sent as one: %s", async (shape) => {
    const values = { contract: STOCK, order: { ...LIMIT, whatIf: true } };
    await compare(values, { contract: "plain", order: shape });
    const plain = await general.place(STOCK, values.order);
    const shaped = await fast.place(STOCK, SHAPES[shape](values.order, new Map()));
    expect(plain.frames).toHaveLength(2);
    expect(shaped).toEqual(plain);
  });
});
