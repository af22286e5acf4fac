import type { Exchange } from "../exchange/exchange.js";
import { type ContractRefusal, isRefusal } from "../market/contract-check.js";
import type { Instrument } from "../market/instrument.js";
import type { ContractFields } from "../model/contract.js";
import type { Client } from "./client.js";
import { invalid } from "./error-text.js";

/** A contract of a request, with the name of the request as errors give it. */
export interface ContractRequest {
  client: Client;
  reqId: number;
  contract: ContractFields;
  what: string;
  /** `history` takes continuous futures, too. */
  use: "data" | "history";
}

/** The one contract a request for data means; where a gateway refuses it, the client is told so. */
export function resolveFor(exchange: Exchange, request: ContractRequest): Instrument | undefined {
  const found = exchange.instruments.qualify(request.contract, request.use);
  if (!isRefusal(found)) return found;
  refuse(request, found);
  return undefined;
}

export function refuse(
  { client, reqId, what }: Pick<ContractRequest, "client" | "reqId" | "what">,
  { code, text }: ContractRefusal,
): void {
  client.error(reqId, code, code === 321 ? invalid(what, text) : text);
}
