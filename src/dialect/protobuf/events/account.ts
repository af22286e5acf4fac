import { type Contract, EventName } from "@stoqey/ib";
import type { Message } from "../../../protocol/schema.js";
import { contractOf, PLAIN_CONTRACT } from "./contract.js";
import type { EventHandlers } from "./event.js";
import { decimal, doubleOrUnset, doubleOrZero, idOrNone } from "./values.js";

export const accountEvents = {
  MANAGED_ACCTS: ({ accountsList = "" }, host) => host.emitEvent(EventName.managedAccounts, accountsList),
  ACCT_VALUE: ({ key = "", value = "", currency = "", accountName = "" }, host) =>
    host.emitEvent(EventName.updateAccountValue, key, value, currency, accountName),
  PORTFOLIO_VALUE: (m, host) => {
    if (m.contract === undefined) return;
    host.emitEvent(
      EventName.updatePortfolio,
      portfolioContract(m.contract),
      decimal(m.position),
      doubleOrZero(m.marketPrice),
      doubleOrZero(m.marketValue),
      doubleOrZero(m.averageCost),
      doubleOrZero(m.unrealizedPNL),
      doubleOrZero(m.realizedPNL),
      m.accountName ?? "",
    );
  },
  ACCT_UPDATE_TIME: ({ timeStamp = "" }, host) => host.emitEvent(EventName.updateAccountTime, timeStamp),
  ACCT_DOWNLOAD_END: ({ accountName = "" }, host) =>
    host.emitEvent(EventName.accountDownloadEnd, accountName),
  ACCOUNT_SUMMARY: ({ reqId, account = "", tag = "", value = "", currency = "" }, host) =>
    host.emitEvent(EventName.accountSummary, idOrNone(reqId), account, tag, value, currency),
  ACCOUNT_SUMMARY_END: ({ reqId }, host) => host.emitEvent(EventName.accountSummaryEnd, idOrNone(reqId)),
  ACCOUNT_UPDATE_MULTI: (
    { reqId, account = "", modelCode = "", key = "", value = "", currency = "" },
    host,
  ) =>
    host.emitEvent(EventName.accountUpdateMulti, idOrNone(reqId), account, modelCode, key, value, currency),
  // Stock reads this one id as text, so text is what listeners are used to.
  ACCOUNT_UPDATE_MULTI_END: ({ reqId }, host) =>
    host.emitEvent(EventName.accountUpdateMultiEnd, String(idOrNone(reqId))),
  POSITION_DATA: ({ account = "", contract, position, avgCost }, host) => {
    if (contract === undefined) return;
    host.emitEvent(
      EventName.position,
      account,
      contractOf(contract, PLAIN_CONTRACT),
      decimal(position),
      doubleOrZero(avgCost),
    );
  },
  POSITION_END: (_, host) => host.emitEvent(EventName.positionEnd),
  POSITION_MULTI: ({ reqId, account = "", contract, position, avgCost, modelCode = "" }, host) => {
    if (contract === undefined) return;
    host.emitEvent(
      EventName.positionMulti,
      idOrNone(reqId),
      account,
      modelCode,
      contractOf(contract, PLAIN_CONTRACT),
      decimal(position),
      doubleOrZero(avgCost),
    );
  },
  POSITION_MULTI_END: ({ reqId }, host) => host.emitEvent(EventName.positionMultiEnd, idOrNone(reqId)),
  // Profits that a server cannot tell are MAX in text and absent here.
  PNL: ({ reqId, dailyPnL, unrealizedPnL, realizedPnL }, host) =>
    host.emitEvent(
      EventName.pnl,
      idOrNone(reqId),
      doubleOrUnset(dailyPnL),
      doubleOrUnset(unrealizedPnL),
      doubleOrUnset(realizedPnL),
    ),
  PNL_SINGLE: ({ reqId, position, dailyPnL, unrealizedPnL, realizedPnL, value }, host) =>
    host.emitEvent(
      EventName.pnlSingle,
      idOrNone(reqId),
      decimal(position),
      doubleOrUnset(dailyPnL),
      doubleOrUnset(unrealizedPnL),
      doubleOrUnset(realizedPnL),
      doubleOrUnset(value),
    ),
  RECEIVE_FA: ({ faDataType = 0, xml = "" }, host) => host.emitEvent(EventName.receiveFA, faDataType, xml),
  REPLACE_FA_END: ({ reqId, text = "" }, host) =>
    host.emitEvent(EventName.replaceFAEnd, idOrNone(reqId), text),
  FAMILY_CODES: ({ familyCodes = [] }, host) =>
    host.emitEvent(
      EventName.familyCodes,
      familyCodes.map(({ accountId = "", familyCode = "" }) => ({ accountID: accountId, familyCode })),
    ),
} satisfies EventHandlers;

/** In text a portfolio's exchange stands where stock reads the primary exchange, and there is no other. */
function portfolioContract(source: Message<"Contract">): Contract {
  const contract = contractOf(source, PORTFOLIO_CONTRACT);
  contract.primaryExch ??= source.exchange ?? "";
  return contract;
}

const PORTFOLIO_CONTRACT: ReadonlySet<keyof Contract> = new Set(
  [...PLAIN_CONTRACT].filter((name) => name !== "exchange"),
);
