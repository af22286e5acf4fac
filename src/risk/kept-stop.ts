import { join } from "node:path";
import { IBKRError } from "../domain/ibkr-error.js";
import { type Clock, realClock } from "../time/clock.js";
import type { AuditLog } from "./audit-log.js";
import {
  clearLatch,
  LATCH_FILE,
  type LatchContent,
  type LatchPull,
  LatchWatch,
  pullLatch,
  readLatch,
} from "./latch-file.js";
import type { RiskCore } from "./risk-core.js";
import type { StopRecord } from "./saved-risk.js";

/** What pulled it: the program, another one by the latch file, an earlier run, or one of the triggers. */
export type StopTrigger = "api" | "file" | "earlier" | "disconnect" | "errors" | "silence" | "signal";

export interface StopListener {
  /** The latch is set. */
  stopped(stop: StopRecord, trigger: StopTrigger): void;
  /** Writes the state, now, without or with the stop. @throws IBKRError `ERR_IBKR_FILE` */
  save(): void;
  /** Something could not be written; the stop is in force all the same. */
  troubled(error: unknown): void;
}

/** The emergency stop over the end of a process: latch, latch file, state and audit log, in this order. */
export class KeptStop {
  private record: StopRecord | undefined;
  /** What has been told of the latch file. */
  private known: LatchContent | undefined;
  private readonly watch: LatchWatch;

  constructor(
    private readonly folder: string,
    private readonly core: RiskCore,
    private readonly audit: AuditLog,
    private readonly listener: StopListener,
    private readonly clock: Clock = realClock,
  ) {
    this.watch = new LatchWatch(folder, () => this.look(), clock);
  }

  /** Why nothing leaves; undefined: it is not stopped. */
  get stop(): StopRecord | undefined {
    return this.record;
  }

  /** What an earlier run has left behind, and the core's own watch. @param saved of its state */
  begin(saved: StopRecord | undefined): void {
    if (saved !== undefined) this.set(saved, "earlier");
    this.look(this.record === undefined ? "earlier" : undefined);
    this.core.watchLatch(join(this.folder, LATCH_FILE));
  }

  /** Whatever the reason is: nobody is refused a stop for the want of one. */
  pull({ reason, operator }: LatchPull, trigger: StopTrigger): void {
    // Before anything is looked at or written.
    this.core.stop(String(reason));
    const pull = { reason: worded(reason, 1000), operator: worded(operator, 200) };
    const stop = { ...pull, atMs: this.clock.now() };
    try {
      const { isRecorded } = pullLatch(this.folder, pull, stop.atMs);
      this.known = readLatch(this.folder);
      if (!isRecorded)
        this.listener.troubled(
          new IBKRError("ERR_IBKR_FILE", "the reason of the stop could not be written down"),
        );
    } catch (error) {
      this.listener.troubled(error);
    }
    this.set(stop, trigger);
  }

  /** Looks for pulls that have come; for a timer, and whoever wants to know now. */
  look(trigger: StopTrigger | undefined = "file"): void {
    let now: LatchContent | undefined;
    try {
      now = readLatch(this.folder);
    } catch (error) {
      // It is there, and cannot be read.
      this.listener.troubled(error);
      if (this.record === undefined)
        this.set(
          { reason: "the latch file cannot be read", operator: "unknown", atMs: this.clock.now() },
          "file",
        );
      return;
    }
    if (now === undefined || now.text === this.known?.text) return;
    const news = now.pulls.slice(this.known?.pulls.length ?? 0);
    this.known = now;
    if (trigger === undefined) return;
    for (const stop of news) this.set(stop, trigger);
  }

  /**
   * Nothing is stopped any more.
   * @throws IBKRError `ERR_IBKR_RISK_PULLED_AGAIN` where somebody has pulled it since it was last told; `ERR_IBKR_FILE`. Then
   * it is stopped as before
   */
  resume({ reason, operator }: LatchPull): void {
    const { record } = this;
    const version = this.core.limits().version;
    this.audit.append(version, { kind: "resume", reason, operator });
    if (!clearLatch(this.folder, this.known)) this.refuse();
    // Whoever is killed here is stopped by the state.
    this.record = undefined;
    try {
      this.listener.save();
    } catch (error) {
      this.record = record;
      throw error;
    }
    this.known = undefined;
    this.watch.reset();
    if (!this.core.resume()) this.refuse();
    this.audit.flushNow();
  }

  end(): void {
    this.watch.stop();
  }

  private refuse(): never {
    this.look();
    const last = this.known?.pulls.at(-1);
    const who = last === undefined ? "somebody" : `${last.operator} (${last.reason})`;
    throw new IBKRError("ERR_IBKR_RISK_PULLED_AGAIN", `${who} has pulled the emergency stop again`);
  }

  private set(stop: StopRecord, trigger: StopTrigger): void {
    this.core.stop(stop.reason);
    this.record ??= stop;
    const { reason, operator } = stop;
    this.audit.append(this.core.limits().version, { kind: "stop", reason, operator, trigger });
    try {
      if (trigger !== "earlier") this.listener.save();
    } catch (error) {
      this.listener.troubled(error);
    }
    this.audit.flushNow();
    this.listener.stopped(stop, trigger);
  }
}

function worded(text: unknown, most: number): string {
  return String(text ?? "").slice(0, most) || "not said";
}
