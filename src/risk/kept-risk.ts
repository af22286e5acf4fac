import type { z } from "zod";
import { check, refused } from "../domain/check.js";
import { Emitter, type Listener } from "../domain/emitter.js";
import { IBKRError } from "../domain/ibkr-error.js";
import { type Clock, realClock, type Timer } from "../time/clock.js";
import { AuditLog, type AuditStats } from "./audit-log.js";
import type { ComparedRisk, RiskMismatch } from "./compare-risk.js";
import { ExecutionIds } from "./execution-ids.js";
import { type KeptRiskOptions, keptRiskRules } from "./kept-options.js";
import { KeptStop, type StopTrigger } from "./kept-stop.js";
import { KeptTriggers } from "./kept-triggers.js";
import { type LatchPull, latchPullRules } from "./latch-file.js";
import { type GatewayRisk, type JournalRisk, type RestoredRisk, restoreRisk } from "./restored-risk.js";
import { RiskComparison } from "./risk-comparison.js";
import type { RiskCore } from "./risk-core.js";
import { DayRoll, type RiskDay } from "./risk-day.js";
import { type RiskStateName, type SavedRisk, type StopRecord, stricterState } from "./saved-risk.js";
import { type FoundRisk, readSavedRisk, StateFile } from "./state-file.js";
import { StateLock } from "./state-lock.js";

/** What stands around a kept gate. */
export interface RiskSurroundings {
  /** Real money. */
  readonly isLive: boolean;
  /** What the orders' journal has; undefined: there is none. */
  readonly journal?: JournalRisk | undefined;
  /** Asks the gateway, for the comparison; left out: nothing is compared. */
  readonly gateway?: (() => Promise<ComparedRisk>) | undefined;
  readonly clock?: Clock | undefined;
}

export interface KeptRiskEvents {
  /** The latch is set: what follows is the listener's. */
  stop: [stop: StopRecord, trigger: StopTrigger];
  resume: [by: LatchPull];
  state: [scope: string, after: RiskStateName, before: RiskStateName, cause: string | undefined];
  mismatch: [mismatches: readonly RiskMismatch[]];
  /** The day has rolled. */
  day: [day: RiskDay];
  /** Something cannot be written, or nobody answers; nothing is looser for it. */
  problem: [error: unknown];
  [event: string]: readonly unknown[];
}
const EVENTS = ["stop", "resume", "state", "mismatch", "day", "problem"] as const;

type Checked = z.output<ReturnType<typeof keptRiskRules>>;

/** How often decisions and states are taken over from the core. */
const LOOK_MS = 50;

/**
 * A risk gate over the end of a process: its day, state, latch, audit log and triggers, around a core that judges. Nothing of
 * it is in an order's way.
 */
export class KeptRisk {
  /** What the run before has left behind. */
  readonly found: FoundRisk["kind"];
  private readonly events = new Emitter<KeptRiskEvents>(EVENTS);
  private readonly clock: Clock;
  private readonly file: StateFile;
  private readonly audit: AuditLog;
  private readonly kept: KeptStop;
  private readonly roll: DayRoll;
  private readonly comparison: RiskComparison | undefined;
  private readonly timers: readonly Timer[];
  private readonly saved: SavedRisk | undefined;
  private readonly executions: ExecutionIds;
  private readonly states = new Map<string, RiskStateName>();
  /** What the core did not know the scope or the instrument of yet. */
  private waiting: RestoredRisk;
  private written = "";
  private readonly atExit = (): void => {
    this.look();
    this.audit.flushNow();
  };
  /** What pulls the stop by itself: to be told of the connection and of errors. */
  readonly triggers: KeptTriggers;

