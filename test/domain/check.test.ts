import { expect, test } from "vitest";
import { check, refused } from "../../src/domain/check.js";
import { IBKRError } from "../../src/domain/ibkr-error.js";
import {
  anyText,
  fields,
  fieldsAmongOthers,
  finite,
  flag,
  instance,
  integer,
  listOf,
  notNegative,
  oneOf,
  port,
  positive,
  positiveOrInfinity,
  powerOfTwo,
  someOf,
  text,
  textLike,
} from "../../src/validation/rules.js";

const AN_OBJECT = fields({ a: integer(1).optional(), b: listOf(fields({ c: flag() })).optional() });

test.each<[string, () => unknown, string]>([
  [
    "an integer",
    () => check(fields({ n: integer(1, 9) }), { n: 10 }),
    "n is 10 (allowed: an integer from 1 to 9)",
  ],
  ["a fraction", () => check(integer(1), 1.5, "n"), "n is 1.5 (allowed: an integer from 1 on)"],
  ["a power of two", () => check(powerOfTwo(2, 8), 6, "n"), "n is 6 (allowed: a power of two from 2 to 8)"],
  [
    "one that is too large",
    () => check(powerOfTwo(2, 8), 16, "n"),
    "n is 16 (allowed: a power of two from 2 to 8)",
  ],
  ["no number", () => check(finite(), Number.NaN, "n"), "n is NaN (allowed: a number)"],
  ["zero", () => check(positive(), 0, "n"), "n is 0 (allowed: a number above 0)"],
  ["no number at all", () => check(positiveOrInfinity(), "1", "n"), 'n is "1" (allowed: a number above 0)'],
  ["less than zero", () => check(notNegative(), -1, "n"), "n is -1 (allowed: a number from 0 on)"],
  ["a text that is empty", () => check(text(), "", "t"), 't is "" (allowed: a text)'],
  ["the same in other words", () => check(text("a name"), "", "t"), 't is "" (allowed: a name)'],
  [
    "a memory",
    () => check(text(), { memory: new Uint8Array(1 << 24) }, "t"),
    't is {"memory":"Uint8Array of 16777216 bytes"} (allowed: a text)',
  ],
  [
    "a promise whose await was forgotten",
    () => check(text(), Promise.resolve("a"), "t"),
    "t is a promise that was not awaited (allowed: a text)",
  ],
  ["null", () => check(anyText(), null, "t"), "t is null (allowed: a text)"],
  ["a form", () => check(textLike(/^a/, "a text with a"), "b", "t"), 't is "b" (allowed: a text with a)'],
  ["a choice", () => check(oneOf(["a", "b"]), "c", "t"), 't is "c" (allowed: a, b)'],
  ["a list", () => check(someOf(text(), "texts"), [], "l"), "l is [] (allowed: texts)"],
  ["an entry", () => check(listOf(text()), ["a", 1], "l"), "l[1] is 1 (allowed: a text)"],
  ["a port", () => check(port(1), 0, "port"), "port is 0 (allowed: an integer from 1 to 65535)"],
  ["a name that is not known", () => check(AN_OBJECT, { d: 1 }), "d is not known (allowed: a, b)"],
  [
    "the same further inside",
    () => check(AN_OBJECT, { b: [{ c: true, d: 1 }] }),
    "b[0].d is not known (allowed: c)",
  ],
  ["no object", () => check(AN_OBJECT, 7), "the value is 7 (allowed: an object with a, b)"],
  [
    "no object, named",
    () => check(fieldsAmongOthers({ a: text() }), 7, "it"),
    "it is 7 (allowed: an object with a)",
  ],
  [
    "an instance",
    () =>
      check(
        instance(() => false, "a clock"),
        {},
        "clock",
      ),
    "clock is {} (allowed: a clock)",
  ],
  [
    "a long value",
    () => check(finite(), "x".repeat(99), "n"),
    `n is "${"x".repeat(79)}… (allowed: a number)`,
  ],
])("%s is refused by name, value and what is allowed", (_, run, message) => {
  let error: unknown;
  try {
    run();
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(IBKRError);
  expect(error).toMatchObject({ code: "ERR_IBKR_OPTION", scope: "system", retryable: false, message });
});

test("what fits comes back with its defaults, and without other people's fields", () => {
  const schema = fieldsAmongOthers({ port: port(0).default(7), rate: positiveOrInfinity() });
  expect(check(schema, { rate: Number.POSITIVE_INFINITY, other: 1 })).toEqual({
    port: 7,
    rate: Number.POSITIVE_INFINITY,
  });
});

test("the error has the code it is asked for", () => {
  const error = refused("file", undefined, "a path", "ERR_IBKR_ARGUMENT");
  expect(error).toMatchObject({ code: "ERR_IBKR_ARGUMENT", message: "file is undefined (allowed: a path)" });
  expect(() => check(flag(), 1, "it", "ERR_IBKR_ARGUMENT")).toThrow(
    expect.objectContaining({ code: "ERR_IBKR_ARGUMENT", message: "it is 1 (allowed: true or false)" }),
  );
});
