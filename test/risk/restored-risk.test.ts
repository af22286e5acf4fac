import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  atLeast,
  type GatewayRisk,
  type LeftOrder,
  type RestoredRisk,
  restoreRisk,
  type ToldExecution,
} from "../../src/risk/restored-risk.js";
import type { SavedRisk } from "../../src/risk/saved-risk.js";
import { holds } from "../support/property.js";
import { DAY, NOON, savedRisk, scopeDay } from "./state-bench.js";

const execution = (more: Partial<ToldExecution> = {}): ToldExecution => ({
  execId: "e1.01",
  key: "acme:1",
  account: "DU1",
  strategy: "",
  conId: 1,
  side: "BUY",
  quantity: 10,
  profit: 0,
  timeMs: NOON,
  ...more,
});
const order = (more: Partial<LeftOrder> = {}): LeftOrder => ({
  key: "acme:1",
  account: "DU1",
  strategy: "",
  conId: 1,
  side: "BUY",
  quantity: 100,
  price: 10,
  sentMs: NOON,
  isOver: false,
  ...more,
});
const gateway = (more: Partial<GatewayRisk> = {}): GatewayRisk => ({
  openOrders: [],
  endedOrders: [],
  executions: [],
  positions: [],
  ...more,
});
const EMPTY = savedRisk({ scopes: [], positions: [], reservations: [], executions: [] });
const all = ({ scopes }: RestoredRisk) => scopes.find(({ scope }) => scope === "all");

describe("counts of the day", () => {
  test("go on from what was saved, with what has left and was executed since, each once", () => {
    const saved = savedRisk({
      scopes: [scopeDay({ orders: 5, trades: 2, volume: 20, realized: -7, highestProfit: 30 })],
      executions: ["e1.01", "e2.01"],
    });
    const journal = {
      orders: [order({ sentMs: NOON - 1 }), order({ key: "a:2" }), order({ key: "a:3", sentMs: NOON + 1 })],
      executions: [execution(), execution({ execId: "e3.01", profit: -2 })],
    };
    const told = gateway({ executions: [execution(), execution({ execId: "e3.01", profit: undefined })] });
    const restored = restoreRisk({ day: DAY, saved, journal, gateway: told });
    expect(all(restored)).toEqual(
      scopeDay({ orders: 7, trades: 3, volume: 30, realized: -9, highestProfit: 30 }),
    );
    expect(restored.executions).toEqual(["e1.01", "e2.01", "e3.01"]);
    expect(restored.withoutProfit).toBe(0);
  });

  test("are made of journal and gateway where nothing was saved, by account and strategy", () => {
    const journal = {
      orders: [order({ sentMs: DAY.startMs }), order({ key: "s:1", strategy: "s", account: "DU2" })],
      executions: [],
    };
    const executions = [
      execution({ execId: "e1.01", profit: 5 }),
      execution({ execId: "e1.02", profit: -4, quantity: 11 }), // a correction takes its place
      execution({ execId: "old.01", timeMs: DAY.startMs - 1 }),
      execution({ execId: "e9.01", key: undefined, strategy: "s", account: "DU2", profit: undefined }),
    ];
    const restored = restoreRisk({ day: DAY, journal, gateway: gateway({ executions }) });
    expect(restored.scopes).toEqual([
      scopeDay({ orders: 2, trades: 2, volume: 21, realized: -4 }),
      scopeDay({ scope: "account:DU1", orders: 1, trades: 1, volume: 11, realized: -4 }),
      scopeDay({ scope: "account:DU2", orders: 1, trades: 1, volume: 10 }),
      scopeDay({ scope: "strategy:s", orders: 1, trades: 1, volume: 10 }),
    ]);
    expect(restored.withoutProfit).toBe(1);
  });

  test("of a day that is over are nothing; what somebody has set by hand, and the stop, stay", () => {
    const stop = { reason: "r", operator: "o", atMs: NOON };
    const saved = savedRisk({
      stop,
      scopes: [
        scopeDay({ orders: 5, state: "HALTED", cause: "DAILY_LOSS", realized: -100 }),
        scopeDay({ scope: "account:DU1", orders: 5, state: "REDUCING", cause: "REDUCING" }),
      ],
    });
    const day = { startMs: DAY.endMs, endMs: DAY.endMs + 1e6 };
    const restored = restoreRisk({ day, saved });
    expect(restored.scopes).toEqual([
      scopeDay(),
      scopeDay({ scope: "account:DU1", state: "REDUCING", cause: "REDUCING" }),
    ]);
    expect(restored).toMatchObject({ stop, executions: [] });
    expect(restored.positions).toHaveLength(1);
    expect(restored.reservations).toHaveLength(2);
  });

  test("of a day that begins elsewhere since the boundary was changed count as a whole", () => {
    const day = { startMs: NOON - 1000, endMs: DAY.endMs };
    expect(all(restoreRisk({ day, saved: savedRisk() }))).toMatchObject({ orders: 12 });
    // A clock that was set back: the saved day is ahead of it.
    const before = { startMs: DAY.startMs - 86_400_000, endMs: DAY.startMs };
    const ahead = savedRisk({ savedMs: DAY.startMs - 1 });
    expect(all(restoreRisk({ day: before, saved: ahead }))).toMatchObject({ orders: 12 });
  });

  test("of losses are the worse of both sums where the gateway has told all that was saved", () => {
    const saved = savedRisk({ ...EMPTY, scopes: [scopeDay({ realized: 50 })], executions: ["e1.01"] });
    const executions = [execution({ profit: 20 }), execution({ execId: "e2.01", profit: -5 })];
    expect(all(restoreRisk({ day: DAY, saved, gateway: gateway({ executions }) }))?.realized).toBe(15);
    const tail = gateway({ executions: executions.slice(1) });
    expect(all(restoreRisk({ day: DAY, saved, gateway: tail }))?.realized).toBe(45);
  });
});

