import { EventName } from "@stoqey/ib";
import type { AccountDesk } from "../../broker/account-desk.js";
import type { CallOptions } from "../../broker/call-options.js";
import type { AccountFigure } from "../../domain/account-figure.js";
import { refused } from "../../domain/check.js";
import type { Contract, Position } from "../../domain/stock-types.js";
import type { Requests } from "./requests.js";

export class SessionAccounts implements AccountDesk {
  names: readonly string[] = [];

  constructor(private readonly requests: Requests) {}

  positions(options?: CallOptions): Promise<Position[]> {
    // A trade meanwhile comes as the same event: the newest word on each position counts.
    const positions = new Map<string, Position>();
    return this.requests.askShared(
      "positions",
      {
        method: "reqPositions",
        args: () => [],
        take: {
          [EventName.position]: (account: string, contract: Contract, pos: number, avgCost?: number) => {
            positions.set(`${account} ${contract.conId}`, { account, contract, pos, avgCost });
            return false;
          },
          [EventName.positionEnd]: () => true,
        },
        result: () => [...positions.values()],
        // Positions are a subscription: what changes later is not asked for here.
        cancel: "cancelPositions",
        cancelWhenDone: true,
      },
      options,
    );
  }

  async summary(tags: readonly string[] = ALL_TAGS, options?: CallOptions): Promise<AccountFigure[]> {
    if (!Array.isArray(tags)) throw refused("tags", tags, "a list of names", "ERR_IBKR_ARGUMENT");
    const figures: AccountFigure[] = [];
    return this.requests.ask(
      {
        method: "reqAccountSummary",
        args: (id) => [id, "All", tags.join(",")],
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
  }

  /** The accounts of the login, as the gateway lists them when a session begins. */
  named(list: string): void {
    this.names = list.split(",").filter((name) => name !== "");
  }
}

/** What IB's documentation of account summaries names. */
const ALL_TAGS: readonly string[] = [
  "AccountType",
  "NetLiquidation",
  "TotalCashValue",
  "SettledCash",
  "AccruedCash",
  "BuyingPower",
  "EquityWithLoanValue",
  "PreviousDayEquityWithLoanValue",
  "GrossPositionValue",
  "RegTEquity",
  "RegTMargin",
  "SMA",
  "InitMarginReq",
  "MaintMarginReq",
  "AvailableFunds",
  "ExcessLiquidity",
  "Cushion",
  "FullInitMarginReq",
  "FullMaintMarginReq",
  "FullAvailableFunds",
  "FullExcessLiquidity",
  "LookAheadNextChange",
  "LookAheadInitMarginReq",
  "LookAheadMaintMarginReq",
  "LookAheadAvailableFunds",
  "LookAheadExcessLiquidity",
  "HighestSeverity",
  "DayTradesRemaining",
  "Leverage",
];
