import { describe, expect, test } from "vitest";
import { decodeMessage, decodePayload, encodeMessage } from "../../src/protocol/codec.js";
import { CodecError } from "../../src/protocol/codec-error.js";
import { layoutOf } from "../../src/protocol/layout.js";
import { incomingPayload, outgoingPayload } from "../../src/protocol/messages.js";
import { type Message, type MessageName, SCHEMA } from "../../src/protocol/schema.js";
import { bytesOf, hexOf } from "../support/frames.js";

describe("bytes written by hand", () => {
  test("a limit order as the official client sends it at server version 225", () => {
    const contract = "121b 08fe9a10 12044141504c 1a0353544b 4205534d415254 5203555344";
    const order =
      "1a71 0800 1800 2000 2a03425559 32023130 3800 42034c4d54 490000000000c86240 5a03444159 6203445531" +
      "f00100 f80100 d80200 f00200 900401 a80400 b00400 c004ffffffffffffffffff01" +
      "e1040000000000000000 c00500 c9050000000000000000 d9050000000000000000 900600 ca0600";
    const payload = outgoingPayload("PLACE_ORDER", {
      orderId: 7,
      contract: { conId: 265598, symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" },
      order: {
        clientId: 0,
        permId: 0,
        parentId: 0,
        action: "BUY",
        totalQuantity: "10",
        displaySize: 0,
        orderType: "LMT",
        lmtPrice: 150.25,
        tif: "DAY",
        account: "DU1",
        ocaType: 0,
        triggerMethod: 0,
        deltaNeutralConId: 0,
        deltaNeutralShortSaleSlot: 0,
        transmit: true,
        origin: 0,
        shortSaleSlot: 0,
        exemptCode: -1,
        discretionaryAmt: 0,
        referenceContractId: 0,
        peggedChangeAmount: 0,
        referenceChangeAmount: 0,
        adjustableTrailingUnit: 0,
        softDollarTier: {},
      },
      attachedOrders: {},
    });
    expect(hexOf(payload)).toBe(hexOf(bytesOf(`000000cb 0807 ${contract} ${order} 2200`)));
  });

  test("START_API of client 7", () => {
    expect(hexOf(outgoingPayload("START_API", { clientId: 7 }))).toBe("0000010f0807");
  });

  test("an int32 of -1 takes ten bytes", () => {
    const payload = incomingPayload("ERR_MSG", { id: -1 });
    expect(hexOf(payload)).toBe("000000cc08ffffffffffffffffff01");
    expect(decodePayload("ErrorMessage", payload)).toEqual({ id: -1 });
  });

  test("an int32 of -1 in five bytes, as no official client writes it, reads the same", () => {
    expect(decodeMessage("ErrorMessage", bytesOf("08ffffffff0f"))).toEqual({ id: -1 });
  });

  test("TICK_PRICE of a live gateway", () => {
    expect(decodePayload("TickPrice", bytesOf("000000c9 08011025 1935baff9f45a67340 220130 2800"))).toEqual({
      reqId: 1,
      tickType: 37,
      price: Buffer.from("35baff9f45a67340", "hex").readDoubleLE(),
      size: "0",
      attrMask: 0,
    });
  });

  test("TICK_SIZE and MARKET_DEPTH of a live gateway", () => {
    expect(decodePayload("TickSize", bytesOf("000000ca 080110591a083837383731313632"))).toEqual({
      reqId: 1,
      tickType: 89,
      size: "87871162",
    });
    const depth = bytesOf("000000d4 0886a101 1218 0800 1000 1801 216458c51b9947f23f 2a0737353030303030");
    expect(decodePayload("MarketDepth", depth)).toEqual({
      reqId: 20614,
      marketDepthData: {
        position: 0,
        operation: 0,
        side: 1,
        price: Buffer.from("6458c51b9947f23f", "hex").readDoubleLE(),
        size: "7500000",
      },
    });
  });

  test("repeated numbers are written packed and read either way", () => {
    const filter = { specificDates: [20260824, 1] };
    const packed = "4a05 d8cfd409 01";
    expect(hexOf(encodeMessage("ExecutionFilter", filter))).toBe(packed.replaceAll(" ", ""));
    expect(decodeMessage("ExecutionFilter", bytesOf(packed))).toEqual(filter);
    expect(decodeMessage("ExecutionFilter", bytesOf("48 d8cfd409 48 01"))).toEqual(filter);
    expect(hexOf(encodeMessage("ExecutionFilter", { specificDates: [] }))).toBe("");
  });

  test("a map keeps the order of the wire, the last of equal keys counts, missing parts are empty", () => {
    const bytes = bytesOf("f203 06 0a0132 120162  f203 06 0a0131 120161  f203 06 0a0132 120163  f203 00");
    const { algoParams } = decodeMessage("Order", bytes);
    expect([...(algoParams ?? [])]).toEqual([
      ["2", "c"],
      ["1", "a"],
      ["", ""],
    ]);
    expect(hexOf(encodeMessage("Order", { algoParams }))).toBe(
      "f2030" + "60a0132120163" + "f203060a0131120161" + "f203040a001200",
    );
  });
});

describe("presence", () => {
  test("what is not on the wire is not in the object, what is zero there is zero", () => {
    const order = decodeMessage("Order", bytesOf("1800"));
    expect(Object.keys(order)).toEqual(["permId"]);
    expect(order).toStrictEqual({ permId: 0 });
  });

  test("undefined is left out, false, 0 and empty text are written", () => {
    expect(hexOf(encodeMessage("MarketDataRequest", { reqId: 0, snapshot: undefined }))).toBe("0800");
    expect(hexOf(encodeMessage("MarketDataRequest", { genericTickList: "", snapshot: false }))).toBe(
      "1a002000",
    );
  });

  test("fields are written by ascending number, whatever the order of the object", () => {
    expect(hexOf(encodeMessage("TickPrice", { attrMask: 1, size: "2", reqId: 3 }))).toBe("08032201322801");
  });

  test("unknown fields of every wire type are skipped", () => {
    const unknown = "a03f 01  a13f 0000000000000000  a23f 0161  a33f 0801 a43f  a53f 00000000";
    expect(decodeMessage("TickSize", bytesOf(`0801 ${unknown} 1002`))).toEqual({ reqId: 1, tickType: 2 });
  });

  test("a message that comes twice is merged", () => {
    expect(decodeMessage("OpenOrder", bytesOf("1202 0801 1203 120161 1202 0802"))).toEqual({
      contract: { conId: 2, symbol: "a" },
    });
  });
});

describe("64-bit integers", () => {
  test.each([
    [0, "1800"],
    [9000000600, "18d8b8c4c321"],
    [Number.MAX_SAFE_INTEGER, "18ffffffffffffff0f"],
    [-1, "18ffffffffffffffffff01"],
    [9007199254740992n, "188080808080808010"],
    [9223372036854775807n, "18ffffffffffffffff7f"],
    [-9223372036854775808n, "1880808080808080808001"],
  ])("%s", (permId, hex) => {
    expect(hexOf(encodeMessage("Order", { permId }))).toBe(hex);
    expect(decodeMessage("Order", bytesOf(hex))).toEqual({ permId });
  });

  test("a number that is no longer exact is refused rather than rounded", () => {
    expect(() => encodeMessage("Order", { permId: 2 ** 53 })).toThrow(
      "Order.permId is 9007199254740992 (allowed: ",
    );
    expect(() => encodeMessage("Order", { permId: 2n ** 63n })).toThrow(
      "Order.permId is 9223372036854775808n (allowed: ",
    );
  });
});

describe("values that do not fit", () => {
  const bad: [MessageName, object, string][] = [
    [
      "TickPrice",
      { reqId: 1.5 },
      "TickPrice.reqId is 1.5 (allowed: an integer from -2147483648 to 2147483647)",
    ],
    ["TickPrice", { reqId: 2147483648 }, "TickPrice.reqId"],
    ["TickPrice", { reqId: "1" }, 'TickPrice.reqId is "1" (allowed: '],
    ["TickPrice", { size: 100 }, "TickPrice.size is 100 (allowed: a string)"],
    ["TickPrice", { price: "1.5" }, "TickPrice.price"],
    ["MarketDataRequest", { snapshot: 1 }, "MarketDataRequest.snapshot"],
    ["MarketDataRequest", { contract: "AAPL" }, 'Contract is "AAPL" (allowed: an object)'],
    ["MarketDataRequest", { marketDataOptions: {} }, "MarketDataRequest.marketDataOptions"],
    ["Order", { algoParams: new Map([["a", 1]]) }, "Order.algoParams"],
    ["Order", { conditions: {} }, "Order.conditions is {} (allowed: an array)"],
    ["Order", { conditions: [null] }, "OrderCondition"],
  ];
  test.each(bad)("%s %j", (name, value, message) => {
    expect(() => encodeMessage(name, value as Message<MessageName>)).toThrow(CodecError);
    expect(() => encodeMessage(name, value as Message<MessageName>)).toThrow(message);
  });

  test("a name that is no message", () => {
    expect(() => encodeMessage("toString" as MessageName, {})).toThrow(
      "there is no protobuf message named toString",
    );
  });
});

describe("malformed bytes", () => {
  const full = "0807 120b 08fe9a10 12056161616161";
  test.each([
    ["the tag of a field", "ff", "MarketDataRequest: "],
    ["a varint without an end", "08ff", "MarketDataRequest.reqId: "],
    ["a varint of eleven bytes", "08ffffffffffffffffffffff01", "MarketDataRequest.reqId: "],
    ["a string longer than the message", "1a05616161", "MarketDataRequest.genericTickList: "],
    ["a nested message longer than the message around it", "12ff7f0801", "MarketDataRequest.contract: "],
    ["a field that leaves its nested message", "1203 1205 6161616161", "Contract.symbol: "],
    ["a truncated double", "1203 29 0000", "Contract.strike: "],
    ["a double that leaves its nested message", "1203 290000 000000000000 0807", "Contract.strike: "],
    ["another wire type", "0d00000000", "MarketDataRequest.reqId: wire type 5 where 0 is expected"],
    ["field number 0", "0000", "MarketDataRequest: illegal tag"],
    ["a group without an end", "a33f0801", "MarketDataRequest"],
    ["an unknown field that leaves the message", "a23f05 61", "MarketDataRequest.field 1012"],
  ])("%s", (_, hex, message) => {
    expect(() => decodeMessage("MarketDataRequest", bytesOf(hex))).toThrow(CodecError);
    expect(() => decodeMessage("MarketDataRequest", bytesOf(hex))).toThrow(message);
  });

  test("a packed list that ends inside a number", () => {
    expect(() => decodeMessage("ExecutionFilter", bytesOf("4a01d8 0801"))).toThrow(
      "ExecutionFilter.specificDates",
    );
    expect(() => decodeMessage("ExecutionFilter", bytesOf("4a7f01"))).toThrow(
      "ExecutionFilter.specificDates",
    );
  });

  test("a map entry whose parts leave it", () => {
    expect(() => decodeMessage("Order", bytesOf("f203 03 0a05 6162636465"))).toThrow("Order.algoParams");
  });

  test("every cut of a message is an error or ends between two of its fields", () => {
    const bytes = bytesOf(full);
    const between = new Set([0, 2]);
    for (let length = 0; length < bytes.length; length++) {
      const cut = () => decodeMessage("MarketDataRequest", bytes.subarray(0, length));
      if (between.has(length)) expect(cut).not.toThrow();
      else expect(cut, `cut to ${length} bytes`).toThrow(CodecError);
    }
  });

  test("text that is not UTF-8 is shown with replacement characters: the message is not lost", () => {
    expect(decodeMessage("ErrorMessage", bytesOf("220361ff62"))).toEqual({ errorMsg: "a\ufffdb" });
  });
});

describe("the schema", () => {
  test("it has the 200 messages of the protocol's appendix and the three of fundamental data", () => {
    expect(Object.keys(SCHEMA)).toHaveLength(203);
  });

  test("every field is written well, by ascending number, and names a message that exists", () => {
    for (const name of Object.keys(SCHEMA) as MessageName[]) {
      const numbers = Object.values(SCHEMA[name] as Record<string, string>).map((text) =>
        Number.parseInt(text, 10),
      );
      expect(numbers, name).toEqual([...numbers].sort((a, b) => a - b));
      expect(layoutOf(name).fields).toHaveLength(numbers.length);
    }
  });

  test("bytes in shared memory decode like others", () => {
    const plain = encodeMessage("ErrorMessage", { errorMsg: "Zürich ".repeat(20), errorCode: 1 });
    const shared = Buffer.from(new SharedArrayBuffer(plain.length));
    shared.set(plain);
    expect(decodeMessage("ErrorMessage", shared)).toEqual(decodeMessage("ErrorMessage", plain));
  });
});
