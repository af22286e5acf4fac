import type { ContractFields } from "../model/contract.js";
import type { RequestName, Requests } from "../model/requests.js";
import type { ResponseName, Responses } from "../model/responses.js";
import type { FieldReader, FieldWriter } from "./fields.js";

/** How one request's text body is read. */
export interface TextRequest<N extends RequestName> {
  name: N;
  /** First server version that knows the request. Default: all. */
  since?: number;
  read(r: FieldReader, serverVersion: number): Requests[N];
}

export type AnyTextRequest = { [N in RequestName]: TextRequest<N> }[RequestName];

export function request<N extends RequestName>(
  name: N,
  read: TextRequest<N>["read"],
  since?: number,
): TextRequest<N> {
  return { name, read, since };
}

type NameOfEmpty = { [N in RequestName]: Requests[N] extends Record<string, never> ? N : never }[RequestName];

/** A request of a version field and nothing else. */
export function versionOnly<N extends NameOfEmpty>(name: N): TextRequest<N> {
  const read = (r: FieldReader): Record<string, never> => {
    r.int("version");
    return {};
  };
  return { name, read: read as TextRequest<N>["read"] };
}

/** A request without any field. */
export function empty<N extends NameOfEmpty>(name: N, since?: number): TextRequest<N> {
  return { name, read: (() => ({})) as TextRequest<N>["read"], since };
}

/** A version field and the request id. */
export function idWithVersion(r: FieldReader): { reqId: number } {
  r.int("version");
  return { reqId: r.int("reqId") };
}

export function idOnly(r: FieldReader): { reqId: number } {
  return { reqId: r.int("reqId") };
}

/** The twelve contract fields most requests begin with; eleven without `primaryExch`. */
export function readContract(r: FieldReader, hasPrimaryExch = true): ContractFields {
  return {
    conId: r.int("conId"),
    symbol: r.str("symbol"),
    secType: r.str("secType"),
    lastTradeDateOrContractMonth: r.str("lastTradeDateOrContractMonth"),
    strike: r.double("strike"),
    right: r.str("right"),
    multiplier: r.str("multiplier"),
    exchange: r.str("exchange"),
    primaryExch: hasPrimaryExch ? r.str("primaryExch") : "",
    currency: r.str("currency"),
    localSymbol: r.str("localSymbol"),
    tradingClass: r.str("tradingClass"),
  };
}

/** The twelve and `includeExpired`. */
export function readFullContract(r: FieldReader): ContractFields {
  const contract = readContract(r);
  contract.includeExpired = r.bool("includeExpired");
  return contract;
}

/** Combo legs as requests other than PLACE_ORDER carry them: four fields each. */
export function readShortComboLegs(r: FieldReader, contract: ContractFields): void {
  if (contract.secType.toUpperCase() !== "BAG") return;
  const count = r.count("comboLegs");
  contract.comboLegs = [];
  for (let i = 0; i < count; i++) {
    contract.comboLegs.push({
      conId: r.int("comboLeg.conId"),
      ratio: r.int("comboLeg.ratio"),
      action: r.str("comboLeg.action"),
      exchange: r.str("comboLeg.exchange"),
      openClose: 0,
      shortSaleSlot: 0,
      designatedLocation: "",
      exemptCode: -1,
    });
  }
}

/** The eleven contract fields of executions and positions. */
export function writeContract(w: FieldWriter, c: ContractFields): void {
  w.add(c.conId, c.symbol, c.secType, c.lastTradeDateOrContractMonth, c.strike, c.right, c.multiplier);
  w.add(c.exchange, c.currency, c.localSymbol, c.tradingClass);
}

/** How one message is written as text. */
export interface TextResponse<N extends ResponseName> {
  id: number;
  /** First server version that knows the message; below it nothing is sent. Default: all. */
  since?: number;
  write(w: FieldWriter, m: Responses[N]): void;
}

/** Messages that exist in protobuf only. */
export type ProtobufOnly = "configResponse" | "updateConfigResponse";

export type TextResponses = { readonly [N in Exclude<ResponseName, ProtobufOnly>]: TextResponse<N> };
