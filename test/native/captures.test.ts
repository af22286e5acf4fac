import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { resolveOptions } from "../../src/api/options.js";
import { ALL_KINDS, type FrameSink, type LinkSink } from "../../src/native/pump.js";
import { RecordKind, type RingRecord, UNSET } from "../../src/native/ring-record.js";
import { NativeSession } from "../../src/native/session.js";
import { ScriptedGateway } from "../support/scripted-gateway.js";

interface Expected {
  file: string;
  line: number;
  serverVersion: number;
  hex: string;
  message: string;
  expected: Record<string, unknown>;
  absent: string[];
}

const frames = JSON.parse(
  readFileSync(join(__dirname, "../fixtures/captures/hot-expected.json"), "utf8"),
) as Expected[];

/** What the core decodes of payloads, sent one by one at a server version; `show` reads each tick. */
async function decode<T>(
  serverVersion: number,
  payloads: readonly Buffer[],
  show: (tick: RingRecord) => T,
): Promise<T[]> {
  const gateway = await ScriptedGateway.start({ version: serverVersion });
  const shown: T[] = [];
  let finish: () => void = () => {};
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const fault = (what: string) => {
    throw new Error(what);
  };
  const sink: FrameSink & LinkSink = {
    cold: (id) => fault(`cold ${id}`),
    raw: () => {},
    malformed: (id, trailing) => fault(`malformed ${id} ${trailing}`),
    connected: () => gateway.peer.send(...payloads),
    armedEnded: (armed) => expect.fail(`${armed} was never armed`),
    unguarded: (errno) => fault(`unguarded ${errno}`),
    closed: (reason) => fault(`closed ${reason}`),
    threw: (error) => {
      throw error;
    },
  };
  const session = new NativeSession(resolveOptions({}, {}).engine, sink, sink);
  session.route({
    handler: (record) => {
      shown.push(show(record));
      if (shown.length === payloads.length) finish();
    },
    handledKinds: ALL_KINDS,
    observer: undefined,
    wantedKinds: 0,
  });
  session.connect("127.0.0.1", gateway.port, "v100..226", 2000, 2000);
  await done;
  session.close();
  await gateway.stop();
  return shown;
}

/** The value of a decimal string of the wire. */
const decimal = (value: unknown) => (value === undefined ? UNSET : Number(value));
const double = (value: unknown) => (value === undefined ? 0 : (value as { double: number }).double);

/** The numbers and texts the core must show for a frame, from the independent reading of it. */
function wanted({ message, expected: e }: Expected): Record<string, unknown> {
  switch (message) {
    case "TICK_PRICE":
      return {
        kind: RecordKind.TICK_PRICE,
        reqId: e.reqId,
        field: e.tickType,
        price: double(e.price),
        size: decimal(e.size),
        attribs: e.attrMask ?? 0,
      };
    case "TICK_SIZE":
      return { kind: RecordKind.TICK_SIZE, reqId: e.reqId, field: e.tickType, size: decimal(e.size) };
    case "TICK_STRING":
      return { kind: RecordKind.TICK_STRING, reqId: e.reqId, field: e.tickType, text: e.value };
    case "TICK_GENERIC":
      return { kind: RecordKind.TICK_GENERIC, reqId: e.reqId, field: e.tickType, price: double(e.value) };
    case "ORDER_STATUS":
      return {
        kind: RecordKind.ORDER_STATUS,
        reqId: e.orderId,
        text: e.status,
        filled: decimal(e.filled),
        remaining: decimal(e.remaining),
        avgFillPrice: double(e.avgFillPrice),
        permId: Number(e.permId),
        field: e.parentId ?? 0,
        lastFillPrice: double(e.lastFillPrice),
        clientId: e.clientId ?? 0,
        mktCapPrice: double(e.mktCapPrice),
      };
    default:
      throw new Error(`no comparison for ${message}`);
  }
}

describe("hot messages of live captures", () => {
  const versions = [...new Set(frames.map((f) => f.serverVersion))];
  test.each(versions)(
    "server version %i: decoded in C++ to the values read by hand",
    async (serverVersion) => {
      const mine = frames.filter((f) => f.serverVersion === serverVersion);
      const want = mine.map(wanted);
      let i = 0;
      const got = await decode(
        serverVersion,
        mine.map((f) => Buffer.from(f.hex, "hex")),
        (tick) => {
          const keys = Object.keys(want[i++]) as (keyof RingRecord)[];
          return Object.fromEntries(
            keys.map((key) => [key, key === "text" ? tick.text() : (tick[key] as number)]),
          );
        },
      );
      expect(got).toEqual(want);
    },
  );

  test("cover 21 frames of five messages", () => {
    expect(frames.length).toBe(21);
    expect([...new Set(frames.map((f) => f.message))].sort()).toEqual([
      "ORDER_STATUS",
      "TICK_GENERIC",
      "TICK_PRICE",
      "TICK_SIZE",
      "TICK_STRING",
    ]);
  });
});
