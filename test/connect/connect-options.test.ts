import { describe, expect, test } from "vitest";
import {
  brokerPlan,
  type ConnectBrokerOptions,
  type ConnectStreamOptions,
  streamPlan,
} from "../../src/connect/connect-options.js";
import { connectBroker } from "../../src/connect/connected-broker.js";
import { IBKRDataStream } from "../../src/connect/data-stream.js";
import { type ConnectOrdersOptions, ordersPlan } from "../../src/connect/orders-options.js";
import { PROFILES, type ProfileName } from "../../src/stream/profile.js";
import { realClock } from "../../src/time/clock.js";

const wrong = (options: object) => options as ConnectStreamOptions;

describe("what is refused, before anything is opened", () => {
  const both: [options: object, message: string][] = [
    [{ prot: 4002 }, "prot is not known (allowed: host, port, clientId, "],
    [{ port: 70_000 }, "port is 70000 (allowed: an integer from 1 to 65535)"],
    [{ ringCapacity: 1000 }, "ringCapacity is 1000 (allowed: a power of two from 64 to 16777216)"],
    [{ environment: "test" }, 'environment is "test" (allowed: live, paper, simulation)'],
    [{ timeoutMs: 0 }, "timeoutMs is 0 (allowed: an integer from 1 to 2147483647)"],
    [{ signal: {} }, "signal is {} (allowed: an AbortSignal)"],
    [
      { environment: "simulation", host: "127.0.0.1" },
      'host is "127.0.0.1" (allowed: nothing, as environment is "simulation")',
    ],
    [
      { environment: "simulation", port: 4002 },
      'port is 4002 (allowed: nothing, as environment is "simulation")',
    ],
    [
      { environment: "paper", simulation: {} },
      'simulation is {} (allowed: nothing, unless environment is "simulation")',
    ],
    [
      { environment: "simulation", simulation: 1 },
      "simulation is 1 (allowed: an object with options of a simulated gateway)",
    ],
    [
      { environment: "simulation", simulation: { tickIntervalMs: 0 } },
      "simulation.tickIntervalMs is 0 (allowed: a number above 0)",
    ],
    [
      { environment: "simulation", simulation: { weather: 1 } },
      "simulation.weather is not known (allowed: port, host, ",
    ],
  ];

  test.each(both)("by connectBroker: %o", async (options, message) => {
    const refusal = await connectBroker(wrong(options)).catch((error: Error) => error);
    expect(refusal).toMatchObject({ code: "ERR_IBKR_OPTION", message: expect.stringContaining(message) });
  });

  test.each([
    ...both,
    [{ profile: "fast" }, 'profile is "fast" (allowed: ultra-low-latency, low-latency, balanced, '],
    [{ conflateMs: -1 }, "conflateMs is -1 (allowed: an integer from 0 to 60000)"],
    [{ clock: {} }, "clock is {} (allowed: a clock: realClock, or a VirtualClock)"],
    [{ lag: 1 }, "lag is 1 (allowed: an object with record() and summary())"],
  ] as typeof both)("by IBKRDataStream.connect: %o", async (options, message) => {
    const refusal = await IBKRDataStream.connect(wrong(options)).catch((error: Error) => error);
    expect(refusal).toMatchObject({ code: "ERR_IBKR_OPTION", message: expect.stringContaining(message) });
  });

  test("what orders have no option for is refused with all that there are", () => {
    const given = { jurnal: "x" } as ConnectOrdersOptions;
    expect(() => ordersPlan(given)).toThrow(
      /^jurnal is not known \(allowed: host, port, .*prefix.*, journal\)$/,
    );
    expect(() => ordersPlan({ prefix: "x".repeat(14) })).toThrow("prefix is ");
  });

  test("a broker has no options of a stream", async () => {
    await expect(connectBroker(wrong({ profile: "balanced" }))).rejects.toThrow("profile is not known");
    await expect(connectBroker(wrong({ clock: realClock }))).rejects.toThrow("clock is not known");
  });
});

describe("where it connects to", () => {
  const variables = { IBKR_HOST: "gateway.example", IBKR_PORT: "7497", IBKR_ENVIRONMENT: "live" };

  test.each<[ConnectBrokerOptions, NodeJS.ProcessEnv, host: string, port: number]>([
    [{}, {}, "127.0.0.1", 4002],
    [{ environment: "paper" }, {}, "127.0.0.1", 4002],
    [{ environment: "live" }, {}, "127.0.0.1", 4001],
    [{ environment: "live", port: 7496 }, {}, "127.0.0.1", 7496],
    [{}, variables, "gateway.example", 7497],
    [{}, { IBKR_ENVIRONMENT: "live" }, "127.0.0.1", 4001],
    // A program that says "paper" does not trade live because of a variable.
    [{ environment: "paper" }, { ...variables, IBKR_PORT: "4001" }, "gateway.example", 4002],
    [{ host: "::1", port: 1 }, variables, "::1", 1],
  ])("%o with %o: %s %i", (options, env, host, port) => {
    expect(brokerPlan(options, env).session).toMatchObject({ host, port });
    expect(brokerPlan(options, env).simulation).toBeUndefined();
    expect(streamPlan(options, env).broker.session).toMatchObject({ host, port });
  });

  test("only the option starts a simulated gateway, no variable", () => {
    expect(brokerPlan({}, { IBKR_ENVIRONMENT: "simulation" }).simulation).toBeUndefined();
    expect(brokerPlan({ environment: "simulation" }, variables).simulation).toEqual({});
  });
});

test.each(Object.keys(PROFILES) as ProfileName[])("the ring of %s is the profile's", (profile) => {
  const { ringCapacity } = PROFILES[profile];
  expect(streamPlan({ profile }, {}).broker.session.engine.ringCapacity).toBe(ringCapacity);
  expect(streamPlan({ profile, ringCapacity: 128 }, {}).broker.session.engine.ringCapacity).toBe(128);
});

test("messages a second are half of the lines, unless the option or the variable says otherwise", () => {
  const rate = (options: ConnectStreamOptions, env: NodeJS.ProcessEnv = {}) =>
    streamPlan(options, env).broker.session.maxReqPerSec;
  expect(brokerPlan({}, {}).session.maxReqPerSec).toBe(50);
  expect([rate({}), rate({ lines: 501 }), rate({ lines: 1 })]).toEqual([50, 250, 1]);
  expect(rate({ lines: 500, maxReqPerSec: 9 }, { MAX_REQ_PER_SECOND: "7" })).toBe(9);
  expect([rate({}, { MAX_REQ_PER_SECOND: "7" }), rate({}, { MAX_REQ_PER_SECOND: "" })]).toEqual([7, 50]);
});

test("each part gets its own options", () => {
  const { broker, stream } = streamPlan(
    { clientId: 7, maxReqPerSec: 9, readMode: "spin", timeoutMs: 3, lines: 20, conflateMs: 1 },
    {},
  );
  expect(broker.session).toMatchObject({ clientId: 7, maxReqPerSec: 9, engine: { readMode: "spin" } });
  expect(broker.call).toEqual({ timeoutMs: 3, signal: undefined });
  expect(stream).toMatchObject({ lines: 20, conflateMs: 1 });
  expect(Object.keys(stream)).not.toContain("clientId");
});
