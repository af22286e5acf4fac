import { networkInterfaces } from "node:os";
import { afterEach, describe, expect, test } from "vitest";
import {
  ErrorCode,
  EventName,
  IBApi,
  type IBApiOptions,
  type Order,
  OrderAction,
  OrderType,
  SecType,
} from "../../src/index.js";
import { listen, once, ready, record, turn } from "../support/collect.js";
import { framed, text } from "../support/frames.js";
import { type Script, ScriptedGateway } from "../support/scripted-gateway.js";
import { SilentListener } from "../support/silent-listener.js";

let gateways: ScriptedGateway[] = [];
let clients: IBApi[] = [];

async function start(script: Script = {}): Promise<ScriptedGateway> {
  const gateway = await ScriptedGateway.start(script);
  gateways.push(gateway);
  return gateway;
}
function client(options: IBApiOptions): IBApi {
  const ib = new IBApi(options);
  clients.push(ib);
  return ib;
}
afterEach(async () => {
  for (const ib of clients) if (ib.isConnected) ib.disconnect();
  await Promise.all(gateways.map((g) => g.stop()));
  gateways = [];
  clients = [];
});

const HAS_IPV6 = Object.values(networkInterfaces()).some((list) => list?.some((i) => i.address === "::1"));
if (!HAS_IPV6) console.log("skipped: IPv6 (no interface of this machine has the address ::1)");

const AAPL = { symbol: "AAPL", secType: SecType.STK, exchange: "SMART", currency: "USD" };
const BUY: Order = {
  action: OrderAction.BUY,
  orderType: OrderType.LMT,
  totalQuantity: 1,
  lmtPrice: 100,
  tif: "DAY",
  transmit: true,
};