describe("positions", () => {
  const saved = savedRisk({
    ...EMPTY,
    positions: [{ account: "DU1", conId: 1, quantity: 100, averagePrice: 10 }],
    executions: ["e1.01"],
  });
  const at = (quantity: number) => ({ account: "DU1", conId: 1, quantity, averagePrice: 11 });

  test("are the gateway's, explained by executions since they were saved", () => {
    const executions = [execution(), execution({ execId: "e2.01", side: "SELL", quantity: 30 })];
    const told = gateway({ executions, positions: [at(70)] });
    expect(restoreRisk({ day: DAY, saved, gateway: told }).positions).toEqual([
      { ...at(70), lowest: 70, highest: 70, isExplained: true },
    ]);
  });

  test("lie between both where nothing explains the difference, and where the gateway knows none", () => {
    const told = restoreRisk({ day: DAY, saved, gateway: gateway({ positions: [at(-20)] }) });
    expect(told.positions).toEqual([{ ...at(-20), lowest: -20, highest: 100, isExplained: false }]);
    const more = restoreRisk({ day: DAY, saved, gateway: gateway({ positions: [at(150)] }) });
    expect(more.positions).toEqual([{ ...at(150), lowest: 100, highest: 150, isExplained: false }]);
    const gone = restoreRisk({ day: DAY, saved, gateway: gateway() });
    expect(gone.positions).toMatchObject([{ quantity: 0, lowest: 0, highest: 100, isExplained: false }]);
  });

  test("are the saved ones before the gateway has answered, and the gateway's where nothing was saved", () => {
    const early = restoreRisk({ day: DAY, saved });
    expect(early.positions).toMatchObject([{ quantity: 100, isExplained: true }]);
    const first = restoreRisk({
      day: DAY,
      gateway: gateway({ positions: [at(3)], executions: [execution()] }),
    });
    expect(first.positions).toMatchObject([{ quantity: 3, lowest: 3, highest: 3, isExplained: true }]);
  });
});

