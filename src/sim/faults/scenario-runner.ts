import { IBKRError } from "../../domain/ibkr-error.js";
import { runAt, type Timer } from "../../time/clock.js";
import type { Exchange } from "../exchange/exchange.js";
import { OrderReject } from "../exchange/order-check.js";
import type { Fault } from "./fault.js";
import type { Plan, PlannedAction } from "./scenario.js";

/** Whose orders a scenario gives: a trader with no gateway. */
const SCENARIO_USER = "scenario";
const SCENARIO_CLIENT = 0;

export interface ScenarioStage {
  readonly exchange: Exchange;
  fault(fault: Fault): void;
  /** The scenario says that it is over. */
  stop(): void;
  note(name: string, body: unknown): void;
}

/** Carries out a scenario by the exchange's clock. */
export class ScenarioRunner {
  private readonly timers: Timer[] = [];

  /** @throws IBKRError `ERR_IBKR_OPTION` for a watched contract that does not exist */
  constructor(
    private readonly plan: Plan,
    private readonly stage: ScenarioStage,
  ) {
    const { exchange } = stage;
    for (const contract of plan.watch) {
      const instrument = exchange.instruments.resolve(contract);
      if (instrument === undefined) {
        throw new IBKRError(
          "ERR_IBKR_OPTION",
          `watch has ${contract.symbol} (${contract.secType}), which does not exist`,
        );
      }
      exchange.watch(instrument);
    }
  }

  start(): void {
    const { clock } = this.stage.exchange;
    const zero = clock.now();
    for (const action of this.plan.actions) {
      this.timers.push(runAt(clock, zero + action.at, () => this.run(action)));
    }
  }

  stop(): void {
    for (const timer of this.timers) timer.stop();
  }

  private run({ run }: PlannedAction): void {
    const { exchange } = this.stage;
    switch (run.kind) {
      case "fault":
        this.stage.fault(run.fault);
        return;
      case "stop":
        this.stage.stop();
        return;
      case "order":
        this.attempt(run.id, () =>
          exchange.orders.place(SCENARIO_CLIENT, run.id, run.contract, { ...run.fields }, SCENARIO_USER),
        );
        return;
      case "cancel":
        this.attempt(run.id, () => exchange.orders.cancel(SCENARIO_CLIENT, run.id, SCENARIO_USER));
    }
  }

  private attempt(orderId: number, act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!(error instanceof OrderReject)) throw error;
      const { code, message } = error;
      this.stage.note("rejected", { username: SCENARIO_USER, orderId, code, message });
    }
  }
}
