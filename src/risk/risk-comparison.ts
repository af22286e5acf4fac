import type { Clock, Timer } from "../time/clock.js";
import { fields, integer, oneOf } from "../validation/rules.js";
import { lazily } from "../validation/zod.js";
import { type ComparedRisk, compareRisk, lasting, type RiskMismatch } from "./compare-risk.js";

export interface ComparisonOptions {
  /** How often: 1,000 to 3,600,000 ms, default 30,000. */
  readonly everyMs?: number | undefined;
  /** What differs is looked at again so much later before it counts: 100 to 60,000 ms, default 2,000. */
  readonly againMs?: number | undefined;
  /** What a difference makes of the gate. Default `REDUCING`. */
  readonly onMismatch?: "REDUCING" | "HALTED" | undefined;
}

export const comparisonRules = lazily(() =>
  fields({
    everyMs: integer(1_000, 3_600_000).default(30_000),
    againMs: integer(100, 60_000).default(2_000),
    onMismatch: oneOf(["REDUCING", "HALTED"]).default("REDUCING"),
  }).prefault({}),
);

/** Where both sides come from, and who is told. */
export interface ComparedSides {
  ours(): ComparedRisk;
  /** Asks the gateway. Rejects where it does not answer, or there is no connection. */
  theirs(): Promise<ComparedRisk>;
  /** What differs in two comparisons that follow each other, each once while it lasts. */
  differs(mismatches: readonly RiskMismatch[]): void;
  /** Nobody answered, so many times in a row. */
  unanswered(times: number, error: unknown): void;
}

/** Compares the gate with the gateway, every so often, one question at a time. */
export class RiskComparison {
  private timer: Timer | undefined;
  private before: readonly RiskMismatch[] = [];
  private told: readonly RiskMismatch[] = [];
  private failures = 0;
  private isStopped = false;

  constructor(
    private readonly clock: Clock,
    private readonly everyMs: number,
    private readonly againMs: number,
    private readonly sides: ComparedSides,
  ) {
    this.arm(everyMs);
  }

  stop(): void {
    this.isStopped = true;
    this.timer?.stop();
  }

  private arm(ms: number): void {
    if (!this.isStopped) this.timer = this.clock.after(ms, () => void this.compare());
  }

  private async compare(): Promise<void> {
    const { sides } = this;
    const early = sides.ours();
    let theirs: ComparedRisk;
    try {
      theirs = await sides.theirs();
    } catch (error) {
      this.failures += 1;
      if (!this.isStopped) sides.unanswered(this.failures, error);
      this.arm(this.everyMs);
      return;
    }
    if (this.isStopped) return;
    this.failures = 0;
    // An execution that comes while it is asked is in ours before or behind the answer.
    const now = lasting(compareRisk(early, theirs), compareRisk(sides.ours(), theirs));
    const both = lasting(this.before, now);
    const news = both.filter((mismatch) => lasting(this.told, [mismatch]).length === 0);
    this.before = now;
    this.told = both;
    if (news.length > 0) sides.differs(news);
    this.arm(now.length > both.length ? this.againMs : this.everyMs);
  }
}
