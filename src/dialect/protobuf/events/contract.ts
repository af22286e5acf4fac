import type { ComboLeg, Contract, DeltaNeutralContract } from "@stoqey/ib";
import type { Message } from "../../../protocol/schema.js";
import { asIs, fill, integerOrZero, isTrue, type Members, textOrEmpty } from "./shape.js";
import { doubleOrUnset, doubleOrZero, optionType } from "./values.js";

type Source = Message<"Contract">;

const text = (field: keyof Source) => ({ field, read: textOrEmpty });

const MEMBERS: Members<Source, Contract> = {
  conId: { field: "conId", read: integerOrZero },
  symbol: text("symbol"),
  secType: text("secType"),
  lastTradeDateOrContractMonth: text("lastTradeDateOrContractMonth"),
  lastTradeDate: text("lastTradeDate"),
  strike: { field: "strike", read: doubleOrUnset },
  right: { field: "right", read: optionType },
  multiplier: { field: "multiplier", read: doubleOrUnset },
  exchange: text("exchange"),
  primaryExch: text("primaryExch"),
  currency: text("currency"),
  localSymbol: text("localSymbol"),
  tradingClass: text("tradingClass"),
  secIdType: text("secIdType"),
  secId: text("secId"),
  description: text("description"),
  issuerId: text("issuerId"),
  deltaNeutralContract: { field: "deltaNeutralContract", read: deltaNeutral },
  includeExpired: { field: "includeExpired", read: isTrue },
  comboLegsDescription: text("comboLegsDescrip"),
  comboLegs: { field: "comboLegs", read: comboLegs },
};

/** Which members a contract of an event has always. */
export type ContractMembers = ReadonlySet<keyof Contract>;

/** Contracts of positions and executions. */
export const PLAIN_CONTRACT: ContractMembers = new Set<keyof Contract>([
  "conId",
  "symbol",
  "secType",
  "lastTradeDateOrContractMonth",
  "strike",
  "right",
  "multiplier",
  "exchange",
  "currency",
  "localSymbol",
  "tradingClass",
]);

/** Contracts of orders. */
export const ORDER_CONTRACT: ContractMembers = new Set<keyof Contract>([
  ...PLAIN_CONTRACT,
  "comboLegsDescription",
]);

/** A contract with the members of its kind, and what else the server sent of it. */
export function contractOf(source: Source, always: ContractMembers): Contract {
  return fill<Source, Contract>({}, source, MEMBERS, always);
}

function deltaNeutral(source: Message<"DeltaNeutralContract">): DeltaNeutralContract {
  const { conId = 0, delta, price } = source;
  return { conId, delta: doubleOrZero(delta), price: doubleOrZero(price) } as DeltaNeutralContract;
}

const LEG_MEMBERS: Members<Message<"ComboLeg">, ComboLeg> = {
  conId: { field: "conId", read: asIs },
  ratio: { field: "ratio", read: asIs },
  action: { field: "action", read: textOrEmpty },
  exchange: { field: "exchange", read: textOrEmpty },
  openClose: { field: "openClose", read: asIs },
  shortSaleSlot: { field: "shortSalesSlot", read: asIs },
  designatedLocation: { field: "designatedLocation", read: textOrEmpty },
  exemptCode: { field: "exemptCode", read: asIs },
};

const ALL_OF_A_LEG = new Set(Object.keys(LEG_MEMBERS)) as ReadonlySet<keyof ComboLeg>;

function comboLegs(legs: readonly Message<"ComboLeg">[]): ComboLeg[] {
  return legs.map((leg) => fill<Message<"ComboLeg">, ComboLeg>({}, leg, LEG_MEMBERS, ALL_OF_A_LEG));
}