describe("connecting", () => {
  test("offers v100..226, starts the API and raises connected, server, nextValidId in stock's order", async () => {
    const gateway = await start();
    const ib = client({ port: gateway.port, clientId: 7 });
    const events = record(ib);
    const accounts = once(ib, EventName.managedAccounts);
    await ready(ib);
    await accounts;
    expect(gateway.peer.offered).toBe("v100..226");
    expect(gateway.peer.texts[0]).toEqual(["71", "2", "7", ""]);
    expect(events.map(([name]) => name)).toEqual(["connected", "server", "nextValidId", "managedAccounts"]);
    expect(events[1]).toEqual(["server", 193, "20261122 10:00:00 UTC"]);
    expect(ib.serverVersion).toBe(193);
    expect(ib.isConnected).toBe(true);
  });

  test("sets TCP_NODELAY, keep-alive and the buffers, and reports what the system made of them", async () => {
    const gateway = await start();
    const ib = await ready(
      client({ port: gateway.port, receiveBufferBytes: 131_072, sendBufferBytes: 65_536 }),
    );
    const stats = ib.stats;
    expect(stats).toMatchObject({ noDelay: true, keepAlive: true });
    expect(stats?.receiveBufferBytes).toBeGreaterThanOrEqual(131_072);
    expect(stats?.sendBufferBytes).toBeGreaterThanOrEqual(65_536);
  });

  test("a refused connection is error 502 and disconnected", async () => {
    const gateway = await ScriptedGateway.start();
    const { port } = gateway;
    await gateway.stop();
    const ib = client({ port });
    const disconnected = once(ib, EventName.disconnected);
    const error = once(ib, EventName.error);
    ib.connect();
    const [cause, code, id] = (await error) as [Error, number, number];
    expect(cause.message).toBe(`connect ECONNREFUSED 127.0.0.1:${port}`);
    expect([code, id]).toEqual([ErrorCode.CONNECT_FAIL, ErrorCode.NO_VALID_ID]);
    await disconnected;
    expect(ib.isConnected).toBe(false);
  });

  test("a gateway that accepts and never answers is given up after handshakeTimeoutMs", async () => {
    const gateway = await start({ version: () => undefined });
    const ib = client({ port: gateway.port, handshakeTimeoutMs: 50 });
    const error = once(ib, EventName.error);
    const disconnected = once(ib, EventName.disconnected);
    ib.connect();
    const [cause, code] = (await error) as [Error, number];
    expect(cause.message).toContain("did not answer the handshake within 50 ms");
    expect(code).toBe(ErrorCode.CONNECT_FAIL);
    await disconnected;
  });

  test("an address that does not answer is given up after connectTimeoutMs", async () => {
    const silent = await SilentListener.start();
    try {
      const ib = client({ port: silent.port, connectTimeoutMs: 60 });
      const error = once(ib, EventName.error);
      const disconnected = once(ib, EventName.disconnected);
      ib.connect();
      const [cause, code] = (await error) as [Error, number];
      expect(cause.message).toBe(`connect ETIMEDOUT 127.0.0.1:${silent.port}: no answer within 60 ms`);
      expect(code).toBe(ErrorCode.CONNECT_FAIL);
      await disconnected;
    } finally {
      silent.stop();
    }
  });

  test("a host name is resolved, and the next address is tried where one refuses", async () => {
    const gateway = await start({ host: "127.0.0.1" });
    await ready(client({ host: "localhost", port: gateway.port }));
    expect(gateway.peers.length).toBe(1);
  });

  test.skipIf(!HAS_IPV6)("IPv6", async () => {
    const gateway = await start({ host: "::1" });
    const ib = await ready(client({ host: "::1", port: gateway.port }));
    expect(ib.isConnected).toBe(true);
    expect(gateway.peer.socket.localAddress).toBe("::1");
  });

  test("an unknown host is error 502", async () => {
    const ib = client({ host: "no-such-host.invalid", port: 4002 });
    const error = once(ib, EventName.error);
    ib.connect();
    const [cause, code] = (await error) as [Error, number];
    expect(cause.message).toContain("no-such-host.invalid");
    expect(code).toBe(ErrorCode.CONNECT_FAIL);
  });

  test("a version that was not offered is error 506", async () => {
    const gateway = await start({ version: 99 });
    const ib = client({ port: gateway.port });
    const error = once(ib, EventName.error);
    ib.connect();
    const [cause, code] = (await error) as [Error, number];
    expect(cause.message).toBe("Unsupported Version 99: offered were 100 to 226");
    expect(code).toBe(ErrorCode.UNSUPPORTED_VERSION);
    expect(ib.isConnected).toBe(false);
  });

  test("a first frame that is no version is an error with its bytes", async () => {
    const gateway = await start({ version: () => undefined });
    const ib = client({ port: gateway.port });
    const error = once(ib, EventName.error);
    ib.connect();
    await gateway.until(() => gateway.peers.length === 1 && gateway.peer.offered !== "");
    gateway.peer.send("HTTP/1.1 400");
    const [cause, code] = (await error) as [Error, number];
    expect(cause.message).toContain(Buffer.from("HTTP/1.1 400").toString("hex"));
    expect(code).toBe(ErrorCode.BAD_MESSAGE);
  });

  test("a gateway between the dialects is asked again with v100..193, and at once the next time", async () => {
    const gateway = await start({ version: (offered) => (offered === "v100..226" ? 206 : 193) });
    const ib = await ready(client({ port: gateway.port }));
    expect(gateway.peers.map((p) => p.offered)).toEqual(["v100..226", "v100..193"]);
    expect(ib.serverVersion).toBe(193);
    ib.disconnect();
    await once(ib, EventName.disconnected);
    await ready(ib);
    expect(gateway.peers.map((p) => p.offered)).toEqual(["v100..226", "v100..193", "v100..193"]);
  });

  test("maxServerVersion 193 offers the text dialect only", async () => {
    const gateway = await start();
    await ready(client({ port: gateway.port, maxServerVersion: 193 }));
    expect(gateway.peer.offered).toBe("v100..193");
  });

  test.each([
    ["before the handshake", ["error 502 of -1"]],
    ["after it", []],
    ["with a request unsent", ["error 504 of 3"]],
  ])("a gateway that closes in good order %s: disconnected, and before it %o", async (when, expected) => {
    const gateway = await start(when === "before the handshake" ? { version: () => undefined } : {});
    const ib = client({ port: gateway.port, maxReqPerSec: 3 });
    const events = record(ib, ["connected", "server", "nextValidId", "managedAccounts"]);
    const disconnected = once(ib, EventName.disconnected);
    if (when === "before the handshake") {
      ib.connect();
      await gateway.until(() => gateway.peers.length === 1 && gateway.peer.offered !== "");
    } else {
      await ready(ib);
      await gateway.until(() => gateway.peer.received.length === 1);
    }
    const unsent = when === "with a request unsent";
    if (unsent) for (let id = 1; id <= 3; id++) ib.reqContractDetails(id, AAPL);
    gateway.peer.socket.end();
    await disconnected;
    await turn();
    const said = events.map(([name, , code, id]) => (name === "error" ? `error ${code} of ${id}` : name));
    expect(said.at(-1)).toBe("disconnected");
    expect(said.slice(0, -1)).toEqual(expected);
    expect(ib.isConnected).toBe(false);
  });

  test("connect while connected and disconnect while disconnected are notices, as in stock", async () => {
    const gateway = await start();
    const ib = client({ port: gateway.port });
    const events = record(ib);
    ib.disconnect();
    await ready(ib);
    ib.connect();
    expect(events.filter(([name]) => name === "info")).toEqual([
      ["info", "Cannot disconnect if already disconnected.", ErrorCode.NOT_CONNECTED],
      ["info", "Cannot connect if already connected.", ErrorCode.ALREADY_CONNECTED],
    ]);
  });

  test("disconnect and connect in one breath: one disconnected, then the new connection", async () => {
    const gateway = await start();
    const ib = await ready(client({ port: gateway.port }));
    const events = record(ib);
    ib.disconnect();
    expect(ib.isConnected).toBe(false);
    await ready(ib);
    expect(events.map(([name]) => name).slice(0, 3)).toEqual(["disconnected", "connected", "server"]);
    await turn();
    expect(ib.isConnected).toBe(true);
  });
});

