// The gateway as its clients see it, in a process that dies: it stands before a simulated gateway, whose orders outlive it
// as those of the exchange do. usage: node gateway-front.cjs PORT UPSTREAM NTH BYTES. PORT 0: the system's choice, which is
// said first. With NTH it kills itself (SIGKILL) when so many BYTES of the NTH placeOrder have gone on, the rest never does.
// It says the orderRef of each order that it was sent, and last how long the frame was that it died in.
const { writeSync } = require("node:fs");
const { connect, createServer } = require("node:net");

const PLACE_ORDER = 3;
const PROTOBUF = 200;

const [port, upstream, nth, bytes] = process.argv.slice(2).map(Number);
const say = (...what) => writeSync(1, `${what.join(" ")}\n`);
let orders = 0;

function isPlaceOrder(frame) {
  if (frame.length < 8) return false;
  return frame.readUInt32BE(4) === PROTOBUF + PLACE_ORDER || frame.toString("latin1", 4, 6) === "3\0";
}

/** False: it has died, or is about to. */
function forward(frame, gateway) {
  if (isPlaceOrder(frame)) {
    orders++;
    say("order", /deaths:[0-9A-Z]{26}/.exec(frame.toString("latin1"))?.[0] ?? "");
    if (orders === nth) {
      const part = frame.subarray(0, bytes % (frame.length + 1));
      say("died", frame.length, part.length);
      const die = () => process.kill(process.pid, "SIGKILL");
      if (part.length === 0) die();
      else gateway.write(part, die);
      return false;
    }
  }
  gateway.write(frame);
  return true;
}

createServer((client) => {
  const gateway = connect(upstream, "127.0.0.1");
  for (const socket of [client, gateway]) socket.setNoDelay(true).on("error", () => {});
  gateway.on("data", (data) => client.write(data)).on("close", () => client.destroy());
  client.on("close", () => gateway.end());
  let rest = Buffer.alloc(0);
  let isFirst = true;
  client.on("data", (data) => {
    rest = Buffer.concat([rest, data]);
    if (isFirst) {
      // "API\0" stands before the first frame.
      if (rest.length < 8) return;
      gateway.write(rest.subarray(0, 4));
      rest = rest.subarray(4);
      isFirst = false;
    }
    while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(0)) {
      const frame = rest.subarray(0, 4 + rest.readUInt32BE(0));
      rest = rest.subarray(frame.length);
      if (forward(frame, gateway)) continue;
      client.pause().removeAllListeners("data");
      return;
    }
  });
}).listen(port, "127.0.0.1", function () {
  say("port", this.address().port);
});
