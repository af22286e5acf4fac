import { EventName, IBApi as StockIBApi, IBApiNext as StockIBApiNext } from "@stoqey/ib";
import { Decoder, UnderrunError } from "@stoqey/ib/dist/core/io/decoder";
import { Encoder } from "@stoqey/ib/dist/core/io/encoder";
import { IN_MSG_ID } from "@stoqey/ib/dist/core/io/enum/in-msg-id";
import { version } from "@stoqey/ib/package.json";
import type { DecoderInsides } from "../dialect/text/text-decoder.js";
import { ENCODER_INTERNALS } from "../dialect/text/text-requests.js";
import { IBKRError } from "../domain/ibkr-error.js";
import type { Controller } from "./controller.js";
import { type RegistryInsides, subscribeAgain } from "./subscribe-again.js";

/** The version whose insides this package knows. */
export const STOCK_VERSION = "1.6.10";

/** What of stock is taken the place of, or reached into. Tests hand in doctored ones. */
export interface Stock {
  readonly version: string;
  readonly IBApi: typeof StockIBApi;
  readonly IBApiNext: typeof StockIBApiNext;
  readonly Decoder: typeof Decoder;
  readonly UnderrunError: typeof UnderrunError;
  readonly Encoder: typeof Encoder;
}

export const INSTALLED_STOCK: Stock = {
  version,
  IBApi: StockIBApi,
  IBApiNext: StockIBApiNext,
  Decoder,
  UnderrunError,
  Encoder,
};

/** The member of IBApi that {@link install} replaces, as stock's classes use it. */
type ControllerInsides = Pick<
  Controller,
  "serverVersion" | "connected" | "disableUseV100Plus" | "connect" | "disconnect" | "schedule" | "encoder"
>;

/** What IBApiNext keeps private and the drop-in mends. */
export interface NextInsides {
  readonly api: StockIBApi & AutoConnectionInsides;
  readonly subscriptions: RegistryInsides & {
    register(
      request: (reqId: number) => void,
      cancel: (reqId: number) => void,
      events: object[],
    ): { subscribe(): { unsubscribe(): void } };
  };
  /** The number of the next request: ours overrides it. */
  readonly nextReqId: number;
}

export interface AutoConnectionInsides {
  lastDataIngressTm: number | undefined;
  watchdogInterval: number;
  connectionWatchdogTimeout: NodeJS.Timeout | undefined;
  runWatchdog(): void;
  onDisconnected(): void;
}

/** Every private member of each class that this package touches: the compiler misses none. */
export const DECODER_MEMBERS: Readonly<Record<keyof DecoderInsides, "function" | "object">> = {
  readStr: "function",
  readInt: "function",
  readDouble: "function",
  processMsg: "function",
  emit: "function",
  emitQueue: "object",
  decodeUnicodeEscapedString: "function",
  decodeMsg_TICK_REQ_PARAMS: "function",
  decodeMsg_ERR_MSG: "function",
};

export const CONTROLLER_MEMBERS: Readonly<Record<keyof ControllerInsides, "function" | "value">> = {
  serverVersion: "value",
  connected: "value",
  disableUseV100Plus: "function",
  connect: "function",
  disconnect: "function",
  schedule: "function",
  encoder: "value",
};

const passed = new WeakSet<Stock>();

/**
 * Checks, once, that stock is the version and has the private members that this package takes the place of.
 * @throws IBKRError `ERR_IBKR_SEAM` that names what is not as expected
 */
export function checkSeam(stock: Stock = INSTALLED_STOCK): void {
  if (passed.has(stock)) return;
  const faults = seamFaults(stock);
  if (faults.length > 0) {
    throw new IBKRError(
      "ERR_IBKR_SEAM",
      `@stoqey/ib is not the version this package stands on (${STOCK_VERSION} exactly): ${faults.join("; ")}`,
    );
  }
  passed.add(stock);
}

/** What of a stock is not as this package needs it: nothing for {@link STOCK_VERSION}. */
export function seamFaults(stock: Stock): string[] {
  const faults = stock.version === STOCK_VERSION ? [] : [`version ${stock.version} is installed`];
  const fault: Fault = (what) => void faults.push(what);
  look("Decoder", fault, () => decoderFaults(stock, fault));
  look("Encoder", fault, () => encoderFaults(stock, fault));
  look("IBApi", fault, () => controllerFaults(stock, fault));
  look("IBApiNext", fault, () => nextFaults(stock, fault));
  return faults;
}

function look(where: string, fault: Fault, probe: () => void): void {
  try {
    probe();
  } catch (error) {
    fault(`${where} throws ${String(error)}`);
  }
}

/** Puts the engine in the place of stock's controller. */
export function install(api: StockIBApi, controller: Controller): void {
  (api as unknown as { controller: unknown }).controller = controller;
}

/** The insides of an IBApiNext, which {@link checkSeam} has found to be as they should. */
export function insidesOf(next: StockIBApiNext): NextInsides {
  return next as unknown as NextInsides;
}

type Fault = (what: string) => void;

/** A message goes the way the text dialect leads it: fields from readStr, events into emitQueue. */
function decoderFaults({ Decoder, UnderrunError }: Stock, fault: Fault): void {
  const callbacks = { serverVersion: 193, emitEvent: nothing, emitError: nothing, emitInfo: nothing };
  const decoder = new Decoder(callbacks) as unknown as DecoderInsides;
  for (const [name, kind] of Object.entries(DECODER_MEMBERS) as [keyof DecoderInsides, string][]) {
    const known = name in decoder && typeof decoder[name] === kind;
    if (!known) fault(`Decoder.${name} is missing`);
  }
  const fields = ["1", "1788000000"];
  decoder.readStr = () => fields.shift() ?? "";
  decoder.processMsg(IN_MSG_ID.CURRENT_TIME);
  const [event] = decoder.emitQueue;
  if (event?.name !== EventName.currentTime || event.args[0] !== 1788000000) {
    fault("Decoder.processMsg does not read by readStr and emit into emitQueue");
  }
  if (!(new UnderrunError("") instanceof Error)) fault("UnderrunError is no Error");
}

