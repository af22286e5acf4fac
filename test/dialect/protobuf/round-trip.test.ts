import { type Contract, type ContractDetails, EventName, type Order } from "@stoqey/ib";
import { describe, expect, test } from "vitest";
import { decodePayload } from "../../../src/protocol/codec.js";
import { type Field, Kind, layoutOf } from "../../../src/protocol/layout.js";
import type { Message } from "../../../src/protocol/schema.js";
import { protobufFrames } from "../../support/captures.js";
import { encoded, open, received } from "./notes.js";

/** What a server tells is used again: what it left out stays out, and what it said goes back. */

type Values = Record<string, unknown>;

const sentContract = (contract: unknown): Values => {
  const [frame] = encoded("reqContractDetails", [1, contract], 226);
  return decodePayload("ContractDataRequest", Buffer.from(frame, "hex")).contract as Values;
};

const sentOrder = (contract: unknown, order: unknown): Message<"PlaceOrderRequest"> => {
  const [frame] = encoded("placeOrder", [1, contract, order], 226);
  return decodePayload("PlaceOrderRequest", Buffer.from(frame, "hex"));
};

/** A value of each kind of field that no reader takes for "unset", and no writer leaves out. */
function sample({ kind, repeated, name }: Field): unknown {
  if (repeated) throw new Error(`${name} needs a sample of its own`);
  const samples: Partial<Record<Kind, unknown>> = {
    [Kind.Int32]: 3,
    [Kind.Int64]: 5,
    [Kind.Double]: 2.5,
    [Kind.Bool]: true,
    [Kind.String]: "7",
    [Kind.Map]: new Map([["tag", "value"]]),
  };
  return samples[kind];
}

describe("a contract", () => {
  const viaDetails = (contract: Message<"Contract">): Contract => {
    const [[, , details]] = received("CONTRACT_DATA", { reqId: 1, contract, contractDetails: {} });
    return (details as ContractDetails).contract;
  };
  const viaPosition = (contract: Message<"Contract">): Contract => {
    const [[, , shown]] = received("POSITION_DATA", { account: "DU1", contract, position: "1", avgCost: 1 });
    return shown as Contract;
  };

  test("of which the server says nothing is asked for with conId alone", () => {
    for (const via of [viaDetails, viaPosition]) expect(sentContract(via({}))).toEqual({ conId: 0 });
  });

  /** Fields that are no plain value, and those that go by another name or not at all, below. */
  const LAYOUT = layoutOf("Contract").fields.filter(({ kind }) => kind !== Kind.Message);
  /** Only what a server knows: requests do not have them. */
  const ONLY_TOLD = new Set(["lastTradeDate"]);

  test.each(LAYOUT.map((field) => [field.name, field] as const))(
    "of which it says %s alone",
    (name, field) => {
      const value = name === "right" ? "C" : sample(field);
      const expected = ONLY_TOLD.has(name) ? { conId: 0 } : { conId: 0, [name]: value };
      expect(sentContract(viaPosition({ [name]: value }))).toEqual(expected);
    },
  );

  test("of a capture goes back with no field that the server did not send, and no zero", () => {
    const [stock] = protobufFrames().filter(({ where }) =>
      where.startsWith("contract_details_sv205_live.txt:10"),
    );
    const { notes, dialect } = open();
    dialect.receive(stock.id, true, stock.payload);
    const { contract } = notes.all[0][2] as ContractDetails;
    expect(contract.multiplier).toBeUndefined();
    expect(sentContract(contract)).toEqual({
      conId: 265598,
      symbol: "AAPL",
      secType: "STK",
      exchange: "SMART",
      primaryExch: "NASDAQ",
      currency: "USD",
      localSymbol: "AAPL",
      tradingClass: "NMS",
    });
  });

  test.each([0, -0, "0", "0.0"])("whose caller says %s for strike and multiplier has none", (zero) => {
    const chain = { symbol: "SPY", secType: "OPT", strike: zero, multiplier: zero, exchange: "SMART" };
    expect(sentContract(chain)).toEqual({ conId: 0, symbol: "SPY", secType: "OPT", exchange: "SMART" });
  });

  test("of a delta-neutral hedge, and legs, go back as they came", () => {
    const deltaNeutralContract = { conId: 7, delta: 0.5, price: 10 };
    const order = { orderType: "LMT" };
    for (const leg of [
      {},
      { conId: 1 },
      { ratio: 2 },
      { openClose: 0 },
      { shortSalesSlot: 1 },
      { exemptCode: -1 },
    ]) {
      const body = { comboLegs: [leg], deltaNeutralContract };
      const [[, , contract, shown]] = received("OPEN_ORDER", {
        orderId: 1,
        contract: body,
        order,
        orderState: {},
      });
      const sent = sentOrder(contract, shown).contract;
      expect(sent?.comboLegs).toEqual([leg]);
      expect(sent?.deltaNeutralContract).toEqual(deltaNeutralContract);
    }
  });
});

describe.each(["OPEN_ORDER", "COMPLETED_ORDER"] as const)("an order of %s", (message) => {
  const shown = (order: Message<"Order">): Order => {
    const [event] = received(message, { contract: {}, order, orderState: {} });
    return (event[0] === EventName.openOrder ? event[3] : event[2]) as Order;
  };
  const nothing = sentOrder({}, {}).order;

  test("of which the server says nothing goes back as an order of which nothing is set", () => {
    expect(sentOrder({}, shown({})).order).toEqual(nothing);
  });

  const CONDITION = { type: 3, isConjunctionConnection: true, isMore: true, time: "20261218-20:00:00" };
  const SAMPLES: Values = {
    conditions: [CONDITION],
    softDollarTier: { name: "a", value: "b", displayName: "c" },
  };
  /** The id stands beside the order; what has been filled is shown of completed orders only. */
  const elsewhere = message === "OPEN_ORDER" ? ["orderId", "filledQuantity"] : ["orderId"];
  const fields = layoutOf("Order").fields.filter(({ name }) => !elsewhere.includes(name));

  test.each(fields.map((field) => [field.name, field] as const))(
    "of which it says %s alone",
    (name, field) => {
      // Switches that the wire has as numbers come back as 1.
      const isSwitch = name === "usePriceMgmtAlgo" || name === "routeMarketableToBbo";
      const value = isSwitch ? 1 : (SAMPLES[name] ?? sample(field));
      expect(sentOrder({}, shown({ [name]: value })).order).toEqual({ ...nothing, [name]: value });
    },
  );
});
