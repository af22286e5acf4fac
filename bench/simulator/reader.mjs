// A client in a thread of its own that shakes hands, requests market data and counts frames, for bench/simulator.mjs.

import { connect } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import requests from "../control/requests.cjs";

const { port, version, symbols, clientId = 1, untilFrame } = workerData;
const say = version >= 213 ? requests.protobufRequests : requests.textRequests;

const socket = connect(port, "127.0.0.1");
const send = (bytes) => socket.write(bytes, "latin1");
const offer = `v100..${version}`;
send(`API\0\0\0\0${String.fromCharCode(offer.length)}${offer}`);
send(say.startApi(clientId));
for (let id = 1; id <= symbols; id++) send(say.marketData(id, `S${id.toString(36).toUpperCase()}`));

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
