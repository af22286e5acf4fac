import { join } from "node:path";
import { EventName, IBApi } from "@stoqey/ib";
import { afterEach, describe, expect, test } from "vitest";
import { type ReplayOptions, ReplayServer } from "../../../src/sim/index.js";
import { framed, text as textPayload } from "../../support/frames.js";
import { RawClient } from "../../support/sim/harness.js";

const CAPTURES = join(__dirname, "..", "..", "fixtures", "captures");
const QUOTES = join(CAPTURES, "quote_stream_genericticks.txt");
const CLASSIC = join(CAPTURES, "market_data_sv206_live.txt");

let servers: ReplayServer[] = [];
let raws: RawClient[] = [];
afterEach(async () => {
  for (const raw of raws) raw.socket.destroy();
  for (const server of servers) await server.stop();
  servers = [];
  raws = [];
});

async function replay(options: ReplayOptions): Promise<ReplayServer> {
  const server = await ReplayServer.start(options);
  servers.push(server);
  return server;
}

async function dial(server: ReplayServer, offer = "v100..226"): Promise<RawClient> {
  const raw = await RawClient.connect(server.port);
  raws.push(raw);
  raw.handshake(offer);
  return raw;
}

/** A frame with a raw id and a protobuf body. */
const proto = (rawId: number, ...body: number[]): Buffer => {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(rawId);
  return framed(Buffer.concat([head, Buffer.from(body)]));
};

const rawIds = (raw: RawClient): number[] => raw.frames.slice(1).map((f) => f.readUInt32BE(0));
const START_API = proto(271, 8, 7);
const MARKET_DATA_TYPE_3 = proto(259, 8, 3);
/** MarketDataRequest, CancelMarketData with reqId 300 = varint AC 02; the capture used 1. */
const REQ_MKT_DATA_300 = proto(201, 8, 0xac, 2);
const CANCEL_MKT_DATA_300 = proto(202, 8, 0xac, 2);
const REQ_CURRENT_TIME = proto(249);

