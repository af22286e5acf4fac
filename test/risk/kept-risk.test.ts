import { mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readAudit } from "../../src/risk/audit-reading.js";
import type { ComparedRisk } from "../../src/risk/compare-risk.js";
import type { KeptRiskOptions } from "../../src/risk/kept-options.js";
import { KeptRisk, type RiskSurroundings } from "../../src/risk/kept-risk.js";
import { LATCH_FILE, pullLatch, readLatch } from "../../src/risk/latch-file.js";
import { readSavedRisk, STATE_FILE } from "../../src/risk/state-file.js";
import { VirtualClock } from "../../src/time/virtual-clock.js";
import { FakeCore } from "./fake-core.js";
import { afterwards, NOON, scopeDay, stateFolder } from "./state-bench.js";

const NO_ORDERS = { orders: [], executions: [] };
const running = new Set<KeptRisk>();

interface Run {
  readonly folder?: string;
  readonly core?: FakeCore;
  readonly clock?: VirtualClock;
  readonly options?: Partial<KeptRiskOptions>;
  readonly around?: Partial<RiskSurroundings>;
}

/** One run of a program. */
function begin({
  folder = stateFolder(),
  core = new FakeCore(),
  clock = new VirtualClock({ start: NOON }),
  options = {},
  around = {},
}: Run = {}) {
  const kept = KeptRisk.open(
    core,
    { folder, ...options },
    { isLive: false, journal: NO_ORDERS, clock, ...around },
  );
  running.add(kept);
  afterwards(() => (running.has(kept) ? end(kept) : undefined));
  const told: unknown[] = [];
  for (const event of ["stop", "resume", "mismatch", "day", "problem"] as const)
    kept.on(event, (...args: unknown[]) => told.push([event, ...args]));
  kept.on("state", (scope, after) => told.push(["state", scope, after]));
  return { folder, core, clock, kept, told };
}

async function end(kept: KeptRisk): Promise<void> {
  running.delete(kept);
  await kept.close();
}

/** As if the process were killed: nothing is written any more, and the lock is gone. */
function kill(kept: KeptRisk): void {
  running.delete(kept);
  const inside = kept as unknown as {
    timers: { stop(): void }[];
    roll: { stop(): void };
    kept: { end(): void };
    lock: { release(): void };
    triggers: { end(): void };
    atExit: () => void;
  };
  for (const timer of inside.timers) timer.stop();
  inside.roll.stop();
  inside.kept.end();
  inside.triggers.end();
  process.off("exit", inside.atExit);
  inside.lock.release();
}

async function auditOf(folder: string): Promise<Record<string, unknown>[]> {
  const out: Record<string, unknown>[] = [];
  for await (const entry of readAudit(folder)) out.push(entry as unknown as Record<string, unknown>);
  return out;
}

const position = { account: "DU1", conId: 1, quantity: 100, averagePrice: 10, mark: 11 };
const order = { key: "a:1", account: "DU1", conId: 1, side: "BUY" as const, remaining: 5 };

