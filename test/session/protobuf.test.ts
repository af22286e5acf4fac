import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import {
  ErrorCode,
  EventName,
  IBApi,
  MarketDataType,
  ODD_LOT_GENERIC_TICK,
  OddLotTickType,
  SecType,
} from "../../src/index.js";
import { ReplayServer } from "../../src/sim/index.js";
import { once, ready, record } from "../support/collect.js";
import { bytesOf, hexOf } from "../support/frames.js";
import { ScriptedGateway } from "../support/scripted-gateway.js";

let cleanup: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanup.reverse()) await step();
  cleanup = [];
});

function client(port: number): IBApi {
  const ib = new IBApi({ port, clientId: 3, maxServerVersion: 226 });
  cleanup.push(() => {
    if (ib.isConnected) ib.disconnect();
  });
  return ib;
}

test("a live capture of server version 225 plays into the client as market data", async () => {
  const file = join(__dirname, "../fixtures/captures/quote_stream_genericticks.txt");
  const server = await ReplayServer.start({ file, patienceMs: 100 });
  cleanup.push(() => server.stop());
  const ib = client(server.port);
  const events = record(ib);
  await ready(ib);
  expect(ib.serverVersion).toBe(225);
  ib.reqMarketDataType(MarketDataType.DELAYED);
  ib.reqMktData(
    1,
    { symbol: "AAPL", secType: SecType.STK, exchange: "SMART", currency: "USD" },
    "233,236",
    false,
    false,
  );
  ib.cancelMktData(1);
  ib.reqCurrentTime();
  await vi.waitFor(() => expect(events.map(([name]) => name)).toContain("currentTime"), 10_000);
  const names = new Set(events.map(([name]) => name));
  for (const name of [
    "tickPrice",
    "tickSize",
    "tickString",
    "tickReqParams",
    "marketDataType",
    "managedAccounts",
    "info",
  ]) {
    expect(names, name).toContain(name);
  }
  // Read by hand from the capture's bytes (test/fixtures/captures/hot-expected.json).
  expect(events).toContainEqual(["tickPrice", 1, 67, 308.51, false]);
  expect(events.filter(([name]) => name === "tickReqParams")[0][2]).toBe(0.01);
});

test("speaks protobuf from the first frame on, and says what it does not know", async () => {
  const gateway = await ScriptedGateway.start({ version: 225 });
  cleanup.push(() => gateway.stop());
  const ib = client(gateway.port);
  const events = record(ib);
  await ready(ib);
  expect(gateway.peer.offered).toBe("v100..226");
  // START_API, client id 3: docs/protocol.md 2.2.
  expect(gateway.peer.received[0].toString("hex").startsWith("0000010f0803")).toBe(true);
  // A message id that no version has.
  gateway.peer.send(Buffer.from("000001ff", "hex"), Buffer.from("000000f90801", "hex"));
  await once(ib, EventName.currentTime);
  const [, error, code] = events.find(([name]) => name === "error") as [string, Error, number];
  expect(error.message).toContain("311");
  expect(code).toBe(ErrorCode.UNKNOWN_ID);
  expect(ib.isConnected).toBe(true);
});

test("a malformed protobuf tick is reported with its bytes, and the connection lives on", async () => {
  const gateway = await ScriptedGateway.start({ version: 226 });
  cleanup.push(() => gateway.stop());
  const ib = await ready(client(gateway.port));
  const events = record(ib);
  const end = once(ib, EventName.currentTime);
  // TICK_PRICE cut off in the middle of its price.
  gateway.peer.send(Buffer.from("000000c90801102519350000", "hex"), Buffer.from("000000f90801", "hex"));
  await end;
  const [, error, code] = events[0] as [string, Error, number];
  expect(error.message).toContain("000000c90801102519350000");
  expect(code).toBe(ErrorCode.BAD_MESSAGE);
  expect(ib.stats?.malformed).toBe(1);
});

test("odd-lot ticks arrive under the numbers that their names stand for", async () => {
  const gateway = await ScriptedGateway.start({ version: 226 });
  cleanup.push(() => gateway.stop());
  const ib = await ready(client(gateway.port));
  const seen: unknown[][] = [];
  ib.on(EventName.tickPrice, (...args) => seen.push(args));
  ib.on(EventName.tickSize, (...args) => seen.push(args));
  ib.on(EventName.tickString, (...args) => seen.push(args));
  ib.reqMktData(1, { conId: 265598, exchange: "SMART" }, ODD_LOT_GENERIC_TICK, false, false);
  await gateway.until(() => gateway.peer.received.length >= 2);
  // Generic ticks are field 3 of MarketDataRequest.
  expect(hexOf(gateway.peer.received[1])).toContain(`1a03${hexOf(Buffer.from("787"))}`);
  const end = once(ib, EventName.currentTime);
  // Tick types 105 to 110 (hexadecimal 69 to 6e) of TICK_PRICE, TICK_SIZE and TICK_STRING, as a gateway would write them.
  gateway.peer.send(
    bytesOf("000000c9 0801 1069 19 0000000000406040"),
    bytesOf("000000c9 0801 106a 19 0000000000806040"),
    bytesOf("000000ca 0801 106b 1a 01 37"),
    bytesOf("000000ca 0801 106c 1a 01 38"),
    bytesOf("000000f6 0801 106d 1a 01 51"),
    bytesOf("000000f6 0801 106e 1a 01 4b"),
    bytesOf("000000f9 0801"),
  );
  await end;
  expect(seen).toEqual([
    [1, OddLotTickType.ODD_LOT_BID, 130, expect.anything()],
    [1, OddLotTickType.ODD_LOT_ASK, 132, expect.anything()],
    [1, OddLotTickType.ODD_LOT_BID_SIZE, 7],
    [1, OddLotTickType.ODD_LOT_ASK_SIZE, 8],
    [1, OddLotTickType.ODD_LOT_BID_EXCH, "Q"],
    [1, OddLotTickType.ODD_LOT_ASK_EXCH, "K"],
  ]);
});
