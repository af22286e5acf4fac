import { EventEmitter } from "node:events";
import { type Logger as PinoLogger, pino } from "pino";
import { describe, expect, test } from "vitest";
import { IBKRConfig } from "../../src/config/config.js";
import { IBKRClient } from "../../src/connect/client.js";
import * as contracts from "../../src/domain/contracts.js";
import type { ClientLogger } from "../../src/domain/logger.js";
import * as orders from "../../src/domain/orders.js";
import { atEnd, cleansUp, clientAt, refusalOf, simulated, told } from "../client/client-stage.js";

cleansUp();

type Line = Readonly<Record<string, unknown>> & { readonly msg: string; readonly level: number };

class Lines extends EventEmitter {
  readonly all: string[] = [];
  write(line: string): void {
    this.all.push(line);
  }
  get parsed(): readonly Line[] {
    return this.all.map((line) => JSON.parse(line) as Line);
  }
  about(component: string): readonly Line[] {
    return this.parsed.filter((line) => line["component"] === component);
  }
}

const AAPL = contracts.stock("AAPL");
const ACCOUNTS = ["DU1234567", "DF7654321", "U5551234", "F5551234", "OTHER77"];
const ANY_ACCOUNT = /DU1234567|DF7654321|U5551234|F5551234|OTHER77|\bD?[UF]\d{4,}/;

/** A session with a bit of everything: an order filled, one refused, one cancelled, a refused subscription, a lost connection. */
async function session(client: IBKRClient, account: string): Promise<void> {
  const sub = client.stream.subscribe(AAPL);
  await sub.ready;
  const wrong = client.stream.subscribe(contracts.stock("NOSUCH"));
  await wrong.ready.catch(() => {});
  const bought = client.placeOrder(AAPL, { ...orders.market("BUY", 10), account });
  await bought.done();
  const rejected = client.placeOrder(AAPL, { ...orders.limit("BUY", 10, 1), account: "DU9999999" });
  await rejected.done();
  const far = client.placeOrder(AAPL, { ...orders.limit("BUY", 10, 1), account });
  await far.acknowledged();
  far.modify({ limitPrice: 1.01 });
  far.cancel();
  await far.done();
  await refusalOf(() => client.contractDetails(contracts.stock("NOSUCH")));
  await refusalOf(() => client.placeOrder(null as never, orders.market("BUY", 1)));
  await client.positions.ready();
}

describe.each([193, 226])("what a client logs, server version %i", (maxServerVersion) => {
  test.each(["trace", "debug", "info", "warn", "error", "fatal"])(
    "has no account id in it at level %s, whoever writes the line",
    async (logLevel) => {
      const sim = await simulated({ accounts: ACCOUNTS });
      const lines = new Lines();
      const config = await IBKRConfig.load(
        {
          ...{ host: "127.0.0.1", port: sim.port, maxServerVersion, clientId: 3, maxReqPerSec: 1e9 },
          ...{
            logLevel: logLevel as "trace",
            reconnectFirstMs: 10,
            commissionTimeoutMs: 500,
            environment: "live",
          },
          ...{ account: "U5551234", confirmLive: true },
        },
        {},
      );
      const log = await config.setupLogging({ destination: lines });
      const client = await IBKRClient.connect(config);
      atEnd(() => client.close());
      await session(client, "U5551234");
      log.fatal({ account: "U5551234", err: new Error("of DU1234567") }, "mine: OTHER77\nDF7654321");
      const back = told(
        (listener) => client.on("state", listener),
        (state) => state === "ready",
      );
      sim.fault({ kind: "reset" });
      await back;
      await client.close();
      expect(lines.all.length).toBeGreaterThan(logLevel === "trace" ? 30 : 0);
      for (const line of lines.all) expect(line).not.toMatch(ANY_ACCOUNT);
    },
  );
});

