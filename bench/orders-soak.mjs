// A thousand orders a second for a minute to a simulated gateway: is each one told of to its end, does the time it takes
// stay the same, does the heap stay as it is? docs/benchmark.md says how to read it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { connectOrders, contracts, orders } from "../dist/index.mjs";

const USAGE = `node --expose-gc bench/orders-soak.mjs [options]
  --seconds N  1 to 600 (default 60)
  --rate N     orders a second, 1 to 2,000 (default 1,000)
  --help`;
const WARM_SECONDS = 5;
const SETTLE_MS = 10_000;

function whole(name, given, fallback, low, high) {
  const value = given === undefined ? fallback : Number(given);
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  process.stderr.write(`--${name} is "${given}"; allowed: a whole number from ${low} to ${high}\n${USAGE}\n`);
  process.exit(2);
}

const text = { type: "string" };
const { values } = parseArgs({ options: { seconds: text, rate: text, help: { type: "boolean" } } });
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
if (globalThis.gc === undefined) {
  process.stderr.write(`the heap is measured behind collections: ${USAGE}\n`);
  process.exit(2);
}
const seconds = whole("seconds", values.seconds, 60, 1, 600);
const rate = whole("rate", values.rate, 1000, 1, 2000);

/** In a process of its own: its work is not the client's. */
async function startGateway() {
  const gateway = spawn(
    process.execPath,
    ["dist/cli/main.js", "sim", "--port", "0", "--cash", "1000000000"],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  for await (const line of createInterface({ input: gateway.stdout })) {
    const port = /listening on [\d.]+:(\d+)/.exec(line)?.[1];
    if (port !== undefined) return { gateway, port: Number(port) };
  }
  throw new Error("the simulated gateway ended before it listened");
}

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
const summary = (micros) => {
  const sorted = Float64Array.from(micros).sort();
  return [0.5, 0.95, 0.99].map((q) => quantile(sorted, q).toFixed(1).padStart(9)).join("");
};
const heapNow = () => {
  gc();
  gc();
  return process.memoryUsage().heapUsed;
};

const folder = mkdtempSync(join(tmpdir(), "ibkr-orders-soak-"));
const { gateway, port } = await startGateway();
const connected = await connectOrders({ port, clientId: 1, journal: folder, maxReqPerSec: 1e9 });
const { tracker } = connected;
const AAPL = contracts.stock("AAPL");
/** It rests, far below the market, until it is cancelled. */
const FAR = 1;
let placed = 0;
let over = 0;
const ends = new Map();
tracker.on("ticket", (ticket) => {
  ticket.on("status", (status) => {
    if (status === "working") ticket.cancel();
  });
  ticket.on("done", ({ status }) => {
    over += 1;
    ends.set(status, (ends.get(status) ?? 0) + 1);
  });
});

const calls = [];
let heapBefore;
const startMs = performance.now();
console.log("second    orders   call p50      p95      p99 µs   not over");
for (let second = 0; second < seconds + WARM_SECONDS; second++) {
  const micros = [];
  const begin = startMs + second * 1000;
  for (let i = 0; i < rate; ) {
    const due = Math.min(rate, Math.floor(((performance.now() - begin) * rate) / 1000) + 1);
    for (; i < due; i++) {
      const order = orders.limit("BUY", 1, FAR);
      const t = process.hrtime.bigint();
      tracker.placeOrder(AAPL, order);
      micros.push(Number(process.hrtime.bigint() - t) / 1000);
      placed += 1;
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  calls.push(micros);
  if (second === WARM_SECONDS - 1) heapBefore = { bytes: heapNow(), placed };
  if (second % 10 === 9 || second === seconds + WARM_SECONDS - 1)
    console.log(
      `${String(second + 1).padStart(6)}${String(placed).padStart(10)}${summary(micros)}${String(placed - over).padStart(11)}`,
    );
}
for (const until = performance.now() + SETTLE_MS; over < placed && performance.now() < until; )
  await new Promise((resolve) => setTimeout(resolve, 50));
const heapAfter = heapNow();
const perOrder = (heapAfter - heapBefore.bytes) / (placed - heapBefore.placed);
console.log(`${placed} orders, ${over} over: ${[...ends].map(([status, n]) => `${n} ${status}`).join(", ")}`);
console.log(
  `heap ${(heapBefore.bytes / 2 ** 20).toFixed(1)} -> ${(heapAfter / 2 ** 20).toFixed(1)} MiB, ${perOrder.toFixed(0)} B an order kept`,
);
const first = summary(calls.slice(WARM_SECONDS, WARM_SECONDS + 10).flat());
const last = summary(calls.slice(-10).flat());
console.log(`call µs, first ten seconds ${first}, last ten ${last}`);
await connected.close();
gateway.kill();
await once(gateway, "exit");
rmSync(folder, { recursive: true, force: true });
process.exitCode = over === placed ? 0 : 1;
