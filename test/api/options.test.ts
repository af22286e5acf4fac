import { describe, expect, test } from "vitest";
import { clientIdOf, type IBApiOptions, resolveOptions } from "../../src/api/options.js";
import { IBApi, IBApiNext } from "../../src/index.js";
import { type EngineOptions, resolveEngineOptions } from "../../src/native/options.js";

const ENGINE_DEFAULTS = {
  readMode: "loop",
  stallMicros: 1_000,
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
    expect(resolveEngineOptions()).toEqual(ENGINE_DEFAULTS);
  });

  test.each<[NodeJS.ProcessEnv, Partial<ReturnType<typeof resolveOptions>>]>([
    [{ IBKR_HOST: "a", IB_HOST: "b" }, { host: "a" }],
    [{ IB_HOST: "b" }, { host: "b" }],
    [{ IBKR_PORT: "1", IB_PORT: "2" }, { port: 1 }],
    [{ IB_PORT: "2" }, { port: 2 }],
    [{ IBKR_PORT: "", IB_PORT: "2" }, { port: 2 }],
    [{ IBKR_ENVIRONMENT: "live" }, { port: 4001 }],
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
    expect(resolveEngineOptions({ readMode: undefined, ringCapacity: undefined })).toEqual(ENGINE_DEFAULTS);
  });
});

test("client ids are rounded down, as stock does", () => {
  expect(resolveOptions({ clientId: 7.9 }, {}).clientId).toBe(7);
  expect(clientIdOf(7.9)).toBe(7);
  expect(clientIdOf(undefined)).toBeUndefined();
  expect(() => clientIdOf(-0.5)).toThrow("clientId is -1 (allowed: an integer from 0 to 2147483647)");
});

const VERSIONS = "100 to 193 (text) or 213 to 226 (protobuf)";
const BUFFER = "an integer from 0 to 1073741824";

describe("an option outside its range is refused by name", () => {
  test.each<[IBApiOptions, string]>([
    [{ host: "" }, 'host is "" (allowed: a host name or an IP address)'],
    [{ port: 0 }, "port is 0 (allowed: an integer from 1 to 65535)"],
    [{ port: 4002.5 }, "port is 4002.5 (allowed: an integer from 1 to 65535)"],
    [{ port: "4002" as unknown as number }, 'port is "4002" (allowed: an integer from 1 to 65535)'],
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
    [{ IBKR_PORT: "70000" }, "port is 70000 (allowed: an integer from 1 to 65535)"],
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

  test("engines alone, and IBApiNext", () => {
    const options: EngineOptions = { stallMicros: 1 };
    const message = "stallMicros is 1 (allowed: an integer from 100 to 1000000)";
    expect(() => resolveEngineOptions(options)).toThrow(message);
    expect(() => new IBApiNext(options)).toThrow(message);
  });
});
