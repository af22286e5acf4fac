// A gateway in a worker, for a main thread that is busy: greets, and answers the first request for market data, `delayMs`
// later, with an ask; with `always` it goes on doing so. When an order comes it wakes whoever waits on `shared`, and posts the order's fields.
const net = require("node:net");
const { parentPort, workerData } = require("node:worker_threads");

const framed = (...fields) => {
  const body = Buffer.from(fields.map((f) => `${f}\0`).join(""));
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length);
  return Buffer.concat([head, body]);
};

const shared = new Int32Array(workerData.shared);
const server = net.createServer((socket) => {
  socket.on("error", () => {});
  let greeted = false;
  let rest = Buffer.alloc(0);
  const take = (fields) => {
    if (fields[0] === "71") socket.write(framed(9, 1, 100));
    if (fields[0] === "1") {
      const tick = framed(1, 6, fields[2], 2, 9.5, 300, 0);
      const say = () => socket.write(Buffer.concat([tick, tick, tick]));
      if (workerData.always) setInterval(say, workerData.delayMs).unref();
      else setTimeout(say, workerData.delayMs);
    }
    if (fields[0] !== "3") return;
    parentPort.postMessage(fields);
    Atomics.add(shared, 0, 1);
    Atomics.notify(shared, 0);
  };
  socket.on("data", (data) => {
    if (!greeted) {
      greeted = true;
      socket.write(framed(193, "20261122 10:00:00 UTC"));
      return;
    }
    rest = Buffer.concat([rest, data]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(0)) {
      const end = 4 + rest.readUInt32BE(0);
      take(rest.subarray(4, end).toString().split("\0"));
      rest = rest.subarray(end);
    }
  });
});
server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
