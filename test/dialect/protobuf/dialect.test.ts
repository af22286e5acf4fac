import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Contract, ErrorCode, EventName, OptionType, SecType } from "@stoqey/ib";
import { describe, expect, test } from "vitest";
import { MOST_REPORTED_IDS, ProtobufDialect } from "../../../src/dialect/protobuf/protobuf-dialect.js";
import { type IncomingName, incomingPayload } from "../../../src/protocol/messages.js";
import { protobufFrames } from "../../support/captures.js";
import { encoded, Notes, open, received } from "./notes.js";

const AAPL: Contract = {
  conId: 265598,
  symbol: "AAPL",
  secType: SecType.STK,
  exchange: "SMART",
  currency: "USD",
};

describe("requests", () => {
  test("START_API", () => {
    expect(Buffer.from(open().dialect.startApi(7)).toString("hex")).toBe("0000010f0807");
    expect(Buffer.from(open().dialect.startApi(0)).toString("hex")).toBe("0000010f0800");
  });

  test("requests of the captures, byte for byte", () => {
    const calls: [string, readonly unknown[]][] = [
      ["reqMarketDataType", [3]],
      ["reqMktData", [1, AAPL, "233,236", false, false]],
      ["cancelMktData", [1]],
      ["reqCurrentTime", []],
    ];
    const captured = protobufFrames()
      .filter(({ where, side }) => side === "client" && where.startsWith("quote_stream"))
      .map(({ payload }) => payload.toString("hex"));
    expect(calls.flatMap(([method, args]) => encoded(method, args))).toEqual(captured);
  });

  test("market data of a contract with a primary exchange, as captured at server version 206", () => {
    const [capture] = protobufFrames().filter(
      ({ where, side, id }) => where.startsWith("market_data_sv206") && side === "client" && id === 1,
    );
    const ticks = "100,101,105,106,165,221,225,233,236,293,294,295,318,375,411,456";
    expect(encoded("reqMktData", [1, { ...AAPL, primaryExch: "NASDAQ" }, ticks, false, false])).toEqual([
      capture.payload.toString("hex"),
    ]);
  });

  test("a contract known by its symbol carries conId 0; unset values and MAX values are left out", () => {
    const option: Contract = {
      symbol: "SPY",
      secType: SecType.OPT,
      lastTradeDateOrContractMonth: "",
      strike: Number.MAX_VALUE,
      right: OptionType.Call,
      multiplier: 100,
    };
    expect(encoded("reqMktData", [9, option, "", true, true])).toEqual([
      `000000c90809` +
        "1218" +
        "0800" +
        "1203535059" +
        "1a034f5054" +
        "320143" +
        "390000000000005940" +
        "2001" +
        "2801",
    ]);
  });

  test("numbers as text are numbers, as in the text dialect", () => {
    expect(encoded("reqMktData", [9, { conId: "265598", strike: "150.25" }, "", false, false])).toEqual(
      encoded("reqMktData", [9, { conId: 265598, strike: 150.25 }, "", false, false]),
    );
  });

  test("a combination's legs and its delta-neutral contract", () => {
    const bag: Contract = {
      symbol: "SPY",
      secType: SecType.BAG,
      comboLegs: [
        { conId: 1, ratio: 2, action: "BUY" as never, exchange: "CBOE", openClose: 0 },
        { conId: 3, ratio: 1, action: "SELL" as never, exchange: "CBOE", exemptCode: -1 },
      ],
      deltaNeutralContract: { conId: 5, delta: 0, price: 0.5 },
    };
    const legs =
      "a201" +
      "11" +
      "0801" +
      "1002" +
      "1a03425559" +
      "220443424f45" +
      "2800" +
      "a201" +
      "1b" +
      "0803" +
      "1001" +
      "1a0453454c4c" +
      "220443424f45" +
      "40ffffffffffffffffff01";
    const neutral = "8a01" + "14" + "0805" + "110000000000000000" + "19000000000000e03f";
    const contract = "0800" + "1203535059" + "1a03424147" + neutral + legs;
    expect(encoded("reqMktData", [1, bag, "", false, false])).toEqual([
      `000000c90801` + "12" + (contract.length / 2).toString(16) + contract,
    ]);
  });

  test.each([
    ["reqMarketDataType", [4], "000001030804"],
    ["cancelMktData", [-1], "000000ca08ffffffffffffffffff01"],
    ["reqCurrentTime", [], "000000f9"],
    ["reqIds", [0], "000000d00800"],
    ["reqManagedAccts", [], "000000d9"],
    ["setServerLogLevel", [5], "000000d60805"],
  ])("%s%j", (method, args, hex) => {
    expect(encoded(method, args)).toEqual([hex]);
  });

  test.each([
    [
      "reqMktData",
      [7, { ...AAPL, strike: "high" }, "", false, false],
      7,
      'contract.strike is "high" (allowed: a finite number)',
    ],
    ["reqMktData", [7, undefined, "", false, false], 7, "contract is undefined (allowed: an object)"],
    ["reqMktData", [1.5, AAPL, "", false, false], 1.5, "reqId is 1.5 (allowed: an integer"],
    ["reqMktData", [7, AAPL, "", "yes", false], 7, 'snapshot is "yes" (allowed: true or false)'],
    [
      "reqMktData",
      [7, { ...AAPL, comboLegs: [{ conId: "x" }] }, "", false, false],
      7,
      'contract.comboLegs[0].conId is "x"',
    ],
    ["cancelMktData", [2147483648], 2147483648, "reqId is 2147483648"],
    ["reqMarketDataType", [undefined], undefined, "marketDataType is undefined"],
  ])("%s with a bad argument is refused by name: %#", (method, args, reqId, text) => {
    const { notes, dialect } = open();
    expect(dialect.encode(method, args)).toEqual([]);
    expect(notes.all).toHaveLength(1);
    const [kind, message, code, id] = notes.all[0];
    expect([kind, code, id]).toEqual(["error", ErrorCode.FAIL_SEND, reqId]);
    expect(message).toContain(`${method} was not sent: `);
    expect(message).toContain(text);
  });

  test("a request that does not exist is refused with its id", () => {
    const { notes, dialect } = open(221);
    expect(dialect.encode("noSuchRequest", [42, AAPL])).toEqual([]);
    expect(dialect.encode("reqMarketRuleOrSo", [])).toEqual([]);
    expect(notes.all).toEqual([
      [
        "error",
        "noSuchRequest is not a request of the protobuf dialect (server version 221)",
        503,
        42,
        undefined,
      ],
      ["error", expect.stringContaining("reqMarketRuleOrSo"), 503, undefined, undefined],
    ]);
  });
});

