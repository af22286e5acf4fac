// Terminates workers at any moment of what they do, and exits with 0 if the process lives on; needs dist/.
// usage: node abrupt-workers.cjs ROUNDS SEED stats|connect|reconnect|load|orders
const path = require("node:path");
const { isMainThread, parentPort, Worker, workerData } = require("node:worker_threads");

const ENTRY = path.join(__dirname, "../../dist/index.js");

/** What a worker does until it is terminated, without ever giving the loop back for long. */
const ACTIVITIES = {
  load() {
    require(ENTRY);
  },
  stats({ IBApi, EventName }, port) {
    const ib = new IBApi({ port });
    ib.on(EventName.connected, () => {
      parentPort.postMessage("busy");
      for (;;) if (ib.stats.reads < 0) throw new Error("negative");
    });
    ib.connect();
  },
  connect({ IBApi }, port) {
    parentPort.postMessage("busy");
    const turn = () => {
      for (let i = 0; i < 20; i++) new IBApi({ port, ringCapacity: 64 }).connect();
      setImmediate(turn);
    };
    turn();
  },
  reconnect({ IBApi }, port) {
    const apis = Array.from({ length: 20 }, () => new IBApi({ port, ringCapacity: 64 }));
    parentPort.postMessage("busy");
    const turn = () => {
      for (const ib of apis) {
        ib.connect();
        ib.disconnect();
      }
      setImmediate(turn);
    };
    turn();
  },
  orders({ IBApi, EventName, Stock, LimitOrder }, port) {
    const ib = new IBApi({ port, maxReqPerSec: 1e6 });
    const contract = new Stock("A");
    const order = new LimitOrder("BUY", 1, 1, true);
    ib.on(EventName.error, () => {});
    ib.on(EventName.nextValidId, () => {
      parentPort.postMessage("busy");
      for (let id = 1; ; id++) ib.placeOrder(id, contract, order);
    });
    ib.connect();
  },
};

async function main(rounds, seed, activity) {
  const gateway = new Worker(path.join(__dirname, "worker-gateway.cjs"), { workerData: { greetAfterMs: 0 } });
  const port = await new Promise((resolve) => gateway.once("message", resolve));
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x80000000;
  };
  for (let i = 0; i < rounds; i++) {
    const worker = new Worker(__filename, { workerData: { port, activity } });
    worker.on("error", (error) => {
      console.error(error);
      process.exitCode = 1;
    });
    const begun = activity === "load" ? "online" : "message";
    await new Promise((resolve) => worker.once(begun, resolve));
    await new Promise((resolve) => setTimeout(resolve, random() * (activity === "load" ? 200 : 30)));
    await worker.terminate();
  }
  await gateway.terminate();
  console.log("alive");
}

if (isMainThread) main(Number(process.argv[2]), Number(process.argv[3]), process.argv[4]);
else
  ACTIVITIES[workerData.activity](
    workerData.activity === "load" ? undefined : require(ENTRY),
    workerData.port,
  );
