import { describe, expect, test } from "vitest";
import type { Contract, Order } from "../../src/index.js";
import { ORDER_PLACEHOLDERS } from "../../src/native/layout.js";
import { OrderEntry } from "../../src/native/order-entry.js";
import { OrderSheet } from "../../src/native/order-sheet.js";
import { Sent } from "../../src/native/sent.js";

const place = (name: (typeof ORDER_PLACEHOLDERS)[number]) => ORDER_PLACEHOLDERS.indexOf(name);
const LIMIT = place("order.lmtPrice");
const REF = place("order.orderRef");

function sheetOfAnOrder(): OrderSheet {
  const sheet = new OrderSheet();
  sheet.set(place("id"), 1);
  return sheet;
}

describe("an order sheet", () => {
  test("without an id is no order", () => {
    const sheet = new OrderSheet();
    expect(sheet.isOrdinary).toBe(false);
    sheet.set(place("id"), undefined);
    expect(sheet.isOrdinary).toBe(false);
    sheet.set(place("id"), 1);
    expect(sheet.isOrdinary).toBe(true);
    sheet.set(place("id"), "");
    expect(sheet.isOrdinary).toBe(false);
  });

  test.each([
    ["NaN", Number.NaN],
    ["infinite", Number.POSITIVE_INFINITY],
    ["the unset value", Number.MAX_VALUE],
    ["minus zero", -0],
    ["a text that is no number", "1.50"],
    ["an array", [1]],
    ["a bigint", 1n],
  ])(
    "leaves a price that is %s to the general path, as often as it comes, and goes on behind it",
    (_, price) => {
      const sheet = sheetOfAnOrder();
      for (let i = 0; i < 2; i++) {
        sheet.set(LIMIT, price);
        expect(sheet.isOrdinary).toBe(false);
        expect(sheet.get(LIMIT)).toBe(price);
      }
      sheet.set(LIMIT, 1.5);
      expect(sheet.isOrdinary).toBe(true);
    },
  );

  test("tells 0 from -0, in both orders", () => {
    const sheet = sheetOfAnOrder();
    for (const [price, ordinary] of [
      [0, true],
      [-0, false],
      [-0, false],
      [0, true],
    ] as const) {
      sheet.set(LIMIT, price);
      expect(sheet.isOrdinary).toBe(ordinary);
      expect(sheet.get(LIMIT)).toBe(price);
    }
  });

  test.each(["é", "a\0b", "\ud800", "x".repeat(65)])("leaves the text %j to the general path", (text) => {
    const sheet = sheetOfAnOrder();
    sheet.set(REF, text);
    expect(sheet.isOrdinary).toBe(false);
    sheet.set(REF, "x".repeat(64));
    expect(sheet.isOrdinary).toBe(true);
  });
});

describe("an order entry", () => {
  test.each(ORDER_PLACEHOLDERS.filter((name) => name !== "id"))(
    "puts %s in the place that the core has for it",
    (name) => {
      const [source, field] = name.split(".");
      const sheet = new OrderSheet();
      const seen: number[] = [];
      const entry = new OrderEntry(sheet, () => Sent.TAKE_GENERAL_PATH);
      const contract = source === "contract" ? { [field]: "only this" } : {};
      const order = (source === "order" ? { [field]: "only this" } : {}) as unknown as Order;
      const read = entry.place(7, contract, order);
      ORDER_PLACEHOLDERS.forEach((_, i) => {
        if (sheet.get(i) === "only this") seen.push(i);
      });
      expect(seen).toEqual([place(name)]);
      expect(read).toEqual({ contract, order });
    },
  );

  test("that is reading an order leaves another one, which a getter of it places, to the general path", () => {
    const sent: unknown[] = [];
    const sheet = new OrderSheet();
    const entry = new OrderEntry(sheet, () => {
      sent.push([sheet.get(place("id")), sheet.get(LIMIT)]);
      return Sent.WHOLE;
    });
    const contract: Contract = { symbol: "AAPL" };
    const inner = { lmtPrice: 2 } as Order;
    let of: unknown;
    const outer = {
      lmtPrice: 1,
      get orderRef() {
        of = entry.place(8, contract, inner);
        return "outer";
      },
    } as Order;
    expect(entry.place(7, contract, outer)).toBe(Sent.WHOLE);
    expect(of).toEqual({ contract, order: inner });
    expect(sent).toEqual([[7, 1]]);
    expect(entry.place(8, contract, inner)).toBe(Sent.WHOLE);
    expect(sent).toEqual([
      [7, 1],
      [8, 2],
    ]);
  });

  test("whose getter throws says so, and sends the next order whole", () => {
    const sent: unknown[] = [];
    const sheet = new OrderSheet();
    const entry = new OrderEntry(sheet, () => {
      sent.push([LIMIT, REF].map((i) => sheet.get(i)));
      return Sent.WHOLE;
    });
    const broken = {
      lmtPrice: 3,
      get auxPrice(): number {
        throw new Error("mine");
      },
    } as Order;
    expect(entry.place(1, {}, broken)).toEqual({ unreadable: new Error("mine") });
    expect(entry.place(2, {}, { orderRef: "r" } as Order)).toBe(Sent.WHOLE);
    expect(sent).toEqual([[undefined, "r"]]);
  });
});

describe("a rehearsal", () => {
  const CONTRACT: Contract = { symbol: "AAPL" };

  function readsOf(orderOf: (read: () => void) => object): number {
    let reads = 0;
    const entry = new OrderEntry(new OrderSheet(), () => Sent.WHOLE);
    entry.place(
      1,
      CONTRACT,
      orderOf(() => {
        reads += 1;
      }) as Order,
    );
    const once = reads;
    expect(once).toBeGreaterThan(0);
    entry.rehearse();
    entry.rehearse();
    return reads - once;
  }

  test.each<[string, (read: () => void) => object]>([
    [
      "an accessor",
      (read) => ({
        get lmtPrice() {
          read();
          return 1;
        },
      }),
    ],
    [
      "an accessor of its class",
      (read) => {
        class Limit {
          get lmtPrice() {
            read();
            return 1;
          }
        }
        return new Limit();
      },
    ],
    [
      "a proxy",
      (read) =>
        new Proxy(
          {},
          {
            get: () => {
              read();
              return undefined;
            },
          },
        ),
    ],
  ])("does not run %s again", (_, orderOf) => {
    expect(readsOf(orderOf)).toBe(0);
  });

  test("reads plain values again, and sends nothing", () => {
    let sends = 0;
    const sheet = new OrderSheet();
    const entry = new OrderEntry(sheet, () => {
      sends += 1;
      return Sent.WHOLE;
    });
    const order = { lmtPrice: 1 } as Order;
    entry.place(1, CONTRACT, order);
    order.lmtPrice = 2;
    entry.rehearse();
    expect(sheet.get(LIMIT)).toBe(2);
    expect(sends).toBe(1);
  });
});