describe("restart mid-day", () => {
  test("what was counted goes on: counts, states, positions, reservations, executions", async () => {
    const first = begin();
    first.core.instruments.add(1);
    first.core.count("all", { orders: 7, trades: 2, volume: 20, realized: -5, profit: 3, highestProfit: 9 });
    first.core.count("account:DU1", { orders: 7, state: "REDUCING", cause: "DAILY_LOSS" });
    first.core.held.set("1 DU1", position);
    first.core.working.set("a:1", order);
    for (const id of ["e1.01", "e1.02", "e1.01"]) first.kept.executed(id);
    await end(first.kept);

    const { core, kept } = begin({ folder: first.folder });
    expect(kept.found).toBe("found");
    expect(core.days()).toEqual([
      scopeDay({ orders: 7, trades: 2, volume: 20, realized: -5, profit: 3, highestProfit: 9 }),
    ]);
    expect([...core.remembered]).toEqual(["e1.02"]);
    // The account and the instrument come up later.
    expect(kept.known()).toBe(false);
    core.scopes.set("account:DU1", scopeDay({ scope: "account:DU1" }));
    core.instruments.add(1);
    expect(kept.known()).toBe(true);
    expect(core.scopes.get("account:DU1")).toMatchObject({
      orders: 7,
      state: "REDUCING",
      cause: "DAILY_LOSS",
    });
    expect(core.positions()).toMatchObject([position]);
    expect(core.reservations()).toMatchObject([order]);
  });

  test("what nobody has come to know in between is still there in the run after", async () => {
    const first = begin();
    first.core.count("account:DU1", { orders: 7 });
    first.core.held.set("1 DU1", position);
    await end(first.kept);
    await end(begin({ folder: first.folder }).kept);
    expect(readSavedRisk(first.folder)).toMatchObject({
      saved: { scopes: [{ scope: "all" }, { scope: "account:DU1", orders: 7 }], positions: [position] },
    });
  });

  test("a kill takes nothing that left: the journal has what was not saved", () => {
    const first = begin();
    first.core.count("all", { orders: 7 });
    first.clock.advance(900); // not saved yet
    kill(first.kept);
    const orders = Array.from({ length: 9 }, (_, i) => ({
      ...order,
      key: `a:${i}`,
      strategy: "",
      quantity: 5,
      sentMs: NOON + i,
      isOver: false,
    }));
    const { core } = begin({ folder: first.folder, around: { journal: { orders, executions: [] } } });
    expect(core.scopes.get("all")?.orders).toBe(9);
  });

  test("the day that was saved is not left, where the clock was set back between two runs", async () => {
    const first = begin();
    first.core.count("all", { orders: 7 });
    await end(first.kept);
    const clock = new VirtualClock({ start: NOON - 86_400_000 });
    const { core, kept } = begin({ folder: first.folder, clock });
    expect(core.scopes.get("all")?.orders).toBe(7);
    expect(kept.day.startMs).toBe(first.kept.day.startMs);
  });

  test("a second gate does not get the folder, and one that could not begin has not kept it", () => {
    const { folder } = begin();
    expect(() => begin({ folder })).toThrow(expect.objectContaining({ code: "ERR_IBKR_RISK_LOCKED" }));
    const other = stateFolder();
    mkdirSync(join(other, `${STATE_FILE}.tmp.now`));
    expect(() => begin({ folder: other })).toThrow("it is a folder");
    rmdirSync(join(other, `${STATE_FILE}.tmp.now`));
    begin({ folder: other });
    expect(() => begin({ options: { folder: "" } })).toThrow('risk.folder is "" (allowed: a folder)');
  });
});

describe("the day rolls", () => {
  test.each([
    ["2026-03-07T21:59Z", "2026-03-07T22:00Z", "2026-03-08T21:00Z"],
    ["2026-03-08T20:59Z", "2026-03-08T21:00Z", "2026-03-09T21:00Z"],
    ["2026-11-01T21:59Z", "2026-11-01T22:00Z", "2026-11-02T22:00Z"],
  ])(
    "at 17:00 in New York, over changes of the clocks: at %s of the next minute; a restart finds nothing of before",
    async (start, from, to) => {
      const { core, clock, kept, told, folder } = begin({
        clock: new VirtualClock({ start: Date.parse(start) }),
      });
      core.count("all", { orders: 7, state: "HALTED", cause: "DAILY_LOSS" });
      kept.executed("e1.01");
      clock.advance(59_999);
      expect(core.days()).toMatchObject([{ orders: 7 }]);
      clock.advance(1);
      expect(told.filter((event) => (event as string[])[0] === "day")).toEqual([
        ["day", { startMs: Date.parse(from), endMs: Date.parse(to) }],
      ]);
      expect(core.days()).toEqual([scopeDay()]);
      core.count("all", { orders: 2 });
      await end(kept);
      const next = begin({ folder, clock: new VirtualClock({ start: clock.now() + 1000 }) });
      expect(next.core.days()).toEqual([scopeDay({ orders: 2 })]);
      await end(next.kept);
      const later = begin({ folder, clock: new VirtualClock({ start: Date.parse(to) }) });
      expect(later.core.days()).toEqual([scopeDay()]);
    },
  );

  test("while the program is not running: what was set by hand and the stop stay", async () => {
    const { core, kept, folder, clock } = begin();
    core.count("all", { orders: 7 });
    kept.restrict("all", "REDUCING");
    kept.stop("end of day", "ann");
    await end(kept);
    const again = begin({ folder, clock: new VirtualClock({ start: clock.now() + 86_400_000 }) });
    expect(again.core.days()).toEqual([scopeDay({ state: "REDUCING", cause: "REDUCING" })]);
    expect(again.core.stopped).toBe("end of day");
  });
});