describe("frames", () => {
  test("split at every byte and merged, all arrive in order", async () => {
    const gateway = await start();
    const ib = await ready(client({ port: gateway.port }));
    const prices: unknown[] = [];
    ib.on(EventName.tickPrice, (_id, _type, price) => prices.push(price));
    const frames = [1, 2, 3, 4, 5].map((n) => framed(text(1, 6, 1, 4, n + 0.25, 100, 1)));
    const bytes = Buffer.concat([...frames, framed(text(49, 1, 1))]);
    const end = once(ib, EventName.currentTime);
    for (const byte of bytes) {
      gateway.peer.sendRaw(Buffer.of(byte));
      await turn();
    }
    await end;
    expect(prices).toEqual([1.25, 2.25, 3.25, 4.25, 5.25]);
  });

  test("a frame of the largest size, 0xFFFFFF bytes, arrives whole and in its place", async () => {
    const gateway = await start();
    const ib = await ready(client({ port: gateway.port }));
    const xml = "x".repeat(0xffffff - text(19, 1, "").length);
    const order: string[] = [];
    ib.on(EventName.tickSize, (_id, _type, size) => order.push(`tick ${size}`));
    ib.on(EventName.scannerParameters, (got) => order.push(got === xml ? "xml" : `${got.length} bytes`));
    const end = once(ib, EventName.currentTime);
    gateway.peer.send(text(2, 6, 1, 8, 1), text(19, 1, xml), text(2, 6, 1, 8, 2), text(49, 1, 1));
    await end;
    expect(order).toEqual(["tick 1", "xml", "tick 2"]);
  });

  test.each([
    [0, "0"],
    [0x1000000, "16777216"],
    [0xffffffff, "-1"],
    [0x80000000, "-2147483648"],
  ])("the length %i closes with error 507 that says so", async (length, shown) => {
    const gateway = await start();
    const ib = await ready(client({ port: gateway.port }));
    const error = once(ib, EventName.error);
    const disconnected = once(ib, EventName.disconnected);
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(length);
    gateway.peer.sendRaw(bytes);
    const [cause, code] = (await error) as [Error, number];
    expect(cause.message).toContain(`: it is ${shown} (allowed: 1 to 16777215 bytes)`);
    expect(code).toBe(ErrorCode.BAD_LENGTH);
    await disconnected;
    await gateway.until(() => gateway.peer.closed);
  });
});

