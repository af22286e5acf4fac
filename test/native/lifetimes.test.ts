import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);

/** Standard output of a script of this folder, in a process of its own: it needs dist/. */
async function output(script: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [join(__dirname, script), ...args], { timeout: 100_000 });
  return stdout.trim();
}

interface Left {
  alive: number;
  dropped: number;
  rssGrowthMb: number;
  externalGrowthMb: number;
}

test.each([
  ["main", "loop", "500"],
  ["main", "thread", "100"],
  ["worker", "spin", "100"],
])(
  "in a %s, mode %s: %s connections of new objects and as many of one leave nothing behind",
  async (where, mode, rounds) => {
    const left: Left = JSON.parse(await output("lifetimes.cjs", rounds, mode, where));
    expect(left.dropped).toBeGreaterThan(Number(rounds));
    expect(left.alive).toBe(0);
    // A ring of 4,096 slots takes 256 KiB: one that stayed for each connection would be 25 MB and more.
    expect(left.externalGrowthMb).toBeLessThan(2);
    // What the allocator keeps does not grow with the connections: 9 to 25 MB were seen, for 200 and for 2,000 of them.
    expect(left.rssGrowthMb).toBeLessThan(60);
  },
  120_000,
);

test.each(["load", "stats", "connect", "reconnect", "orders"])(
  "a worker that is terminated during %s takes nothing with it",
  async (activity) => {
    expect(await output("abrupt-workers.cjs", "8", "1", activity)).toBe("alive");
  },
  120_000,
);