describe("state that cannot be trusted", () => {
  test.each([
    ["missing", () => {}],
    ["corrupt", (file: string) => writeFileSync(file, "noise")],
    ["unreadable", (file: string) => mkdirSync(file)],
  ])("halts a gate of real money: %s", async (what, damage) => {
    const folder = stateFolder();
    damage(join(folder, STATE_FILE));
    if (what === "unreadable") {
      // It cannot be written either: nothing begins.
      expect(() => begin({ folder, around: { isLive: true } })).toThrow("it is a folder");
      return;
    }
    const { core, kept, told, clock } = begin({ folder, around: { isLive: true } });
    expect(core.days()).toMatchObject([{ state: "HALTED" }]);
    kept.look();
    expect(told).toEqual([["state", "all", "HALTED"]]);
    // A restart does not lead out of it; a resume does, for good.
    await end(kept);
    const again = begin({ folder, clock, around: { isLive: true } });
    expect(again.core.days()).toMatchObject([{ state: "HALTED" }]);
    again.kept.resume("looked at positions", "ann");
    expect(again.core.days()).toMatchObject([{ state: "ACTIVE" }]);
    await end(again.kept);
    expect(begin({ folder, around: { isLive: true } }).core.days()).toMatchObject([{ state: "ACTIVE" }]);
  });

  test("is set aside, and halts nothing elsewhere unless that was asked for", () => {
    const folder = stateFolder();
    writeFileSync(join(folder, STATE_FILE), "noise");
    const { core } = begin({ folder });
    expect(core.days()).toEqual([scopeDay()]);
    expect(readdirSync(folder).filter((name) => name.startsWith(STATE_FILE))).toHaveLength(2);
    const strict = begin({ options: { onLostState: "REDUCING" } });
    expect(strict.core.days()).toMatchObject([{ state: "REDUCING" }]);
  });

  test("is one that was not closed and has no journal beside it", async () => {
    const around = { isLive: true, journal: undefined };
    const { folder, kept } = begin({ options: { onLostState: "ACTIVE" }, around });
    kill(kept);
    const killed = begin({ folder, around });
    expect(killed.core.days()).toMatchObject([{ state: "HALTED" }]);
    killed.kept.resume("checked", "ann");
    await end(killed.kept);
    expect(begin({ folder, around }).core.days()).toMatchObject([{ state: "ACTIVE" }]);
  });
});

