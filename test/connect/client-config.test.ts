import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { IBKRConfig } from "../../src/config/config.js";
import { IBKRClient } from "../../src/connect/client.js";
import { configuredPlan } from "../../src/connect/client-options.js";
import { stock } from "../../src/domain/contracts.js";
import { limit } from "../../src/domain/orders.js";
import { realClock } from "../../src/time/clock.js";
import { atEnd, cleansUp as cleansUpStage, refusalOf, simulated } from "../client/client-stage.js";
import { cleansUp, fileOf } from "../config/config-stage.js";

cleansUpStage();
cleansUp();

// No variable of whoever runs the tests.
beforeEach(() => {
  for (const name of Object.keys(process.env)) if (/^IB(KR)?_/.test(name)) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

async function connected(...args: Parameters<typeof IBKRClient.connect>): Promise<IBKRClient> {
  const client = await IBKRClient.connect(...args);
  atEnd(() => client.close());
  return client;
}

describe("connect() without arguments takes all of the configuration:", () => {
  test("variables and the file that one of them names", async () => {
    const sim = await simulated({ accounts: ["DU0000001", "DU0000002"] });
    const file = fileOf(
      "ibkr.yaml",
      `host: 127.0.0.1\nport: ${sim.port}\nclientId: 3\nlive: { pnl: false }\n`,
    );
    for (const [name, value] of Object.entries({
      IBKR_CONFIG: file,
      IBKR_CLIENT_ID: "7",
      IBKR_ACCOUNT: "DU0000002",
      IBKR_PROFILE: "low-latency",
      IBKR_READ_ONLY: "true",
    }))
      vi.stubEnv(name, value);
    const client = await connected();
    expect([client.accountName, client.stream.profile, client.pnl.state]).toEqual([
      ...["DU0000002", "low-latency", "waiting"],
    ]);
    expect(sim.log.entries().some(({ client: id }) => id === 7)).toBe(true);
    const ticket = client.placeOrder(stock("AAPL"), limit("BUY", 1, 1));
    expect(await refusalOf(() => ticket.acknowledged())).toMatchObject({ code: "ERR_IBKR_READ_ONLY" });
  });

  test("the environment, which may be a simulation", async () => {
    vi.stubEnv("IBKR_ENVIRONMENT", "simulation");
    const client = await connected();
    expect(client.accountName).toBe("DU0000001");
  });
});

test("a configuration is all there is, options go before everything else", async () => {
  const sim = await simulated();
  const config = await IBKRConfig.load({
    host: "127.0.0.1",
    port: sim.port,
    clientId: 4,
    profile: "low-latency",
  });
  vi.stubEnv("IBKR_PROFILE", "high-throughput");
  expect((await connected(config)).stream.profile).toBe("low-latency");
  const own = await connected({
    host: "127.0.0.1",
    port: sim.port,
    clientId: 5,
    profile: "ultra-low-latency",
  });
  expect(own.stream.profile).toBe("ultra-low-latency");
});

test("what only code can give passes by the configuration", async () => {
  const { signal } = new AbortController();
  const plan = await configuredPlan({ signal, clock: realClock, port: 1, features: { protobuf: false } }, {});
  expect(plan.orders.broker.call.signal).toBe(signal);
  expect(plan.stream.clock).toBe(realClock);
  expect(plan.orders.broker.session).toMatchObject({ port: 1, maxServerVersion: 193, readOnly: false });
  expect((await refusalOf(() => configuredPlan({ signal: 1 } as object, {}))).message).toContain(
    "signal is 1",
  );
});

test("the profile's values are those of the session, the stream and the journal", async () => {
  const { orders, stream } = await configuredPlan({ profile: "ultra-low-latency", journal: "/j" }, {});
  const { ringCapacity, readMode, keepWarmMs, conflateMs, batchMs, fsync } =
    IBKRConfig.profiles["ultra-low-latency"];
  expect(orders.broker.session.engine).toMatchObject({ ringCapacity, readMode, keepWarmMs });
  expect(stream).toMatchObject({ conflateMs, batchMs });
  expect(orders.journal).toMatchObject({ folder: "/j", fsync, endpoint: "127.0.0.1:4002" });
});

describe("before money is at stake:", () => {
  test("live without confirmation, or with an account of paper trading, opens nothing", async () => {
    const sim = await simulated();
    const at = { host: "127.0.0.1", port: sim.port, environment: "live" } as const;
    for (const options of [
      at,
      { ...at, account: "U1234567" },
      { ...at, account: "DU0000001", confirmLive: true },
    ])
      expect(await refusalOf(() => IBKRClient.connect(options))).toMatchObject({ code: "ERR_IBKR_OPTION" });
    expect(sim.log.entries()).toEqual([]);
  });

  test("a login of real money is let go of where live was not said", async () => {
    const sim = await simulated({ accounts: ["U1234567"] });
    const at = { host: "127.0.0.1", port: sim.port, clientId: 1 };
    const refusal = await refusalOf(() => IBKRClient.connect(at));
    expect(refusal).toMatchObject({ code: "ERR_IBKR_OPTION" });
    expect(refusal.message).toMatch(
      /^environment is "paper" \(allowed: "live" with account and confirmLive, .*U\*\*\*67\)$/,
    );
    const client = await connected({ ...at, environment: "live", account: "U1234567", confirmLive: true });
    expect(client.accountName).toBe("U1234567");
  });

  test("an account that the login has not is refused", async () => {
    const sim = await simulated({ accounts: ["DU0000001"] });
    const at = { host: "127.0.0.1", port: sim.port, environment: "live", confirmLive: true } as const;
    expect((await refusalOf(() => IBKRClient.connect({ ...at, account: "U1234567" }))).message).toMatch(
      /^account is /,
    );
  });
});