function encoderFaults({ Encoder }: Stock, fault: Fault): void {
  for (const name of [...ENCODER_INTERNALS, "placeOrder", "cancelOrder"]) {
    if (!(name in Encoder.prototype)) fault(`Encoder.${name} is missing`);
  }
  const sent: unknown[] = [];
  const callbacks = {
    serverVersion: 193,
    sendMsg: (...tokens: unknown[]) => void sent.push(tokens.flat(Number.POSITIVE_INFINITY)),
    emitError: nothing,
  };
  new Encoder(callbacks).reqCurrentTime();
  if (String(sent) !== "49,1") fault("Encoder does not send by sendMsg");
}

/** Stock's IBApi reaches its controller by the seven members that ours has, and by no other. */
function controllerFaults({ IBApi }: Stock, fault: Fault): void {
  const api = new IBApi({ clientId: 0, maxReqPerSec: 1 });
  const given = (api as unknown as { controller?: Record<string, unknown> }).controller ?? {};
  for (const [name, kind] of Object.entries(CONTROLLER_MEMBERS)) {
    if (!(name in given) || (kind === "function" && typeof given[name] !== "function")) {
      fault(`IBApi.controller.${name} is missing`);
    }
  }
  const calls: string[] = [];
  const note = (call: string) => void calls.push(call);
  const ours: Record<keyof ControllerInsides, unknown> = {
    serverVersion: 193,
    connected: true,
    disableUseV100Plus: () => note("disableUseV100Plus"),
    connect: (clientId: number) => note(`connect ${clientId}`),
    disconnect: () => note("disconnect"),
    schedule: (run: () => void) => {
      note("schedule");
      run();
    },
    encoder: { reqCurrentTime: () => note("encoder") },
  };
  install(api, ours as unknown as Controller);
  if (api.serverVersion !== 193) fault("IBApi.serverVersion is not that of controller.serverVersion");
  if (api.isConnected !== true) fault("IBApi.isConnected is not that of controller.connected");
  api.disableUseV100Plus();
  api.connect(7);
  api.disconnect();
  api.reqCurrentTime();
  for (const call of ["disableUseV100Plus", "connect 7", "disconnect", "schedule", "encoder"]) {
    if (!calls.includes(call)) fault(`IBApi does not call controller.${call.split(" ")[0]}`);
  }
}

const PROBE_INTERVAL_S = 3600;

/** What the drop-in replaces in an IBApiNext is what stock uses. */
function nextFaults({ IBApiNext }: Stock, fault: Fault): void {
  const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
  const options = { host: "127.0.0.1", port: 1, maxReqPerSec: 1, reconnectInterval: 0, logger };
  const next = insidesOf(new IBApiNext({ ...options, connectionWatchdogInterval: PROBE_INTERVAL_S }));
  const { api, subscriptions } = next;
  if (api === undefined) fault("IBApiNext.api is missing");
  if (subscriptions === undefined) fault("IBApiNext.subscriptions is missing");
  if (api === undefined || subscriptions === undefined) return;

  if (api.watchdogInterval !== PROBE_INTERVAL_S * 1000) fault("IBApiNext.api.watchdogInterval is missing");
  if (api.listenerCount(EventName.received) !== 1) fault("IBApiNext.api does not listen to received once");
  api.emit(EventName.received, [], "");
  if (typeof api.lastDataIngressTm !== "number") fault("IBApiNext.api.lastDataIngressTm is missing");

  api.runWatchdog();
  const timeout = api.connectionWatchdogTimeout;
  clearInterval(timeout);
  if (timeout === undefined) fault("IBApiNext.api.connectionWatchdogTimeout is missing");
  api.onDisconnected();
  if (api.connectionWatchdogTimeout !== undefined) {
    fault("IBApiNext.api.onDisconnected does not end connectionWatchdogTimeout");
  }
  let ended = false;
  const { onDisconnected } = api;
  api.onDisconnected = () => {
    ended = true;
    onDisconnected.call(api);
  };
  let watched = false;
  api.runWatchdog = () => {
    watched = true;
  };
  api.emit(EventName.connected);
  if (!watched) fault("IBApiNext.api.runWatchdog is not called on connected");
  look("IBApiNext.subscriptions", fault, () => subscriptionFaults(next, fault));
  api.emit(EventName.disconnected);
  if (!ended) fault("IBApiNext.api.onDisconnected is not called on disconnected");
}

/** Subscriptions take their numbers where ours are given, and can be made anew while connected. */
function subscriptionFaults(next: NextInsides, fault: Fault): void {
  if (typeof next.nextReqId !== "number") fault("IBApiNext.nextReqId is missing");
  let number = 0;
  Object.defineProperty(next, "nextReqId", { get: () => ++number });
  const { subscriptions } = next;
  const asked: number[] = [];
  const ask = (reqId: number) => void asked.push(reqId);
  const subscription = subscriptions.register(ask, nothing, [[EventName.pnl, nothing]]).subscribe();
  if (number !== 1) fault("IBApiNext.subscriptions do not take their numbers from nextReqId");
  subscribeAgain(
    subscriptions,
    () => next.nextReqId,
    () => false,
  );
  subscription.unsubscribe();
  if (String(asked) !== "1,2") fault("IBApiNext.subscriptions cannot be made anew");
}

function nothing(): void {}