  /**
   * @throws IBKRError `ERR_IBKR_OPTION`, `ERR_IBKR_RISK_LOCKED` where another gate has the folder, `ERR_IBKR_FILE`
   */
  static open(core: RiskCore, options: KeptRiskOptions, surroundings: RiskSurroundings): KeptRisk {
    const checked = check(keptRiskRules(), options, "risk");
    const lock = new StateLock(checked.folder);
    try {
      return new KeptRisk(core, checked, surroundings, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  private constructor(
    private readonly core: RiskCore,
    options: Checked,
    private readonly surroundings: RiskSurroundings,
    private readonly lock: StateLock,
  ) {
    const { folder, day, saveMs, onLostState, audit, comparison, triggers } = options;
    const clock = surroundings.clock ?? realClock;
    this.clock = clock;
    this.file = new StateFile(folder);
    this.audit = new AuditLog(folder, audit, clock, (problem) => {
      if (problem !== undefined)
        this.trouble(new IBKRError("ERR_IBKR_FILE", `the audit log cannot be written: ${problem}`));
    });
    const found = readSavedRisk(folder);
    this.found = found.kind;
    this.saved = found.kind === "found" ? found.saved : undefined;
    this.roll = new DayRoll(day, clock, (now, before) => this.rolled(now, before), this.saved?.day.startMs);
    const { journal } = surroundings;
    this.waiting = restoreRisk({ day: this.roll.day, saved: this.saved, journal });
    this.executions = new ExecutionIds(this.waiting.executions);
    this.kept = new KeptStop(
      folder,
      core,
      this.audit,
      {
        stopped: (stop, trigger) => this.events.emit("stop", stop, trigger),
        save: () => this.file.saveNow(this.snapshot(false)),
        troubled: (error) => this.trouble(error),
      },
      clock,
    );

    const { version, values } = core.limits();
    this.audit.append(version, {
      kind: "begin",
      processId: process.pid,
      found: this.foundIn(found),
      limits: values,
    });
    for (const id of this.executions.all) core.rememberExecution(id);
    this.hand(true);
    this.distrust(found, onLostState ?? (surroundings.isLive ? "HALTED" : "ACTIVE"));
    this.kept.begin(this.saved?.stop);
    this.triggers = new KeptTriggers(triggers, clock, core, (pull, trigger) => this.kept.pull(pull, trigger));
    this.comparison = this.compared(comparison);
    this.timers = [clock.every(LOOK_MS, () => this.look()), clock.every(saveMs, () => void this.save())];
    this.file.saveNow(this.snapshot(false));
    process.on("exit", this.atExit);
  }

  on<K extends keyof KeptRiskEvents & string>(event: K, listener: Listener<KeptRiskEvents, K>): () => void {
    return this.events.on(event, listener);
  }

  get day(): RiskDay {
    return this.roll.day;
  }

  /** Why nothing leaves; undefined: it is not stopped. */
  get stopRecord(): StopRecord | undefined {
    return this.kept.stop;
  }

  auditStats(): AuditStats {
    return this.audit.stats();
  }

  /** Accounts or instruments have become known: what was kept for them is handed over. @returns whether all of it is */
  known(): boolean {
    return this.hand(true);
  }

  /** The core has counted an execution. */
  executed(execId: string): void {
    this.executions.add(execId);
  }

  /**
   * The gateway has said what there is, and its executions were counted, its positions not yet taken over. Before new orders
   * pass, after each connect: nothing is looser than it, or than what was kept.
   * @returns with the positions and reservations that nothing explains
   */
  reconciled(gateway: GatewayRisk): RestoredRisk {
    const restored = restoreRisk({ day: this.roll.day, saved: this.snapshot(false), gateway });
    this.waiting = { ...restored, positions: [] };
    for (const id of restored.executions) this.executions.add(id);
    this.hand(false);
    const mismatches = restored.positions
      .filter(({ isExplained }) => !isExplained)
      .map(({ account, conId, quantity, lowest, highest }): RiskMismatch => {
        const ours = quantity === lowest ? highest : lowest;
        return { kind: "position", account, conId, ours, theirs: quantity };
      });
    if (mismatches.length > 0) this.mismatched(mismatches);
    return restored;
  }

  /** The limits are others now. */
  updated(operator?: string): void {
    const { version, values } = this.core.limits();
    this.audit.append(version, {
      kind: "limits",
      limits: values,
      ...(operator === undefined ? {} : { operator }),
    });
  }

  /** The emergency stop: no order begins to leave after this returns, in this run or a later one. Never throws. */
  stop(reason: string, operator: string): void {
    this.kept.pull({ reason, operator }, "api");
  }

  /**
   * The only way back: from the stop, from what was set by hand, and from state that could not be trusted.
   * @throws IBKRError `ERR_IBKR_ARGUMENT`, `ERR_IBKR_RISK_PULLED_AGAIN`, `ERR_IBKR_FILE`; then nothing has changed
   */
  resume(reason: string, operator: string): void {
    const by = check(latchPullRules(), { reason, operator }, "", "ERR_IBKR_ARGUMENT");
    const byHand = this.core.days().filter(({ cause }) => cause === "HALTED" || cause === "REDUCING");
    for (const { scope } of byHand) this.core.setState(scope, "ACTIVE");
    try {
      this.kept.resume(by);
    } catch (error) {
      for (const { scope, state } of byHand) this.core.setState(scope, state);
      throw error;
    }
    this.events.emit("resume", by);
  }

  /** Sets a scope's state by hand; only stricter, {@link resume} leads back. */
  restrict(scope: string, state: RiskStateName): void {
    const before = this.core.days().find((day) => day.scope === scope)?.state;
    if (before === undefined) throw refused("scope", scope, "a scope of the gate", "ERR_IBKR_ARGUMENT");
    if (stricterState(before, state) === before) return;
    this.core.setState(scope, state);
    this.look();
    void this.save();
  }

  /** Decisions and states, as they are now, into the audit log; and what has pulled the latch. */
  look(): void {
    const lost = this.core.drain(({ event, atMs, limitsVersion }) =>
      this.audit.append(limitsVersion, event, atMs),
    );
    const { version } = this.core.limits();
    if (lost > 0) this.audit.append(version, { kind: "lost", count: lost });
    for (const { scope, state, cause } of this.core.days()) {
      const before = this.states.get(scope) ?? "ACTIVE";
      if (before === state) continue;
      this.states.set(scope, state);
      this.audit.append(version, {
        kind: "state",
        scope,
        before,
        after: state,
        ...(cause === undefined ? {} : { cause }),
      });
      this.events.emit("state", scope, state, before, cause);
      void this.save();
    }
    if (this.kept.stop !== undefined) this.kept.look();
    this.roll.look();
  }

  /** Writes the state where it has changed. */
  async save(): Promise<void> {
    const state = this.snapshot(false);
    const text = JSON.stringify({ ...state, savedMs: 0 });
    if (text === this.written) return;
    this.written = text;
    try {
      await this.file.save(state);
    } catch (error) {
      this.written = "";
      this.trouble(error);
    }
  }

  /** Everything is on the disk when this is done, as of a clean end. */
  async close(): Promise<void> {
    process.off("exit", this.atExit);
    this.look();
    for (const timer of this.timers) timer.stop();
    this.roll.stop();
    this.comparison?.stop();
    this.triggers.end();
    this.kept.end();
    const { version } = this.core.limits();
    this.audit.append(version, { kind: "end" });
    await this.audit.close();
    try {
      this.file.saveNow(this.snapshot(true));
    } finally {
      this.core.close();
      this.lock.release();
    }
  }

  /** Hands over what the core can take by now; the rest waits. */
  private hand(withProfit: boolean): boolean {
    const { core, waiting } = this;
    this.waiting = {
      ...waiting,
      scopes: waiting.scopes.filter((day) => !core.restoreDay(day, withProfit)),
      positions: waiting.positions.filter((position) => !core.restorePosition(plainPosition(position))),
      reservations: waiting.reservations.filter((order) => !core.restoreReservation(plainReservation(order))),
    };
    const { scopes, positions, reservations } = this.waiting;
    return scopes.length + positions.length + reservations.length === 0;
  }

  /** State that says less than what may have left. */
  private distrust(found: FoundRisk, state: RiskStateName): void {
    const isTrusted =
      found.kind === "found" && (found.saved.closed || this.surroundings.journal !== undefined);
    if (isTrusted) return;
    if (found.kind !== "found" && found.kind !== "missing" && found.kind !== "unreadable") {
      const name = this.file.setAside(this.clock.now());
      this.audit.append(this.core.limits().version, { kind: "note", text: `state set aside as ${name}` });
    }
    const before = this.core.days().find(({ scope }) => scope === "all")?.state ?? "ACTIVE";
    if (stricterState(before, state) !== before) this.core.setState("all", state);
  }

  private foundIn(found: FoundRisk): string {
    if (found.kind === "missing") return "missing";
    if (found.kind !== "found") return `${found.kind}: ${found.reason}`;
    return found.saved.closed ? "found, closed" : "found, not closed";
  }

  private rolled(day: RiskDay, before: RiskDay): void {
    this.look();
    this.core.rollDay(day);
    this.executions.clear();
    // Of what waits for its account or instrument the day is over, too.
    const saved = { ...this.snapshot(false), savedMs: before.startMs, day: before };
    this.waiting = { ...this.waiting, scopes: restoreRisk({ day, saved }).scopes };
    this.audit.append(this.core.limits().version, { kind: "roll", day });
    this.events.emit("day", day);
    void this.save();
  }

  private compared(options: { everyMs: number; againMs: number; onMismatch: RiskStateName }) {
    const { gateway } = this.surroundings;
    if (gateway === undefined) return undefined;
    this.onMismatch = options.onMismatch;
    return new RiskComparison(this.clock, options.everyMs, options.againMs, {
      ours: () => ({
        positions: this.core.positions(),
        executions: this.executions.all,
        orders: this.core.reservations().map(({ key }) => key),
      }),
      theirs: gateway,
      differs: (mismatches) => this.mismatched(mismatches),
      unanswered: (_, error) => this.trouble(error),
    });
  }
  private onMismatch: RiskStateName = "REDUCING";

  private mismatched(mismatches: readonly RiskMismatch[]): void {
    this.audit.append(this.core.limits().version, { kind: "mismatch", what: mismatches });
    this.restrict("all", this.onMismatch);
    this.events.emit("mismatch", mismatches);
  }

  private trouble(error: unknown): void {
    this.events.emit("problem", error);
  }

  private snapshot(closed: boolean): SavedRisk {
    // The time first: what is counted while this is made has a later one, and counts again.
    const savedMs = this.clock.now();
    const { core, waiting } = this;
    const scopes = core.days();
    const isKnown = new Set(scopes.map(({ scope }) => scope));
    const { stop } = this.kept;
    return {
      savedMs,
      closed,
      day: this.roll.day,
      limitsVersion: core.limits().version,
      ...(stop === undefined ? {} : { stop }),
      scopes: [...scopes, ...waiting.scopes.filter(({ scope }) => !isKnown.has(scope))],
      positions: [...core.positions(), ...waiting.positions.map(plainPosition)],
      reservations: [...core.reservations(), ...waiting.reservations.map(plainReservation)],
      executions: this.executions.all,
    };
  }
}

function plainPosition({ account, conId, quantity, averagePrice, mark }: RestoredRisk["positions"][number]) {
  return { account, conId, quantity, averagePrice, ...(mark === undefined ? {} : { mark }) };
}

function plainReservation(order: RestoredRisk["reservations"][number]) {
  const { key, account, conId, side, remaining, price } = order;
  return { key, account, conId, side, remaining, ...(price === undefined ? {} : { price }) };
}
