// The hostile gateway, in a worker of its own. Told { seed }, it listens on a new port, posts that, and treats each
// connection as the seed and its number say; told { stop: true }, it lets go of all of them.
const net = require("node:net");
const { parentPort } = require("node:worker_threads");
const { Random } = require("./random.cjs");
const { chunk, hugeLength, message, text } = require("./streams.cjs");

let server;
const sockets = new Set();

/** A way to be treated, drawn at the beginning. */
function manners(random) {
  return {
    greeting: random.pick([
      "good",
      "good",
      "good",
      "good",
      "good",
      "good",
      "none",
      "noise",
      "huge",
      "cut",
      "reset",
    ]),
    hostility: random.below(3),
    /** Most bytes of a piece; 0: as it comes. */
    piece: random.pick([0, 0, 0, 1, 3, 17, 1000]),
    /** After so many chunks comes the end. */
    chunks: random.below(60),
    ending: random.pick(["reset", "close", "silence", "half-open", "flood"]),
    /** Whether it listens to what the client says. */
    deaf: random.oneIn(6),
    pauseMs: random.pick([0, 0, 1, 5]),
  };
}

class Treatment {
  constructor(socket, random) {
    this.socket = socket;
    this.random = random;
    this.how = manners(random);
    this.version = 0;
    socket.setNoDelay(true);
    socket.on("error", () => {});
    socket.on("data", (bytes) => this.heard(bytes));
  }

  heard(bytes) {
    if (this.version !== 0) return;
    // "API\0", a length, and the versions that are offered: v100..193, say.
    const offered = /v(\d+)\.\.(\d+)/.exec(bytes.toString("latin1"));
    const newest = offered === null ? 193 : Number(offered[2]);
    const { random } = this;
    this.version = newest > 193 ? random.pick([193, 213, newest]) : random.pick([100, 151, 176, newest]);
    const greeting = text(this.version, "20261122 10:00:00 UTC");
    switch (this.how.greeting) {
      case "none":
        return;
      case "noise":
        return this.socket.end(random.bytes(1 + random.below(100)));
      case "huge":
        this.socket.write(hugeLength(random));
        return;
      case "cut":
        return this.socket.end(greeting.subarray(0, random.below(greeting.length)));
      case "reset":
        return this.socket.resetAndDestroy();
      default:
        this.socket.write(greeting);
    }
    if (this.how.deaf) this.socket.pause();
    this.socket.write(message(this.version, 15, 1, "DU1"));
    this.socket.write(message(this.version, 9, 1, 1));
    this.speak(this.how.chunks);
  }

  /** Says so many more chunks, then ends. Never has more than some megabytes under way. */
  speak(left) {
    const { socket, how, random } = this;
    if (socket.destroyed) return;
    if (left === 0 && how.ending !== "flood") return this.end();
    const bytes = chunk(random, this.version, how.hostility);
    const size = how.piece === 0 ? bytes.length : 1 + random.below(how.piece);
    let ready = true;
    // A few hundred pieces are as good as a hundred thousand.
    for (let at = 0, pieces = 0; at < bytes.length; pieces++) {
      const end = pieces < 200 ? at + size : bytes.length;
      ready = socket.write(bytes.subarray(at, end));
      at = end;
    }
    const on = () => this.speak(Math.max(0, left - 1));
    if (!ready) socket.once("drain", on);
    else setTimeout(on, how.pauseMs);
  }

  end() {
    const { socket, random } = this;
    switch (this.how.ending) {
      case "reset":
        // What it still had to say may be cut off in the middle of a frame.
        return socket.resetAndDestroy();
      case "close":
        return socket.end();
      case "half-open":
        // Its side is over; the other one may talk on.
        socket.end(random.bytes(random.below(4)));
        return;
      default:
    }
  }
}

parentPort.on("message", ({ seed, stop }) => {
  server?.close();
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  if (stop) return parentPort.close();
  let count = 0;
  server = net.createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    new Treatment(socket, new Random(seed + 1009 * ++count));
  });
  server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
});
