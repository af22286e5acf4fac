// A gateway in a worker, for tests that block the main thread: greets, says nextValidId, and posts its port.
const net = require("node:net");
const { parentPort, workerData } = require("node:worker_threads");

function framed(...fields) {
  const body = Buffer.from(fields.map((f) => `${f}\0`).join(""));
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length);
  return Buffer.concat([head, body]);
}

const server = net.createServer((socket) => {
  socket.on("error", () => {});
  let step = 0;
  socket.on("data", () => {
    if (++step === 1)
      setTimeout(() => socket.write(framed(193, "20261122 10:00:00 UTC")), workerData.greetAfterMs);
    if (step === 2) socket.write(framed(9, 1, 1));
  });
});
server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