describe("the emergency stop", () => {
  test("sets the latch first, then the file, the state and the log; survives restarts; resume is the way back", async () => {
    const { folder, core, kept, told } = begin();
    kept.stop("fat finger", "ann");
    expect(core.stopped).toBe("fat finger");
    const record = { reason: "fat finger", operator: "ann", atMs: NOON };
    expect(told).toEqual([["stop", record, "api"]]);
    expect(readLatch(folder)?.pulls).toEqual([record]);
    expect(readSavedRisk(folder)).toMatchObject({ saved: { stop: record } });
    kill(kept);

    const again = begin({ folder });
    expect(again.core.stopped).toBe("fat finger");
    expect(again.kept.stopRecord).toEqual(record);
    expect(again.core.done).toContain("watch STOP");
    again.kept.resume("mended", "bob");
    expect(again.core.stopped).toBeUndefined();
    expect(readLatch(folder)).toBeUndefined();
    expect(again.told).toEqual([["resume", { reason: "mended", operator: "bob" }]]);
    kill(again.kept);
    expect(begin({ folder }).core.stopped).toBeUndefined();
  });

  test("is pulled by the file of another process, and told with who and why", () => {
    const { folder, core, clock, told } = begin();
    pullLatch(folder, { reason: "from outside", operator: "bob" }, NOON + 7);
    clock.advance(50);
    expect(core.stopped).toBe("from outside");
    expect(told).toEqual([["stop", { reason: "from outside", operator: "bob", atMs: NOON + 7 }, "file"]]);
    clock.advance(1000);
    expect(told).toHaveLength(1);
  });

  test("is in force again after a restart whichever of file and state is there", () => {
    const { folder, kept } = begin();
    kept.stop("s", "ann");
    kill(kept);
    rmSync(join(folder, LATCH_FILE)); // by hand: that is not enough
    const again = begin({ folder });
    expect(again.core.stopped).toBe("s");
    kill(again.kept);
    rmSync(join(folder, STATE_FILE));
    writeFileSync(join(folder, LATCH_FILE), "");
    expect(begin({ folder }).core.stopped).toBe("the file STOP");
  });

  test("is not resumed from where somebody has pulled it since it was last told", () => {
    const { folder, core, clock, kept, told } = begin();
    kept.stop("first", "ann");
    pullLatch(folder, { reason: "second", operator: "bob" });
    const again = {
      code: "ERR_IBKR_RISK_PULLED_AGAIN",
      message: "bob (second) has pulled the emergency stop again",
    };
    expect(() => kept.resume("mended", "ann")).toThrow(expect.objectContaining(again));
    expect(core.stopped).toBe("first");
    expect(told).toMatchObject([
      ["stop", { reason: "first" }, "api"],
      ["stop", { reason: "second" }, "file"],
    ]);
    kept.resume("both mended", "ann"); // it has been told now
    expect(core.stopped).toBeUndefined();
    kept.stop("third", "ann");
    pullLatch(folder, { reason: "fourth", operator: "bob" });
    clock.advance(50);
    kept.resume("all mended", "ann");
    expect(core.stopped).toBeUndefined();
    // The core's own watch has seen the file come back.
    kept.stop("fifth", "ann");
    core.mayResume = false;
    expect(() => kept.resume("mended", "ann")).toThrow("has pulled the emergency stop again");
    expect(core.stopped).toBe("fifth");
  });

  test("needs no reason, and no disk: what cannot be written is told", () => {
    const { folder, core, kept, told } = begin();
    mkdirSync(join(folder, LATCH_FILE));
    mkdirSync(join(folder, `${STATE_FILE}.tmp.now`));
    kept.stop("", "");
    expect(core.done[1]).toBe("stop ");
    expect(told.map((event) => (event as string[])[0])).toEqual(["problem", "problem", "stop"]);
    expect(() => kept.resume("mended", "ann")).toThrow(expect.objectContaining({ code: "ERR_IBKR_FILE" }));
    expect(core.stopped).toBeDefined();
    expect(() => kept.resume("", "ann")).toThrow(expect.objectContaining({ code: "ERR_IBKR_ARGUMENT" }));
    rmdirSync(join(folder, LATCH_FILE));
    rmdirSync(join(folder, `${STATE_FILE}.tmp.now`));
  });

  test("is pulled by what was asked for: no connection, errors, silence, a signal", async () => {
    const triggers = {
      disconnectMs: 1000,
      errorBurst: { count: 3, windowMs: 60_000 },
      deadManMs: 86_400_000,
      signals: ["SIGUSR2"],
    } as const;
    const { core, clock, kept, told } = begin({ options: { triggers } });
    kept.triggers.disconnected();
    clock.advance(1000);
    for (let i = 0; i < 3; i++) kept.triggers.error();
    const signalled = new Promise((resolve) => kept.on("stop", resolve));
    process.kill(process.pid, "SIGUSR2");
    await signalled;
    kept.triggers.connected();
    kept.triggers.alive();
    expect(told).toMatchObject([
      ["stop", { reason: "no connection for 1000 ms", operator: "risk gate" }, "disconnect"],
      ["stop", { reason: "3 errors within 60000 ms" }, "errors"],
      ["stop", { reason: "SIGUSR2" }, "signal"],
    ]);
    expect(core.done.filter((deed) => deed.startsWith("alive"))).toEqual([
      "alive 86400000",
      "alive 86400000",
    ]);
    await end(kept);
    expect(core.done.slice(-2)).toEqual(["alive 0", "close"]);
  });

  test("nothing pulls it where nothing was asked for", () => {
    const { core, clock, kept } = begin();
    kept.triggers.disconnected();
    for (let i = 0; i < 100; i++) kept.triggers.error();
    kept.triggers.alive();
    clock.advance(60_000);
    expect(core.stopped).toBeUndefined();
    expect(core.done.filter((deed) => deed.startsWith("alive"))).toEqual([]);
  });
});

