import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { check } from "../../src/domain/check.js";
import { type ComparedRisk, compareRisk, type RiskMismatch } from "../../src/risk/compare-risk.js";
import { comparisonRules, RiskComparison } from "../../src/risk/risk-comparison.js";
import { VirtualClock } from "../../src/time/virtual-clock.js";
import { holds } from "../support/property.js";

const side = (more: Partial<ComparedRisk> = {}): ComparedRisk => ({
  positions: [{ account: "DU1", conId: 1, quantity: 100 }],
  executions: ["e1.01"],
  orders: ["a:1"],
  ...more,
});
const holding = (quantity: number) => side({ positions: [{ account: "DU1", conId: 1, quantity }] });
const position = (ours: number, theirs: number): RiskMismatch => {
  return { kind: "position", account: "DU1", conId: 1, ours, theirs };
};

describe("the gate and the gateway", () => {
  test("agree where both have the same, a correction of an execution and a position of 0 included", () => {
    expect(compareRisk(side(), side({ executions: ["e1.02"] }))).toEqual([]);
    const id = "00025b46.63f8f0f3.01.01";
    expect(compareRisk(side({ executions: [id] }), side({ executions: [id] }))).toEqual([]);
    expect(compareRisk(holding(0), side({ positions: [] }))).toEqual([]);
    expect(compareRisk(side({ positions: [] }), holding(0))).toEqual([]);
    expect(compareRisk(holding(0.1 + 0.2), holding(0.3))).toEqual([]);
  });

  test("differ in positions either way, and in executions and orders that the gate does not have", () => {
    expect(compareRisk(holding(100), holding(-1))).toEqual([position(100, -1)]);
    expect(compareRisk(side({ positions: [] }), holding(5))).toEqual([position(0, 5)]);
    expect(compareRisk(holding(5), side({ positions: [] }))).toEqual([position(5, 0)]);
    const theirs = side({ executions: ["e2.01", "e1.01"], orders: ["a:1", "a:2"] });
    expect(compareRisk(side(), theirs)).toEqual([
      { kind: "execution", execId: "e2.01" },
      { kind: "order", key: "a:2" },
    ]);
    expect(compareRisk(theirs, side())).toEqual([]);
  });

  test("never differ from themselves, and a changed position is the one that is told", () => {
    const positions = fc.uniqueArray(
      fc.record({ account: fc.constantFrom("DU1", "DU2"), conId: fc.nat(9), quantity: fc.integer() }),
      { selector: ({ account, conId }) => `${account} ${conId}`, minLength: 1 },
    );
    holds(
      "compared with itself",
      fc.property(positions, fc.nat(), (held, which) => {
        expect(compareRisk(side({ positions: held }), side({ positions: held.toReversed() }))).toEqual([]);
        const at = which % held.length;
        const changed = held.map((other, i) =>
          i === at ? { ...other, quantity: other.quantity + 1 } : other,
        );
        const found = compareRisk(side({ positions: held }), side({ positions: changed }));
        expect(found).toMatchObject([{ kind: "position", conId: held[at].conId }]);
      }),
    );
  });
});

describe("every so often", () => {
  const begin = (answers: (ComparedRisk | Error)[], ours: ComparedRisk[] = []) => {
    const clock = new VirtualClock();
    const told: unknown[] = [];
    const asked: number[] = [];
    const start = clock.now();
    const comparison = new RiskComparison(clock, 30_000, 2_000, {
      ours: () => ours.shift() ?? side(),
      theirs: async () => {
        asked.push(clock.now() - start);
        const answer = answers.shift() ?? side();
        if (answer instanceof Error) throw answer;
        return answer;
      },
      differs: (mismatches) => told.push(mismatches),
      unanswered: (times, error) => told.push([times, (error as Error).message]),
    });
    const advance = async (ms: number) => {
      for (let i = 0; i < ms; i += 1000) {
        clock.advance(1000);
        for (let turn = 0; turn < 5; turn++) await Promise.resolve();
      }
    };
    return { clock, told, asked, comparison, advance };
  };

  test("they are compared; what differs twice in a row is told, once while it lasts", async () => {
    const wrong = holding(90);
    const { told, asked, advance, comparison } = begin([side(), wrong, wrong, wrong, side(), wrong, wrong]);
    await advance(61_000);
    expect(told).toEqual([]);
    await advance(1_000);
    expect(told).toEqual([[position(100, 90)]]);
    await advance(120_000);
    expect(asked).toEqual([30_000, 60_000, 62_000, 92_000, 122_000, 152_000, 154_000]);
    expect(told).toEqual([[position(100, 90)], [position(100, 90)]]);
    comparison.stop();
  });

  test("what an execution on its way has made is gone in the second look, and nothing is told", async () => {
    const { told, asked, advance } = begin([holding(90), side(), holding(80), holding(70), holding(60)]);
    await advance(70_000);
    expect(asked).toEqual([30_000, 32_000, 62_000, 64_000, 66_000, 68_000]);
    expect(told).toEqual([]);
  });

  test("an execution that comes while the gateway is asked is no difference", async () => {
    const { told, asked, advance } = begin([holding(90), holding(90)], [holding(100), holding(90)]);
    await advance(31_000);
    expect([asked, told]).toEqual([[30_000], []]);
  });

  test("who does not answer is told each time, and asked again; what differed before still counts", async () => {
    const wrong = holding(90);
    const { told, advance, asked } = begin([wrong, new Error("away"), new Error("away"), wrong]);
    await advance(100_000);
    expect(told).toEqual([[1, "away"], [2, "away"], [position(100, 90)]]);
    expect(asked).toEqual([30_000, 32_000, 62_000, 92_000]);
  });

  test("nobody is asked, and nothing told, after the end", async () => {
    const { told, asked, advance, comparison, clock } = begin([holding(90), new Error("away")]);
    await advance(30_000);
    comparison.stop();
    await advance(100_000);
    expect([asked, told, clock.pending]).toEqual([[30_000], [], 0]);
  });
});

test.each([
  [{ everyMs: 10 }, "everyMs is 10 (allowed: an integer from 1000 to 3600000)"],
  [{ onMismatch: "ACTIVE" }, 'onMismatch is "ACTIVE" (allowed: REDUCING, HALTED)'],
])("options are refused: %j", (options, message) => {
  expect(() => check(comparisonRules(), options)).toThrow(message);
});

test("options have defaults", () => {
  expect(check(comparisonRules(), undefined)).toEqual({
    everyMs: 30_000,
    againMs: 2_000,
    onMismatch: "REDUCING",
  });
});
