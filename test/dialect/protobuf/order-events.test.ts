import { PriceCondition } from "@stoqey/ib";
import { describe, expect, test } from "vitest";
import { SeededRandom, testSeed } from "../../support/seeded-random.js";
import { fromText, received, withZeros } from "./notes.js";
import { completedOrderText, openOrderText, randomOrderBody } from "./order-bodies.js";

const SEED = testSeed("order events", 20260827);
const ROUNDS = 300;

describe(`orders in text at 193 and in protobuf raise equal events (seed ${SEED})`, () => {
  test(`${ROUNDS} open orders`, () => {
    const random = new SeededRandom(SEED);
    for (let round = 0; round < ROUNDS; round++) {
      const body = randomOrderBody(random, round / ROUNDS, true);
      const orderId = random.below(1000);
      const events = fromText(...openOrderText(orderId, body));
      expect(events.map(([kind]) => kind)).toEqual(["openOrder"]);
      const shown = received("OPEN_ORDER", { orderId, ...body });
      expect(withZeros(shown), `round ${round}`).toStrictEqual(withZeros(events));
    }
  });

  test(`${ROUNDS} completed orders`, () => {
    const random = new SeededRandom(SEED + 1);
    for (let round = 0; round < ROUNDS; round++) {
      const body = randomOrderBody(random, round / ROUNDS, false);
      const events = fromText(...completedOrderText(body));
      expect(events.map(([kind]) => kind)).toEqual(["completedOrder"]);
      const shown = received("COMPLETED_ORDER", body);
      expect(withZeros(shown), `round ${round}`).toStrictEqual(withZeros(events));
    }
  });
});

describe("what text does not have", () => {
  test("fields of an open order that the server sends are in the order", () => {
    const [[, orderId, , order]] = received("OPEN_ORDER", {
      contract: {},
      order: {
        orderId: 9,
        submitter: "user",
        deactivate: true,
        postOnly: true,
        allowPreOpen: true,
        ignoreOpenAuction: true,
        seekPriceImprovement: 0,
        whatIfType: 1,
        hedgeMaxSize: 100,
        conditionsIncludeOvernight: true,
        filledQuantity: "0.5",
        shareholder: "none",
        routeMarketableToBbo: 1,
        imbalanceOnly: true,
        orderMiscOptions: new Map([["a", "b"]]),
        mifid2DecisionMaker: "m",
        transmit: true,
      },
      orderState: {},
    });
    expect(orderId).toBe(9);
    expect(order).toMatchObject({
      orderId: 9,
      submitter: "user",
      deactivate: true,
      postOnly: true,
      allowPreOpen: true,
      ignoreOpenAuction: true,
      seekPriceImprovement: 0,
      whatIfType: 1,
      hedgeMaxSize: 100,
      conditionsIncludeOvernight: true,
      shareholder: "none",
      routeMarketableToBbo: true,
      imbalanceOnly: true,
      orderMiscOptions: [{ tag: "a", value: "b" }],
      mifid2DecisionMaker: "m",
      transmit: true,
    });
    // Programs tell completed orders by it.
    expect(order).not.toHaveProperty("filledQuantity");
  });

  test("the full preview of an order", () => {
    const [[, , , , state]] = received("OPEN_ORDER", {
      orderId: 1,
      contract: {},
      order: {},
      orderState: {
        status: "PreSubmitted",
        marginCurrency: "USD",
        initMarginBeforeOutsideRTH: 1,
        maintMarginBeforeOutsideRTH: 2,
        equityWithLoanBeforeOutsideRTH: 3,
        initMarginChangeOutsideRTH: 4,
        maintMarginChangeOutsideRTH: 5,
        equityWithLoanChangeOutsideRTH: 6,
        initMarginAfterOutsideRTH: 7,
        maintMarginAfterOutsideRTH: 8,
        equityWithLoanAfterOutsideRTH: Number.MAX_VALUE,
        suggestedSize: "10.5",
        rejectReason: "no",
        orderAllocations: [
          {
            account: "DU1",
            position: "1",
            positionDesired: "2",
            positionAfter: "3",
            desiredAllocQty: "4",
            allowedAllocQty: "5",
            isMonetary: true,
          },
        ],
        completedStatus: "Filled Size: 1",
      },
    });
    expect(state).toEqual({
      status: "PreSubmitted",
      commissionCurrency: "",
      warningText: "",
      marginCurrency: "USD",
      initMarginBeforeOutsideRTH: 1,
      maintMarginBeforeOutsideRTH: 2,
      equityWithLoanBeforeOutsideRTH: 3,
      initMarginChangeOutsideRTH: 4,
      maintMarginChangeOutsideRTH: 5,
      equityWithLoanChangeOutsideRTH: 6,
      initMarginAfterOutsideRTH: 7,
      maintMarginAfterOutsideRTH: 8,
      equityWithLoanAfterOutsideRTH: undefined,
      suggestedSize: 10.5,
      rejectReason: "no",
      orderAllocations: [
        {
          account: "DU1",
          position: 1,
          positionDesired: 2,
          positionAfter: 3,
          desiredAllocQty: 4,
          allowedAllocQty: 5,
          isMonetary: true,
        },
      ],
      completedStatus: "Filled Size: 1",
    });
  });

  test("conditions are stock's objects, those of an unknown type keep what all have", () => {
    const [[, , , order]] = received("OPEN_ORDER", {
      orderId: 1,
      contract: {},
      order: { conditions: [{ type: 1, price: 2, isConjunctionConnection: true }, { type: 99 }] },
      orderState: {},
    });
    const { conditions } = order as { conditions: unknown[] };
    expect(conditions[0]).toBeInstanceOf(PriceCondition);
    expect(conditions[0]).toMatchObject({ strValue: "2", conjunctionConnection: "a" });
    expect(conditions[1]).toEqual({ type: 99, conjunctionConnection: "o" });
  });
});
