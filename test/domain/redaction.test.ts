import { describe, expect, test } from "vitest";
import { redactAccounts, redactedText, redactedValue } from "../../src/domain/redaction.js";

describe("an account id in a text", () => {
  test.each([
    ["DU1234567", "DU***67"],
    ["U7654321", "U***21"],
    ["F1234567A", "F***7A"],
    ["DF12345", "DF***45"],
    ["DUP123456", "DU***56"],
    ["I1234567", "I***67"],
    ["of DU1234567, DU7654321: no", "of DU***67, DU***21: no"],
    ['{"account":"DU1234567"}', '{"account":"DU***67"}'],
    ["a line\\nU1234567\\tDU1234567", "a line\\nU***67\\tDU***67"],
    ["(DU1234567)_U1234567", "(DU***67)_U***67"],
  ])("%s is %s", (text, shown) => {
    expect(redactedText(text)).toBe(shown);
    expect(redactedText(shown)).toBe(shown);
  });

  test.each(["EUR1234567", "US0378331005", "01M8HN1MNCFS6F1R5CWMRJXMWG", "DU***67", "U12", "4002"])(
    "%s is none",
    (text) => expect(redactedText(text)).toBe(text),
  );
});

test("ids of another form are redacted once a gateway has named them; what is too short to tell is not", () => {
  expect(redactedText("of TRADER-77(x) and MY.ACCT9")).toBe("of TRADER-77(x) and MY.ACCT9");
  redactAccounts(["TRADER-77(x)", "MY.ACCT9", "AB", "ALLOF", ""]);
  expect(redactedText("of TRADER-77(x) and MY.ACCT9, AB ALLOF MYxACCT9")).toBe(
    "of TR***x) and MY***T9, AB ALLOF MYxACCT9",
  );
});

test("of a value everything is redacted, names of members and errors with their causes as well", () => {
  const cause = new Error("cause DU1234567");
  const error = Object.assign(new Error("of U1234567", { cause }), { code: "X", account: "DU1234567" });
  const value = { a: ["DU1234567", { DU1234567: "F1234567" }], n: 1, none: undefined, nil: null, error };
  const shown = redactedValue(value) as typeof value;
  expect(JSON.stringify(shown)).not.toMatch(/\d{7}/);
  expect(shown.a).toEqual(["DU***67", { "DU***67": "F***67" }]);
  expect(shown.error).toMatchObject({ type: "Error", message: "of U***67", code: "X", account: "DU***67" });
  expect((shown.error as { cause?: unknown }).cause).toMatchObject({ message: "cause DU***67" });
  expect([shown.n, shown.none, shown.nil]).toEqual([1, undefined, null]);
});

test("what contains itself comes to an end", () => {
  const ring: { self?: unknown } = {};
  ring.self = ring;
  expect(JSON.stringify(redactedValue(ring))).toContain("…");
});
