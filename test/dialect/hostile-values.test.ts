import { Encoder } from "@stoqey/ib/dist/core/io/encoder";
import { describe, expect, test } from "vitest";
import type { Dialect } from "../../src/dialect/dialect.js";
import { ProtobufFrames } from "../../src/dialect/protobuf/protobuf-frames.js";
import { checkedArguments } from "../../src/dialect/text/request-arguments.js";
import { TextDialect } from "../../src/dialect/text/text-dialect.js";
import { REQUEST_METHODS } from "../../src/dialect/text/text-requests.js";
import { type Contract, EventName, IBApi, IBKRError, type Order } from "../../src/index.js";
import { ready } from "../support/collect.js";
import { ScriptedGateway } from "../support/scripted-gateway.js";
import { SeededRandom, testSeed } from "../support/seeded-random.js";
import { Notes } from "./protobuf/notes.js";
import { RandomRequests } from "./protobuf/random-requests.js";

/** Values that are neither text, nor a finite number, nor a boolean, nor a structure of any request. */
const HOSTILE: Readonly<Record<string, unknown>> = {
  "an array of texts": ["r", "1"],
  "an order in an array": [100000, "MKT", "", "", "DAY"],
  "an array of one": [7],
  "an array of arrays": [["a"], ["b", "c"]],
  "a proxy of an array": new Proxy(["r", "1"], {}),
  "an empty array": [],
  "a plain object": { toString: () => "1" },
  "an empty object": {},
  "a date": new Date(0),
  "a map": new Map([["a", 1]]),
  "a boxed boolean": Object(true),
  "a boxed text": Object("a"),
  "a symbol": Symbol("s"),
  "a function": () => "1",
  "a class": class A {},
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
  "a bigint of 65 bits": 2n ** 64n,
  "half a pair": "a\ud800b",
  "the other half": "\udfff",
  "text with NUL": "a\0b",
};

interface Position {
  /** For instance `placeOrder, argument 3.conditions[].conId`. */
  readonly name: string;
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

/** Every place in the arguments where a value stands, the structures themselves among them. */
function* positionsOf(
  holder: object,
  at: string,
  nameOf = (key: string) => (Array.isArray(holder) ? `${at}[]` : `${at}.${key}`),
): Generator<Position> {
  const values = holder as Record<string, unknown>;
  for (const key of Object.keys(holder)) {
    const name = nameOf(key);
    const value = values[key];
    yield { name, holder: values, key };
    if (typeof value === "object" && value !== null) yield* positionsOf(value, name);
  }
}

/** The same with own data alone: what a getter of a class says is as good a place. */
function asData(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asData);
  if (typeof value !== "object" || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, member]) => [key, asData(member)]));
  return "strValue" in value ? { ...copy, strValue: value.strValue } : copy;
}

