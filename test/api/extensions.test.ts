import { afterEach, expect, test } from "vitest";
import {
  ErrorCode,
  EventName,
  IBApi,
  NativeEventName,
  OrderAction,
  OrderType,
  SecType,
} from "../../src/index.js";
import { listen, once, ready, record } from "../support/collect.js";
import { text } from "../support/frames.js";
import { ScriptedGateway } from "../support/scripted-gateway.js";

let cleanup: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanup.reverse()) await step();
  cleanup = [];
});

async function connected(version: number) {
  const gateway = await ScriptedGateway.start({ version });
  const ib = await ready(new IBApi({ port: gateway.port, maxServerVersion: 226, maxReqPerSec: 1e9 }));
  cleanup.push(
    () => gateway.stop(),
    () => {
      if (ib.isConnected) ib.disconnect();
    },
  );
  return { gateway, ib };
}

test("reqCurrentTimeInMillis asks and is answered in protobuf", async () => {
  const { gateway, ib } = await connected(226);
  const answer = new Promise<unknown[]>((resolve) =>
    listen(ib, NativeEventName.currentTimeInMillis as unknown as EventName, (...args) => resolve(args)),
  );
  ib.reqCurrentTimeInMillis();
  await gateway.until(() => gateway.peer.received.length >= 2);
  expect(gateway.peer.received[1].toString("hex")).toBe("00000131");
  // CurrentTimeInMillis, field 1: 1788000000123.
  gateway.peer.send(Buffer.from("0000013508fbb0ebe88434", "hex"));
  expect(await answer).toEqual([1788000000123]);
});

test("new requests on a text connection are error 503, not silence", async () => {
  const { gateway, ib } = await connected(193);
  const events = record(ib);
  ib.cancelContractData(17);
  ib.reqCurrentTime();
  await gateway.until(() => gateway.peer.received.length >= 2);
  expect(gateway.peer.texts.map(([id]) => id)).toEqual(["71", "49"]);
  expect(
    events.slice(0, 1).map(([name, error, code, id]) => [name, (error as Error).message, code, id]),
  ).toEqual([
    [
      "error",
      "cancelContractData needs server version 213 or newer, this one has 193: connect with maxServerVersion 226",
      ErrorCode.UPDATE_TWS,
      17,
    ],
  ]);
});

test("an error carries its time in protobuf, and no fifth argument in text", async () => {
  const both: number[] = [];
  for (const version of [193, 225]) {
    const { gateway, ib } = await connected(version);
    const args = once(ib, EventName.error);
    gateway.peer.send(
      version === 193
        ? text(4, 2, 7, 201, "rejected", "")
        : // ErrorMessage 1 id 7, 2 errorTime 1700000000000, 3 errorCode 201, 4 errorMsg.
          Buffer.from("000000cc0807108080c5b8ad9131" + "18c901" + "220872656a6563746564", "hex"),
    );
    both.push((await args).length);
  }
  expect(both).toEqual([4, 5]);
});

test("PLACE_ORDER at server version 225 has the bytes of the official client", async () => {
  const { gateway, ib } = await connected(225);
  ib.placeOrder(
    7,
    { conId: 265598, symbol: "AAPL", secType: SecType.STK, exchange: "SMART", currency: "USD" },
    {
      action: OrderAction.BUY,
      totalQuantity: 10,
      orderType: OrderType.LMT,
      lmtPrice: 150.25,
      tif: "DAY",
      account: "DU1",
      transmit: true,
    },
  );
  await gateway.until(() => gateway.peer.received.length >= 2);
  const hex = gateway.peer.received[1].toString("hex");
  // docs/protocol.md 7.1; `transmit` (field 66) is true unless a caller says no, and is absent there.
  expect(hex.startsWith("000000cb0807121b08fe9a1012044141504c1a0353544b4205534d41525452035553441a")).toBe(
    true,
  );
  expect(hex.endsWith("2200")).toBe(true);
});
