import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cleansUp, simulated } from "../client/client-stage.js";

cleansUp();

/** npm run test:paper, as a process. */
async function run(args: readonly string[], env: Record<string, string> = {}): Promise<[number, string]> {
  const child = spawn(process.execPath, [join(__dirname, "../paper.mjs"), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"] ?? "", ...env },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (text) => {
      output += text;
    });
  const [code] = await once(child, "close");
  return [code, output];
}

describe("npm run test:paper", () => {
  test("is skipped where no gateway is named, and says so", async () => {
    expect(await run([])).toEqual([0, expect.stringMatching(/^skipped: no paper gateway is named/)]);
  });

  test.each(["193", "226"])("places nothing without --order, server version %s", async (version) => {
    const sim = await simulated();
    const [code, output] = await run(["--port", `${sim.port}`, "--server-version", version]);
    expect([code, output]).toEqual([0, expect.stringContaining("--  no order")]);
    expect(output).toContain(`server version ${version}`);
    expect(output.match(/^ok {2}/gm)?.length).toBe(7);
    expect(sim.log.entries().filter(({ name }) => name === "placeOrder").length).toBe(1);
    expect(output).not.toMatch(/DU\d/);
  });

  test("places an order far from the market with --order, and cancels it", async () => {
    const sim = await simulated();
    const [code, output] = await run(["--order"], { PAPER_GATEWAY: `127.0.0.1:${sim.port}` });
    expect([code, output]).toEqual([0, expect.stringMatching(/^ok {2}cancels it/m)]);
  });

  test("refuses a login of real money", async () => {
    const sim = await simulated({ accounts: ["U1234567"] });
    const [code, output] = await run(["--port", `${sim.port}`]);
    expect(code).toBe(1);
    expect(output).toMatch(/^not ok {2}connects to paper trading.*: ERR_IBKR_OPTION: environment is "paper"/);
    expect(output).not.toContain("U1234567");
  });
});
