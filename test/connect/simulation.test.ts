import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { SimulationOptions } from "../../src/config/simulation-options.js";
import { IBKRClient } from "../../src/connect/client.js";
import { startSimulation } from "../../src/connect/simulation.js";
import { stock } from "../../src/domain/contracts.js";
import { type LogEntry, realClock } from "../../src/sim/index.js";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

const WATCH = { watch: ["AAPL", "MSFT", "SPY"] };
const ENTRIES = 400;

function tickFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "ibkr-ticks-"));
  ends.push(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "ticks.csv");
  writeFileSync(file, "time,symbol,kind,price,size\n0,AAPL,bid,101.5,3\n0,AAPL,ask,101.75,4\n");
  return file;
}

/** What the market does first, as its log has it. */
async function logOf(options: SimulationOptions): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  let enough = () => {};
  const came = new Promise<void>((resolve) => {
    enough = resolve;
  });
  const simulation = await startSimulation({
    ...{ scenario: WATCH, tickIntervalMs: 50, ...options },
    log: {
      quotes: true,
      keep: 0,
      onEntry: (entry) => {
        entries.push(structuredClone(entry));
        if (entries.length === ENTRIES) enough();
      },
    },
  });
  await came;
  await simulation.stop();
  return entries.slice(0, ENTRIES);
}

test("the same seed and speed: the same event log, at the same moments; another seed, another one", async () => {
  const first = await logOf({ seed: 7, speed: 500 });
  expect(first[0].time).toBeGreaterThanOrEqual(Date.UTC(2026, 0, 5, 14, 30));
  expect(await logOf({ seed: 7, speed: 500 })).toEqual(first);
  // How fast it passes makes no other market.
  expect(await logOf({ seed: 7, speed: 2_000 })).toEqual(first);
  expect(await logOf({ seed: 8, speed: 500 })).not.toEqual(first);
});

test("replay moves its symbols, in a process of its own too", async () => {
  const client = await IBKRClient.connect({
    environment: "simulation",
    simulation: { seed: 1, replay: tickFile(), speed: 1 },
  });
  ends.push(() => client.close());
  const { bid, ask } = await client.snapshot(stock("AAPL"));
  expect([bid, ask]).toEqual([101.5, 101.75]);
});

test.each<[SimulationOptions, string]>([
  [{ speed: 0 }, "speed is 0 (allowed: a number above 0)"],
  [{ speed: 2, clock: realClock }, "speed is 2 (allowed: nothing, as a clock or an exchange is given)"],
  [{ replay: "" }, 'replay is "" (allowed: a tick file)'],
  [{ replay: "a", ticks: "b" }, 'replay is "a" (allowed: nothing, as ticks is given)'],
])("%o is refused", async (options, message) => {
  await expect(startSimulation(options)).rejects.toMatchObject({ code: "ERR_IBKR_OPTION", message });
});
