import fc from "fast-check";
import { expect, test } from "vitest";
import { roundedQuantity } from "../../src/orders/order-fills.js";
import type { OrderTicket } from "../../src/orders/order-ticket.js";
import { holds } from "../support/property.js";
import { Desk, execution, gatewayError, limitOrder, openOrder, ticketOf } from "./order-bench.js";

/** Something that the gateway tells of an order. */
type Message = (ticket: OrderTicket) => void;

interface History {
  readonly name: string;
  readonly messages: readonly Message[];
  /** What a gateway that tells this has done with the order. */
  readonly truth: "filled" | "cancelled" | "rejected" | "alive";
  readonly filled: number;
  readonly value: number;
  readonly commission: number | undefined;
  readonly modified: boolean;
}

const QUANTITY = 100;

const status =
  (word: string, filled: number, averageFillPrice = 0): Message =>
  (ticket) =>
    ticket.onStatus({
      orderId: 7,
      status: word,
      filled,
      remaining: QUANTITY - filled,
      averageFillPrice,
      permId: 900,
    });
const open =
  (word: string): Message =>
  (ticket) =>
    ticket.onOpenOrder(openOrder(word));
const error =
  (code: number): Message =>
  (ticket) =>
    ticket.onError(gatewayError(code));

/** What a gateway tells of an order that it has, as it happens: fills with all that belongs to them, corrected ones too. */
const fills = fc.array(
  fc.record({
    shares: fc.integer({ min: 1, max: 40 }),
    price: fc.integer({ min: 900, max: 1100 }),
    toldByStatus: fc.boolean(),
    correctedTo: fc.option(fc.integer({ min: 900, max: 1100 }), { nil: undefined }),
  }),
  { maxLength: 5 },
);

const history: fc.Arbitrary<History> = fc
  .record({
    fills,
    end: fc.constantFrom("filled", "cancelled", "rejected", "alive"),
    words: fc.array(fc.constantFrom("PendingSubmit", "PreSubmitted", "Submitted", "ApiPending", "Inactive"), {
      maxLength: 3,
    }),
    hints: fc.array(fc.constantFrom(399, 404, 2109, 10_349, 10_147, 10_148, 161, 2137), { maxLength: 3 }),
    pending: fc.boolean(),
    modified: fc.boolean(),
    changeRefused: fc.boolean(),
    endTold: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ fills, end, words, hints, pending, modified, changeRefused, endTold }) => {
    // Where it is not 201 that ends an order that has worked, but another code and "Inactive", late news of its working
    // is news that it works again: being taken for dead it would be sent again.
    const neverWorked = end === "rejected" && endTold === 3;
    const said = words.filter((word) => !(neverWorked && word.endsWith("Submitted")));
    const messages: Message[] = [
      ...said.map((word) => status(word, 0)),
      ...said.map(open),
      ...hints.map(error),
    ];
    let filled = 0;
    let value = 0;
    let told = 0; // value of the fills as status knew it
    let commission = 0;
    const parts = end === "rejected" ? [] : fills;
    const all = end === "filled" ? [...parts, undefined] : parts;
    for (const [i, part] of all.entries()) {
      // The last fill of a filled order is what is left.
      const shares = Math.min(part?.shares ?? QUANTITY, QUANTITY - filled - (end === "filled" ? 0 : 1));
      if (shares <= 0) continue;
      const { price = 1000, toldByStatus = false, correctedTo } = part ?? {};
      filled += shares;
      told += shares * price;
      value += shares * (correctedTo ?? price);
      commission += shares;
      messages.push((ticket) => void ticket.onExecution(execution(`a.${i}.01`, shares, price / 100)));
      if (correctedTo !== undefined)
        messages.push((ticket) => void ticket.onExecution(execution(`a.${i}.02`, shares, correctedTo / 100)));
      messages.push((ticket) =>
        ticket.onCommission({ execId: `a.${i}.01`, commission: shares / 100, currency: "USD" }),
      );
      const now = filled;
      const average = told / filled / 100;
      if (toldByStatus) messages.push(status("Submitted", now, average));
    }
    const average = filled === 0 ? 0 : told / filled / 100;
    if (pending && end !== "rejected") messages.push(status("PendingCancel", filled, average));
    const changed = modified && end !== "rejected";
    // An order whose change was refused goes on: its status says so.
    if (changed && changeRefused)
      messages.push(error(201), status("Submitted", 0), status("PendingCancel", filled, average));
    switch (end) {
      case "filled":
        if (endTold > 0 || changed) messages.push(status("Filled", QUANTITY, average)); // may never come
        break;
      case "cancelled":
        messages.push(
          endTold > 1 ? status("ApiCancelled", filled, average) : status("Cancelled", filled, average),
        );
        if (endTold % 2 === 1) messages.push(error(202));
        break;
      case "rejected": {
        // 201 ends an order whatever its status says; others come of orders that never worked, or with an end.
        const ends = [
          [error(201)],
          [error(201), status("Inactive", 0)],
          [error(110), status("Cancelled", 0)],
          [error(203), status("Inactive", 0)],
        ];
        messages.push(...ends[endTold]);
        break;
      }
    }
    return {
      name: `${end}, ${words.join(" ")}, ${filled} filled${changed ? ", changed" : ""}`,
      messages,
      truth: end as History["truth"],
      filled,
      value: value / 100,
      commission: filled === 0 ? undefined : commission / 100,
      modified: changed,
    };
  });

function check(history: History, order: readonly number[]): void {
  const desk = new Desk();
  const ticket = ticketOf(desk, limitOrder(QUANTITY));
  ticket.onWritten();
  if (history.modified) ticket.modify({ limitPrice: 11 });
  for (const i of order) history.messages[i](ticket);
  const { truth, filled, value } = history;
  if (truth === "alive") expect(ticket.isOver).toBe(false);
  else expect(ticket.status).toBe(truth);
  expect(ticket.filledQuantity).toBe(filled);
  expect(ticket.executions.reduce((sum, { execution: e }) => sum + (e.shares ?? 0), 0)).toBe(filled);
  if (filled > 0) expect(ticket.averagePrice).toBeCloseTo(value / filled, 9);
  expect(ticket.commission).toBe(
    history.commission === undefined ? undefined : roundedQuantity(history.commission),
  );
}

test("whatever order its messages come in, and however often, an order ends in the same, true state", () => {
  holds(
    "messages of an order, shuffled",
    fc.property(
      history.chain((given) =>
        fc.tuple(
          fc.constant(given),
          fc.shuffledSubarray(
            given.messages.map((_, i) => i),
            {
              minLength: given.messages.length,
              maxLength: given.messages.length,
            },
          ),
          fc.array(fc.nat(Math.max(0, given.messages.length - 1)), { maxLength: 8 }),
        ),
      ),
      ([given, order, again]) => {
        // Twice: some come again behind all others, some somewhere between.
        const positions = [...order];
        for (const i of again) {
          if (given.messages.length === 0) break;
          positions.splice((i * 7) % (positions.length + 1), 0, i);
        }
        check(
          given,
          given.messages.map((_, i) => i),
        );
        check(given, positions);
      },
    ),
    { numRuns: 2000 },
  );
});
