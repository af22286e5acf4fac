import fc from "fast-check";
import { expect, test } from "vitest";
import { LineTable } from "../../src/stream/line-table.js";
import { holds } from "../support/property.js";

test("holds what a Map holds, whatever is set and taken away", () => {
  const id = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 2 ** 30, max: 2 ** 30 + 300 }));
  const steps = fc.array(fc.tuple(id, fc.boolean()), { maxLength: 600 });
  const same = fc.property(steps, (all) => {
    const table = new LineTable<string>();
    const map = new Map<number, string>();
    for (const [n, [key, isSet]] of all.entries()) {
      if (isSet) {
        table.set(key, `line ${n}`);
        map.set(key, `line ${n}`);
      } else {
        table.delete(key);
        map.delete(key);
      }
    }
    expect(table.size).toBe(map.size);
    for (const [key] of all) expect(table.get(key)).toBe(map.get(key));
  });
  holds("a table of lines", same);
});