describe("reservations", () => {
  const reserved = (more = {}) => ({
    key: "acme:1",
    account: "DU1",
    conId: 1,
    side: "BUY" as const,
    remaining: 100,
    price: 10,
    ...more,
  });
  const saved = savedRisk({ ...EMPTY, reservations: [reserved()] });

  test("are the worse of what was saved, less what was executed since, and what the gateway says", () => {
    const executions = [execution({ quantity: 60 })];
    const told = gateway({ executions, openOrders: [reserved({ remaining: 40, price: 12 })] });
    expect(restoreRisk({ day: DAY, saved, gateway: told }).reservations).toEqual([
      reserved({ remaining: 40, price: 12, isExplained: true }),
    ]);
    const unexplained = gateway({ openOrders: [reserved({ remaining: 40, price: undefined })] });
    expect(restoreRisk({ day: DAY, saved, gateway: unexplained }).reservations).toEqual([
      reserved({ isExplained: true }),
    ]);
  });

  test("of what the gateway does not know are kept: an order that has just left may still come up", () => {
    const journal = { orders: [order({ key: "a:2", quantity: 7, price: undefined })], executions: [] };
    expect(restoreRisk({ day: DAY, saved, journal, gateway: gateway() }).reservations).toEqual([
      reserved({ isExplained: false }),
      reserved({ key: "a:2", remaining: 7, price: undefined, isExplained: false }),
    ]);
  });

  test("of what is over are not kept: as the gateway says, the journal, or executions", () => {
    const ended = gateway({ endedOrders: ["acme:1"] });
    expect(restoreRisk({ day: DAY, saved, gateway: ended }).reservations).toEqual([]);
    const journal = { orders: [order({ isOver: true })], executions: [] };
    expect(restoreRisk({ day: DAY, saved, journal }).reservations).toEqual([]);
    const filled = gateway({ executions: [execution({ quantity: 100 })] });
    expect(restoreRisk({ day: DAY, saved, gateway: filled }).reservations).toEqual([]);
  });

  test("that the gateway has are kept though the journal knows that they are over", () => {
    const journal = { orders: [order({ isOver: true })], executions: [] };
    const told = gateway({ openOrders: [reserved({ remaining: 1 })] });
    expect(restoreRisk({ day: DAY, saved, journal, gateway: told }).reservations).toMatchObject([
      { remaining: 1 },
    ]);
  });
});

test("a state is never made looser", () => {
  const scopes = [scopeDay(), scopeDay({ scope: "account:DU1" })];
  expect(atLeast(scopes, "REDUCING", "STATE_MISSING")).toEqual([
    scopeDay({ state: "REDUCING", cause: "STATE_MISSING" }),
    scopes[1],
  ]);
  const halted = [scopeDay({ state: "HALTED", cause: "HALTED" })];
  expect(atLeast(halted, "REDUCING", "STATE_MISSING")).toEqual(halted);
});

/*
 * A day as it was, with everything that left and was executed, and what a gate that is killed somewhere in it has seen and
 * saved of it.
 */
interface Step {
  readonly deed: "place" | "fill" | "cancel" | "see" | "save";
  readonly which: number;
  readonly quantity: number;
  readonly profit: number;
}

interface TrueOrder extends LeftOrder {
  filled: number;
  cancelled: boolean;
  hasLeft: boolean;
}

class TrueDay {
  readonly orders: TrueOrder[] = [];
  readonly executions: ToldExecution[] = [];
  seen = 0; // executions that the gate has been told, the first ones
  saved: SavedRisk | undefined;
  private nowMs = NOON;

  take({ deed, which, quantity, profit }: Step): void {
    this.nowMs += which % 2; // some within one millisecond
    const order = this.orders[which % Math.max(1, this.orders.length)];
    if (deed === "place") this.place(which, quantity, true);
    if (deed === "save") this.saved = this.snapshot(false);
    if (deed === "see") this.seen = Math.min(this.executions.length, this.seen + quantity);
    if (order === undefined) return;
    if (deed === "cancel") order.cancelled = true;
    if (deed === "fill" && !order.cancelled && order.hasLeft && order.filled + quantity <= order.quantity) {
      order.filled += quantity;
      const { key, account, strategy, conId, side } = order;
      const execId = `e${this.executions.length}.01`;
      const timeMs = this.nowMs;
      this.executions.push({ execId, key, account, strategy, conId, side, quantity, profit, timeMs });
    }
  }

