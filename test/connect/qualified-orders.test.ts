import { describe, expect, test } from "vitest";
import { IBKRClient } from "../../src/connect/client.js";
import * as contracts from "../../src/domain/contracts.js";
import * as orders from "../../src/domain/orders.js";

const QUOTE_OF = { field: "ask", op: "<", price: -1 } as const;
/** A future and an option that there is, whatever day it is. */
const FUTURE = { symbol: "ES", secType: "FUT", exchange: "CME", currency: "USD" } as const;
const OPTION = { symbol: "AAPL", secType: "OPT", exchange: "SMART", currency: "USD", right: "C" } as const;

describe.each([193, 226])("orders for qualified contracts leave by the core's own path, at %i", (version) => {
  test("so that they can be armed, whatever they are", async () => {
    await using client = await IBKRClient.connect({ environment: "simulation", maxServerVersion: version });
    const [future] = await client.contractDetails(FUTURE);
    const [option] = await client.contractDetails(OPTION);
    const found = await client.qualify([
      contracts.stock("AAPL"),
      contracts.forex("EUR", "USD"),
      contracts.byConId(future?.contract.conId ?? 0, { exchange: "CME" }),
      contracts.byConId(option?.contract.conId ?? 0),
    ]);
    for (const contract of found) {
      const sub = client.stream.subscribe(contract);
      await sub.ready;
      const template = client.prepareOrder(contract, orders.limit("BUY", 1, 1));
      const armed = template.arm({ when: { boardSlot: sub.boardSlot, ...QUOTE_OF } });
      expect([contract.secType, armed.state]).toEqual([contract.secType, "armed"]);
      expect(armed.disarm()).toBe(true);
    }
    expect(found.map(({ secType }) => secType)).toEqual(["STK", "CASH", "FUT", "OPT"]);
    for (const { lastTradeDateOrContractMonth = "" } of found)
      expect(lastTradeDateOrContractMonth).toMatch(/^(\d{8})?$/);
  });
});
