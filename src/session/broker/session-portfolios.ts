import { EventName } from "@stoqey/ib";
import type { PortfolioItem, PortfolioListener } from "../../broker/account-desk.js";
import type { WatchRun } from "../../broker/open-watch.js";
import { check, refused } from "../../domain/check.js";
import type { Contract } from "../../domain/stock-types.js";
import { text } from "../../validation/rules.js";
import { lazily } from "../../validation/zod.js";
import type { Requests } from "./requests.js";
import { SharedStream } from "./shared-stream.js";

type Amount = number | undefined;
type FigureArguments = [tag: string, value: string, currency: string, account: string];
type ItemArguments = [
  contract: Contract,
  position: Amount,
  marketPrice: Amount,
  marketValue: Amount,
  averageCost: Amount,
  unrealizedPnl: Amount,
  realizedPnl: Amount,
  account: string,
];

const accountRule = lazily(() => text());

/** Accounts as their windows show them: a connection is shown one at a time. */
export class SessionPortfolios {
  private readonly streams = new Map<string, SharedStream>();

  constructor(private readonly requests: Requests) {}

  begin(account: string, listener: PortfolioListener, run: WatchRun): () => void {
    check(accountRule(), account, "account", "ERR_IBKR_ARGUMENT");
    for (const [other, stream] of this.streams) {
      if (other === account) continue;
      if (stream.isUsed)
        throw refused("account", account, `${other}, while it is watched`, "ERR_IBKR_ARGUMENT");
      stream.forget();
    }
    return this.stream(account).use({
      take: (name, args) => {
        if (name === EventName.updatePortfolio) {
          const item = itemOf(...(args as ItemArguments));
          if (item.account === account) run.tell(() => listener.item(item));
        } else if (name === EventName.updateAccountValue) {
          const [tag, value, currency, of] = args as FigureArguments;
          if (of === account) run.tell(() => listener.figure?.({ account, tag, value, currency }));
        }
      },
      complete: () => run.complete(),
      fail: (error) => run.fail(error),
    });
  }

  private stream(account: string): SharedStream {
    let stream = this.streams.get(account);
    if (stream === undefined) {
      stream = new SharedStream(this.requests, {
        begin: ["reqAccountUpdates", [true, account]],
        end: ["reqAccountUpdates", [false, account]],
        isEnd: (name, [of]) => name === EventName.accountDownloadEnd && of === account,
        isRefusable: true,
      });
      this.streams.set(account, stream);
    }
    return stream;
  }
}

function itemOf(...args: ItemArguments): PortfolioItem {
  const [contract, position, marketPrice, marketValue, averageCost, unrealizedPnl, realizedPnl, account] =
    args;
  const profits = { unrealizedPnl, realizedPnl };
  return { account, contract, position, marketPrice, marketValue, averageCost, ...profits };
}
