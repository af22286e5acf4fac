"use strict";

const { EventEmitter } = require("node:events");
const net = require("node:net");
const { protobufRequests, textRequests } = require("./requests.cjs");
const { ProtobufFrames } = require("./protobuf-frames.cjs");
const { TextFrames } = require("./text-frames.cjs");
const { Tick, TICK_PRICE } = require("./tick.cjs");

const FIRST_PROTOBUF_VERSION = 213;
const READ_BUFFER = 256 * 1024;

/**
 * The size tick @stoqey/ib derives from a price tick, by tick type; 0 for none. It has none for a bid (1), whose size
 * type is 0 and reads as "none" there; the control does as stock does.
 */
const COMPANION = new Uint8Array(128);
COMPANION[2] = 3;
COMPANION[4] = 5;
COMPANION[66] = 69;
COMPANION[67] = 70;
COMPANION[68] = 71;

/**
 * The rival: what a careful author gets out of JavaScript alone. One reusable read buffer, frames found by offset, no
 * concatenation, ticks decoded in place into one flyweight.
 *
 * Events: `nextValidId(id)`, `tickSnapshotEnd(reqId)`, `orderStatus(orderId, status)`, `error(Error)`; and without
 * `onTick` also `tickPrice(reqId, field, price, canAutoExecute)` and `tickSize(reqId, field, size)` as @stoqey/ib has
 * them.
 */
class ControlClient extends EventEmitter {
  constructor({ port, host = "127.0.0.1", clientId = 1, maxServerVersion = 193 }) {
    super();
    this.options = { port, host, clientId, maxServerVersion };
    this.tick = new Tick();
    this.sink = (tick) => this.emitTick(tick);
    /** One byte longer than what is read into it: the decoders want a NUL behind the last byte. */
    this.storage = Buffer.alloc(READ_BUFFER + 1);
    /** An incomplete frame, kept until the rest arrives. */
    this.partial = Buffer.alloc(4096);
    this.partialLength = 0;
    this.frames = null;
    this.requests = null;
  }

  connect() {
    const { port, host, maxServerVersion } = this.options;
    const target = this.storage.subarray(0, READ_BUFFER);
    this.socket = net.connect({
      port,
      host,
      onread: {
        buffer: target,
        callback: (length) => {
          this.read(length);
          return true;
        },
      },
    });
    this.socket.setNoDelay(true);
    this.socket.on("connect", () => {
      const offer = `v100..${maxServerVersion}`;
      this.socket.write(`API\0\0\0\0${String.fromCharCode(offer.length)}${offer}`, "latin1");
    });
    this.socket.on("error", (error) => this.emit("error", error));
    this.socket.on("close", () => this.emit("disconnected"));
  }

  disconnect() {
    this.socket.destroy();
  }

  /** Hands every tick to `handler` instead of emitting events. */
  onTick(handler) {
    this.sink = handler;
    if (this.frames !== null) this.frames.sink = handler;
  }

  reqMktData(reqId, symbol) {
    this.write(this.requests.marketData(reqId, symbol));
  }

  reqMarketDataType(type) {
    this.write(this.requests.marketDataType(type));
  }

  /** BUY 1 AAPL at that limit price (text only). */
  placeOrder(orderId, limitPrice) {
    this.socket.write(textRequests.order(orderId, limitPrice), "latin1");
  }

  write(bytes) {
    this.socket.write(bytes, "latin1");
  }

  read(length) {
    const bytes = this.storage;
    let p = 0;
    if (this.partialLength > 0) {
      p = this.completePartial(bytes, length);
      if (p < 0) return;
    }
    // Behind the last byte lie those of an earlier, longer read; the decoders want a NUL there.
    bytes[length] = 0;
    while (this.frames === null) {
      if (length - p < 4 || length - p < 4 + bytes.readUInt32BE(p)) return this.keep(bytes, p, length);
      const end = p + 4 + bytes.readUInt32BE(p);
      this.greet(bytes.latin1Slice(p + 4, end));
      p = end;
    }
    p = this.frames.decode(bytes, p, length);
    if (p < length) this.keep(bytes, p, length);
  }

  /** Completes the kept frame from a new chunk and decodes it; returns where the next frame begins, -1 for "more". */
  completePartial(bytes, length) {
    let p = 0;
    while (this.partialLength < 4) {
      if (p === length) return -1;
      this.partial[this.partialLength++] = bytes[p++];
    }
    const whole = 4 + this.partial.readUInt32BE(0);
    if (whole + 1 > this.partial.length) {
      const larger = Buffer.alloc(2 * whole);
      larger.set(this.partial.subarray(0, this.partialLength));
      this.partial = larger;
    }
    const taken = Math.min(whole - this.partialLength, length - p);
    bytes.copy(this.partial, this.partialLength, p, p + taken);
    this.partialLength += taken;
    if (this.partialLength < whole) return -1;
    this.partial[whole] = 0;
    this.partialLength = 0;
    if (this.frames === null) this.greet(this.partial.latin1Slice(4, whole));
    else this.frames.decode(this.partial, 0, whole);
    return p + taken;
  }

  keep(bytes, from, to) {
    if (to - from > this.partial.length) this.partial = Buffer.alloc(2 * (to - from));
    bytes.copy(this.partial, 0, from, to);
    this.partialLength = to - from;
  }

  /** The gateway's answer to the handshake decides the dialect. */
  greet(text) {
    const version = Number.parseInt(text, 10);
    const protobuf = version >= FIRST_PROTOBUF_VERSION;
    const cold = protobuf
      ? (bytes, start, end) => this.readProtobuf(bytes, start, end)
      : (bytes, start, end) => this.readText(bytes.latin1Slice(start, end).split("\0"));
    this.requests = protobuf ? protobufRequests : textRequests;
    this.frames = new (protobuf ? ProtobufFrames : TextFrames)(this.tick, this.sink, cold);
    this.write(this.requests.startApi(this.options.clientId));
  }

  readText(fields) {
    switch (fields[0]) {
      case "3":
        return this.emit("orderStatus", Number(fields[1]), fields[2]);
      case "9":
        return this.emit("nextValidId", Number(fields[2]));
      case "57":
        return this.emit("tickSnapshotEnd", Number(fields[2]));
    }
  }

  readProtobuf(bytes, start, end) {
    if (end - start < 6) return;
    const first = this.frames.varint(bytes, start + 5); // all three begin with field 1, an integer
    switch (bytes.readUInt32BE(start) - 200) {
      case 3:
        return this.emit("orderStatus", first, "");
      case 9:
        return this.emit("nextValidId", first);
      case 57:
        return this.emit("tickSnapshotEnd", first);
    }
  }

  emitTick(tick) {
    const { reqId, field } = tick;
    const size = Number.isNaN(tick.size) ? undefined : tick.size;
    if (tick.kind === TICK_PRICE) {
      this.emit(
        "tickPrice",
        reqId,
        field,
        Number.isNaN(tick.price) ? undefined : tick.price,
        tick.mask !== 0,
      );
      const companion = COMPANION[field & 127];
      if (companion !== 0) this.emit("tickSize", reqId, companion, size);
    } else {
      this.emit("tickSize", reqId, field, size);
    }
  }
}

module.exports = { ControlClient };