describe("requests and the connection", () => {
  test("an order placed while disconnected is refused with error 504 and never sent", async () => {
    const gateway = await start();
    const ib = client({ port: gateway.port });
    const events = record(ib);
    ib.placeOrder(5, AAPL, BUY);
    expect(events).toEqual([
      [
        "error",
        expect.objectContaining({ message: "placeOrder 5 was not sent: not connected." }),
        504,
        5,
        undefined,
      ],
    ]);
    await ready(ib);
    ib.reqCurrentTime();
    await gateway.until(() => gateway.peer.received.length >= 2);
    expect(gateway.peer.texts.map(([id]) => id)).toEqual(["71", "49"]);
  });

  test("an order placed while the connection is being set up is sent when it is ready, ahead of data requests", async () => {
    const gateway = await start();
    const ib = client({ port: gateway.port });
    ib.reqMktData(1, AAPL, "", false, false);
    ib.connect();
    ib.reqContractDetails(2, AAPL);
    ib.placeOrder(5, AAPL, BUY);
    await gateway.until(() => gateway.peers.length === 1 && gateway.peer.received.length >= 4);
    expect(gateway.peer.texts.map(([id]) => id)).toEqual(["71", "3", "1", "9"]);
  });

  test("a connection that fails takes its waiting order with it, with error 504", async () => {
    const gateway = await ScriptedGateway.start();
    const { port } = gateway;
    await gateway.stop();
    const ib = client({ port });
    const events = record(ib);
    const disconnected = once(ib, EventName.disconnected);
    ib.connect();
    ib.placeOrder(5, AAPL, BUY);
    await disconnected;
    expect(events.filter(([name]) => name === "error").map(([, , code, id]) => [code, id])).toEqual([
      [ErrorCode.CONNECT_FAIL, -1],
      [ErrorCode.NOT_CONNECTED, 5],
    ]);
  });

  test("what waits for the rate when the connection drops fails with an error each, and is not sent later", async () => {
    const gateway = await start();
    const ib = await ready(client({ port: gateway.port, maxReqPerSec: 3 }));
    const events = record(ib);
    for (let id = 1; id <= 5; id++) ib.reqContractDetails(id, AAPL);
    await gateway.until(() => gateway.peer.received.length >= 3);
    const disconnected = once(ib, EventName.disconnected);
    gateway.peer.socket.destroy();
    await disconnected;
    const failed = events
      .filter(([name, , code]) => name === "error" && code === 504)
      .map(([, , , id]) => id);
    expect(failed).toEqual([3, 4, 5]);
    ib.reqContractDetails(6, AAPL);
    expect(events.at(-1)?.slice(2, 4)).toEqual([504, 6]);
    await ready(ib);
    ib.reqCurrentTime();
    await gateway.until(() => gateway.peer.received.length >= 2);
    expect(gateway.peer.texts.map(([id]) => id)).toEqual(["71", "49"]);
  });

  test("maxReqPerSec: never more than so many in a second; orders and order cancels go first", async () => {
    const gateway = await start();
    const ib = await ready(client({ port: gateway.port, maxReqPerSec: 4 }));
    for (let id = 1; id <= 4; id++) ib.reqContractDetails(id, AAPL);
    ib.placeOrder(50, AAPL, BUY);
    ib.cancelOrder(50, "");
    await gateway.until(() => gateway.peer.received.length >= 7);
    expect(gateway.peer.texts.map((t) => t[0]).slice(1)).toEqual(["9", "9", "9", "3", "4", "9"]);
  });

  test("maxReqPerSec: a global cancel goes at once, and orders that wait for their turn are told as not sent", async () => {
    const gateway = await start();
    const ib = await ready(client({ port: gateway.port, maxReqPerSec: 3 }));
    const notSent: [string, number, number][] = [];
    ib.on(EventName.error, (error, code, id) => notSent.push([error.message, code, id]));
    for (let id = 1; id <= 3; id++) ib.reqContractDetails(id, AAPL);
    ib.placeOrder(50, AAPL, BUY);
    ib.placeOrder(51, AAPL, BUY);
    ib.reqGlobalCancel();
    await gateway.until(() => gateway.peer.received.length >= 5);
    expect(gateway.peer.texts.map((t) => t[0]).slice(1)).toEqual(["9", "9", "58", "9"]);
    expect(notSent).toEqual([
      ["placeOrder 50 was not sent: a global cancel was called.", 504, 50],
      ["placeOrder 51 was not sent: a global cancel was called.", 504, 51],
    ]);
  });

  test("unsent bytes that the gateway would not take fail when the connection drops", async () => {
    const gateway = await start();
    const ib = await ready(client({ port: gateway.port, maxReqPerSec: 1e9, sendBufferBytes: 4096 }));
    gateway.peer.socket.pause();
    const events = record(ib);
    const symbol = "X".repeat(100_000);
    for (let id = 1; id <= 200; id++) ib.reqContractDetails(id, { ...AAPL, symbol });
    expect(ib.stats?.unsentBytes).toBeGreaterThan(0);
    ib.disconnect();
    const lost = events
      .filter(([name, , code]) => name === "error" && code === 504)
      .map(([, , , id]) => id as number);
    expect(lost.length).toBeGreaterThan(10);
    expect(lost).toEqual(Array.from({ length: lost.length }, (_, i) => 201 - lost.length + i));
  });

  test("a field with a NUL is refused, not sent", async () => {
    const gateway = await start();
    const ib = await ready(client({ port: gateway.port }));
    const events = record(ib);
    ib.placeOrder(9, { ...AAPL, symbol: "A\0B" }, BUY);
    ib.reqMktData(10, { ...AAPL, symbol: "A\0B" }, "", false, false);
    ib.reqCurrentTime();
    await gateway.until(() => gateway.peer.received.length >= 2);
    expect(gateway.peer.texts.map(([id]) => id)).toEqual(["71", "49"]);
    expect(
      events.map(([name, error, code, id]) => [name, (error as Error).message.includes("NUL"), code, id]),
    ).toEqual([
      ["error", true, ErrorCode.FAIL_SEND, 9],
      ["error", true, ErrorCode.FAIL_SEND, 10],
    ]);
  });
});

