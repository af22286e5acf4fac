import { EventName } from "@stoqey/ib";
import { afterEach, describe, expect, test } from "vitest";
import { OUTGOING, outgoingPayload, PROTOBUF_ID_OFFSET } from "../../../src/protocol/messages.js";
import { framed } from "../../support/frames.js";
import { SeededRandom, testSeed } from "../../support/seeded-random.js";
import { AAPL, Bench } from "../../support/sim/harness.js";
import { readMessage, WireClient } from "../../support/sim/wire-client.js";
import { EXCHANGES } from "./exchanges.js";

/** Nonsense from one client never ends the gateway and never reaches another client. */

const bench = new Bench();
const clients: WireClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.end();
  await bench.end();
});

const FRAMES = 1500;
/** Connections a client that loses its framing begins anew. */
const RECONNECTS = 12;
const VERSIONS = [157, 193, 200, 201, 208, 226];

const NUMBERS = [
  "",
  "0",
  "-1",
  "2147483647",
  "-2147483648",
  "9223372036854775807",
  "1e999",
  "NaN",
  "Infinity",
  "1.5",
  "x",
  "99999999999999999999",
];
const TEXTS = [
  "",
  "AAPL",
  "\u00e9\u{1f600}",
  "A".repeat(5000),
  "ZZZ",
  "STK",
  "OPT",
  "BAG",
  "SMART",
  "20281215",
  "1 D",
  "1 min",
  "TRADES",
  "=;=;",
  "%s%n",
  "../../etc",
];

/** A request as it should be, or nearly, or nothing like one. */
function payloadOf(random: SeededRandom, client: WireClient): Buffer {
  const version = client.serverVersion;
  const kind = random.int(0, 9);
  if (kind === 0) return Buffer.from(Array.from({ length: random.int(0, 200) }, () => random.int(0, 255)));
  const whole = kind < 3 ? textPayload(random, version) : nearly(random, client);
  if (random.chance(0.2)) return whole.subarray(0, random.int(0, whole.length));
  if (random.chance(0.2)) {
    const spoilt = Buffer.from(whole);
    for (let i = random.int(1, 8); i > 0 && spoilt.length > 0; i--)
      spoilt[random.int(0, spoilt.length - 1)] = random.int(0, 255);
    return spoilt;
  }
  return whole;
}

/** A request that is right but for some of its fields. */
function nearly(random: SeededRandom, client: WireClient): Buffer {
  const version = client.serverVersion;
  const request = random.pick(EXCHANGES.filter((e) => version >= (e.since ?? 0)));
  const since = OUTGOING[request.name].since;
  if (since !== undefined && version >= since) {
    const body = Object.fromEntries(
      Object.entries(request.body).map(([key, value]) => [
        key,
        random.chance(0.3) ? changedValue(random, value) : value,
      ]),
    );
    return Buffer.from(outgoingPayload(request.name, body as never));
  }
  const payload = client.payloadOf(request);
  const head = version <= PROTOBUF_ID_OFFSET ? payload.indexOf(0) + 1 : 4;
  const fields = payload
    .toString("utf8", head)
    .split("\0")
    .slice(0, -1)
    .map((field) => (random.chance(0.1) ? random.pick(random.chance(0.5) ? NUMBERS : TEXTS) : field));
  if (random.chance(0.1)) fields.splice(random.int(0, fields.length), random.int(0, 3));
  const body = Buffer.from(fields.map((field) => `${field}\0`).join(""));
  return Buffer.concat([payload.subarray(0, head), body]);
}

function textPayload(random: SeededRandom, version: number): Buffer {
  const id = random.chance(0.9) ? random.pick(Object.values(OUTGOING)).id : random.int(0, 300);
  const fields = Array.from({ length: random.int(0, random.chance(0.1) ? 300 : 30) }, () =>
    random.pick(random.chance(0.5) ? NUMBERS : TEXTS),
  );
  const body = Buffer.from(fields.map((field) => `${field}\0`).join(""));
  if (version <= PROTOBUF_ID_OFFSET) return Buffer.concat([Buffer.from(`${id}\0`), body]);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(id);
  return Buffer.concat([head, body]);
}

function changedValue(random: SeededRandom, value: unknown): unknown {
  switch (typeof value) {
    case "number":
      return random.pick([0, -1, 2147483647, -2147483648, 1]);
    case "string":
      return random.pick([...TEXTS, ...NUMBERS]);
    case "boolean":
      return !value;
    case "object":
      return value === null ? value : changedObject(random, value as object);
    default:
      return value;
  }
}

function changedObject(random: SeededRandom, value: object): object {
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, random.chance(0.3) ? changedValue(random, item) : item]),
  );
}

