import { describe, expect, test } from "vitest";
import {
  clientIdOf,
  type IBApiOptions,
  resolveIntervals,
  resolveOptions,
  unknownOptions,
} from "../../src/api/options.js";
import { ConnectionState, EventName, IBApi, IBApiNext, LogLevel } from "../../src/index.js";
import type { EngineOptions } from "../../src/native/options.js";

const ENGINE_DEFAULTS = {
  readMode: "loop",
  stallMicros: 1_000,
  keepWarmMs: 0,
  ringCapacity: 65_536,
  ringPolicy: "backpressure",
  receiveBufferBytes: 0,
  sendBufferBytes: 0,
  connectTimeoutMs: 5_000,
  handshakeTimeoutMs: 12_000,
};

describe("defaults", () => {
  test("are filled in, those of the engine too", () => {
    expect(resolveOptions({}, {})).toEqual({
      host: "127.0.0.1",
      port: 4002,
      clientId: 0,
      maxReqPerSec: 40,
      maxServerVersion: 226,
      engine: ENGINE_DEFAULTS,
    });
  });

  test.each<[NodeJS.ProcessEnv, Partial<ReturnType<typeof resolveOptions>>]>([
    [{ IBKR_HOST: "a", IB_HOST: "b" }, { host: "a" }],
    [{ IB_HOST: "b" }, { host: "b" }],
    [{ IBKR_PORT: "1", IB_PORT: "2" }, { port: 1 }],
    [{ IB_PORT: "2" }, { port: 2 }],
    [{ IBKR_PORT: "", IB_PORT: "2" }, { port: 2 }],
    [{ IBKR_ENVIRONMENT: "live" }, { port: 4001 }],
    [
      { IBKR_ENVIRONMENT: "", IBKR_HOST: "", IB_HOST: "", IB_PORT: "" },
      { host: "127.0.0.1", port: 4002 },
    ],
    [{ IBKR_ENVIRONMENT: "simulation" }, { port: 4002 }],
    [{ MAX_REQ_PER_SECOND: "7.5" }, { maxReqPerSec: 7.5 }],
  ])("may come from the environment: %o", (env, expected) => {
    expect(resolveOptions({}, env)).toMatchObject(expected);
  });

  test("give way to what is given", () => {
    const env = { IBKR_HOST: "a", IBKR_PORT: "1", MAX_REQ_PER_SECOND: "2" };
    const given = { host: "h", port: 5, maxReqPerSec: Number.POSITIVE_INFINITY, readMode: "spin" } as const;
    expect(resolveOptions(given, env)).toMatchObject({
      host: "h",
      port: 5,
      maxReqPerSec: Number.POSITIVE_INFINITY,
      engine: { ...ENGINE_DEFAULTS, readMode: "spin" },
    });
  });

  test("stand where an option is undefined", () => {
    const { engine } = resolveOptions({ readMode: undefined, ringCapacity: undefined }, {});
    expect(engine).toEqual(ENGINE_DEFAULTS);
  });
});

test("client ids are rounded down, as stock does", () => {
  expect(resolveOptions({ clientId: 7.9 }, {}).clientId).toBe(7);
  expect(clientIdOf(7.9)).toBe(7);
  expect(clientIdOf(undefined)).toBeUndefined();
  expect(() => clientIdOf(-0.5)).toThrow("clientId is -1 (allowed: an integer from 0 to 2147483647)");
});