  /** Killed between the check and the bytes: in the journal or not, and nothing has left. */
  killed(which: number, isJournaled: boolean): void {
    if (isJournaled) this.place(which, 5, false);
  }

  private place(which: number, quantity: number, hasLeft: boolean): void {
    this.orders.push({
      key: `a:${this.orders.length}`,
      account: `DU${which % 2}`,
      strategy: which % 3 === 0 ? "s" : "",
      conId: which % 5,
      side: which % 7 < 3 ? "BUY" : "SELL",
      quantity,
      price: 10,
      sentMs: this.nowMs,
      isOver: false,
      filled: 0,
      cancelled: false,
      hasLeft,
    });
  }

  /** What the gate would write at this moment. */
  snapshot(closed: boolean): SavedRisk {
    const seen = this.executions.slice(0, this.seen);
    return {
      savedMs: this.nowMs,
      closed,
      day: DAY,
      limitsVersion: 1,
      scopes: ["all", "account:DU0", "account:DU1", "strategy:s"].map((scope) =>
        scopeDay({ scope, ...countsOf(scope, this.orders, seen) }),
      ),
      positions: positionsOf(seen),
      reservations: this.orders.map((order) => {
        const filled = seen.filter(({ key }) => key === order.key).reduce((sum, e) => sum + e.quantity, 0);
        const { key, account, conId, side, price, quantity } = order;
        return { key, account, conId, side, price, remaining: quantity - filled };
      }),
      executions: seen.map(({ execId }) => execId),
    };
  }

  get open(): TrueOrder[] {
    return this.orders.filter(({ hasLeft, cancelled, filled, quantity }) => {
      return hasLeft && !cancelled && filled < quantity;
    });
  }

  /** @param first of its executions that the gateway still tells of */
  gateway(first: number): GatewayRisk {
    return {
      openOrders: this.open.map(({ key, account, conId, side, quantity, filled, price }) => {
        return { key, account, conId, side, remaining: quantity - filled, price };
      }),
      endedOrders: this.orders.filter(({ cancelled }) => cancelled).map(({ key }) => key),
      executions: this.executions.slice(first),
      positions: positionsOf(this.executions),
    };
  }
}

const belongs = (scope: string, { account, strategy }: { account: string; strategy: string }): boolean =>
  scope === "all" || scope === `account:${account}` || scope === `strategy:${strategy}`;

function countsOf(scope: string, orders: readonly TrueOrder[], executions: readonly ToldExecution[]) {
  const ours = executions.filter((e) => belongs(scope, e));
  return {
    orders: orders.filter((o) => o.hasLeft && belongs(scope, o)).length,
    trades: ours.length,
    volume: ours.reduce((sum, { quantity }) => sum + quantity, 0),
    realized: ours.reduce((sum, { profit = 0 }) => sum + profit, 0),
  };
}

function positionsOf(executions: readonly ToldExecution[]) {
  const held = new Map<string, { account: string; conId: number; quantity: number; averagePrice: number }>();
  for (const { account, conId, side, quantity } of executions) {
    const known = held.get(`${account} ${conId}`) ?? { account, conId, quantity: 0, averagePrice: 10 };
    const signed = side === "BUY" ? quantity : -quantity;
    held.set(`${account} ${conId}`, { ...known, quantity: known.quantity + signed });
  }
  return [...held.values()];
}

const steps = fc.array(
  fc.record({
    deed: fc.constantFrom<Step["deed"]>("place", "place", "fill", "fill", "cancel", "see", "save"),
    which: fc.nat(30),
    quantity: fc.integer({ min: 1, max: 5 }),
    profit: fc.integer({ min: -50, max: 50 }),
  }),
  { maxLength: 60 },
);

