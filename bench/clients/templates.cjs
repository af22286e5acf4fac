"use strict";
// Prepared and armed orders, over a broker of ours.
const { nowMicros } = require("./clock.cjs");
const { run } = require("./main.cjs");
const { brokerOf, CONTRACT, fail, ORDER } = require("./order-broker.cjs");
const scenarios = require("./scenarios.cjs");

const TREATMENT = { boardSlot: 0, conflateMs: 0, conflateTrades: false, policy: "conflate" };
const TICK_PRICE = 1;
const BID = 1;
const IGNORED = { refused: (error) => fail(error) };

class TemplateDriver {
  constructor({ port, maxServerVersion, readMode, keepWarmMs }) {
    this.broker = brokerOf({ port, maxServerVersion, readMode, keepWarmMs });
    this.broker.on("orderError", (_id, error) => fail(error));
    this.template = this.broker.orders.prepareOrder(CONTRACT, ORDER);
  }

  async open() {
    await this.broker.connect();
    return 1;
  }

  close() {
    this.broker.close();
  }

  subscribe(symbols, treatment) {
    for (let i = 1; i <= symbols; i++)
      this.broker.feed.subscribe({ kind: "quotes", contract: CONTRACT }, IGNORED, treatment);
  }

  count() {}

  onOrderStatus(handler) {
    this.broker.on("orderStatus", handler);
  }

  /** The template counts the ids. */
  placeOrder(_orderId, limitPrice) {
    this.template.send({ limitPrice });
  }
}

/** Each bid is answered by an order of its price, in a handler of JavaScript. */
async function handler(driver, { warmup, orders }) {
  const { broker, template } = driver;
  let placed = 0;
  await new Promise((resolve) => {
    broker.feed.onRecord(({ kind, field, price }) => {
      if (kind !== TICK_PRICE || field !== BID || !(price > 0) || placed === warmup + orders) return;
      template.send({ limitPrice: price });
      if (++placed === warmup + orders) resolve();
    });
    driver.subscribe(1);
  });
  return { placed };
}

/** One order is armed after the other: each fires at the next bid. */
async function armed(driver, { warmup, orders }) {
  let placed = 0;
  driver.subscribe(1, TREATMENT);
  await new Promise((resolve) => {
    const arm = (above) =>
      driver.template.arm({
        when: { boardSlot: TREATMENT.boardSlot, field: "bid", op: ">", price: above },
        onEnd: ({ disposition, value }) => {
          if (disposition !== "written") fail(new Error(`an armed order is ${disposition}`));
          if (++placed === warmup + orders) resolve();
          else arm(value);
        },
      });
    arm(0);
  });
  return { placed };
}

const BLOCK_MILLIS = 300;
/** The guard has taken over by then. */
const SETTLE_MICROS = 50_000;

/** Orders that fire at times to come, for the bids are times; then JavaScript does nothing until they are past. */
async function armedStalled(driver, { warmup, orders, bidEveryMicros }) {
  let placed = 0;
  driver.subscribe(1, TREATMENT);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const each = Math.floor((BLOCK_MILLIS * 1000 - 2 * SETTLE_MICROS) / bidEveryMicros);
  while (placed < warmup + orders) {
    const from = nowMicros() + SETTLE_MICROS;
    const batch = Array.from({ length: Math.min(each, warmup + orders - placed) }, (_, i) =>
      driver.template.arm({
        when: {
          boardSlot: TREATMENT.boardSlot,
          field: "bid",
          op: ">",
          price: from + i * bidEveryMicros,
        },
      }),
    );
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BLOCK_MILLIS);
    for (const { ended } of batch) {
      const { disposition } = await ended;
      if (disposition !== "written") fail(new Error(`an armed order is ${disposition}`));
      placed++;
    }
  }
  return { placed };
}

run((spec) => new TemplateDriver(spec), {
  orders: scenarios.orders,
  handler,
  armed,
  armedStalled,
});
