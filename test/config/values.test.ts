import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { IBKRConfig } from "../../src/config/config.js";
import type { ProfileName } from "../../src/stream/profile.js";

/** Every value of a configuration that says nothing. */
const PAPER = {
  host: "127.0.0.1",
  port: 4002,
  allowedHosts: undefined,
  clientId: 0,
  maxReqPerSec: 50,
  maxServerVersion: 226,
  readMode: "loop",
  ringPolicy: "backpressure",
  ringCapacity: 65_536,
  stallMicros: 1_000,
  guardNice: undefined,
  receiveBufferBytes: 0,
  sendBufferBytes: 0,
  keepWarmMs: 0,
  connectTimeoutMs: 5_000,
  handshakeTimeoutMs: 12_000,
  environment: "paper",
  confirmLive: false,
  readOnly: false,
  logLevel: "silent",
  logging: { connection: undefined, orders: undefined, operations: undefined, data: undefined },
  timeoutMs: 60_000,
  account: undefined,
  requestTimeoutMs: 30_000,
  live: { positions: true, account: true, pnl: true },
  profile: "balanced",
  conflateMs: 100,
  batchMs: 100,
  lines: 100,
  tickByTickLines: 5,
  depthLines: 3,
  silenceMs: 120_000,
  retryMs: 30_000,
  reconnectFirstMs: 250,
  reconnectMostMs: 30_000,
  clientIdWaitMs: 2_000,
  reconcileTimeoutMs: 30_000,
  prefix: "ibkr-native",
  username: undefined,
  commissionTimeoutMs: 5_000,
  features: { protobuf: true },
  risk: undefined,
};

const JOURNAL = {
  ...{ folder: "/j", fsync: "interval", fsyncIntervalMs: 20 },
  ...{ rotateBytes: 67_108_864, keepFiles: 8, keepMs: 691_200_000 },
};

const ENVIRONMENTS = [
  ["paper", {}, PAPER],
  [
    "live",
    { account: "U1234567", confirmLive: true },
    { ...PAPER, environment: "live", port: 4001, account: "U1234567", confirmLive: true },
  ],
  [
    "simulation",
    {},
    {
      ...{ ...PAPER, environment: "simulation", host: undefined, port: undefined },
      simulation: { seed: 1, replay: undefined, speed: undefined },
    },
  ],
] as const;

const PROFILES: Readonly<Record<ProfileName, object>> = {
  "ultra-low-latency": {
    ...{ conflateMs: 0, batchMs: 1, ringCapacity: 4_096 },
    readMode: "spin",
    keepWarmMs: 2,
  },
  "low-latency": {
    ...{ conflateMs: 10, batchMs: 20, ringCapacity: 16_384 },
    readMode: "loop",
    keepWarmMs: 10,
  },
  balanced: { ...{ conflateMs: 100, batchMs: 100, ringCapacity: 65_536 }, readMode: "loop", keepWarmMs: 0 },
  "high-throughput": {
    ...{ conflateMs: 250, batchMs: 250, ringCapacity: 1_048_576 },
    ...{ readMode: "thread", keepWarmMs: 0 },
  },
};

describe.each(ENVIRONMENTS)("environment %s", (environment, needed, values) => {
  test.each(Object.entries(PROFILES))("with profile %s: every value", async (profile, its) => {
    const config = await IBKRConfig.load({ environment, profile: profile as ProfileName, ...needed }, {});
    expect(config.values).toEqual({ ...values, profile, ...its });
    expect(Object.keys(config.values).filter((name) => !(name in values))).toEqual([]);
    const withJournal = await IBKRConfig.load(
      { environment, profile: profile as ProfileName, ...needed, journal: "/j" },
      {},
    );
    expect(withJournal.values).toEqual({ ...values, profile, ...its, journal: JOURNAL });
  });
});

test("profiles can be looked at", () => {
  const profiles = Object.entries(PROFILES).map(([name, its]) => [name, { ...its, fsync: "interval" }]);
  expect(IBKRConfig.profiles).toEqual(Object.fromEntries(profiles));
  expect(Object.isFrozen(IBKRConfig.profiles.balanced)).toBe(true);
});

test("nothing of a configuration can be changed", () => {
  const { values } = IBKRConfig.fromEnv({});
  expect([values, values.live, values.features].map((part) => Object.isFrozen(part))).toEqual([
    true,
    true,
    true,
  ]);
});

test("messages a second are half of the lines; without protobuf the text's newest version is offered", async () => {
  const { entries } = (await IBKRConfig.load({ lines: 1, features: { protobuf: false } }, {})).explain();
  expect(entries["maxReqPerSec"]).toMatchObject({ value: 1, source: "option", place: "lines" });
  expect(entries["maxServerVersion"]).toMatchObject({
    value: 193,
    source: "option",
    place: "features.protobuf",
  });
});

describe("explain()", () => {
  test("prints a row for each option: what it is, where from, instead of what", async () => {
    const env = { IBKR_CLIENT_ID: "8", IBKR_PROFILE: "low-latency" };
    const printed = inspect((await IBKRConfig.load({ clientId: 7 }, env)).explain());
    const row = (name: string) =>
      printed
        .split("\n")
        .find((line) => line.startsWith(`${name} `))
        ?.split(/ {2,}/);
    expect(row("option")).toEqual(["option", "value", "from", "instead of"]);
    expect(row("clientId")).toEqual(["clientId", "7", "arguments", "8, IBKR_CLIENT_ID"]);
    expect(row("conflateMs")).toEqual(["conflateMs", "10", "profile low-latency"]);
    expect(row("port")).toEqual(["port", "4002", "environment paper"]);
    expect(row("lines")).toEqual(["lines", "100", "default"]);
    expect(row("username")).toEqual(["username", "–", "default"]);
    expect(`${(await IBKRConfig.load({ clientId: 7 }, env)).explain()}`).toBe(printed);
  });

  test("says nobody an account's id, and neither does a printed configuration", async () => {
    const config = await IBKRConfig.load(
      {
        ...{ environment: "simulation", account: "DU1234567" },
        simulation: { accounts: ["DU1234567", "U7654321"], tickIntervalMs: 5 },
      },
      { IBKR_ACCOUNT: "U7654321" },
    );
    const said = [
      inspect(config),
      JSON.stringify(config),
      `${config.explain()}`,
      JSON.stringify(config.explain()),
    ];
    for (const text of said) expect(text).not.toMatch(/1234567|7654321/);
    expect(said[2]).toContain("DU***67");
    // The program itself has it.
    expect(config.values.account).toBe("DU1234567");
  });
});
