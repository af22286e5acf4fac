// What the simulated gateway serves: floods beside the benchmark's C++ feed, 500 streams, 32 clients, days of virtual time.
// usage: node bench/simulator.mjs [flood|streams|clients|days ...] [--rounds N]; needs dist/; prints one JSON line each.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { nativeProgram } from "./lib/native.mjs";
import { JsonProcess } from "./lib/process.mjs";
import stats from "./lib/stats.cjs";

const { SimulatedGateway } = createRequire(import.meta.url)("../dist/sim/index.js");
const CLI = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

const FLOOD_TICKS = 20_000_000;
const SYMBOLS = 100;
/** Frames of the handshake, of the streams' beginning and of a feed that only sends whole blocks: fewer than this. */
const OTHERS = 5_000;

const reader = (options) =>
  new Worker(new URL("./simulator/reader.mjs", import.meta.url), { workerData: options });
const messageOf = (worker) =>
  new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));

async function readAll(port, version) {
  const result = await messageOf(
    reader({ port, version, symbols: SYMBOLS, untilFrame: FLOOD_TICKS + SYMBOLS }),
  );
  if (result.problem || result.frames - FLOOD_TICKS > OTHERS)
    throw new Error(`${result.frames} frames came: ${result.problem}`);
  return FLOOD_TICKS / result.seconds;
}

async function floodOf(version) {
  const gateway = await SimulatedGateway.start({
    serverVersion: version,
    flood: { afterRequests: SYMBOLS, ticks: FLOOD_TICKS },
  });
  const rate = await readAll(gateway.port, version);
  await gateway.stop();
  return rate;
}

async function floodOfFeed(version) {
  const flags = ["--mode", "flood", "--version", version, "--symbols", SYMBOLS, "--warmup", FLOOD_TICKS];
  const feed = new JsonProcess("feed", nativeProgram("feed"), [...flags, "--ticks", 1].map(String), 60_000);
  const { port } = await feed.next();
  const rate = await readAll(port, version);
  await feed.finish(0);
  return rate;
}

async function flood(rounds) {
  for (const version of [193, 226]) {
    const ours = [];
    const theirs = [];
    for (let i = 0; i < rounds; i++) {
      ours.push(await floodOf(version));
      theirs.push(await floodOfFeed(version));
    }
    const [simulator, feed] = [stats.median(ours), stats.median(theirs)];
    report({ part: "flood", version, ticks: FLOOD_TICKS, simulator, feed, ratio: simulator / feed });
  }
}

async function streams() {
  const SECONDS = 5;
  for (const version of [193, 226]) {
    const gateway = await SimulatedGateway.start({ serverVersion: version, marketDataLines: 500 });
    const worker = reader({ port: gateway.port, version, symbols: 500, untilFrame: Number.MAX_SAFE_INTEGER });
    await sleep(1500);
    const count = () => {
      worker.postMessage("count");
      return messageOf(worker);
    };
    const before = await count();
    const busy = performance.eventLoopUtilization();
    await sleep(SECONDS * 1000);
    const loop = performance.eventLoopUtilization(busy).utilization;
    const after = await count();
    worker.postMessage("end");
    await messageOf(worker);
    await gateway.stop();
    const perSecond = (after.frames - before.frames) / ((after.at - before.at) / 1000);
    report({ part: "streams", version, symbols: 500, stepsPerSecond: 4, messagesPerSecond: perSecond, loop });
  }
}

async function clients() {
  const gateway = await SimulatedGateway.start();
  const admitted = () => gateway.clientIds.length;
  const workers = [];
  for (let clientId = 1; clientId <= 32; clientId++)
    workers.push(reader({ port: gateway.port, version: 226, symbols: 0, clientId, untilFrame: 1e9 }));
  while (admitted() < 32) await sleep(20);
  const refused = await new Promise((resolve) => {
    const socket = connect(gateway.port, "127.0.0.1");
    socket.on("close", () => resolve(true)).on("error", () => {});
    setTimeout(() => resolve(false), 3000).unref();
  });
  report({ part: "clients", connected: admitted(), another: refused ? "refused" : "accepted" });
  for (const worker of workers) worker.postMessage("end");
  await gateway.stop();
}

/** Twenty instruments; orders, cancels and a fault on the way. */
const DAY = `
watch: [AAPL, MSFT, NVDA, AMZN, GOOGL, META, TSLA, SPY, QQQ, JPM, V, MA, UNH, XOM, WMT, JNJ, PG, COST, "EUR:CASH:USD", "BTC:CRYPTO:USD"]
actions:
  - { at: 1s, order: { id: 1, symbol: AAPL, action: BUY, totalQuantity: 500, orderType: MKT } }
  - { at: 2s, order: { id: 2, symbol: AAPL, action: SELL, totalQuantity: 500, orderType: TRAIL, auxPrice: 0.2 } }
  - { at: 1m, order: { id: 3, symbol: MSFT, action: BUY, totalQuantity: 5000, orderType: REL, lmtPrice: 1 } }
  - { at: 5m, cancel: { id: 3 } }
  - { at: 10m, fault: { kind: upstream-lost, forMs: 60000 } }
  - { at: 6h, order: { id: 4, symbol: SPY, action: BUY, totalQuantity: 100, orderType: MOC } }
  - { at: 8h, stop: true }
`;

async function days(rounds) {
  const folder = mkdtempSync(join(tmpdir(), "simulator-"));
  const file = (name) => join(folder, name);
  try {
    writeFileSync(file("day.yaml"), DAY);
    for (const quotes of [false, true]) {
      const seconds = [];
      const hashes = new Set();
      let logBytes = 0;
      for (let i = 0; i < Math.max(2, rounds); i++) {
        const args = ["sim", "--port", "0", "--seed", "7", "--clock", "fast", "--scenario", file("day.yaml")];
        const started = performance.now();
        await exitOf([CLI, ...args, "--log", file("log"), ...(quotes ? ["--log-quotes"] : [])]);
        seconds.push((performance.now() - started) / 1000);
        const hash = createHash("sha256");
        await pipeline(createReadStream(file("log")), hash);
        hashes.add(hash.digest("hex"));
        logBytes = statSync(file("log")).size;
      }
      report({
        ...{ part: "days", virtualHours: 8, instruments: 20, quotesLogged: quotes },
        ...{ seconds: stats.median(seconds), runs: seconds.length, differentLogs: hashes.size, logBytes },
      });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function exitOf(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(`exit code ${code}`))));
  });
}

function report(result) {
  const short = (value) => (typeof value === "number" ? Number(value.toPrecision(4)) : value);
  console.log(JSON.stringify(Object.fromEntries(Object.entries(result).map(([k, v]) => [k, short(v)]))));
}

const PARTS = { flood, streams, clients, days };
const { values, positionals } = parseArgs({
  options: { rounds: { type: "string", default: "3" } },
  allowPositionals: true,
});
const rounds = Number(values.rounds);
const unknown = positionals.find((name) => !(name in PARTS));
if (unknown !== undefined || !(rounds >= 1)) {
  const problem = unknown === undefined ? `--rounds is ${values.rounds}` : `the part is "${unknown}"`;
  console.error(`${problem} (allowed: ${Object.keys(PARTS).join(", ")}; --rounds 1 or more)`);
  process.exit(2);
}
for (const name of positionals.length > 0 ? positionals : Object.keys(PARTS)) await PARTS[name](rounds);
