import { EventName } from "@stoqey/ib";
import type {
  AccountDesk,
  AccountScope,
  FigureScope,
  FiguresListener,
  PnlListener,
  PositionPnl,
  PositionsListener,
} from "../../broker/account-desk.js";
import type { WatchRun } from "../../broker/open-watch.js";
import type { AccountFigure } from "../../domain/account-figure.js";
import { check } from "../../domain/check.js";
import type { Contract } from "../../domain/stock-types.js";
import { anyText, fieldsAmongOthers, integer, text } from "../../validation/rules.js";
import { lazily } from "../../validation/zod.js";
import { tagList } from "./figure-tags.js";
import type { Requests } from "./requests.js";
import { SessionPortfolios } from "./session-portfolios.js";
import { type PositionArguments, positionOf } from "./session-positions.js";
import { beginById, openWatch, type WatchById } from "./session-watch.js";
import type { SharedStream } from "./shared-stream.js";

/** Server version from which on there are requests of models. */
const MODELS_SUPPORT = 103;

/** @param positions of all accounts, which others may use as well */
export function accountWatches(requests: Requests, positions: SharedStream) {
  const { session } = requests;
  const portfolios = new SessionPortfolios(requests);
  return {
    watchPositions: (scope, listener, options = {}) =>
      openWatch(session, listener, ["position"], options, (run) => {
        const { account, model } = check(scopeRules(), scope, "scope", "ERR_IBKR_ARGUMENT");
        return account === "" && model === ""
          ? watchAllPositions(positions, run, listener)
          : beginById(requests, run, positionsOf(account, model, run, listener));
      }),

    watchFigures: (scope, listener, options = {}) =>
      openWatch(session, listener, ["figure"], options, (run) => {
        const { account, model } = check(scopeRules(), scope, "scope", "ERR_IBKR_ARGUMENT");
        const watch =
          account === "" && model === ""
            ? summaryOf(scope, run, listener)
            : figuresOf(account, model, scope, run, listener);
        return beginById(requests, run, watch);
      }),

    watchPnl: (scope, listener, options = {}) =>
      openWatch(session, listener, ["pnl"], options, (run) =>
        beginById(requests, run, pnlOf(scope, run, listener)),
      ),

    watchPnlSingle: (scope, listener, options = {}) =>
      openWatch(session, listener, ["pnl"], options, (run) =>
        beginById(requests, run, pnlSingleOf(scope, run, listener)),
      ),

    watchPortfolio: (account, listener, options = {}) =>
      openWatch(session, listener, ["item"], options, (run) => portfolios.begin(account, listener, run)),
  } satisfies Partial<AccountDesk>;
}

const scopeRules = lazily(() =>
  fieldsAmongOthers({ account: anyText().default(""), model: anyText().default("") }),
);
const accountRules = lazily(() => fieldsAmongOthers({ account: text(), model: anyText().default("") }));
const conIdRule = lazily(() => integer(1));

function watchAllPositions(stream: SharedStream, run: WatchRun, listener: PositionsListener): () => void {
  return stream.use({
    take: (name, args) => {
      if (name !== EventName.position) return;
      const position = positionOf(...(args as PositionArguments));
      run.tell(() => listener.position(position));
    },
    complete: () => run.complete(),
    fail: (error) => run.fail(error),
  });
}

function positionsOf(account: string, model: string, run: WatchRun, listener: PositionsListener): WatchById {
  return {
    method: "reqPositionsMulti",
    args: (id) => [id, account, model],
    take: {
      [EventName.positionMulti]: (
        of: string,
        _model: string,
        contract: Contract,
        pos: number,
        avgCost?: number,
      ) => {
        const position = positionOf(of, contract, pos, avgCost);
        run.tell(() => listener.position(position));
        return false;
      },
      [EventName.positionMultiEnd]: () => true,
    },
    cancel: "cancelPositionsMulti",
  };
}

function summaryOf({ tags }: FigureScope, run: WatchRun, listener: FiguresListener): WatchById {
  return {
    method: "reqAccountSummary",
    args: (id) => [id, "All", tagList(tags)],
    take: {
      [EventName.accountSummary]: (account: string, tag: string, value: string, currency: string) => {
        const figure: AccountFigure = { account, tag, value, currency };
        run.tell(() => listener.figure(figure));
        return false;
      },
      [EventName.accountSummaryEnd]: () => true,
    },
    cancel: "cancelAccountSummary",
  };
}

function figuresOf(
  account: string,
  model: string,
  { tags }: FigureScope,
  run: WatchRun,
  listener: FiguresListener,
): WatchById {
  const wanted = tags && new Set(tagList(tags).split(","));
  return {
    method: "reqAccountUpdatesMulti",
    since: MODELS_SUPPORT,
    args: (id) => [id, account, model, false],
    take: {
      [EventName.accountUpdateMulti]: (
        of: string,
        _model: string,
        tag: string,
        value: string,
        currency: string,
      ) => {
        const figure: AccountFigure = { account: of, tag, value, currency };
        if (wanted === undefined || wanted.has(tag)) run.tell(() => listener.figure(figure));
        return false;
      },
      [EventName.accountUpdateMultiEnd]: () => true,
    },
    cancel: "cancelAccountUpdatesMulti",
  };
}

type Profit = number | undefined;

function pnlOf(scope: AccountScope, run: WatchRun, listener: PnlListener): WatchById {
  const { account, model } = check(accountRules(), scope, "scope", "ERR_IBKR_ARGUMENT");
  return {
    method: "reqPnL",
    args: (id) => [id, account, model],
    take: {
      [EventName.pnl]: (dailyPnl: Profit, unrealizedPnl: Profit, realizedPnl: Profit) => {
        run.tell(() => listener.pnl({ dailyPnl, unrealizedPnl, realizedPnl }));
        return true;
      },
    },
    cancel: "cancelPnL",
  };
}

function pnlSingleOf(
  scope: AccountScope & { readonly conId: number },
  run: WatchRun,
  listener: PnlListener<PositionPnl>,
): WatchById {
  const { account, model } = check(accountRules(), scope, "scope", "ERR_IBKR_ARGUMENT");
  const conId = check(conIdRule(), scope.conId, "scope.conId", "ERR_IBKR_ARGUMENT");
  return {
    method: "reqPnLSingle",
    args: (id) => [id, account, model, conId],
    take: {
      [EventName.pnlSingle]: (
        position: number | undefined,
        dailyPnl: Profit,
        unrealizedPnl: Profit,
        realizedPnl: Profit,
        marketValue: number | undefined,
      ) => {
        run.tell(() => listener.pnl({ position, dailyPnl, unrealizedPnl, realizedPnl, marketValue }));
        return true;
      },
    },
    cancel: "cancelPnLSingle",
  };
}
