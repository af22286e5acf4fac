// A client in a thread of its own that shakes hands, requests market data and counts frames, for bench/simulator.mjs.

import { connect } from "node:net";
import { parentPort, workerData } from "node:worker_threads";

const { port, version, symbols, clientId = 1, untilFrame } = workerData;
const protobuf = version >= 213;

const withLength = (body) => {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length);
  return Buffer.concat([head, body]);
};
const text = (...fields) => withLength(Buffer.from(fields.map((field) => `${field}\0`).join("")));

/** Market data of `S1`, `S2` …; protobuf: MarketDataRequest {1 reqId, 2 contract {2 symbol, 3 secType, 8 exchange, 10 currency}}. */
function marketDataRequest(id) {
  const symbol = `S${id.toString(36).toUpperCase()}`;
  if (!protobuf)
    return text(...[1, 11, id, 0, symbol, "STK", "", 0, "", "", "SMART", "", "USD", "", "", 0, "", 0, 0, ""]);
  const varint = (n) => (n < 128 ? [n] : [(n & 127) | 128, n >> 7]);
  const string = (field, value) => [(field << 3) | 2, value.length, ...Buffer.from(value)];
  const contract = [...string(2, symbol), ...string(3, "STK"), ...string(8, "SMART"), ...string(10, "USD")];
  const body = [0, 0, 0, 201, 0x08, ...varint(id), 0x12, contract.length, ...contract];
  return withLength(Buffer.from(body));
}

const socket = connect(port, "127.0.0.1");
const offer = withLength(Buffer.from(`v100..${version}`));
socket.write(Buffer.concat([Buffer.from("API\0"), offer]));
socket.write(protobuf ? withLength(Buffer.from([0, 0, 1, 15, 0x08, clientId])) : text(71, 2, clientId, ""));
for (let id = 1; id <= symbols; id++) socket.write(marketDataRequest(id));

/** Bytes of the frame's head that have come, and bytes of its body that are missing. */
let head = 0;
let headBytes = 0;
let missing = 0;
let frames = 0;
let bytes = 0;
let first = 0;

socket.on("data", (chunk) => {
  if (first === 0) first = performance.now();
  bytes += chunk.length;
  let at = 0;
  while (at < chunk.length) {
    if (missing > 0) {
      const taken = Math.min(missing, chunk.length - at);
      missing -= taken;
      at += taken;
    } else {
      head = (head << 8) | chunk[at++];
      if (++headBytes < 4) continue;
      missing = head >>> 0;
      head = 0;
      headBytes = 0;
      frames += 1;
    }
  }
  if (frames >= untilFrame) finish();
});
socket.on("close", () => finish("the gateway closed the connection"));
socket.on("error", (error) => finish(error.message));
parentPort.on("message", (message) => {
  if (message === "count") parentPort.postMessage({ frames, bytes, at: performance.now() });
  else finish();
});

let finished = false;
function finish(problem) {
  if (finished) return;
  finished = true;
  parentPort.postMessage({ frames, bytes, seconds: (performance.now() - first) / 1000, problem });
  socket.destroy();
  parentPort.close();
}
