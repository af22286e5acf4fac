import { MessageId } from "./message-id.js";
import { SV } from "./server-version.js";
import { writeBondContractData, writePositionMulti } from "./text-data-responses.js";
import type { TextResponses } from "./text-layout.js";

const SCANNER_VERSION = 3;

/** Accounts by model, news, scanners, users and groups as text. */
export const infoResponses: Pick<
  TextResponses,
  | "bondContractData"
  | "positionMulti"
  | "positionMultiEnd"
  | "accountUpdateMulti"
  | "accountUpdateMultiEnd"
  | "softDollarTiers"
  | "familyCodes"
  | "newsProviders"
  | "newsArticle"
  | "historicalNews"
  | "historicalNewsEnd"
  | "newsBulletin"
  | "scannerParameters"
  | "scannerData"
  | "fundamentalData"
  | "receiveFA"
  | "replaceFAEnd"
  | "orderBound"
  | "wshMetaData"
  | "wshEventData"
  | "userInfo"
  | "displayGroupList"
  | "displayGroupUpdated"
  | "verifyMessageApi"
  | "verifyCompleted"
  | "verifyAndAuthMessageApi"
  | "verifyAndAuthCompleted"
  | "currentTimeInMillis"
> = {
  bondContractData: { id: MessageId.BOND_CONTRACT_DATA, write: writeBondContractData },
  positionMulti: { id: MessageId.POSITION_MULTI, since: SV.MODELS_SUPPORT, write: writePositionMulti },
  positionMultiEnd: {
    id: MessageId.POSITION_MULTI_END,
    since: SV.MODELS_SUPPORT,
    write: (w, m) => w.add(1, m.reqId),
  },
  accountUpdateMulti: {
    id: MessageId.ACCOUNT_UPDATE_MULTI,
    since: SV.MODELS_SUPPORT,
    write: (w, m) => w.add(1, m.reqId, m.account, m.modelCode, m.key, m.value, m.currency),
  },
  accountUpdateMultiEnd: {
    id: MessageId.ACCOUNT_UPDATE_MULTI_END,
    since: SV.MODELS_SUPPORT,
    write: (w, m) => w.add(1, m.reqId),
  },
  softDollarTiers: {
    id: MessageId.SOFT_DOLLAR_TIERS,
    since: SV.SOFT_DOLLAR_TIER,
    write(w, m) {
      w.add(m.reqId, m.tiers.length);
      for (const tier of m.tiers) w.add(tier.name, tier.value, tier.displayName);
    },
  },
  familyCodes: {
    id: MessageId.FAMILY_CODES,
    since: 107,
    write(w, m) {
      w.add(m.codes.length);
      for (const { accountId, familyCode } of m.codes) w.add(accountId, familyCode);
    },
  },
  newsProviders: {
    id: MessageId.NEWS_PROVIDERS,
    since: 115,
    write(w, m) {
      w.add(m.providers.length);
      for (const { providerCode, providerName } of m.providers) w.add(providerCode, providerName);
    },
  },
  newsArticle: {
    id: MessageId.NEWS_ARTICLE,
    since: 116,
    write: (w, m) => w.add(m.reqId, m.articleType, m.articleText),
  },
  historicalNews: {
    id: MessageId.HISTORICAL_NEWS,
    since: 117,
    write: (w, m) => w.add(m.reqId, m.time, m.providerCode, m.articleId, m.headline),
  },
  historicalNewsEnd: {
    id: MessageId.HISTORICAL_NEWS_END,
    since: 117,
    write: (w, m) => w.add(m.reqId, m.hasMore),
  },
  newsBulletin: {
    id: MessageId.NEWS_BULLETINS,
    write: (w, m) => w.add(1, m.newsMsgId, m.newsMsgType, m.newsMessage, m.originatingExch),
  },
  scannerParameters: { id: MessageId.SCANNER_PARAMETERS, write: (w, m) => w.add(1, m.xml) },
  scannerData: {
    id: MessageId.SCANNER_DATA,
    write(w, m) {
      w.add(SCANNER_VERSION, m.reqId, m.rows.length);
      for (const { rank, contract: c, ...row } of m.rows) {
        w.add(rank, c.conId, c.symbol, c.secType, c.lastTradeDateOrContractMonth, c.strike, c.right);
        w.add(c.exchange, c.currency, c.localSymbol, row.marketName, c.tradingClass);
        w.add(row.distance, row.benchmark, row.projection, row.legsStr);
      }
    },
  },
  fundamentalData: { id: MessageId.FUNDAMENTAL_DATA, write: (w, m) => w.add(1, m.reqId, m.data) },
  receiveFA: { id: MessageId.RECEIVE_FA, write: (w, m) => w.add(1, m.faDataType, m.xml) },
  replaceFAEnd: {
    id: MessageId.REPLACE_FA_END,
    since: SV.REPLACE_FA_END,
    write: (w, m) => w.add(m.reqId, m.text),
  },
  orderBound: {
    id: MessageId.ORDER_BOUND,
    since: 144,
    write: (w, m) => w.add(m.permId, m.clientId, m.orderId),
  },
  wshMetaData: {
    id: MessageId.WSH_META_DATA,
    since: SV.WSHE_CALENDAR,
    write: (w, m) => w.add(m.reqId, m.dataJson),
  },
  wshEventData: {
    id: MessageId.WSH_EVENT_DATA,
    since: SV.WSHE_CALENDAR,
    write: (w, m) => w.add(m.reqId, m.dataJson),
  },
  userInfo: {
    id: MessageId.USER_INFO,
    since: SV.USER_INFO,
    write: (w, m) => w.add(m.reqId, m.whiteBrandingId),
  },
  displayGroupList: { id: MessageId.DISPLAY_GROUP_LIST, write: (w, m) => w.add(1, m.reqId, m.groups) },
  displayGroupUpdated: {
    id: MessageId.DISPLAY_GROUP_UPDATED,
    write: (w, m) => w.add(1, m.reqId, m.contractInfo),
  },
  verifyMessageApi: { id: MessageId.VERIFY_MESSAGE_API, write: (w, m) => w.add(1, m.apiData) },
  verifyCompleted: {
    id: MessageId.VERIFY_COMPLETED,
    write: (w, m) => w.add(1, String(m.isSuccessful), m.errorText),
  },
  verifyAndAuthMessageApi: {
    id: MessageId.VERIFY_AND_AUTH_MESSAGE_API,
    write: (w, m) => w.add(1, m.apiData, m.xyzChallenge),
  },
  verifyAndAuthCompleted: {
    id: MessageId.VERIFY_AND_AUTH_COMPLETED,
    write: (w, m) => w.add(1, String(m.isSuccessful), m.errorText),
  },
  currentTimeInMillis: {
    id: MessageId.CURRENT_TIME_IN_MILLIS,
    since: SV.CURRENT_TIME_IN_MILLIS,
    write: (w, m) => w.add(m.time),
  },
};
