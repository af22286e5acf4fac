import { describe, expect, test } from "vitest";
import type { DialectHost } from "../../src/dialect/dialect.js";
import { ProtobufFrames } from "../../src/dialect/protobuf/protobuf-frames.js";
import { TextDialect } from "../../src/dialect/text/text-dialect.js";
import { stock } from "../../src/domain/contracts.js";
import type { Contract, Order } from "../../src/domain/stock-types.js";
import {
  DENY_CODES,
  RISK_DECISION_AUX_PRICE,
  RISK_DECISION_CODE,
  RISK_DECISION_COUNT,
  RISK_DECISION_LIMIT_PRICE,
  RISK_DECISION_MEASURED,
  RISK_DECISION_ORDER_ID,
  RISK_DECISION_QUANTITY,
  RISK_DECISION_SIDE,
  RISK_UNIT_OCA,
} from "../../src/native/layout.js";
import { loadAddon } from "../../src/native/load.js";

const hostOf = (serverVersion: number) =>
  ({
    serverVersion,
    emitEvent: () => {},
    emitInfo: () => {},
    emitError: (error: unknown) => {
      throw error;
    },
  }) as unknown as DialectHost;

/** What the core reads of the frame that the dialect makes of an order. */
function readOf(version: number, contract: Contract, order: Order) {
  const host = hostOf(version);
  const dialect = version > 200 ? new ProtobufFrames(host) : new TextDialect(host);
  const gate = new (loadAddon().RiskGate)(`reader ${Math.random()}`);
  gate.setServerVersion(version);
  const payloads = dialect.encode("placeOrder", [77, contract, order]).map(({ payload }) => payload);
  expect(payloads).toHaveLength(1);
  gate.judgeUnit(payloads, RISK_UNIT_OCA);
  const at = new Float64Array(RISK_DECISION_COUNT);
  gate.lastDecision(at);
  return {
    code: DENY_CODES[at[RISK_DECISION_CODE]].name,
    measured: at[RISK_DECISION_MEASURED],
    orderId: at[RISK_DECISION_ORDER_ID],
    side: at[RISK_DECISION_SIDE],
    quantity: at[RISK_DECISION_QUANTITY],
    limitPrice: at[RISK_DECISION_LIMIT_PRICE],
    auxPrice: at[RISK_DECISION_AUX_PRICE],
  };
}

const SELL = {
  ...{ action: "SELL", totalQuantity: 12.5, orderType: "STP LMT", lmtPrice: 10.25, auxPrice: 10.5 },
  ...{ transmit: true, exemptCode: -1 },
} as Order;
const AAPL = stock("AAPL") as Contract;
const LEG = { conId: 1, ratio: 1, action: "BUY", exchange: "SMART", exemptCode: -1 };

/** Parts of a frame that are there or not: what stands behind them moves. */
const SHAPES: Readonly<Record<string, readonly [contract: object, order: object]>> = {
  plain: [{}, {}],
  "a combination": [
    { secType: "BAG", comboLegs: [LEG, { ...LEG, conId: 2 }] },
    { orderComboLegs: [{ price: 1 }, { price: 2 }], smartComboRoutingParams: [{ tag: "a", value: "b" }] },
  ],
  "an algorithm": [
    {},
    { algoStrategy: "Adaptive", algoParams: [{ tag: "adaptivePriority", value: "Normal" }] },
  ],
  "a delta-neutral order": [
    { deltaNeutralContract: { conId: 5, delta: 0.5, price: 3 } },
    { deltaNeutralOrderType: "LMT", deltaNeutralAuxPrice: 3, deltaNeutralConId: 9 },
  ],
  scales: [{}, { scaleInitLevelSize: 5, scalePriceIncrement: 0.5, scaleAutoReset: true }],
  hedges: [{}, { hedgeType: "D", hedgeParam: "1" }],
  "pegged to a benchmark": [{}, { orderType: "PEG BENCH", referenceContractId: 3, referenceExchangeId: "X" }],
  conditions: [
    {},
    {
      conditions: [
        {
          type: 1,
          conjunctionConnection: "a",
          isMore: true,
          price: 3,
          conId: 1,
          exchange: "X",
          triggerMethod: 0,
        },
        { type: 3, conjunctionConnection: "a", isMore: true, time: "20260101 00:00:00" },
        { type: 4, conjunctionConnection: "o", isMore: true, percent: 3 },
        { type: 5, conjunctionConnection: "a", exchange: "X", secType: "STK", symbol: "IBM" },
        { type: 6, conjunctionConnection: "a", isMore: true, volume: 3, conId: 1, exchange: "X" },
        { type: 7, conjunctionConnection: "a", isMore: true, percent: 3, conId: 1, exchange: "X" },
      ],
    },
  ],
};

describe.each([111, 145, 151, 177, 187, 193, 213, 226])("server version %i", (version) => {
  test.each(Object.entries(SHAPES))("%s: what is judged is what the frame says", (_, [contract, order]) => {
    const read = readOf(version, { ...AAPL, ...contract }, { ...SELL, ...order } as Order);
    expect(read).toMatchObject({
      ...{ orderId: 77, side: 1, quantity: 12.5, limitPrice: 10.25, auxPrice: 10.5 },
      code: "INSTRUMENT_UNKNOWN",
    });
  });

  test.each(Object.entries(SHAPES))(
    "%s: a cash quantity, the last field of all, is found",
    (_, [contract, order]) => {
      const read = readOf(version, { ...AAPL, ...contract }, { ...SELL, ...order, cashQty: 4321.5 } as Order);
      expect(read).toMatchObject({ code: "QUANTITY_INVALID", measured: 4321.5 });
    },
  );
});

describe.each([193, 226])("server version %i", (version) => {
  test("a frame that is cut anywhere is denied", () => {
    const host = hostOf(version);
    const dialect = version > 200 ? new ProtobufFrames(host) : new TextDialect(host);
    const [{ payload }] = dialect.encode("placeOrder", [77, AAPL, SELL]);
    const whole = typeof payload === "string" ? Buffer.from(payload) : Buffer.from(payload);
    const gate = new (loadAddon().RiskGate)("cut frames");
    gate.setServerVersion(version);
    for (let bytes = 0; bytes < whole.length; bytes++)
      expect(gate.judgeUnit([new Uint8Array(whole.subarray(0, bytes))], RISK_UNIT_OCA)).not.toBe(0);
  });
});
