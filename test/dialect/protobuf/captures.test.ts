import { describe, expect, test } from "vitest";
import { decodePayload, encodePayload } from "../../../src/protocol/codec.js";
import { INCOMING, incomingName, OUTGOING, outgoingName } from "../../../src/protocol/messages.js";
import { protobufFrames } from "../../support/captures.js";
import { capturedCalls } from "./captured-calls.js";
import { encoded, open } from "./notes.js";

const frames = protobufFrames();

function schemaOf(side: "server" | "client", id: number) {
  const incoming = incomingName(id);
  const outgoing = outgoingName(id);
  if (side === "server") return incoming === undefined ? undefined : INCOMING[incoming];
  return outgoing === undefined ? undefined : OUTGOING[outgoing];
}

describe("frames of live gateways and of a client that talked to them", () => {
  test("there are captures of both sides", () => {
    const servers = frames.filter(({ side }) => side === "server");
    const clients = frames.filter(({ side }) => side === "client");
    console.log(`${servers.length} protobuf frames of servers, ${clients.length} of clients`);
    expect(servers.length).toBeGreaterThan(100);
    expect(clients.length).toBeGreaterThan(15);
  });

  test.each(frames.map((frame) => [`${frame.where} ${frame.side} ${frame.id}`, frame] as const))(
    "%s decodes, every field known, and encodes to the same bytes",
    (_, { side, id, payload }) => {
      const schema = schemaOf(side, id)?.schema;
      if (schema === undefined) throw new Error(`message ${id} of the ${side} is not in the tables`);
      const again = encodePayload(id + 200, schema, decodePayload(schema, payload));
      expect(Buffer.from(again).toString("hex")).toBe(payload.toString("hex"));
    },
  );

  test("no frame came at a server version older than the tables give for its message", () => {
    const early = frames.filter(
      ({ side, id, serverVersion }) => !((schemaOf(side, id)?.since ?? Infinity) <= serverVersion),
    );
    expect(early.map(({ where }) => where)).toEqual([]);
  });
});

describe("the frames of clients from the calls that are equivalent to them", () => {
  const clients = frames.filter(({ side }) => side === "client");

  test("there is a call for every frame", () => {
    expect(Object.keys(capturedCalls).sort()).toEqual(clients.map(({ where }) => where).sort());
  });

  test.each(clients.map((frame) => [frame.where, frame] as const))(
    "%s",
    (where, { payload, serverVersion }) => {
      const [method, ...args] = capturedCalls[where];
      expect(encoded(method, args, serverVersion)).toEqual([payload.toString("hex")]);
    },
  );

  test("an order of the official client", () => {
    const contract = { conId: 265598, symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" };
    const order = {
      action: "BUY",
      totalQuantity: 10,
      orderType: "LMT",
      lmtPrice: 150.25,
      tif: "DAY",
      account: "DU1",
      transmit: true,
    };
    const hex =
      "000000cb 0807 121b 08fe9a10 12044141504c 1a0353544b 4205534d415254 5203555344" +
      "1a71 0800 1800 2000 2a03425559 32023130 3800 42034c4d54 490000000000c86240 5a03444159 6203445531" +
      "f00100 f80100 d80200 f00200 900401 a80400 b00400 c004ffffffffffffffffff01" +
      "e1040000000000000000 c00500 c9050000000000000000 d9050000000000000000 900600 ca0600 2200";
    expect(encoded("placeOrder", [7, contract, order], 225)).toEqual([hex.replaceAll(" ", "")]);
  });
});

describe("the frames of servers through the dialect", () => {
  /** Decoded in C++. */
  const HOT = new Set([1, 2, 3, 12, 13, 21, 45, 46, 50, 99]);
  const cold = frames.filter(({ side, id }) => side === "server" && !HOT.has(id));

  test.each(cold.map((frame) => [`${frame.where} ${frame.id}`, frame] as const))(
    "%s raises events and no error of its own",
    (_, { id, payload, serverVersion }) => {
      const { notes, dialect } = open(serverVersion);
      dialect.receive(id, true, payload);
      expect(notes.all.length).toBeGreaterThan(0);
      for (const [kind, message, code] of notes.all) {
        if (kind === "error")
          expect([message, [200, 10167].includes(code as number)]).toEqual([expect.anything(), true]);
      }
    },
  );

  const eventsOf = (where: string) => {
    const frame = frames.find((f) => f.where === where);
    if (frame === undefined) throw new Error(`no frame at ${where}`);
    const { notes, dialect } = open(frame.serverVersion);
    dialect.receive(frame.id, true, frame.payload);
    return notes.all;
  };

  test("an order that was filled", () => {
    const [[name, orderId, contract, order, state]] = eventsOf("api_order_fill_aapl.txt:29");
    expect([name, orderId]).toEqual(["openOrder", 601]);
    expect(contract).toEqual({
      conId: 265598,
      symbol: "AAPL",
      secType: "STK",
      lastTradeDateOrContractMonth: "",
      strike: 0,
      right: undefined,
      multiplier: undefined,
      exchange: "SMART",
      currency: "USD",
      localSymbol: "AAPL",
      tradingClass: "NMS",
      comboLegsDescription: "",
    });
    expect(order).toMatchObject({
      orderId: 601,
      permId: 9000000601,
      action: "SELL",
      totalQuantity: 1,
      orderType: "MKT",
      exemptCode: -1,
      dontUseAutoPriceForHedge: true,
      submitter: "paper-user-06",
      seekPriceImprovement: 0,
      whatIf: false,
      volatility: undefined,
    });
    expect(state).toMatchObject({ status: "Filled", commission: 1.006566, commissionCurrency: "USD" });
  });

  test("commissions of an opening and of a closing trade", () => {
    expect(eventsOf("executions.txt:13")[0][1]).toEqual({
      execId: "sanitized-exec-00000001",
      commission: 0.61,
      currency: "USD",
      realizedPNL: undefined,
      yield: undefined,
      yieldRedemptionDate: 0,
    });
    expect(eventsOf("executions.txt:14")[0][1]).toMatchObject({ realizedPNL: -2.47 });
  });

  test("bars and their end", () => {
    expect(eventsOf("historical_bars_sv208.txt:17")[0]).toEqual([
      ...["historicalData", 1, "20260713 09:30:00 US/Eastern", 317.04, 323.45, 316.45, 321.22],
      ...[7492200, 54342, 320.857, undefined],
    ]);
    expect(eventsOf("historical_bars_sv208.txt:19")).toEqual([
      [
        ...["historicalData", 1, "finished-20260712 11:53:51 US/Eastern-20260713 11:53:51 US/Eastern"],
        ...[-1, -1, -1, -1, -1, -1, -1, false],
      ],
      ["historicalDataEnd", 1, "20260712 11:53:51 US/Eastern", "20260713 11:53:51 US/Eastern"],
    ]);
  });
});