describe("events that differ from stock on purpose", () => {
  test("the fraction of minTick is kept, unset is undefined", () => {
    const minTick = (text?: string) => received("TICK_REQ_PARAMS", { reqId: 1, minTick: text })[0][2];
    expect(minTick("0.01")).toBe(0.01);
    expect(minTick("1E-8")).toBe(1e-8);
    expect(minTick("1.7976931348623157E308")).toBeUndefined();
    expect(minTick("2147483647")).toBeUndefined();
  });

  test("an error without an id is an info; a broken reject comes as text", () => {
    expect(received("ERR_MSG", { errorCode: 2107, errorMsg: "inactive" })).toEqual([
      ["info", "inactive", 2107],
    ]);
    expect(received("ERR_MSG", { id: 3, advancedOrderRejectJson: "{broken" })).toEqual([
      ["error", "", 0, 3, "{broken"],
    ]);
  });
});

describe("the captures through the dialect", () => {
  interface ColdFrame {
    side: string;
    encoding: string;
    file: string;
    line: number;
    hex: string;
    messageId: number;
    message: IncomingName;
    serverVersion: number;
    expected: Record<string, string | number>;
  }
  const cold = (
    JSON.parse(
      readFileSync(join(__dirname, "../../fixtures/captures/cold-expected.json"), "utf8"),
    ) as ColdFrame[]
  ).filter(({ side, encoding }) => side === "server" && encoding === "protobuf");

  /** The event that the values read from the bytes by other means should raise. */
  function eventOf({ message, expected: e }: ColdFrame): unknown[] {
    switch (message) {
      case "NEXT_VALID_ID":
        return [EventName.nextValidId, e["orderId"]];
      case "MANAGED_ACCTS":
        return [EventName.managedAccounts, e["accountsList"]];
      case "CURRENT_TIME":
        return [EventName.currentTime, e["currentTime"]];
      case "MARKET_DATA_TYPE":
        return [EventName.marketDataType, e["reqId"], e["marketDataType"]];
      case "TICK_REQ_PARAMS":
        return [
          EventName.tickReqParams,
          e["reqId"],
          Number(e["minTick"]),
          e["bboExchange"],
          e["snapshotPermissions"],
          Number(e["lastPricePrecision"]),
          Number(e["lastSizePrecision"]),
        ];
      case "ERR_MSG":
        return e["id"] === -1
          ? ["info", e["errorMsg"], e["errorCode"], e["errorTime"]]
          : ["error", e["errorMsg"], e["errorCode"], e["id"], undefined, e["errorTime"]];
      default:
        throw new Error(`no expectation for ${message}`);
    }
  }

  test("there are enough of them", () => {
    expect(cold.length).toBeGreaterThan(40);
    expect(new Set(cold.map(({ message }) => message)).size).toBe(6);
  });

  test.each(cold.map((frame) => [`${frame.file}:${frame.line} ${frame.message}`, frame] as const))(
    "%s",
    (_, frame) => {
      const { notes, dialect } = open(frame.serverVersion);
      dialect.receive(frame.messageId, true, Buffer.from(frame.hex, "hex"));
      expect(notes.all).toEqual([eventOf(frame)]);
    },
  );
});

