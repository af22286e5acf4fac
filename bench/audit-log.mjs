// The risk gate's audit log under 10,000 decisions a second: what it takes of the event loop and of a processor, and how
// many a second it takes at most. After `npm run build:ts`; FOLDER is a disk of the machine, default the system's
// temporary one.
//   node bench/audit-log.mjs [--seconds 10] [--folder FOLDER]
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { parseArgs } from "node:util";

const { AuditLog } = createRequire(import.meta.url)("../dist/risk/audit-log.js");
const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "10" },
    folder: { type: "string", default: tmpdir() },
  },
});
const seconds = Number(values.seconds);
const RATE = 10_000;

const decision = (i) => ({
  kind: "decision",
  code: i % 10 === 0 ? "MAX_NOTIONAL" : "NONE",
  scope: "account:DU1234567",
  measured: 50_000.25 + i,
  limit: 50_000,
  order: {
    orderId: i,
    clientId: 7,
    isChange: false,
    orderRef: "acme:01J9ZZ8Q4M6T2V3X5Y7W8A9B0C",
    account: "DU1234567",
    strategy: "acme",
    conId: 265598,
    symbol: "AAPL",
    side: "BUY",
    type: "LMT",
    timeInForce: "DAY",
    quantity: 100,
    limitPrice: 187.25,
  },
  quote: { bid: 187.2, ask: 187.3, last: 187.25, ageMs: 12 },
});

/** What the process does in so many seconds of `turn`, once a millisecond. */
async function measured(turn) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const began = performance.now();
  const loop = performance.eventLoopUtilization();
  const cpu = process.cpuUsage();
  let done = 0;
  await new Promise((resolve) => {
    const timer = setInterval(() => {
      const due = Math.floor(((performance.now() - began) * RATE) / 1000);
      for (; done < due; done++) turn(done);
      if (performance.now() - began < seconds * 1000) return;
      clearInterval(timer);
      resolve();
    }, 1);
  });
  const { user, system } = process.cpuUsage(cpu);
  const { utilization } = performance.eventLoopUtilization(loop);
  delay.disable();
  return {
    entries: done,
    loopPercent: 100 * utilization,
    cpuPercent: (user + system) / (seconds * 1e4),
    delayP50Ms: delay.percentile(50) / 1e6,
    delayP99Ms: delay.percentile(99) / 1e6,
    delayMaxMs: delay.max / 1e6,
  };
}

const folder = mkdtempSync(join(values.folder, "audit-"));
try {
  const log = new AuditLog(folder);
  const made = await measured((i) => decision(i));
  const logged = await measured((i) => log.append(1, decision(i)));
  const { lost } = log.stats();
  await log.close();

  const most = new AuditLog(folder, { mostPendingBytes: 2 ** 30 });
  const began = performance.now();
  const COUNT = 200_000;
  for (let i = 0; i < COUNT; i++) most.append(1, decision(i));
  const appendMs = performance.now() - began;
  await most.close();
  const allMs = performance.now() - began;

  const shown = ({ entries, ...rest }) =>
    `${entries} entries, ${Object.entries(rest)
      .map(([name, value]) => `${name} ${value.toFixed(2)}`)
      .join(", ")}`;
  console.log(`without a log: ${shown(made)}`);
  console.log(`with it:       ${shown(logged)}, lost ${lost}`);
  const micros = ((appendMs * 1000) / COUNT).toFixed(2);
  console.log(
    `append: ${micros} µs each; ${Math.round((COUNT * 1000) / allMs)} a second until all are on the disk`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
