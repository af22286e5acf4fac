import { refused } from "../../domain/check.js";
import { IBKRError } from "../../domain/ibkr-error.js";
import { runAt, type Timer } from "../../time/clock.js";
import type { Exchange } from "../exchange/exchange.js";
import type { OrderOwner } from "../exchange/order-events.js";
import { OrderReject } from "../exchange/order-reject.js";
import type { Fault } from "./fault.js";
import type { Plan, PlannedAction } from "./scenario.js";

/** Whose orders a scenario gives: a trader with no gateway. */
const SCENARIO_USER = "scenario";
const SCENARIO_CLIENT = 0;

const A_CONTRACT = "a contract that exists: SYMBOL, or SYMBOL:SECTYPE:CURRENCY";

export interface ScenarioStage {
  readonly exchange: Exchange;
  fault(fault: Fault): void;
  /** The scenario is over. @param failure why it could not be carried out to its end */
  stop(failure?: IBKRError): void;
  note(name: string, body: unknown): void;
}

/** Carries out a scenario by the exchange's clock. A step that the exchange refuses ends it. */
export class ScenarioRunner {
  private readonly timers: Timer[] = [];
  private current: PlannedAction | undefined;
  private readonly takeReject = (owner: OrderOwner, orderId: number, reject: OrderReject): void => {
    if (owner.username === SCENARIO_USER && this.current !== undefined) this.fail(orderId, reject);
  };

  /**
   * @throws IBKRError `ERR_IBKR_OPTION` for a contract that does not exist, and for an order that the exchange would refuse
   * at any time
   */
  constructor(
    private readonly plan: Plan,
    private readonly stage: ScenarioStage,
  ) {
    const { exchange } = stage;
    for (const [i, contract] of plan.watch.entries()) {
      const instrument = exchange.instruments.resolve(contract);
      if (instrument === undefined) throw refused(`${plan.name}.watch[${i}]`, contract.symbol, A_CONTRACT);
      exchange.watch(instrument);
    }
    for (const action of plan.actions) this.verify(action);
  }

  start(): void {
    const { clock } = this.stage.exchange;
    this.stage.exchange.on("rejected", this.takeReject);
    const zero = clock.now();
    for (const action of this.plan.actions) {
      this.timers.push(runAt(clock, zero + action.at, () => this.run(action)));
    }
  }

  stop(): void {
    this.stage.exchange.off("rejected", this.takeReject);
    for (const timer of this.timers) timer.stop();
  }

  /** What can be known before the time comes is told before anything happens. */
  private verify({ index, run }: PlannedAction): void {
    if (run.kind !== "order") return;
    const { exchange } = this.stage;
    const name = `${this.plan.name}.actions[${index}].order`;
    if (exchange.instruments.resolve(run.contract) === undefined)
      throw refused(`${name}.symbol`, run.contract.symbol, A_CONTRACT);
    try {
      exchange.orders.verify(run.contract, { ...run.fields });
    } catch (error) {
      if (!(error instanceof OrderReject)) throw error;
      throw refused(name, summaryOf(run), `what the exchange takes, which says ${said(error)}`);
    }
  }

  private run(action: PlannedAction): void {
    const { exchange } = this.stage;
    const { run } = action;
    switch (run.kind) {
      case "fault":
        this.stage.fault(run.fault);
        return;
      case "stop":
        this.stage.stop();
        return;
      case "order":
        this.attempt(action, run.id, () =>
          exchange.orders.place(SCENARIO_CLIENT, run.id, run.contract, { ...run.fields }, SCENARIO_USER),
        );
        return;
      case "cancel":
        this.attempt(action, run.id, () => exchange.orders.cancel(SCENARIO_CLIENT, run.id, SCENARIO_USER));
    }
  }

  private attempt(action: PlannedAction, orderId: number, act: () => void): void {
    this.current = action;
    try {
      act();
    } catch (error) {
      if (!(error instanceof OrderReject)) throw error;
      const { code, message } = error;
      this.stage.note("rejected", { username: SCENARIO_USER, orderId, code, message });
      this.fail(orderId, error);
    } finally {
      this.current = undefined;
    }
  }

  /** Nothing that follows would be what its author meant. */
  private fail(orderId: number, reject: OrderReject): void {
    const { index, at, run } = this.current!;
    const { code, message } = reject;
    this.stop();
    const what = run.kind === "order" ? summaryOf(run) : `cancel of order ${orderId}`;
    const about = run.kind === "order" && run.id !== orderId ? `order ${orderId}, transmitted with ` : "";
    const failure = new IBKRError(
      "ERR_IBKR_SCENARIO",
      `${this.plan.name}.actions[${index}], at ${at} ms: the exchange refused ${about}${what} (allowed: what it takes, which says ${said(reject)})`,
      { gatewayCode: code, gatewayText: message, cause: reject },
    );
    this.stage.stop(failure);
  }
}

function said({ code, message }: OrderReject): string {
  return `${code}: ${message}`;
}

/** `order 5 BUY 10 AAPL LMT 187.2` */
function summaryOf({ id, contract, fields }: PlannedAction["run"] & { kind: "order" }): string {
  const { action, totalQuantity, orderType, lmtPrice, auxPrice } = fields;
  const at = [lmtPrice, auxPrice].filter((price) => price !== undefined);
  return ["order", id, action, totalQuantity, contract.symbol, orderType || "of no type", ...at].join(" ");
}
