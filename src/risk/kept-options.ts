import { fields, integer, oneOf, text } from "../validation/rules.js";
import { lazily } from "../validation/zod.js";
import { type AuditOptions, auditRules } from "./audit-log.js";
import { type ComparisonOptions, comparisonRules } from "./risk-comparison.js";
import { type DayBoundary, dayBoundaryRules } from "./risk-day.js";
import { RISK_STATES, type RiskStateName } from "./saved-risk.js";
import { type TriggerOptions, triggerRules } from "./trigger-options.js";

/** What a risk gate keeps, where, and what it looks after. */
export interface KeptRiskOptions {
  /** The folder of its state, latch file and audit log; it has to be there, and is one gate's. */
  readonly folder: string;
  readonly day?: Partial<DayBoundary> | undefined;
  /** How often the state is written where it has changed: 100 to 60,000 ms, default 1,000. */
  readonly saveMs?: number | undefined;
  /**
   * What the gate begins as where the state of the run before is missing, cannot be used, or was not closed and has no
   * journal beside it. Default `HALTED` in `live`, else `ACTIVE`. Only a resume leads out of it.
   */
  readonly onLostState?: RiskStateName | undefined;
  readonly audit?: AuditOptions | undefined;
  readonly comparison?: ComparisonOptions | undefined;
  readonly triggers?: TriggerOptions | undefined;
}

export const keptRiskRules = lazily(() =>
  fields({
    folder: text("a folder"),
    day: dayBoundaryRules(),
    saveMs: integer(100, 60_000).default(1_000),
    onLostState: oneOf(RISK_STATES).optional(),
    audit: auditRules(),
    comparison: comparisonRules(),
    triggers: triggerRules().prefault({}),
  }),
);
