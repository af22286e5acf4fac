import type { CallOptions } from "../../broker/call-options.js";
import { openWatch as open, type WatchNeeds, type WatchRun } from "../../broker/open-watch.js";
import type { Watch, WatchListener } from "../../broker/watch.js";
import { IBKRError } from "../../domain/ibkr-error.js";
import type { Session } from "../session.js";
import type { Pending, Requests, Take } from "./requests.js";

/** @see open */
export function openWatch<L extends WatchListener>(
  session: Session,
  listener: L,
  needed: WatchNeeds<L>,
  options: CallOptions,
  begin: (run: WatchRun) => (atGateway: boolean) => void,
): Watch {
  return open(listener, needed, options, { begin, threw: (error) => session.threw(error) });
}

/** A watch under an id of its own. */
export interface WatchById {
  readonly method: string;
  /** The first server version that knows it, where the encoder does not say. */
  readonly since?: number;
  args(id: number): readonly unknown[];
  /** Takes what comes; true where all that is there has come. */
  readonly take: Take;
  readonly cancel: string;
}

export function beginById(requests: Requests, run: WatchRun, watch: WatchById): (atGateway: boolean) => void {
  const { since = 0 } = watch;
  const { state, serverVersion } = requests.session;
  if (state === "ready" && serverVersion < since)
    throw new IBKRError(
      "ERR_IBKR_SERVER_TOO_OLD",
      `${watch.method} wants server version ${since}, and this is ${serverVersion}`,
    );
  const id = requests.nextId();
  const args = watch.args(id);
  let isComplete = false;
  const pending: Pending = {
    take: (name, values) => {
      const take = watch.take[name] as ((...args: readonly unknown[]) => boolean | undefined) | undefined;
      try {
        if (take?.(...values) !== true || isComplete) return;
        isComplete = true;
        run.complete();
      } catch (unreadable) {
        run.fail(unreadable, true);
      }
    },
    fail: (error) => run.fail(error),
  };
  requests.open(id, pending);
  requests.send(watch.method, args, pending);
  return (atGateway) => {
    requests.shut(id);
    if (atGateway) requests.takeBack(watch.cancel, [id]);
  };
}
