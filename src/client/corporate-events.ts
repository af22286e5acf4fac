import type { CallOptions } from "../broker/call-options.js";
import type { CorporateEventsRequest, Lookups } from "../broker/lookups.js";
import { measured } from "../metrics/operation-meter.js";
import type { Calls } from "./calls.js";
import { SharedAnswers } from "./shared-answers.js";

const TYPES = "types";

/** Corporate events of Wall Street Horizon, in its own JSON: for logins with a subscription to it. */
export class CorporateEvents {
  static {
    measured(
      CorporateEvents.prototype,
      "corporateEvents",
      ["types", "events"],
      ({ calls }) => calls.operations,
    );
  }

  private readonly known = new SharedAnswers<unknown>(1);

  constructor(
    private readonly lookups: Pick<Lookups, "corporateEventTypes" | "corporateEvents">,
    private readonly calls: Calls,
  ) {}

  /** What kinds of events there are. It is remembered. */
  async types(options?: CallOptions): Promise<unknown> {
    const call = this.calls.options(options);
    const { timeoutMs } = this.calls;
    return this.known.get(TYPES, (signal) => this.lookups.corporateEventTypes({ signal, timeoutMs }), call);
  }

  async events(request: CorporateEventsRequest & CallOptions): Promise<unknown> {
    const [asked, call] = this.calls.split(request);
    // A gateway wants them to have been asked for.
    await this.types(call);
    return this.lookups.corporateEvents(asked, call);
  }
}
