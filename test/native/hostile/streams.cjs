// What the hostile gateway says: valid messages of both dialects, the same ones bent, and noise.
const fs = require("node:fs");
const path = require("node:path");

const CAPTURES = path.join(__dirname, "../../fixtures/captures");
/** From this version on a message begins with four bytes of raw id. */
const RAW_ID_VERSION = 201;

function framed(payload) {
  const out = Buffer.alloc(4 + payload.length);
  out.writeUInt32BE(payload.length);
  payload.copy(out, 4);
  return out;
}

function text(...fields) {
  return framed(Buffer.from(fields.map((field) => `${field}\0`).join("")));
}

/** A text message of the server's version: from 201 on its id is a number of four bytes. */
function message(version, id, ...fields) {
  if (version < RAW_ID_VERSION) return text(id, ...fields);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(id);
  return framed(Buffer.concat([head, Buffer.from(fields.map((field) => `${field}\0`).join(""))]));
}

/** Frames of live captures, all of protobuf. */
const captured = fs
  .readdirSync(CAPTURES)
  .filter((name) => name.endsWith(".txt"))
  .flatMap((name) =>
    fs
      .readFileSync(path.join(CAPTURES, name), "utf8")
      .split("\n")
      .filter((line) => line.startsWith("raw server "))
      .map((line) => Buffer.from(line.split(" ")[2], "base64")),
  );

/** Field number and wire type, then a value, as protobuf has it. */
const varint = (field, value) => Buffer.from([field << 3, value & 0x7f]);
const double = (field, value) => {
  const out = Buffer.alloc(9);
  out[0] = (field << 3) | 1;
  out.writeDoubleLE(value, 1);
  return out;
};
const string = (field, value) =>
  Buffer.concat([Buffer.from([(field << 3) | 2, value.length]), Buffer.from(value)]);

function protobufTick(random) {
  const head = Buffer.from([0, 0, 0, random.oneIn(2) ? 201 : 202]);
  const price = head[3] === 201;
  return framed(
    Buffer.concat([
      head,
      varint(1, 1 + random.below(4)),
      varint(2, random.below(10)),
      ...(price
        ? [
            double(3, random.below(1e6) / 100),
            string(4, String(random.below(1000))),
            varint(5, random.below(8)),
          ]
        : [string(3, String(random.below(1e6)))]),
    ]),
  );
}

const HOT = [
  (r) => [1, 6, 1 + r.below(4), r.pick([1, 2, 4, 9]), r.below(1e6) / 100, r.below(1000), r.below(8)],
  (r) => [2, 6, 1 + r.below(4), r.pick([0, 3, 5, 8]), r.below(1e6)],
  (r) => [45, 6, 1 + r.below(4), 49, r.below(2)],
  (r) => [46, 6, 1 + r.below(4), 45, "x".repeat(r.below(r.oneIn(10) ? 3000 : 20))],
  (r) => [12, 1, r.below(4), r.below(10), r.below(3), r.below(2), r.below(1e4) / 100, r.below(100)],
  (r) => [13, 1, r.below(4), r.below(10), "MM", r.below(3), r.below(2), r.below(1e4) / 100, r.below(100), 1],
  (r) => [50, 3, r.below(4), 1_790_000_000, 1, 2, 0.5, 1.5, r.below(1000), 1.2, r.below(50)],
  (r) => [3, r.below(100), "Submitted", r.below(100), 0, 1.5, 7, 0, 1.5, 1, "", 0],
  (r) => [99, 1 + r.below(4), 4, 1_790_000_000, r.below(1e4) / 100],
];
const COLD = [
  (r) => [4, 2, r.below(100) - 1, 2104, "a farm is there", ""],
  (r) => [9, 1, 1 + r.below(1000)],
  () => [15, 1, "DU1,DU2"],
  () => [49, 1, 1_790_000_000],
  (r) => [57, 1, r.below(4)],
  (r) => [17, r.below(4), "20261120", "20261121", r.below(5), "20261120", 1, 2, 0, 1, 5, 1, 3],
  (r) => [89, r.below(4), r.pick([0, 1, -1, 33_000_000]), 1, 2],
  (r) => [5, r.below(100), ...Array.from({ length: r.below(150) }, () => r.below(3))],
];

/** One whole, valid message. */
function valid(random, version) {
  if (version >= RAW_ID_VERSION) {
    const kind = random.below(10);
    if (kind < 6) return protobufTick(random);
    if (kind < 9) return random.pick(captured);
  }
  const [id, ...fields] = random.pick(random.oneIn(6) ? COLD : HOT)(random);
  return message(version, id, ...fields);
}

/** A message with some of its bytes bent; as a rule its length is still true. */
function mutated(random, version) {
  let payload = Buffer.from(valid(random, version).subarray(4));
  for (let n = 1 + random.below(4); n > 0; n--) {
    const at = random.below(payload.length + 1);
    const behind = payload.subarray(Math.min(payload.length, at + 1 + random.below(4)));
    switch (random.below(5)) {
      case 0:
        if (at < payload.length) payload[at] = random.below(256);
        break;
      case 1:
        if (at < payload.length) payload[at] ^= 1 << random.below(8);
        break;
      case 2:
        payload = Buffer.concat([payload.subarray(0, at), behind]);
        break;
      case 3:
        payload = Buffer.concat([
          payload.subarray(0, at),
          random.bytes(1 + random.below(9)),
          payload.subarray(at),
        ]);
        break;
      default:
        payload = payload.subarray(0, at);
    }
  }
  return framed(payload.length === 0 ? Buffer.from("x") : payload);
}

/** A length that is none, or one that is never kept. */
function hugeLength(random) {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(random.pick([0, 0xffffff, 0x1000000, 0x7fffffff, 0x80000000, 0xffffffff, 0x47455420]));
  return Buffer.concat([head, random.bytes(random.below(64))]);
}

/** Ticks without end: reads come back full, and the buffer's last byte is in the midst of a frame. Made once. */
const blocks = new Map();
function torrent(random, version) {
  const binary = version >= RAW_ID_VERSION;
  if (!blocks.has(binary)) {
    const ticks = Array.from({ length: 3000 }, () =>
      binary ? protobufTick(random) : message(version, ...random.pick(HOT.slice(0, 2))(random)),
    );
    blocks.set(binary, Buffer.concat(ticks));
  }
  return Array.from({ length: 1 + random.below(30) }, () => blocks.get(binary));
}

/** A chunk of what comes next. `hostility`: 0 keeps to the protocol, 1 bends messages, 2 breaks the stream as well. */
function chunk(random, version, hostility) {
  const parts = [];
  for (let n = 1 + random.below(random.oneIn(4) ? 2000 : 40); n > 0; n--) {
    if (hostility > 0 && random.oneIn(8)) parts.push(mutated(random, version));
    else parts.push(valid(random, version));
  }
  if (random.oneIn(8)) parts.push(...torrent(random, version));
  // A frame of any size whole, also larger than a small ring.
  if (random.oneIn(20))
    parts.push(framed(Buffer.concat([Buffer.from("9\0"), Buffer.alloc(random.below(300_000))])));
  if (hostility > 1 && random.oneIn(20)) parts.push(random.oneIn(2) ? hugeLength(random) : random.bytes(200));
  return Buffer.concat(parts);
}

module.exports = { framed, text, message, chunk, hugeLength, RAW_ID_VERSION };
