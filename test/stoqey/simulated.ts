import { afterAll, describe, expect, test } from "vitest";
import { SimulatedGateway } from "../../src/sim/index.js";
import { readServerBound } from "./stock-files.js";
import { defineStockSuite } from "./suite.js";
import type { SuiteSettings } from "./suite-settings.js";

const ACCOUNT = "DU0000001";
/** The tests of positions want one to be there, at a price of which the market has moved away. */
const POSITIONS = { positions: [{ conId: 265598, quantity: 100, averagePrice: 150 }] };

/** The files of server-bound.json. */
function serverBoundFiles(): Set<string> {
  const { tests } = readServerBound();
  return new Set(tests.map((key) => key.split(" > ")[0]));
}

/** Defines stock's 69 server-bound tests against a simulated gateway of its own, in this process. */
export function defineSimulatedSuite(target: SuiteSettings["target"], serverVersion: number): void {
  describe(`at server version ${serverVersion}`, async () => {
    const gateway = await SimulatedGateway.start({
      serverVersion,
      strictRequests: true,
      accounts: [ACCOUNT],
      tickIntervalMs: 250,
      referenceData: POSITIONS,
    });
    afterAll(() => gateway.stop());
    const server = { host: "127.0.0.1", port: gateway.port };
    const files = serverBoundFiles();
    defineStockSuite((file) => files.has(file), { target, server, account: ACCOUNT, measure: false });

    test("they have talked to the gateway", () => {
      const requests = gateway.log.entries().filter(({ kind }) => kind === "request");
      expect(requests.length).toBeGreaterThan(50);
    });
  });
}