describe("numbers in text are numbers", () => {
  const text = {
    port: "4002",
    clientId: " 7 ",
    maxReqPerSec: "1e2",
    maxServerVersion: "193",
    keepWarmMs: "2",
    stallMicros: "500",
    guardNice: "-5",
    ringCapacity: "1024",
    receiveBufferBytes: "0",
    sendBufferBytes: "65536",
    connectTimeoutMs: "100",
    handshakeTimeoutMs: "200",
  };

  test("of every option that is one", () => {
    const { engine, ...others } = resolveOptions(text as never, {});
    expect(others).toEqual({
      host: "127.0.0.1",
      port: 4002,
      clientId: 7,
      maxReqPerSec: 100,
      maxServerVersion: 193,
    });
    expect(engine).toMatchObject({
      stallMicros: 500,
      keepWarmMs: 2,
      guardNice: -5,
      ringCapacity: 1024,
      sendBufferBytes: 65536,
    });
    const numeric = Object.keys({ ...others, ...engine }).filter(
      (name) => typeof { ...others, ...engine }[name as "port"] === "number",
    );
    expect(Object.keys(text)).toEqual(expect.arrayContaining(numeric));
    expect(resolveOptions({ maxReqPerSec: "Infinity" as never }, {}).maxReqPerSec).toBe(
      Number.POSITIVE_INFINITY,
    );
  });

  test("of the port, as stock's own tools give it; undefined and null are the default", () => {
    for (const port of ["4002", undefined, null]) {
      expect(() => new IBApi({ port: port as never })).not.toThrow();
      expect(() => new IBApiNext({ port: port as never })).not.toThrow();
    }
  });

  test("of client ids, also at connect(), as with stock", () => {
    expect([clientIdOf("7"), clientIdOf("7.9"), clientIdOf(null)]).toEqual([7, 7, undefined]);
    for (const [value, shown] of [
      ["abc", '"abc"'],
      ["", '""'],
      [Number.NaN, "NaN"],
      [-1, "-1"],
      ["-1", "-1"],
      [Number.POSITIVE_INFINITY, "Infinity"],
    ]) {
      const refusal = expect.objectContaining({
        code: "ERR_IBKR_OPTION",
        message: `clientId is ${shown} (allowed: an integer from 0 to 2147483647)`,
      });
      const next = new IBApiNext();
      expect(() => new IBApi().connect(value as never)).toThrow(refusal);
      expect(() => next.connect(value as never)).toThrow(refusal);
      expect(() => new IBApiNext({ clientId: value } as never)).toThrow(refusal);
      next.connectionState.subscribe((state) => expect(state).toBe(ConnectionState.Disconnected));
    }
  });

  test("of the intervals of IBApiNext", () => {
    expect(
      resolveIntervals({ reconnectInterval: "1000" as never, connectionWatchdogInterval: null as never }),
    ).toEqual({
      reconnectInterval: 1000,
    });
    const message = 'reconnectInterval is "soon" (allowed: a number from 0 on)';
    expect(() => new IBApiNext({ reconnectInterval: "soon" as never })).toThrow(message);
    expect(() => new IBApiNext({ connectionWatchdogInterval: -1 })).toThrow(
      "connectionWatchdogInterval is -1 (allowed: a number from 0 on)",
    );
  });
});