function isStructure(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A list may be empty, an object any object: the members count, and they have places of their own. */
function fits(ordinary: unknown, hostile: unknown): boolean {
  if (Array.isArray(ordinary)) return Array.isArray(hostile) && hostile.length === 0;
  return isStructure(ordinary) && isStructure(hostile);
}

const opened = new Map<number, { notes: Notes; dialect: Dialect }>();

function open(serverVersion: number) {
  const known = opened.get(serverVersion);
  if (known !== undefined) return known;
  const notes = new Notes(serverVersion);
  const dialect = serverVersion >= 213 ? new ProtobufFrames(notes) : new TextDialect(notes);
  const made = { notes, dialect };
  opened.set(serverVersion, made);
  return made;
}

/** The frames of a request, or undefined if it is refused with 509; none if the server is too old for it. */
function encode(serverVersion: number, method: string, args: readonly unknown[]): Buffer[] | undefined {
  const { notes, dialect } = open(serverVersion);
  notes.all.length = 0;
  try {
    const frames = dialect.encode(method, args).map(({ payload }) => Buffer.from(payload as string));
    if (notes.all.length === 0) return frames;
    expect(frames).toEqual([]);
    const [kind, , code] = notes.all[0];
    return kind === "error" && code === 509 ? undefined : [];
  } catch (error) {
    // The session makes a 509 of it.
    if (error instanceof IBKRError && error.code === "ERR_IBKR_ARGUMENT") return undefined;
    throw error;
  }
}

const ROUNDS = 4;
const SEED = testSeed("hostile values", 20261127);

describe.each([100, 151, 176, 193, 213, 226])(`server version %i (seed ${SEED})`, (serverVersion) => {
  const seen = new Set<string>();

  test.each(REQUEST_METHODS)("%s sends nothing that it does not have", (method) => {
    const random = new SeededRandom(SEED);
    const passed: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      // Old versions refuse a request with everything that is new.
      const density = serverVersion < 176 ? round / (2 * ROUNDS) : 1;
      const args = asData(new RandomRequests(random, density).args(method)) as unknown[];
      const ordinary = encode(serverVersion, method, args);
      expect(ordinary, `${method} ${JSON.stringify(args)}`).toBeDefined();
      if (ordinary?.length === 0) continue;
      for (const { name, holder, key } of positionsOf(
        args,
        method,
        (i) => `${method}, argument ${Number(i) + 1}`,
      )) {
        const before = holder[key];
        seen.add(name);
        for (const [what, hostile] of Object.entries(HOSTILE)) {
          if (fits(before, hostile)) continue;
          if (key === "competeAgainstBestOffset" && what === "Infinity") continue; // "up to the middle"
          holder[key] = hostile;
          const frames = encode(serverVersion, method, args);
          // A member that this dialect does not have: it is not even looked at.
          const ignored = frames?.every(
            (frame, i) => ordinary?.[i] !== undefined && frame.equals(ordinary[i]),
          );
          if (frames !== undefined && ignored !== true) passed.push(`${name}: ${what}`);
        }
        holder[key] = before;
      }
    }
    expect(passed).toEqual([]);
  });

  test("the walk has seen every request's arguments", () => {
    expect(seen.size).toBeGreaterThan(serverVersion === 100 ? 150 : serverVersion < 176 ? 250 : 430);
  });
});

describe("the members that the text dialect hands on", () => {
  /** Names of members that a piece of stock's code reads of a variable. */
  const readBy = (method: string, variable: string) => {
    const code = String((Encoder.prototype as unknown as Record<string, unknown>)[method]);
    const source = code.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
    return new Set(
      [...source.matchAll(new RegExp(`\\b${variable}\\??\\.(\\w+)`, "g"))].map(([, name]) => name),
    );
  };
  const readHere = (method: string, args: readonly unknown[], at: number) => {
    const names = new Set<string>();
    const watched = new Proxy(
      {},
      {
        get: (_, name) => {
          names.add(String(name));
          return undefined;
        },
      },
    );
    checkedArguments(method, args.with(at, watched));
    return names;
  };

  test.each([
    ["placeOrder", "order", 2, [1, {}, {}]],
    ["placeOrder", "contract", 1, [1, {}, {}]],
    ["reqContractDetails", "contract", 1, [1, {}]],
    ["reqScannerSubscription", "subscription", 1, [1, {}]],
    ["reqExecutions", "filter", 1, [1, {}]],
    ["reqWshEventData", "wshEventData", 1, [1, {}]],
    ["cancelOrder", "orderCancel", 1, [1, {}]],
  ] as const)("%s: all that stock's encoder reads of %s", (method, variable, at, args) => {
    const here = readHere(method, args, at);
    const missing = [...readBy(method, variable)].filter((name) => !here.has(name));
    expect(missing).toEqual([]);
    expect(here.size).toBeGreaterThan(2);
  });
});

