import { describe, expect, test } from "vitest";
import type { IBKRClient } from "../../src/connect/client.js";
import { GATEWAY_CODES, gatewayCodeEffect, gatewayCodeInfo } from "../../src/domain/gateway-codes.js";
import type { IBKRError } from "../../src/domain/ibkr-error.js";
import { CALLS, type Call } from "./client-calls.js";
import { cleansUp, clientAt, refusalOf, simulated } from "./client-stage.js";

cleansUp();

const LOST = ["ERR_IBKR_NOT_SENT", "ERR_IBKR_CONNECTION_LOST"];
/**
 * Every number that refuses something. Those of a connection that is not there (504) end no call that reads: it is asked
 * again when there is one.
 */
const CODES = Object.values(GATEWAY_CODES)
  .flat()
  .flatMap(({ codes }) => Object.keys(codes).map(Number))
  .filter((code) => gatewayCodeEffect(code) === "refused")
  .filter((code) => !LOST.includes(gatewayCodeInfo(code, "").error));
const MESSAGE = "no, says the test";
/** What is asked for without a number: the gateway's word is of nobody in particular. */
const WITHOUT_ID = new Set([
  ...["depthExchanges", "serverTimeMs", "openOrders", "completedOrders"],
  ...["news.providers", "scanners.parameters", "news.watchBulletins"],
]);

const WATCHED = ["positions.of", "accounts.of", "pnl.of", "pnl.position", "scanners.watch"];
/** The providers would be asked for first, without a number; of several contracts the error tells of all. */
const REFUSABLE: Readonly<Record<string, Call>> = {
  ...Object.fromEntries(
    Object.entries(CALLS).filter(([name]) => !WITHOUT_ID.has(name) && name !== "qualify of several"),
  ),
  "news.headlines": (client, options) => client.news.headlines(265598, { providers: ["BRFG"], ...options }),
};

/** Where there is no such contract, qualify() says so in its own words. */
const codeOf = (name: string, code: number, error: string) =>
  ["qualify", "optionChain"].includes(name) && code === 200 ? "ERR_IBKR_UNKNOWN_CONTRACT" : error;

/** What the session's broker still waits for. */
const waitingOf = (client: IBKRClient) =>
  (client as unknown as { own: { requests: { size: number } } }).own.requests.size;
const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;

describe.each([193, 226])(
  "whatever number a gateway refuses with, server version %i:",
  (maxServerVersion) => {
    test("each call rejects with its class, and nothing is left behind", async () => {
      const sim = await simulated({ tickIntervalMs: 1e6 });
      const client = await clientAt(sim, { maxServerVersion, live: { pnl: false } });
      const told: IBKRError[] = [];
      client.on("error", (error) => told.push(error));
      const before = waitingOf(client);
      // The word on a market rule has no number either, and is taken for its own.
      const names = Object.keys(REFUSABLE).filter((name) => name !== "marketRule");
      const left = timers();
      let refused = 0;
      for (const code of CODES) {
        const fault = sim.fault({ kind: "refuse", code, message: MESSAGE });
        const { error, retryable } = gatewayCodeInfo(code, MESSAGE);
        const settled = await Promise.all(
          names.map((name) => refusalOf(() => (REFUSABLE[name] as Call)(client, { timeoutMs: 10_000 }))),
        );
        for (const [i, refusal] of settled.entries())
          expect([names[i], code, refusal]).toEqual([
            names[i],
            code,
            expect.objectContaining({
              code: codeOf(names[i] as string, code, error),
              gatewayCode: code,
              gatewayText: MESSAGE,
              retryable,
            }),
          ]);
        refused += settled.length;
        fault.stop();
        expect([code, waitingOf(client)]).toEqual([code, before]);
      }
      expect(refused).toBeGreaterThan(1_000);
      // What is watched is told to the client as well; all else is the calls' own.
      expect(told.length).toBeLessThanOrEqual(CODES.length * WATCHED.length);
      expect(timers()).toBeLessThanOrEqual(left);
      // And everything is answered again.
      expect((await client.contractDetails({ conId: 265598, exchange: "SMART" })).length).toBe(1);
    });

    test("a call whose request has no number waits for its time, and the client tells what the gateway said", async () => {
      const sim = await simulated({ tickIntervalMs: 1e6 });
      const client = await clientAt(sim, { maxServerVersion, live: { pnl: false } });
      const told: unknown[] = [];
      client.on("notice", (...notice) => told.push(notice));
      const before = waitingOf(client);
      sim.fault({ kind: "refuse", code: 321, message: MESSAGE });
      // Bulletins need no word; and the clock's answers are told apart by their order alone: its place is kept.
      const names = [...WITHOUT_ID].filter((name) => !["news.watchBulletins", "serverTimeMs"].includes(name));
      for (const name of names) {
        const refusal = await refusalOf(() => (CALLS[name] as Call)(client, { timeoutMs: 50 }));
        expect([name, refusal]).toEqual([name, expect.objectContaining({ code: "ERR_IBKR_TIMEOUT" })]);
      }
      expect(told).toEqual(names.map(() => [321, MESSAGE]));
      expect(waitingOf(client)).toBe(before);
    });
  },
);
