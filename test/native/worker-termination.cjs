// Terminates a worker in mid-stream, again and again, and looks for what it leaves behind.
// usage: node worker-termination.cjs [ROUNDS] [loop|spin|thread|custom ...]; custom: over a stream of Node's; needs dist/ and the addon; prints one JSON line.
const net = require("node:net");
const path = require("node:path");
const { isMainThread, parentPort, Worker, workerData } = require("node:worker_threads");
const { held } = require("./held.cjs");

function framed(...fields) {
  const body = Buffer.from(fields.map((f) => `${f}\0`).join(""));
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length);
  return Buffer.concat([head, body]);
}

if (!isMainThread) {
  const { IBApi, EventName } = require(path.join(__dirname, "../../dist/index.js"));
  const { port, readMode } = workerData;
  const transport = { kind: "custom", connect: () => net.connect(port, "127.0.0.1") };
  const ib = new IBApi(readMode === "custom" ? { port, transport } : { port, readMode });
  let ticks = 0;
  ib.onTick(() => {
    if (++ticks === 1000) parentPort.postMessage("streaming");
  });
  ib.on(EventName.tickPrice, () => {});
  ib.once(EventName.nextValidId, () => ib.reqMktData(1, { symbol: "A" }, "", false, false));
  ib.connect();
} else {
  main(
    Number(process.argv[2] ?? 50),
    process.argv.length > 3 ? process.argv.slice(3) : ["loop", "spin", "thread", "custom"],
  );
}

async function main(rounds, modes) {
  const block = Buffer.concat(
    Array.from({ length: 2000 }, (_, i) => framed(1, 6, 1, 4, 100 + i / 100, 5, 1)),
  );
  const server = net.createServer((socket) => {
    socket.on("error", () => {});
    let step = 0;
    socket.on("data", () => {
      step++;
      if (step === 1) socket.write(framed(193, "20261122 10:00:00 UTC"));
      if (step === 2) socket.write(framed(9, 1, 1));
      if (step === 3) {
        const more = () => {
          while (!socket.destroyed && socket.write(block));
        };
        socket.on("drain", more);
        more();
      }
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  const one = async (readMode) => {
    const worker = new Worker(__filename, { workerData: { port, readMode } });
    await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
    await worker.terminate();
  };
  for (const mode of modes) await one(mode); // what stays after the first of each (pools, caches) is no leak
  const settle = () => new Promise((resolve) => setTimeout(resolve, 200));
  await settle();
  const before = { ...held(), rss: process.memoryUsage.rss() };
  let done = 0;
  for (const mode of modes) for (let i = 0; i < rounds; i++, done++) await one(mode);
  await settle();
  const after = { ...held(), rss: process.memoryUsage.rss() };
  server.close();
  console.log(
    JSON.stringify({
      node: process.version,
      terminated: done,
      threads: [before.threads, after.threads],
      descriptors: [before.descriptors, after.descriptors],
      rssMb: [before.rss, after.rss].map((n) => Math.round(n / 1048576)),
    }),
  );
}