describe("a replay", () => {
  test("answers at the capture's version and sends what came before the first request", async () => {
    const server = await replay({ file: QUOTES });
    const raw = await dial(server);
    await raw.until("the version", () => raw.frames.length === 1);
    expect(raw.frames[0].toString()).toBe("225\x0020260825 21:26:05 CET\0");
    raw.socket.write(START_API);
    await raw.until("the start", () => raw.frames.length === 7);
    expect(rawIds(raw)).toEqual([215, 209, 204, 204, 204, 204]);
    expect(server.serverVersion).toBe(225);
  });

  test("waits for the client's requests and gives the answers the ids they have here", async () => {
    const server = await replay({ file: QUOTES });
    const raw = await dial(server);
    const summary = server.nextSummary();
    raw.socket.write(Buffer.concat([START_API, MARKET_DATA_TYPE_3, REQ_MKT_DATA_300]));
    await raw.until("the first ticks", () => raw.frames.length === 12);
    expect(rawIds(raw).slice(6)).toEqual([281, 258, 204, 245, 202]);
    for (const frame of raw.frames.slice(7)) expect(frame.subarray(4, 7)).toEqual(Buffer.from([8, 0xac, 2]));
    // TickSize: only the id differs from the capture.
    expect(raw.frames[11].toString("hex")).toBe(
      "000000ca" + "08ac02" + "1059" + "1a08" + Buffer.from("85888008").toString("hex"),
    );
    raw.socket.write(Buffer.concat([CANCEL_MKT_DATA_300, REQ_CURRENT_TIME]));
    const result = await summary;
    expect(result).toEqual({
      complete: true,
      framesSent: 21,
      requestsMatched: 4,
      requestsMissed: 0,
      refusal: "",
    });
    expect(raw.closed || raw.frames.length === 22).toBe(true);
    const time = raw.frames.at(-1);
    expect(time?.readUInt32BE(0)).toBe(249);
    expect(time?.subarray(4).toString("hex")).toBe("08cdd8b7d406");
  });

  test("leaves ids alone that mean no request, such as the -1 of notices", async () => {
    const server = await replay({ file: QUOTES });
    const raw = await dial(server);
    raw.socket.write(Buffer.concat([START_API, MARKET_DATA_TYPE_3, REQ_MKT_DATA_300]));
    await raw.until("the first ticks", () => raw.frames.length === 12);
    for (const notice of raw.frames.slice(3, 7)) {
      expect(notice.subarray(4, 15).toString("hex")).toBe("08ffffffffffffffffff01");
    }
  });

  test("takes requests in any order and ignores those the capture has not", async () => {
    const server = await replay({ file: QUOTES });
    const raw = await dial(server);
    raw.socket.write(Buffer.concat([START_API, proto(261), REQ_CURRENT_TIME, REQ_MKT_DATA_300]));
    raw.socket.write(Buffer.concat([CANCEL_MKT_DATA_300, MARKET_DATA_TYPE_3]));
    const result = await server.nextSummary();
    expect(result).toMatchObject({ complete: true, requestsMatched: 4 });
  });

  test("goes on without a request when its patience ends", async () => {
    const server = await replay({ file: QUOTES, patienceMs: 20 });
    const raw = await dial(server);
    raw.socket.write(Buffer.concat([START_API, REQ_MKT_DATA_300]));
    const result = await server.nextSummary();
    expect(result).toEqual({
      complete: true,
      framesSent: 21,
      requestsMatched: 1,
      requestsMissed: 3,
      refusal: "",
    });
  });

  test("of a version that mixes text and protobuf maps both", async () => {
    const server = await replay({ file: CLASSIC });
    const raw = await dial(server);
    raw.socket.write(framed(Buffer.concat([Buffer.from([0, 0, 0, 71]), Buffer.from("2\x007\0\0")])));
    raw.socket.write(Buffer.concat([MARKET_DATA_TYPE_3, REQ_MKT_DATA_300, CANCEL_MKT_DATA_300]));
    const result = await server.nextSummary();
    expect(result).toMatchObject({ complete: true, framesSent: 8 });
    expect(raw.frames[1].toString("latin1")).toBe("\0\0\0\x0f1\0DU9000001\0");
    expect(raw.frames[3].subarray(4, 7)).toEqual(Buffer.from([8, 0xac, 2]));
  });

  test("of text frames maps the text id, plays sleeps, chunks and the next leg", async () => {
    const line = (...fields: (string | number)[]): string =>
      framed(textPayload(...fields)).toString("base64");
    const text = [
      'handshake {"server_version":176,"connection_time":"now"}',
      `raw client ${line(1, 11, 1, "rest")}`,
      "sleep 1h0m".replace("1h0m", "20ms"),
      `raw server ${line(1, 6, 1, 4, "190.5", 100, 0)}`,
      `splitraw server 3,4 ${line(57, 1, 1)}`,
      `raw server ${line(4, 2, 1, 200, "no")}`,
      "disconnect",
      'handshake {"server_version":180,"connection_time":"later"}',
      `raw server ${line(9, 1, 1)}`,
    ].join("\n");
    const server = await replay({ text, speed: 10 });
    const raw = await dial(server, "v100..193");
    raw.send(71, 2, 1, "");
    raw.send(1, 11, 4711, "rest");
    expect(await server.nextSummary()).toMatchObject({ complete: true });
    expect(raw.frames.slice(1).map((f) => f.toString())).toEqual([
      "1\x006\x004711\x004\x00190.5\x00100\x000\x00",
      "57\x001\x004711\x00",
      "4\x002\x004711\x00200\x00no\x00",
    ]);
    const second = await dial(server, "v100..193");
    second.send(71, 2, 1, "");
    await second.until("the id", () => second.messages(9).length === 1);
    expect(second.frames[0].toString()).toBe("180\0later\0");
  });

  test("tells a client that offers too little, and closes", async () => {
    const server = await replay({ file: QUOTES });
    const summary = server.nextSummary();
    const api = new IBApi({ port: server.port, clientId: 1 });
    const failed = new Promise<string>((resolve) =>
      api.on(EventName.error, (error) => resolve(error.message)),
    );
    api.connect();
    expect(await failed).toContain("Unsupported Version 225");
    expect((await summary).refusal).toBe('the capture has server version 225, the client offers "v100..193"');
  });
});

describe("a capture that cannot be read", () => {
  const handshake = 'handshake {"server_version":193,"connection_time":""}';
  test.each([
    ["", /line 1: there is no handshake line/],
    ["raw server AAAAAA==", /line 1: a handshake line has to come first/],
    ["handshake {", /line 1: handshake is not JSON/],
    ['handshake {"server_version":"x"}', /line 1: server_version is "x"/],
    [`${handshake}\nraw server !!`, /line 2: the frame is not base64/],
    [`${handshake}\nraw server AAAACQ==`, /line 2: the frame has 4 bytes/],
    [`${handshake}\nraw nobody AAAAAA==`, /line 2: expected `raw server\|client BASE64`/],
    [`${handshake}\n\n# note\nsleep long`, /line 4: sleep is "long"/],
    [`${handshake}\nsplitraw server x AAAAAA==`, /line 2: expected `splitraw/],
    [`${handshake}\njump`, /line 2: unknown word "jump"/],
  ])("%j", async (text, message) => {
    await expect(ReplayServer.start({ text })).rejects.toThrow(message);
  });

  test("options out of range and a missing file are refused", async () => {
    await expect(ReplayServer.start({})).rejects.toThrow(/exactly one of file and text/);
    await expect(ReplayServer.start({ text: handshake, speed: 0 })).rejects.toThrow(/speed is 0/);
    await expect(ReplayServer.start({ text: handshake, patienceMs: -1 })).rejects.toThrow(/patienceMs is -1/);
    await expect(ReplayServer.start({ file: "nowhere.txt" })).rejects.toMatchObject({
      code: "ERR_IBKR_FILE",
    });
  });
});
