import { Decoder } from "@stoqey/ib/dist/core/io/decoder";
import { ProtobufDialect, type ProtobufHost } from "../../../src/dialect/protobuf/protobuf-dialect.js";
import {
  INCOMING,
  type Incoming,
  type IncomingName,
  incomingPayload,
} from "../../../src/protocol/messages.js";
import { hexOf } from "../../support/frames.js";

/** Notes down what a dialect tells it. Trailing arguments that were not given are left out. */
export class Notes implements ProtobufHost {
  readonly all: unknown[][] = [];
  constructor(readonly serverVersion: number) {}

  emitEvent(...event: Parameters<ProtobufHost["emitEvent"]>): void {
    this.all.push([...event]);
  }
  emitError(error: string | Error, code: number, reqId?: number, reject?: unknown, errorTime?: number): void {
    const note = ["error", typeof error === "string" ? error : error.message, code, reqId, reject];
    this.all.push(errorTime === undefined ? note : [...note, errorTime]);
  }
  emitInfo(message: string, code: number, infoTime?: number): void {
    this.all.push(infoTime === undefined ? ["info", message, code] : ["info", message, code, infoTime]);
  }
}

export function open(serverVersion = 225): { notes: Notes; dialect: ProtobufDialect } {
  const notes = new Notes(serverVersion);
  return { notes, dialect: new ProtobufDialect(notes) };
}

/** The frames of a request that is expected to be fine, in hex. */
export function encoded(method: string, args: readonly unknown[], serverVersion = 225): string[] {
  const { notes, dialect } = open(serverVersion);
  const frames = dialect.encode(method, args).map(hexOf);
  if (notes.all.length > 0) throw new Error(`${method}: ${JSON.stringify(notes.all)}`);
  return frames;
}

/** What a protobuf message raises. */
export function received<N extends IncomingName>(
  name: N,
  body: Incoming<N>,
  serverVersion = 225,
): unknown[][] {
  const { notes, dialect } = open(serverVersion);
  dialect.receive(INCOMING[name].id, true, Buffer.from(incomingPayload(name, body)));
  return notes.all;
}

/** Members that are 0 or false where a text field is empty, and not set where a protobuf field is absent. */
const ZERO_IF_EMPTY: ReadonlySet<string> = new Set([
  ...["strike", "multiplier", "volatilityType", "referencePriceType", "exemptCode", "refFuturesConId"],
  ...["duration", "parentPermId", "conId", "ratio", "openClose", "shortSaleSlot"],
]);
const FALSE_IF_EMPTY: ReadonlySet<string> = new Set(["usePriceMgmtAlgo", "routeMarketableToBbo"]);

/** Events with these members as text has them, so that both dialects can be compared. */
export function withZeros<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withZeros) as T;
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  const entries = Object.entries(value).map(([name, member]) => {
    if (member !== undefined) return [name, withZeros(member)];
    return [name, ZERO_IF_EMPTY.has(name) ? 0 : FALSE_IF_EMPTY.has(name) ? false : undefined];
  });
  return Object.fromEntries(entries);
}

export type Token = string | number | bigint | boolean | undefined;

/** What stock's decoder makes of the text form of a message at server version 193. */
export function fromText(...tokens: Token[]): unknown[][] {
  const notes = new Notes(193);
  const decoder = new Decoder({
    serverVersion: 193,
    emitEvent: (name, ...args) => notes.emitEvent(name, ...args),
    emitError: (message, code, reqId, reject) => notes.emitError(message, code, reqId as number, reject),
    emitInfo: (message, code) => notes.emitInfo(message, code),
  });
  decoder.enqueueMessage(tokens.map(textOf));
  decoder.process();
  return notes.all;
}

/** A field as gateways write it: booleans as 0 and 1, nothing for what is unset. */
function textOf(token: Token): string {
  if (token === undefined) return "";
  return typeof token === "boolean" ? (token ? "1" : "0") : String(token);
}