describe("frames that cannot be shown", () => {
  test("an unknown message is reported once per id and connection", () => {
    const { notes, dialect } = open(226);
    for (let i = 0; i < 3; i++) {
      dialect.receive(188, true, Buffer.from("000001840801", "hex"));
      dialect.receive(199, true, Buffer.from("0000018f0801", "hex"));
    }
    expect(notes.all).toHaveLength(2);
    expect(notes.all[0]).toEqual(["error", expect.stringContaining("(188)"), 505, undefined, undefined]);
    expect(notes.all[0][1]).toContain("server version 226");
    expect(notes.all[1][1]).toContain("(199)");
    const second = open(226);
    second.dialect.receive(188, true, Buffer.from("000001840801", "hex"));
    expect(second.notes.all).toHaveLength(1);
  });

  test("unknown messages are reported for MOST_REPORTED_IDS ids, whatever else comes", () => {
    const { notes, dialect } = open(226);
    const frame = Buffer.from("000001840801", "hex");
    for (let id = 1000; id < 101_000; id++) dialect.receive(id, true, frame);
    expect(notes.all).toHaveLength(MOST_REPORTED_IDS);
    expect(notes.all.at(-1)?.[1]).toContain("further ones of any kind are passed over silently");
    // Known messages are read as before.
    dialect.receive(9, true, Buffer.from(incomingPayload("NEXT_VALID_ID", { orderId: 1 })));
    expect(notes.all.at(-1)).toEqual(["nextValidId", 1]);
  });

  test("a malformed one is reported every time, with its name and bytes, and nothing else is raised", () => {
    const { notes, dialect } = open();
    const broken = Buffer.from("0000010208011a", "hex");
    dialect.receive(58, true, broken);
    dialect.receive(58, true, broken);
    expect(notes.all).toHaveLength(2);
    const [kind, message, code, reqId] = notes.all[0];
    expect([kind, code, reqId]).toEqual(["error", ErrorCode.BAD_MESSAGE, undefined]);
    expect(message).toContain("Cannot decode MARKET_DATA_TYPE (58), server version 225: MarketDataType");
    expect(message).toContain("frame 0000010208011a");
  });

  test("of a long malformed frame the first 256 bytes are shown", () => {
    const { notes, dialect } = open();
    const frame = Buffer.concat([
      Buffer.from("000000d7", "hex"),
      Buffer.from("0aff7f", "hex"),
      Buffer.alloc(1000, 0x41),
    ]);
    dialect.receive(15, true, frame);
    const message = String(notes.all[0][1]);
    expect(message).toContain(`frame ${frame.toString("hex", 0, 256)}… (1007 bytes)`);
    expect(message).not.toContain("41".repeat(250));
  });

  test("what a listener throws is not taken for a malformed frame", () => {
    const host = new Notes(225);
    host.emitEvent = () => {
      throw new Error("from the listener");
    };
    const dialect = new ProtobufDialect(host);
    const frame = Buffer.from(incomingPayload("NEXT_VALID_ID", { orderId: 1 }));
    expect(() => dialect.receive(9, true, frame)).toThrow("from the listener");
    expect(host.all).toEqual([]);
  });
});
