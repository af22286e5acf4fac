// The micro part: single steps of the hot path in one process, with tinybench.

import { EventEmitter } from "node:events";
import { createRequire } from "node:module";
import { Bench } from "tinybench";
import numbers from "../control/number.cjs";
import protobuf from "../control/protobuf-frames.cjs";
import text from "../control/text-frames.cjs";
import ticks from "../control/tick.cjs";
import { encodeProtobuf, encodeText, randomTicks } from "./sample-ticks.mjs";

const require = createRequire(import.meta.url);

const ITEMS = 1024;

const noCold = () => {
  throw new Error("a sample frame was not taken for a tick");
};

function parsing(bench, sample) {
  const texts = sample.map(({ price }) => price);
  const fields = Buffer.from(`${texts.join("\0")}\0`, "latin1");
  const reader = new numbers.NumberReader();
  const out = new Float64Array(1);
  bench.add("price text to double: control, in place", () => {
    let sum = 0;
    for (let at = 0; at < fields.length; at = reader.end) sum += reader.decimal(fields, at);
    out[0] = sum;
  });
  bench.add("price text to double: string slice and parseFloat", () => {
    let sum = 0;
    for (let at = 0; at < fields.length; ) {
      const end = fields.indexOf(0, at);
      sum += Number.parseFloat(fields.latin1Slice(at, end));
      at = end + 1;
    }
    out[0] = sum;
  });
  bench.add("price text to double: split, then parseFloat (as @stoqey/ib)", () => {
    let sum = 0;
    for (const field of fields.toString("utf8").split("\0"))
      if (field !== "") sum += Number.parseFloat(field);
    out[0] = sum;
  });
}

function dispatch(bench, sample) {
  const prices = Float64Array.from(sample, ({ price }) => Number(price));
  const out = new Float64Array(1);
  const emitter = new EventEmitter();
  emitter.on("tickPrice", (_reqId, _field, price) => {
    out[0] += price;
  });
  bench.add("EventEmitter.emit of four arguments", () => {
    for (let i = 0; i < ITEMS; i++) emitter.emit("tickPrice", i, 1, prices[i], true);
  });
  const tick = new ticks.Tick();
  const handler = (t) => {
    out[0] += t.price;
  };
  bench.add("flyweight to one handler", () => {
    for (let i = 0; i < ITEMS; i++) {
      tick.reqId = i;
      tick.price = prices[i];
      handler(tick);
    }
  });
}

/** Our pump over a ring filled here: what one record costs the JavaScript thread. */
function records(bench, sample) {
  let layout;
  let RingViews;
  let Pump;
  try {
    layout = require("../../dist/native/layout.js");
    ({ RingViews } = require("../../dist/native/ring.js"));
    ({ Pump } = require("../../dist/native/pump.js"));
  } catch (error) {
    return `ring records are not measured: ${error.message.split("\n")[0]}`;
  }
  const ring = new RingViews(ITEMS);
  const { RING_SLOTS, SLOT_BYTES, OFFSET_REQ_ID, OFFSET_FIELD, OFFSET_VALUES, KIND_TICK_PRICE } = layout;
  for (const [i, { reqId, field, price, size }] of sample.entries()) {
    const at = RING_SLOTS + i * SLOT_BYTES;
    ring.i32[at >> 2] = KIND_TICK_PRICE | (1 << 16); // one slot long
    ring.i32[(at + OFFSET_REQ_ID) >> 2] = reqId;
    ring.i32[(at + OFFSET_FIELD) >> 2] = field;
    ring.f64.set([Number(price), Number(size)], (at + OFFSET_VALUES) >> 3);
  }
  const out = new Float64Array(1);
  const tickHandler = (tick) => {
    out[0] += tick.price + tick.size;
  };
  const threw = (error) => {
    throw error;
  };
  const pump = new Pump(ring, { tickHandler, wantedKinds: 0, threw }, () => undefined);
  let head = 0;
  bench.add("ring record to stream handler: ours, the pump", () => {
    head = (head + ITEMS) | 0;
    Atomics.store(ring.i32, layout.RING_HEAD >> 2, head);
    pump.drain();
  });
}

function decoding(bench, sample) {
  const out = new Float64Array(1);
  const sink = (tick) => {
    out[0] += tick.price + tick.size;
  };
  for (const [dialect, Frames, encode] of [
    ["text", text.TextFrames, encodeText],
    ["protobuf", protobuf.ProtobufFrames, encodeProtobuf],
  ]) {
    const frames = new Frames(new ticks.Tick(), sink, noCold);
    const bytes = Buffer.concat([...sample.map(encode), Buffer.alloc(1)]);
    bench.add(`TICK_PRICE frame to handler: control, ${dialect}`, () => {
      frames.decode(bytes, 0, bytes.length - 1);
    });
  }
}

/** Runs all of it: { results: [{ name, nanosPerItem }], note }, medians. */
export async function micro() {
  const sample = randomTicks(ITEMS, 1).map((tick) => ({ ...tick, kind: "price" }));
  const bench = new Bench({ time: 250, warmupTime: 100 });
  parsing(bench, sample);
  dispatch(bench, sample);
  const note = records(bench, sample);
  decoding(bench, sample);
  await bench.run();
  const results = bench.tasks.map(({ name, result }) => {
    if (result.error) throw result.error;
    return { name, nanosPerItem: (result.latency.p50 * 1e6) / ITEMS };
  });
  return { results, note };
}
