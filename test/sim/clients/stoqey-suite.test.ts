import { spawn } from "node:child_process";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { readServerBound } from "../../stoqey/stock-files.js";
import { Bench } from "../support/harness.js";

/** The 69 tests of @stoqey/ib that need a gateway, run against this one: with stock, and with this package in its place. */

const bench = new Bench();
afterEach(() => bench.end());

const ROOT = join(__dirname, "..", "..", "..");
const VITEST = join(ROOT, "node_modules", "vitest", "vitest.mjs");
const ACCOUNT = "DU0000001";
const LIMIT_MS = 240_000;
/** The tests of positions want one to be there, at a price of which the market has moved away. */
const POSITIONS = { positions: [{ conId: 265598, quantity: 100, averagePrice: 150 }] };

interface Report {
  numFailedTests: number;
  testResults: { assertionResults: { status: string; fullName: string; failureMessages: string[] }[] }[];
}

/** Runs the suite in a process of its own: the gateway lives in this one. */
function runSuite(target: string, port: number): Promise<Report> {
  const args = ["run", "--config", "test/vitest.config.mts", "test/stoqey/stock-", "--reporter=json"];
  const env = {
    ...process.env,
    STOQEY_SUITE_TARGET: target,
    STOQEY_SUITE_SERVER: `127.0.0.1:${port}`,
    IB_TEST_ACCOUNT: ACCOUNT,
  };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [VITEST, ...args], {
      cwd: ROOT,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let out = "";
    let errors = "";
    child.stdout.on("data", (chunk) => {
      out += chunk;
    });
    child.stderr.on("data", (chunk) => {
      errors += chunk;
    });
    child.on("error", reject);
    child.on("close", () => {
      const start = out.indexOf('{"numTotal');
      if (start < 0) reject(new Error(`no report came:\n${out.slice(-2000)}\n${errors.slice(-2000)}`));
      else resolve(JSON.parse(out.slice(start)) as Report);
    });
  });
}

test.each([
  ["stock", 176],
  ["stock", 187],
  ["stock", 193],
  ["ours", 176],
  ["ours", 187],
  ["ours", 193],
  ["ours", 226],
])(
  "stock's own tests pass with %s at server version %i",
  async (target, serverVersion) => {
    const gateway = await bench.gateway({
      serverVersion,
      accounts: [ACCOUNT],
      tickIntervalMs: 250,
      referenceData: POSITIONS,
    });
    const report = await runSuite(target, gateway.port);
    const results = report.testResults.flatMap((file) => file.assertionResults);
    const failed = results.filter((result) => result.status === "failed");
    expect(failed.map((result) => [result.fullName, result.failureMessages])).toEqual([]);
    // None was skipped for want of a gateway.
    const passed = results.filter((result) => result.status === "passed").map((result) => result.fullName);
    const wanted = readServerBound().tests.map((key) => key.split(" > ").at(-1)!);
    expect(wanted.length).toBe(69);
    for (const name of wanted) expect(passed.some((full) => full.endsWith(name))).toBe(true);
  },
  LIMIT_MS,
);