describe("beside the gateway", () => {
  const told = { openOrders: [], endedOrders: [], executions: [], positions: [] };

  test("a connect makes nothing looser, and a position that nothing explains makes it REDUCING", async () => {
    const { folder, core, kept, told: events } = begin();
    core.instruments.add(1);
    core.count("all", { orders: 1 });
    core.held.set("1 DU1", position);
    core.working.set("a:1", order);
    const executions = ["e1.01", "e2.01"].map((execId) => {
      return {
        execId,
        account: "DU1",
        strategy: "",
        conId: 1,
        side: "BUY" as const,
        quantity: 5,
        timeMs: NOON,
      };
    });
    kept.executed("e1.01");
    const restored = kept.reconciled({ ...told, executions, positions: [{ ...position, quantity: 90 }] });
    expect(restored.reservations).toMatchObject([{ key: "a:1", isExplained: false }]);
    expect(core.scopes.get("all")).toMatchObject({ orders: 2, trades: 2, volume: 10, state: "REDUCING" });
    expect(events).toMatchObject([
      ["state", "all", "REDUCING"],
      ["mismatch", [{ kind: "position", ours: 105, theirs: 90 }]],
    ]);
    await end(kept);
    expect(await auditOf(folder)).toContainEqual(expect.objectContaining({ kind: "mismatch" }));
  });

  test("is compared every so often: what differs twice makes it HALTED where that was asked for", async () => {
    const gateway = async (): Promise<ComparedRisk> => ({
      positions: [position],
      executions: [],
      orders: [],
    });
    const comparison = { onMismatch: "HALTED" } as const;
    const { core, clock, kept, told: events } = begin({ options: { comparison }, around: { gateway } });
    const pass = async (ms: number) => {
      clock.advance(ms);
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    };
    await pass(30_000);
    expect(core.days()).toMatchObject([{ state: "ACTIVE" }]);
    await pass(2_000);
    expect(core.days()).toMatchObject([{ state: "HALTED" }]);
    expect(events).toMatchObject([
      ["state", "all", "HALTED"],
      ["mismatch", [{ ours: 0, theirs: 100 }]],
    ]);
    kept.restrict("all", "REDUCING"); // never looser
    expect(core.days()).toMatchObject([{ state: "HALTED" }]);
    expect(() => kept.restrict("account:X", "HALTED")).toThrow('scope is "account:X"');
  });
});

describe("the audit log", () => {
  test("has every decision with its own time, states, limits, the day and both ends", async () => {
    const { core, clock, kept, folder } = begin();
    const event = { kind: "decision", code: "MAX_QUANTITY", order: { orderId: 1 } } as never;
    core.decisions = [{ atMs: NOON - 3, limitsVersion: 9, event }];
    core.lost = 2;
    core.count("account:DU1", { state: "HALTED", cause: "DAILY_LOSS" });
    clock.advance(50);
    core.version = 2;
    kept.updated("ann");
    kept.updated();
    await end(kept);
    expect(await auditOf(folder)).toMatchObject([
      { n: 1, kind: "begin", found: "missing", limits: { maxOrderQuantity: 100 }, limitsVersion: 1 },
      { n: 2, kind: "decision", atMs: NOON - 3, limitsVersion: 9, code: "MAX_QUANTITY" },
      { kind: "lost", count: 2 },
      { kind: "state", scope: "account:DU1", before: "ACTIVE", after: "HALTED", cause: "DAILY_LOSS" },
      { kind: "limits", operator: "ann", limitsVersion: 2 },
      { kind: "limits" },
      { kind: "end" },
    ]);
  });

  test("that cannot be written is told, and denies nothing", async () => {
    const { folder, core, clock, told } = begin();
    mkdirSync(join(folder, "audit-000001.jsonl"));
    clock.advance(100);
    await expect.poll(() => told).toMatchObject([["problem", { message: /audit log cannot be written/ }]]);
    expect(core.days()).toMatchObject([{ state: "ACTIVE" }]);
    rmdirSync(join(folder, "audit-000001.jsonl"));
  });
});

test("a state that cannot be written is told, and written as soon as it can be", async () => {
  const { folder, core, clock, kept, told } = begin();
  mkdirSync(join(folder, `${STATE_FILE}.tmp`));
  core.count("all", { orders: 1 });
  clock.advance(1000);
  await expect.poll(() => told).toMatchObject([["problem", { code: "ERR_IBKR_FILE" }]]);
  rmdirSync(join(folder, `${STATE_FILE}.tmp`));
  await kept.save();
  expect(readSavedRisk(folder)).toMatchObject({ saved: { closed: false, scopes: [{ orders: 1 }] } });
  expect(kept.auditStats()).toMatchObject({ lost: 0 });
});