const AAPL = { symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" } as Contract;
const BUY = { action: "BUY", orderType: "LMT", totalQuantity: 1, lmtPrice: 10, transmit: true } as Order;

describe.each([193, 226])("an order at server version %i", (version) => {
  test("with what is no field is an error 509 with its id, and never sent", async () => {
    const gateway = await ScriptedGateway.start({ version });
    const ib = await ready(new IBApi({ port: gateway.port, maxServerVersion: version }));
    const errors: unknown[][] = [];
    ib.on(EventName.error, (error, code, id) => {
      errors.push([(error as IBKRError).code, code, id]);
    });
    const before = gateway.peer.received.length;
    const hostile: Record<string, unknown>[] = [
      { orderRef: ["r", "1"], transmit: false },
      { totalQuantity: [100000, "MKT", "", "", "DAY"] },
      { lmtPrice: Number.NaN },
      { auxPrice: Number.POSITIVE_INFINITY },
      { orderRef: "\ud800" },
      { account: Symbol("DU1") },
      { tif: () => "DAY" },
      { ocaGroup: {} },
      { algoStrategy: "Adaptive", algoParams: { forEach: () => {}, length: 2 } },
      { algoStrategy: "Adaptive", algoParams: new Array(2) },
    ];
    hostile.forEach((fields, i) => {
      ib.placeOrder(100 + i, AAPL, { ...BUY, ...fields } as Order);
    });
    for (const id of [200, 201, 202]) {
      const contract = [undefined, "AAPL", ["AAPL"]][id - 200];
      ib.placeOrder(id, contract as unknown as Contract, BUY);
    }
    ib.cancelOrder(["1", "2"] as unknown as number);
    ib.cancelOrder(77);
    await gateway.until(() => gateway.peer.received.length > before);
    ib.disconnect();
    await gateway.stop();
    const ids = [...hostile.map((_, i) => 100 + i), 200, 201, 202, -1];
    expect(errors).toEqual(ids.map((id) => ["ERR_IBKR_ARGUMENT", 509, id]));
    expect(gateway.peer.received).toHaveLength(before + 1);
  });
});

describe("the text dialect", () => {
  const fieldsOf = (method: string, args: readonly unknown[], version = 193) =>
    (encode(version, method, args) ?? []).join("").split("\0");

  test("writes orderMiscOptions into one field, as the official client does", () => {
    const options = [
      { tag: "a", value: "1" },
      { tag: "b", value: "2" },
    ];
    const plain = fieldsOf("placeOrder", [1, AAPL, BUY]);
    const written = fieldsOf("placeOrder", [1, AAPL, { ...BUY, orderMiscOptions: options }]);
    expect(written).toHaveLength(plain.length);
    expect(written.filter((text, i) => text !== plain[i])).toEqual(["a=1;b=2;"]);
    expect(fieldsOf("placeOrder", [1, AAPL, { ...BUY, orderMiscOptions: [] }])).toEqual(plain);
  });

  test("refuses a pair that would become two in its field", () => {
    const options = [{ tag: "a", value: "1;b=2" }];
    expect(encode(193, "reqNewsArticle", [1, "BRFG", "x", options])).toBeUndefined();
    expect(encode(193, "reqNewsArticle", [1, "BRFG", "x", [{ tag: "a=b", value: "" }]])).toBeUndefined();
  });

  test("refuses a condition of no type that there is, and takes one whose type is text", () => {
    const condition = { type: "3", conjunctionConnection: "a", isMore: true, strValue: "x" };
    const withType = (type: unknown) => [1, AAPL, { ...BUY, conditions: [{ ...condition, type }] }];
    expect(fieldsOf("placeOrder", withType("3"))).toEqual(fieldsOf("placeOrder", withType(3)));
    for (const type of [2, 8, "", "x", true, undefined]) {
      expect(encode(193, "placeOrder", withType(type)), String(type)).toBeUndefined();
    }
  });

  test("takes a scan code by its name, and none that there is not", () => {
    const byName = fieldsOf("reqScannerSubscription", [1, { scanCode: "TOP_PERC_GAIN" }]);
    expect(byName).toContain("TOP_PERC_GAIN");
    for (const scanCode of ["toString", "__proto__", "constructor", 1e9, -1]) {
      expect(encode(193, "reqScannerSubscription", [1, { scanCode }]), String(scanCode)).toBeUndefined();
    }
  });
});

test("the protobuf dialect takes numbers as text in decimal digits alone", () => {
  const order = (fields: object) => encode(226, "placeOrder", [1, AAPL, { ...BUY, ...fields }]);
  expect(order({ totalQuantity: " 100 " })).toEqual(order({ totalQuantity: "100" }));
  expect(order({ lmtPrice: "1e1" })).toEqual(order({ lmtPrice: 10 }));
  for (const value of ["0x10", "Infinity", "NaN", "1_000", "1e999"]) {
    expect(order({ totalQuantity: value }), value).toBeUndefined();
    expect(order({ lmtPrice: value }), value).toBeUndefined();
  }
  expect(order({ lmtPrice: 2n ** 53n + 1n })).toBeUndefined();
});

test("a setting is read once, wherever the object has it", () => {
  let reads = 0;
  class Settings {
    get readOnlyApi(): boolean {
      reads++;
      return reads === 1;
    }
  }
  const fixed = encode(226, "updateConfig", [7, { api: { settings: { readOnlyApi: true } } }]);
  expect(encode(226, "updateConfig", [7, { api: { settings: new Settings() } }])).toEqual(fixed);
  expect(reads).toBe(1);
});
