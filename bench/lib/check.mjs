// `--check`: every client gets the same ticks, usual and odd ones, cut at random places; what @stoqey/ib makes of them
// is what the others must make of them.

import { fileURLToPath } from "node:url";
import { serveOnce } from "./check-server.mjs";
import { JsonProcess } from "./process.mjs";
import { encodeProtobuf, encodeText, oddTicks, randomTicks } from "./sample-ticks.mjs";

const SEED = 20260102;
const textTicks = [...randomTicks(20_000, SEED), ...oddTicks(), ...randomTicks(500, SEED + 1)];
// What stock makes of text is no measure for protobuf here: its decimal strings have no thousands separators and no
// infinity, and the largest int64 means "unset" in them.
const protobufTicks = textTicks.filter(({ size }) => !/,|Infinity|9223372036854775807/.test(size));

const TIMEOUT_MILLIS = 30_000;

const SUBJECTS = [
  { name: "control, text, events", client: "control", protobuf: false, via: "events" },
  { name: "control, text, handler", client: "control", protobuf: false, via: "stream" },
  { name: "control, protobuf, events", client: "control", protobuf: true, via: "events" },
  { name: "control, protobuf, handler", client: "control", protobuf: true, via: "stream" },
  { name: "ours, text, events", client: "ours", protobuf: false, via: "events" },
  { name: "ours, text, stream", client: "ours", protobuf: false, via: "stream" },
  { name: "ours, protobuf, events", client: "ours", protobuf: true, via: "events" },
  { name: "ours, protobuf, stream", client: "ours", protobuf: true, via: "stream" },
];

/** Runs a client against the check's gateway: { records, order }. */
async function observe({ client, protobuf, via }, ticks) {
  const frames = ticks.map(protobuf ? encodeProtobuf : encodeText);
  const { port, order, close } = await serveOnce({ protobuf, frames, seed: SEED });
  const script = fileURLToPath(new URL(`../clients/${client}.cjs`, import.meta.url));
  const spec = {
    port,
    via,
    scenario: "record",
    maxServerVersion: protobuf ? 226 : 193,
    readMode: "loop",
    order: !protobuf,
  };
  const child = new JsonProcess(client, process.execPath, [script, JSON.stringify(spec)], TIMEOUT_MILLIS);
  try {
    const { records } = await child.next();
    return { records, order: protobuf ? null : (await order).latin1Slice() };
  } finally {
    await child.finish(500);
    close();
  }
}

const COMPANION = new Map([
  [1, 0],
  [2, 3],
  [4, 5],
  [66, 69],
  [67, 70],
  [68, 71],
]);

/** The events a stream of ticks stands for. */
function asEvents(records) {
  return records.flatMap(([kind, reqId, field, price, size]) => {
    if (kind === "size") return [["tickSize", reqId, field, size]];
    const events = [["tickPrice", reqId, field, price]];
    if (COMPANION.has(field)) events.push(["tickSize", reqId, COMPANION.get(field), size]);
    return events;
  });
}

/** Stock derives no size event from a bid (its size type 0 reads as "none" there); others may. */
function withoutBidSizes(events) {
  return events.filter(([name, reqId, field], i) => {
    const before = events[i - 1];
    const derived = name === "tickSize" && field === 0 && before?.[0] === "tickPrice";
    return !(derived && before[1] === reqId && before[2] === 1);
  });
}

const UNSET = new Set(["undefined", "NaN", Number.MAX_VALUE]);

/** Without what a stream of numbers does not tell: flags, and which of the values for "no number" it is. */
const asNumbers = (events) =>
  events.map(([name, reqId, field, value]) => [name, reqId, field, UNSET.has(value) ? "unset" : value]);

/** The first difference, or undefined. */
function difference(actual, expected) {
  for (let i = 0; i < Math.max(actual.length, expected.length); i++) {
    const [a, e] = [JSON.stringify(actual[i]), JSON.stringify(expected[i])];
    if (a !== e) return `event ${i}: ${a}, @stoqey/ib has ${e}`;
  }
}

/** Prints a line per client; true when all agree with stock. */
export async function check() {
  console.log(`${textTicks.length} ticks in text, ${protobufTicks.length} in protobuf, seed ${SEED}`);
  const stock = { client: "stock", protobuf: false, via: "events" };
  const ofText = await observe(stock, textTicks);
  const ofProtobuf = await observe(stock, protobufTicks);
  console.log(`ok    @stoqey/ib: ${ofText.records.length} events`);
  let agreed = true;
  for (const subject of SUBJECTS) {
    let trouble;
    let note = "";
    try {
      const { records, order } = await observe(subject, subject.protobuf ? protobufTicks : textTicks);
      const expected = withoutBidSizes((subject.protobuf ? ofProtobuf : ofText).records);
      const stream = subject.via === "stream";
      const events = withoutBidSizes(stream ? asNumbers(asEvents(records)) : records);
      trouble = difference(events, stream ? asNumbers(expected) : expected);
      if (!stream && events.length !== records.length)
        note = `, and ${records.length - events.length} size events of bids, which stock leaves out`;
      if (!trouble && !subject.protobuf && order !== ofText.order)
        trouble = `its order is ${JSON.stringify(order)}, that of @stoqey/ib ${JSON.stringify(ofText.order)}`;
    } catch (error) {
      trouble = error.message;
    }
    console.log(trouble ? `FAILED ${subject.name}: ${trouble}` : `ok    ${subject.name}${note}`);
    agreed &&= !trouble;
  }
  return agreed;
}