test.each([null, "localhost", 4002, [], () => {}])(
  "options that are no object are refused: %s",
  (options) => {
    const refusal = expect.objectContaining({
      code: "ERR_IBKR_OPTION",
      message: expect.stringMatching(/^options is .+ \(allowed: an object with host, port, clientId, /),
    });
    expect(() => new IBApi(options as never)).toThrow(refusal);
    expect(() => new IBApiNext(options as never)).toThrow(refusal);
  },
);

test("options may stand in a prototype, and there may be none", () => {
  expect(resolveOptions(Object.create({ port: 5 }), {}).port).toBe(5);
  expect(resolveOptions(undefined, { IB_PORT: "5" }).port).toBe(5);
  expect(() => new IBApi(undefined)).not.toThrow();
});

describe("an option that there is not", () => {
  test.each([
    ["prot", "port"],
    ["Port", "port"],
    ["clientid", "clientId"],
    ["hots", "host"],
    ["hostname", "host"],
    ["connectTimeout", "connectTimeoutMs"],
    ["maxReqPerSecond", "maxReqPerSec"],
    ["reconnectIntervall", "reconnectInterval"],
  ])("%s: did you mean %s?", (name, meant) => {
    expect(unknownOptions({ [name]: 1, host: "a" }, true)).toEqual([
      `option ${name} is not known and has no effect: did you mean ${meant}?`,
    ]);
  });

  test("is named with all that there are, where none is near", () => {
    expect(unknownOptions({ colour: "red" })).toEqual([
      expect.stringMatching(
        /^option colour is not known and has no effect: there are host, port, clientId, /,
      ),
    ]);
    const everything = {
      reconnectInterval: 1,
      connectionWatchdogInterval: 1,
      logger: {},
      host: "",
      clientId: 0,
    };
    expect(unknownOptions(everything, true)).toEqual([]);
    expect(unknownOptions({ logger: {} })).toHaveLength(1);
  });

  test("is told in an info event, not thrown", async () => {
    const ib = new IBApi({ prot: 4001 } as never);
    const told = await new Promise((resolve) => ib.on(EventName.info, (...args) => resolve(args)));
    expect(told).toEqual(["option prot is not known and has no effect: did you mean port?", 591]);
  });

  test("is told at the first connect where nobody listened before, once", async () => {
    const ib = new IBApi({ port: 1, prot: 4001 } as never);
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    const told: unknown[] = [];
    ib.on(EventName.info, (_message, code) => told.push(code));
    ib.on(EventName.error, () => {});
    const ended = () => new Promise((resolve) => ib.once(EventName.disconnected, () => resolve(undefined)));
    for (let i = 0; i < 2; i++) {
      const end = ended();
      ib.connect();
      await end;
    }
    expect(told).toEqual([591]);
  });

  test("is logged by IBApiNext", async () => {
    const logged: unknown[] = [];
    const logger = {
      debug() {},
      info: (_tag: string, text: unknown) => logged.push(text),
      warn() {},
      error() {},
    };
    new IBApiNext({ prot: 4001, logger } as never).logLevel = LogLevel.INFO;
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(logged).toEqual(["option prot is not known and has no effect: did you mean port? - Code: 591"]);
  });
});

const VERSIONS = "100 to 193 (text) or 213 to 226 (protobuf)";
const BUFFER = "an integer from 0 to 1073741824";

describe("an option outside its range is refused by name", () => {
  test.each<[IBApiOptions, string]>([
    [{ host: "" }, 'host is "" (allowed: a host name or an IP address)'],
    [{ host: "127.0.0.1\0x" }, 'host is "127.0.0.1\\u0000x" (allowed: a host name or an IP address)'],
    [{ port: 0 }, "port is 0 (allowed: an integer from 1 to 65535)"],
    [{ port: 4002.5 }, "port is 4002.5 (allowed: an integer from 1 to 65535)"],
    [{ port: "" as never }, 'port is "" (allowed: an integer from 1 to 65535)'],
    [{ port: " " as never }, 'port is " " (allowed: an integer from 1 to 65535)'],
    [{ port: "4002a" as never }, 'port is "4002a" (allowed: an integer from 1 to 65535)'],
    [{ port: "0x1f" as never }, 'port is "0x1f" (allowed: an integer from 1 to 65535)'],
    [{ port: "70000" as never }, 'port is "70000" (allowed: an integer from 1 to 65535)'],
    [{ port: true as never }, "port is true (allowed: an integer from 1 to 65535)"],
    [{ port: [4002] as never }, "port is [4002] (allowed: an integer from 1 to 65535)"],
    [{ clientId: "abc" as never }, 'clientId is "abc" (allowed: an integer from 0 to 2147483647)'],
    [{ clientId: "" as never }, 'clientId is "" (allowed: an integer from 0 to 2147483647)'],
    [{ clientId: Number.NaN }, "clientId is NaN (allowed: an integer from 0 to 2147483647)"],
    [{ clientId: {} as never }, "clientId is {} (allowed: an integer from 0 to 2147483647)"],
    [{ maxReqPerSec: "many" as never }, 'maxReqPerSec is "many" (allowed: a number above 0)'],
    [{ stallMicros: "99" as never }, 'stallMicros is "99" (allowed: an integer from 100 to 1000000)'],
    [{ clientId: -1 }, "clientId is -1 (allowed: an integer from 0 to 2147483647)"],
    [{ clientId: 2 ** 31 }, "clientId is 2147483648 (allowed: an integer from 0 to 2147483647)"],
    [{ maxServerVersion: 99 }, `maxServerVersion is 99 (allowed: ${VERSIONS})`],
    [{ maxServerVersion: 200 }, `maxServerVersion is 200 (allowed: ${VERSIONS})`],
    [{ maxServerVersion: 227 }, `maxServerVersion is 227 (allowed: ${VERSIONS})`],
    [{ maxReqPerSec: 0 }, "maxReqPerSec is 0 (allowed: a number above 0)"],
    [{ maxReqPerSec: Number.NaN }, "maxReqPerSec is NaN (allowed: a number above 0)"],
    [{ ringCapacity: 1000 }, "ringCapacity is 1000 (allowed: a power of two from 64 to 16777216)"],
    [{ ringCapacity: 32 }, "ringCapacity is 32 (allowed: a power of two from 64 to 16777216)"],
    [
      { ringPolicy: "drop" as "conflate" },
      'ringPolicy is "drop" (allowed: backpressure, conflate, drop-oldest)',
    ],
    [{ readMode: "fast" as "loop" }, 'readMode is "fast" (allowed: loop, spin, thread)'],
    [{ stallMicros: 99 }, "stallMicros is 99 (allowed: an integer from 100 to 1000000)"],
    [{ receiveBufferBytes: -1 }, `receiveBufferBytes is -1 (allowed: ${BUFFER})`],
    [{ sendBufferBytes: 2 ** 30 + 1 }, `sendBufferBytes is 1073741825 (allowed: ${BUFFER})`],
    [{ connectTimeoutMs: 0 }, "connectTimeoutMs is 0 (allowed: an integer from 1 to 600000)"],
    [{ handshakeTimeoutMs: 0.5 }, "handshakeTimeoutMs is 0.5 (allowed: an integer from 1 to 600000)"],
  ])("%o", (options, message) => {
    const refusal = expect.objectContaining({ code: "ERR_IBKR_OPTION", scope: "system", message });
    expect(() => resolveOptions(options, {})).toThrow(refusal);
    expect(() => new IBApi(options)).toThrow(refusal);
  });

  test.each<[NodeJS.ProcessEnv, string]>([
    [{ IBKR_PORT: "http" }, 'IBKR_PORT (environment variable) is "http" (allowed: a number)'],
    [{ IB_PORT: " " }, 'IB_PORT (environment variable) is " " (allowed: a number)'],
    ...["toString", "constructor", "__proto__"].map((name): [NodeJS.ProcessEnv, string] => [
      { IBKR_ENVIRONMENT: name },
      `IBKR_ENVIRONMENT (environment variable) is "${name}" (allowed: live, paper, simulation)`,
    ]),
    ...["IBKR_PORT", "IB_PORT"].flatMap((name): [NodeJS.ProcessEnv, string][] =>
      ["70000", "0", "-1", "4002.5", "Infinity"].map((value) => [
        { [name]: value },
        `${name} (environment variable) is ${value} (allowed: an integer from 1 to 65535)`,
      ]),
    ),
    [
      { MAX_REQ_PER_SECOND: "0" },
      "MAX_REQ_PER_SECOND (environment variable) is 0 (allowed: a number above 0)",
    ],
    [
      { IBKR_ENVIRONMENT: "test" },
      'IBKR_ENVIRONMENT (environment variable) is "test" (allowed: live, paper, simulation)',
    ],
    [
      { MAX_REQ_PER_SECOND: "many" },
      'MAX_REQ_PER_SECOND (environment variable) is "many" (allowed: a number)',
    ],
  ])("from the environment: %o", (env, message) => {
    expect(() => resolveOptions({}, env)).toThrow(
      expect.objectContaining({ code: "ERR_IBKR_OPTION", message }),
    );
  });

  test("of the engine, for IBApi and IBApiNext", () => {
    const options: EngineOptions = { stallMicros: 1 };
    const message = "stallMicros is 1 (allowed: an integer from 100 to 1000000)";
    expect(() => new IBApi(options)).toThrow(message);
    expect(() => new IBApiNext(options)).toThrow(message);
  });
});