describe("listeners", () => {
  test("one that throws is reported as uncaught, and loses no tick", async () => {
    const gateway = await start();
    const ib = await ready(client({ port: gateway.port }));
    const uncaught: unknown[] = [];
    const handlers = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    process.on("uncaughtException", (error) => uncaught.push(error));
    try {
      const seen: number[] = [];
      let ticks = 0;
      ib.onTick(() => {
        if (++ticks === 4) throw new Error("handler 4");
      });
      ib.on(EventName.tickSize, (_id, _type, size) => {
        seen.push(size as number);
        if (size === 2) throw new Error("size 2");
      });
      const end = once(ib, EventName.currentTime);
      gateway.peer.send(...[1, 2, 3, 4, 5].map((n) => text(2, 6, 1, 8, n)), text(49, 1, 1));
      await end;
      await turn();
      await turn();
      expect(seen).toEqual([1, 2, 3, 4, 5]);
      expect(ticks).toBe(5);
      expect(uncaught.map((e) => (e as Error).message).sort()).toEqual(["handler 4", "size 2"]);
    } finally {
      process.removeAllListeners("uncaughtException");
      for (const handler of handlers) process.on("uncaughtException", handler);
    }
  });

  test("received and sent show every message, hot ones too", async () => {
    const gateway = await start();
    const ib = client({ port: gateway.port });
    const received: unknown[][] = [];
    const sent: unknown[][] = [];
    listen(ib, EventName.received, (tokens, data) => received.push([tokens, data]));
    listen(ib, EventName.sent, (tokens, data) => sent.push([tokens, data]));
    await ready(ib);
    const end = once(ib, EventName.currentTime);
    ib.reqCurrentTime();
    gateway.peer.send(text(2, 6, 1, 8, 5), text(49, 1, 1));
    await end;
    expect(received.map(([tokens]) => (tokens as string[])[0])).toEqual(["9", "15", "2", "49"]);
    expect(received[2]).toEqual([["2", "6", "1", "8", "5"], "2\x006\x001\x008\x005\x00"]);
    expect(sent.map(([tokens]) => (tokens as unknown[])[0])).toEqual([71, 49]);
  });

  test("disconnect inside a handler ends the stream there", async () => {
    const gateway = await start();
    const ib = await ready(client({ port: gateway.port }));
    let ticks = 0;
    ib.onTick(() => {
      if (++ticks === 3) ib.disconnect();
    });
    const end = once(ib, EventName.disconnected);
    gateway.peer.send(...[1, 2, 3, 4, 5].map((n) => text(2, 6, 1, 8, n)));
    await end;
    expect(ticks).toBe(3);
  });

  test("a broken advancedOrderReject is passed on as text, and minTick keeps its fraction", async () => {
    const gateway = await start();
    const ib = await ready(client({ port: gateway.port }));
    const events = record(ib);
    const end = once(ib, EventName.currentTime);
    gateway.peer.send(
      text(4, 2, 7, 201, "rejected", "{not json"),
      text(4, 2, 8, 201, "rejected", '{"a":1}'),
      text(81, 1, 0.01, "9c0001", 3),
      text(49, 1, 1),
    );
    await end;
    expect(events.slice(0, 3)).toEqual([
      ["error", expect.any(Error), 201, 7, "{not json"],
      ["error", expect.any(Error), 201, 8, { a: 1 }],
      ["tickReqParams", 1, 0.01, "9c0001", 3],
    ]);
  });
});

test("a listener of `disconnected` that connects again and a connect() of the caller's own make one connection", async () => {
  const gateway = await ScriptedGateway.start();
  const ib = await ready(new IBApi({ port: gateway.port }));
  const errors: string[] = [];
  ib.on(EventName.error, (error) => errors.push(error.message));
  let connects = 0;
  ib.on(EventName.connected, () => connects++);
  ib.once(EventName.disconnected, () => ib.connect());
  const again = once(ib, EventName.nextValidId);
  ib.disconnect();
  ib.connect();
  await again;
  await turn();
  const gone = once(ib, EventName.disconnected);
  ib.disconnect();
  await gone;
  await gateway.until(() => gateway.peers.every((peer) => peer.closed));
  expect([gateway.peers.length, connects, errors]).toEqual([2, 1, []]);
  await gateway.stop();
});