describe("after a kill at any moment, between check and send as well,", () => {
  test("nothing is looser than it was: counts, volume, loss, positions and what works", () => {
    holds(
      "restored after a kill",
      fc.property(steps, fc.boolean(), fc.boolean(), fc.nat(), (deeds, isJournaled, isTold, forgotten) => {
        const day = new TrueDay();
        for (const deed of deeds) day.take(deed);
        day.killed(forgotten, isJournaled);
        // A gateway that was started anew has forgotten executions; none that nobody else has.
        const first = isTold ? forgotten % (1 + (day.saved?.executions.length ?? 0)) : 0;
        const restored = restoreRisk({
          day: DAY,
          saved: day.saved,
          journal: { orders: day.orders, executions: [] },
          gateway: day.gateway(first),
        });
        for (const scope of ["all", "account:DU0", "account:DU1", "strategy:s"]) {
          const truth = countsOf(scope, day.orders, day.executions);
          const found = restored.scopes.find((other) => other.scope === scope);
          const { orders = 0, trades = 0, volume = 0, realized = 0 } = found ?? {};
          expect(orders, scope).toBeGreaterThanOrEqual(truth.orders);
          expect(trades, scope).toBe(truth.trades);
          expect(volume, scope).toBe(truth.volume);
          expect(realized, scope).toBeLessThanOrEqual(truth.realized);
        }
        for (const { account, conId, quantity } of positionsOf(day.executions)) {
          const found = restored.positions.find((at) => at.account === account && at.conId === conId);
          expect(found?.lowest ?? 0).toBeLessThanOrEqual(quantity);
          expect(found?.highest ?? 0).toBeGreaterThanOrEqual(quantity);
        }
        for (const { key, quantity, filled } of day.open) {
          const found = restored.reservations.find((reservation) => reservation.key === key);
          expect(found?.remaining, key).toBeGreaterThanOrEqual(quantity - filled);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("and nothing is looser than it was saved, whatever gateway and journal say", () => {
    holds(
      "restored beside what was saved",
      fc.property(steps, steps, (mine, theirs) => {
        const day = new TrueDay();
        for (const deed of mine) day.take(deed);
        const saved = day.snapshot(false);
        const other = new TrueDay();
        for (const deed of theirs) other.take(deed);
        const told = other.gateway(0);
        const restored = restoreRisk({
          day: DAY,
          saved,
          journal: { orders: other.orders, executions: [] },
          gateway: told,
        });
        for (const before of saved.scopes) {
          const now = restored.scopes.find(({ scope }) => scope === before.scope);
          expect(now?.orders).toBeGreaterThanOrEqual(before.orders);
          expect(now?.trades).toBeGreaterThanOrEqual(before.trades);
          expect(now?.volume).toBeGreaterThanOrEqual(before.volume);
        }
        for (const { account, conId, quantity } of told.positions) {
          const found = restored.positions.find((at) => at.account === account && at.conId === conId);
          expect(found?.lowest).toBeLessThanOrEqual(quantity);
          expect(found?.highest).toBeGreaterThanOrEqual(quantity);
        }
        for (const { key, remaining } of told.openOrders) {
          const found = restored.reservations.find((reservation) => reservation.key === key);
          expect(found?.remaining).toBeGreaterThanOrEqual(remaining);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("while behind a clean end nothing is stricter than it was, either", () => {
    holds(
      "restored after a clean end",
      fc.property(steps, (deeds) => {
        const day = new TrueDay();
        for (const deed of deeds) day.take(deed);
        day.seen = day.executions.length;
        day.take({ deed: "save", which: 1, quantity: 1, profit: 0 });
        day.take({ deed: "see", which: 1, quantity: 1, profit: 0 });
        const saved = { ...day.snapshot(true) };
        const restored = restoreRisk({
          day: DAY,
          saved,
          journal: { orders: day.orders.filter(({ sentMs }) => sentMs < saved.savedMs), executions: [] },
          gateway: day.gateway(0),
        });
        for (const scope of saved.scopes) expect(restored.scopes).toContainEqual(scope);
        expect(restored.positions.every(({ isExplained }) => isExplained)).toBe(true);
        expect(restored.reservations.map(({ key, remaining }) => [key, remaining])).toEqual(
          day.open.map(({ key, quantity, filled }) => [key, quantity - filled]),
        );
      }),
    );
  });
});
