import { describe, expect, test } from "vitest";
import * as contracts from "../../src/domain/contracts.js";
import type { IBKRError } from "../../src/domain/ibkr-error.js";
import * as orders from "../../src/domain/orders.js";
import { clientContract } from "./client-contract.js";
import { cleansUp, clientAt, clientOnSession, simulated } from "./client-stage.js";

cleansUp();

const ACCOUNTS = ["DU0000001", "DU0000002"];

describe.each([193, 226])("IBKRClient, server version %i", (maxServerVersion) => {
  clientContract(async () => {
    const sim = await simulated({ accounts: ACCOUNTS });
    return { sim, client: await clientAt(sim, { maxServerVersion }) };
  });
});

describe("a client over a session", () => {
  clientContract(async () => {
    const sim = await simulated({ accounts: ACCOUNTS });
    return { sim, client: await clientOnSession(sim) };
  });
});

test("all parts of a bracket are cancelled at once: that the children went with their parent is no error", async () => {
  const client = await clientAt(await simulated());
  const errors: IBKRError[] = [];
  client.on("error", (error) => errors.push(error));
  const bracket = client.placeBracket(contracts.stock("AAPL"), orders.limit("BUY", 10, 1), [
    orders.limit("SELL", 10, 900),
    orders.stop("SELL", 10, 0.5),
  ]);
  for (const part of bracket.parts) await part.acknowledged();
  const refused = bracket.parts.map((part) => {
    const told: IBKRError[] = [];
    part.on("error", (error) => told.push(error));
    return told;
  });
  for (const part of bracket.parts) part.cancel();
  for (const part of bracket.parts) expect((await part.done()).status).toBe("cancelled");
  await client.serverTimeMs();
  expect(refused.flat().some(({ code }) => code === "ERR_IBKR_CANCEL_REFUSED")).toBe(true);
  expect(errors).toEqual([]);
});
