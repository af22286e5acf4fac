import { Bracket, type Desk, placeAndCancel, type TradingPlan } from "./bracket.js";
import { OrderSampler } from "./sampler.js";
import type { Scene } from "./scene.js";

/** When each part begins, as a fraction of the streaming time. */
const BRACKET_AT = 0.1;
const CANCEL_AT = 0.2;
const POSITIONS_MS = 5_000;

/** The demo's orders, from the bracket to the positions after. */
export class Trading {
  readonly problems: string[] = [];
  private readonly desk: Desk;
  private readonly bracket: Bracket;
  private readonly sampler: OrderSampler | undefined;
  /** The second symbol, if there is one: its orders keep out of the bracket's way. */
  private readonly otherRow: number;

  /** @param sampling measures order latency with orders of its own */
  constructor(
    private readonly scene: Scene,
    plan: TradingPlan,
    sampling: boolean,
  ) {
    const { table, changes, events, blotter } = scene;
    const entry = scene.allowOrders();
    this.desk = { entry, blotter, table, events, changes, plan };
    this.otherRow = Math.min(1, table.symbols.length - 1);
    this.bracket = new Bracket(this.desk);
    this.sampler = sampling ? new OrderSampler(entry, table, this.otherRow, changes) : undefined;
  }

  /** Places the bracket, and the order that is cancelled. @param seconds how long quotes stream in all */
  async run(seconds: number): Promise<void> {
    const { changes, events } = this.desk;
    const startedAt = events.elapsed;
    const waitUntil = (part: number) => changes.pause((startedAt + part * seconds - events.elapsed) * 1000);
    if (!(await waitUntil(BRACKET_AT))) return;
    const opening = await this.bracket.open(0);
    if (changes.aborted) return;
    this.report(opening);
    if (!(await waitUntil(CANCEL_AT))) return;
    this.report(await placeAndCancel(this.desk, this.otherRow));
    if (this.sampler === undefined || changes.aborted) return;
    events.note(
      "from here on: one-share orders far below the market, each cancelled at once, to measure latency",
      "aside",
    );
    this.sampler.start();
  }

  /** Ends what still works, waits for the commissions and asks for the positions. Also after an abort. */
  async finish(): Promise<void> {
    const { changes, events, blotter, plan } = this.desk;
    const { ib, link } = this.scene;
    const sampled = (await this.sampler?.stop(link.failure === "" ? plan.patienceMs : 0)) ?? true;
    if (link.failure !== "") {
      const open = blotter.open.map((order) => order.id);
      if (open.length > 0)
        this.report(`the connection is gone; orders that may still work: ${open.join(", ")}`);
      return;
    }
    if (!sampled) this.report("the last order of the latency measurement was not cancelled in time");
    this.report(await this.bracket.close());
    const complete = () => blotter.fillsWithoutCommission === 0;
    if (!complete()) events.note("waiting for commission reports");
    if (!(await changes.settled(complete, plan.patienceMs))) {
      this.report(
        `${blotter.fillsWithoutCommission} of ${blotter.fills.length} fills have no commission report yet`,
      );
    }
    ib.reqPositions();
    if (!(await changes.settled(() => blotter.positionsComplete, POSITIONS_MS))) {
      this.report(`the positions did not come within ${POSITIONS_MS / 1000} s`);
    }
    ib.cancelPositions();
  }

  private report(problem: string | undefined): void {
    if (problem === undefined) return;
    this.problems.push(problem);
    this.desk.events.note(problem, "warning");
  }
}
