import { describe } from "vitest";
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
