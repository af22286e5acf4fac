import { EventName } from "@stoqey/ib";
import type { CallOptions } from "../../broker/call-options.js";
import type { Bulletin, BulletinsListener } from "../../broker/news-desk.js";
import type { WatchRun } from "../../broker/open-watch.js";
import type { Watch } from "../../broker/watch.js";
import type { Requests } from "./requests.js";
import type { ServerClock } from "./server-clock.js";
import { openWatch } from "./session-watch.js";

type BulletinArguments = [id: number, type: number, text: string, exchange: string];

/** Bulletins have no ids of requests: one subscription is everybody's, and ends with the last. */
export class SessionBulletins {
  private watching = 0;

  constructor(
    private readonly requests: Requests,
    private readonly clock: ServerClock,
  ) {}

  watch(withPast: boolean, listener: BulletinsListener, options: CallOptions = {}): Watch {
    return openWatch(this.requests.session, listener, ["bulletin"], options, (run) =>
      this.begin(withPast, listener, run),
    );
  }

  private begin(withPast: boolean, listener: BulletinsListener, run: WatchRun) {
    // What somebody who comes later asks for comes to all again.
    const told = new Set<number>();
    const pending = {
      take: (name: string, args: readonly unknown[]) => {
        if (name !== EventName.updateNewsBulletin) return;
        const bulletin = bulletinOf(...(args as BulletinArguments));
        if (told.has(bulletin.id)) return;
        told.add(bulletin.id);
        run.tell(() => listener.bulletin(bulletin));
      },
      fail: (error: unknown) => run.fail(error),
    };
    const leave = this.requests.listen(pending);
    this.watching += 1;
    this.requests.send("reqNewsBulletins", [withPast], pending);
    // There is no end of those that were there.
    this.clock.ask().then(
      () => run.complete(),
      (error) => run.fail(error),
    );
    return (atGateway: boolean) => {
      leave();
      this.watching -= 1;
      if (atGateway && this.watching === 0) this.requests.takeBack("cancelNewsBulletins", []);
    };
  }
}

const KINDS: Readonly<Record<number, Bulletin["kind"]>> = { 2: "exchange-closed", 3: "exchange-open" };

function bulletinOf(...[id, type, text, exchange]: BulletinArguments): Bulletin {
  return { id, kind: KINDS[type] ?? "news", text, exchange };
}