describe.each(VERSIONS)("server version %i", (version) => {
  test(`${FRAMES} frames of nonsense leave the gateway and its other client as they were`, async () => {
    const seed = testSeed(`fuzzing requests at ${version}`, 7_300 + version);
    const random = new SeededRandom(seed);
    const closed: unknown[] = [];
    const gateway = await bench.gateway({
      serverVersion: version,
      strictRequests: false,
      log: {
        onEntry: ({ name, body }) => {
          if (name === "close") closed.push((body as { reason: string }).reason);
        },
      },
    });
    const good = await bench.client(gateway, 1);
    good.api.reqMktData(1, AAPL, "", false, false);
    await good.settle();
    const mark = good.seen.length;
    let reconnects = 0;
    let bad = await WireClient.connect(gateway.port, version, 2);
    clients.push(bad);
    for (let i = 0; i < FRAMES; i++) {
      const payload = payloadOf(random, bad);
      // Global cancels are for every client's orders; a flood of answers is not what is tested here.
      if (isGlobal(payload, version)) continue;
      bad.socket.write(framed(payload));
      if (i % 50 === 49) await new Promise((resolve) => setImmediate(resolve));
      if (random.chance(0.002) && reconnects < RECONNECTS) {
        const length = random.pick([0x01000000, 0xffffffff, 0x7fffffff]);
        const head = Buffer.alloc(4);
        head.writeUInt32BE(length);
        bad.socket.write(head);
        const lost = bad;
        await lost.until("the end of the connection", () => lost.closed);
        expect(lost.closed).toBe(true);
        lost.end();
        reconnects += 1;
        await good.settle();
        bad = await WireClient.connect(gateway.port, version, 100 + reconnects);
        clients.push(bad);
      }
    }
    const asked = bad.received.length;
    bad.send({ name: "REQ_IDS", body: { numIds: 1 }, text: (e) => e.reqIds(1) });
    if (!bad.closed)
      await bad.until("an answer behind the nonsense", () => bad.all("NEXT_VALID_ID", asked).length > 0);
    for (const message of bad.received) readMessage(message.payload, version);
    gateway.exchange.step();
    await good.settle();
    expect(good.errors).toEqual([]);
    expect(good.decodeErrors()).toEqual([]);
    expect(good.all(EventName.tickPrice).length).toBeGreaterThan(0);
    const foreign = good
      .namesSince(mark)
      .filter((name) => !/^(tick|currentTime|position|account|update)/.test(name));
    expect(foreign).toEqual([]);
    // Nothing but a lost frame ends a connection: an error in serving a request would, too.
    expect(closed.filter((reason) => !/^frame length -?\d+ is not in/.test(String(reason)))).toEqual([]);
    expect(closed.length).toBe(reconnects);
    expect(gateway.clientIds).toContain(1);
  });
});

function isGlobal(payload: Buffer, version: number): boolean {
  if (payload.length < 4) return false;
  const id =
    version <= PROTOBUF_ID_OFFSET
      ? Number(payload.toString("latin1").split("\0")[0])
      : payload.readUInt32BE(0) % PROTOBUF_ID_OFFSET;
  return id === OUTGOING.REQ_GLOBAL_CANCEL.id;
}

test("a length no frame can have ends that connection only", async () => {
  const gateway = await bench.gateway({ serverVersion: 226 });
  const good = await WireClient.connect(gateway.port, 226, 1);
  const bad = await WireClient.connect(gateway.port, 226, 2);
  clients.push(good, bad);
  bad.socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 1, 2, 3]));
  await bad.until("the end of the connection", () => bad.closed);
  expect(bad.closed).toBe(true);
  good.send({ name: "REQ_CURRENT_TIME", body: {} });
  await good.next("CURRENT_TIME");
});

test("a frame of the other dialect, or of an unknown id, is error 320 and the connection lives on", async () => {
  const gateway = await bench.gateway({ serverVersion: 206 });
  const client = await WireClient.connect(gateway.port, 206);
  clients.push(client);
  const head = (id: number, body: string): Buffer => {
    const bytes = Buffer.alloc(4 + body.length);
    bytes.writeUInt32BE(id);
    bytes.write(body, 4, "latin1");
    return framed(bytes);
  };
  client.socket.write(head(1, "11\x001\x00"));
  client.socket.write(head(207 + 50, ""));
  client.socket.write(head(999, ""));
  client.socket.write(head(206, "\x08"));
  client.socket.write(framed(Buffer.from([1, 2])));
  await client.until("five errors", () => client.errors(320).length === 5);
  const texts = client.errors(320).map((m) => String(m.body["errorMsg"]));
  expect(texts[0]).toContain("REQ_MKT_DATA (1) came as text, at server version 206 it is protobuf (201)");
  expect(texts[1]).toContain(
    "CANCEL_CALC_OPTION_PRICE (57) came as protobuf, which needs server version 211",
  );
  expect(texts[2]).toContain("message id 999 is not known");
  expect(texts[3]).toContain("REQ_ACCT_DATA (6) came as protobuf, which needs server version 207");
  expect(texts[4]).toContain("a frame of 2 bytes has no message id");
  client.send({ name: "REQ_CURRENT_TIME", body: {}, text: (e) => e.reqCurrentTime() });
  await client.next("CURRENT_TIME");
});