describe("a logger of the program's own", () => {
  test("hears of the connection, of the way of each order, of calls, of subscriptions and of losses", async () => {
    const sim = await simulated();
    const lines = new Lines();
    const logger = pino({ level: "trace" }, lines);
    const client = await clientAt(sim, { logger });
    await session(client, "DU0000001");
    const back = told(
      (listener) => client.on("state", listener),
      (state) => state === "ready",
    );
    sim.fault({ kind: "reset" });
    await back;
    const connection = lines.about("connection").filter(({ msg }) => msg !== "the gateway says");
    expect(connection.map(({ msg }) => msg)).toEqual([
      ...["connecting", "handshaking", "reconciling", "reconciled", "ready", "fault", "down"],
      ...["connecting", "handshaking", "reconciling", "reconciled", "ready"],
    ]);
    expect(connection.find(({ msg }) => msg === "down")).toMatchObject({
      ...{ level: 40, clientId: 1, state: "DOWN", before: "READY", heldOrders: 0 },
    });
    const [first, ...others] = client.tickets;
    const ofFirst = lines.about("orders").filter(({ orderId }) => orderId === first.orderId);
    expect(ofFirst.map(({ msg, status }) => status ?? msg)).toEqual([
      ...["unsent", "sent", "working", "filled", "execution", "filled"],
    ]);
    expect(ofFirst[0]).toMatchObject({
      ...{ level: 30, msg: "order", action: "BUY", orderType: "MKT", quantity: 10, account: "DU***01" },
    });
    expect(ofFirst.at(-1)).toMatchObject({ msg: "order over", lifeMs: expect.any(Number), commission: 1 });
    const refused = lines.about("orders").find(({ msg }) => msg === "order refused");
    expect(refused).toMatchObject({ level: 40, orderId: others[0].orderId, gatewayCode: expect.any(Number) });
    const calls = lines.about("operations");
    expect(calls.find(({ operation }) => operation === "placeOrder")).toMatchObject({
      ...{ level: 20, msg: "call", durationMs: expect.any(Number) },
    });
    expect(calls.find(({ msg }) => msg === "call failed")).toMatchObject({
      ...{ level: 40, operation: "stream.ready", code: expect.stringMatching(/^ERR_IBKR_/) },
    });
    expect(lines.about("data").map(({ msg, symbol }) => [msg, symbol])).toContainEqual([
      "subscription failed",
      "NOSUCH",
    ]);
  });

  test("of another kind will do, if it has the methods; what is none is refused", async () => {
    const sim = await simulated();
    const said: unknown[][] = [];
    const say =
      (level: string) =>
      (...args: unknown[]) => {
        said.push([level, ...args]);
      };
    const logger: ClientLogger = {
      ...{ trace: say("trace"), debug: say("debug"), info: say("info"), warn: say("warn") },
      ...{ error: say("error"), fatal: say("fatal") },
      child: () => logger,
    };
    const logging = { connection: "warn", operations: "silent", data: "info" } as const;
    const client = await clientAt(sim, { logger, logging });
    await session(client, "DU0000001");
    await client.close();
    const subjects = said.map(([level, fields]) => [level, Object.keys(fields as object)[0]]);
    expect(subjects).toContainEqual(["info", "subscriptionId"]);
    expect(subjects).not.toContainEqual(["debug", "subscriptionId"]);
    expect(subjects).not.toContainEqual([expect.anything(), "operation"]);
    expect(said.filter(([, fields]) => "heldOrders" in (fields as object)).map(([level]) => level)).toEqual([
      "warn",
    ]);
    const error = await refusalOf(() => clientAt(sim, { logger: console as never }));
    expect(error).toMatchObject({ code: "ERR_IBKR_OPTION", message: expect.stringContaining("logger is ") });
  });

  test("may be the one that a configuration takes on", async () => {
    const logger: PinoLogger = pino({ level: "silent" });
    const config = await IBKRConfig.load({}, {});
    expect(config.logger).toBeUndefined();
    expect(await config.setupLogging({ logger })).toBe(logger);
    expect(config.logger).toBe(logger);
  });
});

test("without a logger nothing is written, neither by the client nor by the process", async () => {
  const sim = await simulated();
  const client = await clientAt(sim, {});
  expect(client["calls"].operations.ended).toBeUndefined();
});
