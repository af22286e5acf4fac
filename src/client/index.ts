/** What programs are written on, over a broker and its order tracker. */
export type { AccountEvents, AccountValues } from "./account-values.js";
export type { AccountDetails, Accounts, AccountsEvents } from "./accounts.js";
export type { Client, ClientEvents, ClientState, ForeignOrder } from "./client.js";
export type { ClientOptions, LiveOptions } from "./client-options.js";
export type { QualifiedContract } from "./contract-book.js";
export { ContractError } from "./contract-error.js";
export type { CorporateEvents } from "./corporate-events.js";
export type { ContractInput, OrderInput } from "./inputs.js";
export type { LiveEvents } from "./live-cache.js";
export type { LiveState } from "./live-watch.js";
export type { ClientNews, HeadlinesOptions } from "./news.js";
export type { AccountPnl, ClientPnl, ContractPnl, PnlEvents } from "./pnl.js";
export type { AllPositions, HeldPosition, Positions, PositionsEvents } from "./positions.js";
export type { ClientQuestions } from "./questions.js";
export type { ClientScanners } from "./scanners.js";
export type * from "./strategies/index.js";
export type { Heard } from "./watched.js";
