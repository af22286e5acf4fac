import { EventName } from "@stoqey/ib";
import { abandonable, withResolvers } from "../../broker/abandonable.js";
import type { AccountDesk } from "../../broker/account-desk.js";
import { checkCallOptions } from "../../broker/call-options.js";
import type { AccountFigure } from "../../domain/account-figure.js";
import type { Position } from "../../domain/stock-types.js";
import { tagList } from "./figure-tags.js";
import { LATE, type Requests } from "./requests.js";
import { accountWatches } from "./session-account-watches.js";
import { type PositionArguments, positionOf, positionStream } from "./session-positions.js";
import type { SharedStream } from "./shared-stream.js";

export interface SessionAccounts extends AccountDesk {
  /** The accounts of the login, as the gateway lists them when a session begins. */
  named(list: string): void;
}

export function sessionAccounts(requests: Requests): SessionAccounts {
  let names: readonly string[] = [];
  const positions = positionStream(requests);
  return {
    ...accountQuestions(requests, positions),
    ...accountWatches(requests, positions),
    get names() {
      return names;
    },
    named: (list) => {
      names = list.split(",").filter((name) => name !== "");
    },
  };
}

function accountQuestions(requests: Requests, stream: SharedStream) {
  /** The answer that who asks meanwhile shares. */
  let running: Promise<Position[]> | undefined;
  return {
    positions: async (options = {}) => {
      checkCallOptions(options);
      options.signal?.throwIfAborted();
      if (running === undefined) {
        const answer = askPositions(stream);
        running = answer;
        const done = () => {
          if (running === answer) running = undefined;
        };
        answer.then(done, done);
      }
      return abandonable(running, options, LATE);
    },

    summary: (tags, options) => {
      const figures: AccountFigure[] = [];
      return requests.ask(
        {
          method: "reqAccountSummary",
          args: (id) => [id, "All", tagList(tags)],
          take: {
            [EventName.accountSummary]: (account: string, tag: string, value: string, currency: string) => {
              figures.push({ account, tag, value, currency });
              return false;
            },
            [EventName.accountSummaryEnd]: () => true,
          },
          result: () => figures,
          cancel: "cancelAccountSummary",
          cancelWhenDone: true,
        },
        options,
      );
    },

    familyCodes: async (options) => {
      let codes: readonly { readonly accountID: string; readonly familyCode: string }[] = [];
      const answer = await requests.askShared(
        "familyCodes",
        {
          method: "reqFamilyCodes",
          args: () => [],
          take: {
            [EventName.familyCodes]: (all: typeof codes) => {
              codes = all;
              return true;
            },
          },
          result: () => codes,
        },
        options,
      );
      return answer.map(({ accountID: account, familyCode }) => ({ account, familyCode }));
    },
  } satisfies Partial<AccountDesk>;
}

/** Positions are a subscription, which others may have: it is used for a moment. */
function askPositions(stream: SharedStream): Promise<Position[]> {
  const { promise, resolve, reject } = withResolvers<Position[]>();
  // A trade meanwhile comes as the same event: the newest word on each position counts.
  const positions = new Map<string, Position>();
  const leave = stream.use({
    take: (name, args) => {
      if (name !== EventName.position) return;
      const position = positionOf(...(args as PositionArguments));
      positions.set(`${position.account} ${position.contract.conId}`, position);
    },
    complete: () => {
      leave();
      resolve([...positions.values()]);
    },
    fail: reject,
  });
  return promise;
}
