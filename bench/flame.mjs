// Where the time of a flood and of an order goes: perf's stacks as a flame graph, one picture each.
//
//   node bench/flame.mjs [flood|orders ...]      writes docs/images/flame-NAME.svg and prints the widest frames
//
// Needs Linux, perf, cmake, and a built package. The addon is compiled apart with frame pointers (build/flame): without
// them perf cannot walk from C++ back into JavaScript.

import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { flameGraph, fold } from "./lib/flame-graph.mjs";
import { nativeProgram } from "./lib/native.mjs";
import { JsonProcess } from "./lib/process.mjs";

const root = fileURLToPath(new URL("../", import.meta.url));
const FLAGS = ["--perf-basic-prof"];
const TIMEOUT_MILLIS = 120_000;

/** `within`: only stacks that have such a frame count, so that start and end of the process do not. */
const PROFILES = {
  flood: {
    title: "Flood, 100 symbols, text, stream handler, read mode loop: the event loop's thread",
    feed: [
      "--mode",
      "flood",
      "--version",
      "193",
      "--symbols",
      "100",
      "--ticks",
      "30000000",
      "--warmup",
      "300000",
    ],
    spec: { scenario: "flood", symbols: 100, maxServerVersion: 193, via: "stream", readMode: "loop" },
    within: /LoopSession::read_turn|LoopSession::on_poll/,
  },
  orders: {
    title: "placeOrder, one a turn of the loop: from the call to the return of send",
    feed: ["--mode", "live", "--version", "193", "--symbols", "1", "--warmup", "100000", "--wait", "spin"],
    spec: {
      ...{ scenario: "orders", symbols: 1, maxServerVersion: 193, via: "events", readMode: "loop" },
      ...{ warmup: 100_000, orders: 10, gapMillis: 1, background: false },
    },
    within: /\bplaceOrder\b/,
  },
};

function addonWithFramePointers() {
  const build = `${root}build/flame`;
  const quiet = { stdio: ["ignore", "ignore", "inherit"] };
  const includes = `-DIBKR_HEADERS=${root}node_modules/node-api-headers/include`;
  const flags = "-DCMAKE_CXX_FLAGS=-fno-omit-frame-pointer";
  execFileSync("cmake", ["-S", root, "-B", build, "-DCMAKE_BUILD_TYPE=Release", includes, flags], quiet);
  execFileSync("cmake", ["--build", build, "--target", "ibkr_native", "--parallel", "2"], quiet);
  return `${build}/ibkr_native.node`;
}

/** The process whose samples are in `data`. */
function pidOf(data) {
  const [pid] = execFileSync("perf", ["script", "-i", data, "-F", "pid"], {
    maxBuffer: 1 << 30,
    stdio: ["ignore", "pipe", "ignore"],
    encoding: "utf8",
  }).match(/\d+/);
  return pid;
}

/** V8 puts new code where old code was and lists both: perf should find the newer. */
function dropOverwritten(pid) {
  const map = `${tmpdir()}/perf-${pid}.map`;
  const kept = [];
  for (const line of readFileSync(map, "latin1").trimEnd().split("\n").reverse()) {
    const [at, size] = line.split(" ", 2).map((hex) => Number.parseInt(hex, 16));
    let low = 0;
    for (let high = kept.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (kept[middle].at < at) low = middle + 1;
      else high = middle;
    }
    const [before, behind] = [kept[low - 1], kept[low]];
    if ((before && before.at + before.size > at) || (behind && behind.at < at + size)) continue;
    kept.splice(low, 0, { at, size, line });
  }
  writeFileSync(map, `${kept.map(({ line }) => line).join("\n")}\n`, "latin1");
}

async function record(name, binary) {
  const { feed: feedFlags, spec, title, within } = PROFILES[name];
  const data = `${root}build/flame/${name}.data`;
  const feed = new JsonProcess("feed", nativeProgram("feed"), feedFlags, TIMEOUT_MILLIS);
  const { port } = await feed.next();
  const client = [
    process.execPath,
    ...FLAGS,
    `${root}bench/clients/ours.cjs`,
    JSON.stringify({ port, ...spec }),
  ];
  const perf = ["record", "--quiet", "-e", "cpu-clock", "-F", "5000", "-g", "-o", data, "--", ...client];
  const child = spawn("perf", perf, {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, IBKR_NATIVE_BINARY: binary },
  });
  const [code] = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (...result) => resolve(result));
  });
  await feed.finish(0);
  if (code !== 0) throw new Error(`perf record of ${name} ended with ${code}`);
  dropOverwritten(pidOf(data));
  const script = execFileSync("perf", ["script", "-i", data, "-F", "ip,sym"], {
    maxBuffer: 1 << 30,
    stdio: ["ignore", "pipe", "ignore"],
    encoding: "utf8",
  });
  const tree = fold(script, within);
  if (tree.samples === 0) throw new Error(`${name}: no sample has a frame like ${within}`);
  mkdirSync(`${root}docs/images`, { recursive: true });
  writeFileSync(`${root}docs/images/flame-${name}.svg`, flameGraph(tree, title));
  console.log(`\n${title}: ${tree.samples} samples; shares by the frame itself`);
  for (const [frame, samples] of [...tree.self].sort((a, b) => b[1] - a[1]).slice(0, 14))
    console.log(`  ${((100 * samples) / tree.samples).toFixed(1).padStart(5)} %  ${frame}`);
}

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(PROFILES);
for (const name of names)
  if (!(name in PROFILES)) {
    console.error(`"${name}"; allowed: ${Object.keys(PROFILES).join(", ")}`);
    process.exit(2);
  }
const binary = addonWithFramePointers();
readFileSync(binary);
for (const name of names) await record(name, binary);
