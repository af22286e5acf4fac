import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { SeededRandom, testSeed } from "../support/seeded-random.js";
import { stateFolder } from "./state-bench.js";

/** A zone in which midnight, the day's end here, is far away: no day rolls while this runs. */
function farFromMidnight(): string {
  const hour = new Date().getUTCHours();
  return `Etc/GMT${hour >= 12 ? "+" : "-"}${Math.abs(hour - 12)}`.replace(/[+-]0$/, "");
}

interface Beginning {
  readonly found: string;
  readonly counted: number;
  readonly working: number;
}

/** One run: what it has begun with; killed when it has said that so many orders left. */
async function run(folder: string, orders: number): Promise<Beginning> {
  const child = spawn(process.execPath, [join(__dirname, "kept-child.cjs"), folder], {
    env: { ...process.env, ZONE: farFromMidnight() },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  let beginning: Beginning | undefined;
  let left = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    if (beginning === undefined) beginning = JSON.parse(line) as Beginning;
    else if (++left === orders) child.kill("SIGKILL");
  }
  await ended;
  expect(left).toBeGreaterThanOrEqual(orders);
  return beginning!;
}

test("kill -9 between check and send, again and again: counters never come back looser than what left", async () => {
  const folder = stateFolder();
  const random = new SeededRandom(testSeed("kills between check and send", 7));
  const wire = (): number => readFileSync(join(folder, "wire")).length;
  expect(await run(folder, 30)).toEqual({ found: "missing", counted: 0, working: 0 });
  for (let i = 0; i < 4; i++) {
    const before = wire();
    const { found, counted, working } = await run(folder, random.int(1, 200));
    expect(found).toBe("found");
    expect(counted).toBeGreaterThanOrEqual(before);
    expect(working).toBeGreaterThanOrEqual(before);
    // And no stricter than by what was counted and did not leave, and the orders of one moment of saving.
    expect(counted).toBeLessThanOrEqual(before + (i + 1) * 200);
  }
});
