import { EventName } from "@stoqey/ib";
import { afterEach, describe, expect, test, vi } from "vitest";
import { SimulatedGateway, type SimulatedGatewayOptions } from "../../../src/sim/index.js";
import { framed, text } from "../../support/frames.js";
import { AAPL, Bench, type RawClient } from "../../support/sim/harness.js";

const bench = new Bench();
afterEach(() => bench.end());

const START_API = 71;
const ERR_MSG = 4;
const REQ_CURRENT_TIME = 49;
const CURRENT_TIME = 49;

describe("handshake", () => {
  test.each([
    ["v100..193", 193, "193"],
    ["v100..193", 176, "176"],
    ["v100..157", 193, "157"],
    ["v157..178 +PACEAPI", 200, "178"],
    ["v187", 193, "187"],
    ["v100..300", undefined, "226"],
  ])("offer %s to a gateway of %s agrees on %s", async (offer, serverVersion, agreed) => {
    const gateway = await bench.gateway({ serverVersion });
    const raw = await bench.raw(gateway.port);
    raw.handshake(offer);
    await raw.until("the answer", () => raw.frames.length > 0);
    const [version, time, end] = raw.frames[0].toString().split("\0");
    expect(version).toBe(agreed);
    expect(time).toMatch(/^\d{8} \d\d:\d\d:\d\d UTC$/);
    expect(end).toBe("");
  });

  test.each(["v194..226", "v300..200", "193", "v"])("offer %s is refused by closing", async (offer) => {
    const gateway = await bench.gateway({ serverVersion: 193 });
    const raw = await bench.raw(gateway.port);
    raw.handshake(offer);
    await raw.until("the close", () => raw.closed);
    expect(raw.frames).toEqual([]);
    const reasons = gateway.log.entries().filter((entry) => entry.name === "close");
    expect(JSON.stringify(reasons)).toContain("no common server version");
  });

  test("bytes that come one by one are understood", async () => {
    const gateway = await bench.gateway();
    const raw = await bench.raw(gateway.port);
    const bytes = Buffer.concat([
      Buffer.from("API\0"),
      framed("v100..193"),
      framed(text(START_API, 2, 5, "")),
    ]);
    for (const byte of bytes) {
      raw.socket.write(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await raw.until("nextValidId", () => raw.messages(9).length === 1);
    expect(raw.messages(9)).toEqual([["9", "1", "1"]]);
  });

  test("a connection that does not begin with API is closed", async () => {
    const gateway = await bench.gateway();
    const raw = await bench.raw(gateway.port);
    raw.socket.write("GET / HTTP/1.1\r\n\r\n");
    await raw.until("the close", () => raw.closed);
    expect(raw.frames).toEqual([]);
  });

  test("a frame longer than 0xFFFFFF bytes closes the connection", async () => {
    const gateway = await bench.gateway();
    const raw = await bench.raw(gateway.port);
    raw.handshake("v100..193");
    await raw.until("the answer", () => raw.frames.length > 0);
    expect(raw.closed).toBe(false);
    raw.socket.write(Buffer.from([0x01, 0, 0, 0, 0x37]));
    await raw.until("the close", () => raw.closed);
    expect(raw.frames.length).toBe(1);
  });
});

describe("client ids", () => {
  test("after START_API come accounts, the next order id and farm notices", async () => {
    const gateway = await bench.gateway({ accounts: ["DU1", "DU2"] });
    const client = await bench.client(gateway, 3);
    await client.settle();
    expect(client.namesSince(0).slice(0, 7)).toEqual([
      "connected",
      "server",
      "managedAccounts",
      "nextValidId",
      "info",
      "info",
      "info",
    ]);
    expect(client.all(EventName.managedAccounts)).toEqual([["DU1,DU2"]]);
    expect(client.all(EventName.info).map(([, code]) => code)).toEqual([2104, 2106, 2158]);
    expect(gateway.clientIds).toEqual([3]);
  });

  test("an id in use gets error 326 and is closed, and the first client stays", async () => {
    const gateway = await bench.gateway();
    const first = await bench.client(gateway, 7);
    const raw = await bench.raw(gateway.port);
    raw.handshake("v100..193");
    raw.send(START_API, 2, 7, "");
    await raw.until("the close", () => raw.closed);
    expect(raw.messages(ERR_MSG).map((f) => f.slice(2, 4))).toEqual([["-1", "326"]]);
    await first.settle();
  });

  test("an id is free again after its connection ended", async () => {
    const gateway = await bench.gateway();
    const first = await bench.client(gateway, 7);
    first.api.disconnect();
    await vi.waitFor(() => expect(gateway.clientIds).toEqual([]));
    const second = await bench.client(gateway, 7);
    await second.settle();
    expect(gateway.clientIds).toEqual([7]);
    expect(second.errors).toEqual([]);
  });

  test("connections beyond maxClients are refused", async () => {
    const gateway = await bench.gateway({ maxClients: 2 });
    await bench.client(gateway, 1);
    await bench.client(gateway, 2);
    const third = await bench.raw(gateway.port);
    await third.until("the close", () => third.closed);
    expect(third.frames).toEqual([]);
    expect(gateway.clientIds).toEqual([1, 2]);
  });

  test("order ids persist per client id across connections", async () => {
    const gateway = await bench.gateway();
    const first = await bench.client(gateway, 4);
    first.api.placeOrder(41, AAPL, {
      action: "BUY",
      totalQuantity: 1,
      orderType: "LMT",
      lmtPrice: 1,
    } as never);
    await first.settle();
    first.api.disconnect();
    await vi.waitFor(() => expect(gateway.clientIds).toEqual([]));
    const again = await bench.client(gateway, 4);
    expect(again.all(EventName.nextValidId)).toEqual([[42]]);
    // Its open order is told before it may send anything.
    expect(again.all(EventName.openOrder).length).toBe(1);
    const other = await bench.client(gateway, 5);
    expect(other.all(EventName.nextValidId)).toEqual([[1]]);
    expect(other.all(EventName.openOrder)).toEqual([]);
  });
});

describe("requests that cannot be read", () => {
  async function started(serverVersion = 193): Promise<RawClient> {
    const gateway = await bench.gateway({ serverVersion });
    const raw = await bench.raw(gateway.port);
    raw.handshake("v100..193");
    raw.send(START_API, 2, 1, "");
    await raw.until("nextValidId", () => raw.messages(9).length === 1);
    return raw;
  }

  /** Fields of the errors that are no farm notices. */
  const errors = (raw: RawClient): string[][] => raw.messages(ERR_MSG).filter((f) => !f[3].startsWith("21"));

  test.each([
    ["an unknown message id", [999, 1], "-1", "message id 999"],
    ["an id that is no number", ["hello", 1], "-1", "message id"],
    ["a truncated request", [1, 11, 55, 265598, "AAPL"], "55", "secType is missing"],
    ["a field of the wrong type", [1, 11, 56, "x1", "AAPL"], "56", 'conId is "x1"'],
    ["a field too many", [62, 1, 57, "All", "NetLiquidation", "more"], "57", "1 field(s) too many"],
    ["a market data type that does not exist", [59, 1, 9], "-1", "marketDataType"],
  ])("%s gets error 320 and the connection lives on", async (_name, fields, id, cause) => {
    const raw = await started();
    raw.send(...fields);
    await raw.until("the error", () => errors(raw).length === 1);
    expect(errors(raw)[0].slice(2, 4)).toEqual([id, "320"]);
    expect(errors(raw)[0][4]).toContain(cause);
    raw.send(REQ_CURRENT_TIME, 1);
    await raw.until("the time", () => raw.messages(CURRENT_TIME).length === 1);
  });

  test("a frame without an end of field gets error 320", async () => {
    const raw = await started();
    raw.socket.write(framed("49"));
    await raw.until("the error", () => errors(raw).length === 1);
    expect(errors(raw)[0][3]).toBe("320");
    raw.socket.write(framed(""));
    await raw.until("the error", () => errors(raw).length === 2);
  });

  test("a request before START_API gets error 504 under its id, a second START_API error 320", async () => {
    const gateway = await bench.gateway();
    const raw = await bench.raw(gateway.port);
    raw.handshake("v100..193");
    raw.send(62, 1, 58, "All", "NetLiquidation");
    await raw.until("the error", () => errors(raw).length === 1);
    raw.send(START_API, 2, 1, "");
    raw.send(START_API, 2, 1, "");
    await raw.until("the second error", () => errors(raw).length === 2);
    expect(errors(raw).map((f) => f.slice(2, 4))).toEqual([
      ["58", "504"],
      ["-1", "320"],
    ]);
  });

  test("one client's nonsense does not disturb another", async () => {
    const gateway = await bench.gateway();
    const good = await bench.client(gateway, 1);
    const raw = await bench.raw(gateway.port);
    raw.handshake("v100..193");
    raw.send(START_API, 2, 2, "");
    for (let id = 0; id < 300; id++) raw.send(id === START_API ? 0 : id, "\u00e9", "-", "1e999", "");
    raw.send(REQ_CURRENT_TIME, 1);
    await raw.until("the time", () => raw.messages(CURRENT_TIME).length >= 1);
    await good.settle();
    expect(good.errors).toEqual([]);
  });
});

describe("options", () => {
  test.each([
    [{ port: 70_000 }, /port is 70000 \(allowed: an integer from 0 to 65535\)/],
    [{ serverVersion: 227 }, /serverVersion is 227/],
    [{ tickIntervalMs: 0 }, /tickIntervalMs is 0/],
    [{ accounts: [] }, /accounts is \[\]/],
    [
      { accounts: ["DU1", "DU2", "DU1"] },
      /accounts is \["DU1","DU2","DU1"\] \(allowed: a list of ids, each once\)/,
    ],
    [{ seed: 1.5 }, /seed is 1.5/],
    [{ flood: { afterRequests: 0, ticks: 1 } }, /flood.afterRequests is 0/],
    [{ log: { keep: -1 } }, /log.keep is -1/],
    [{ allow: ["here"] }, /allow\[0\] is "here" \(allowed: an IPv4 or IPv6 address, or a network/],
    [{ accounts: ["DU 1"] }, /accounts\[0\] is "DU 1" \(allowed: an id of 1 to 20 letters and digits\)/],
    [{ serverVerison: 193 }, /serverVerison is not known \(allowed: port, host, serverVersion, /],
  ])("%j is refused", async (options, message) => {
    await expect(SimulatedGateway.start(options as SimulatedGatewayOptions)).rejects.toThrow(message);
  });

  test("a port in use is the system's error", async () => {
    const gateway = await bench.gateway();
    await expect(SimulatedGateway.start({ port: gateway.port })).rejects.toMatchObject({
      code: "ERR_IBKR_LISTEN",
    });
  });
});
