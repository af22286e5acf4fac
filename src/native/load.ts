import { existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import nodeGypBuild from "node-gyp-build";
import { refused } from "../domain/check.js";
import { IBKRError } from "../domain/ibkr-error.js";
import type { AddonRiskGate } from "./addon-risk-gate.js";
import {
  DENY_CODES,
  LAYOUT,
  ORDER_PLACEHOLDERS,
  RISK_LIMITS,
  RISK_NAMES,
  RISK_SCOPE_LIMITS,
  SHEET_KINDS,
} from "./layout.js";

/** Options as the addon takes them: numbers only, already validated. */
export interface AddonSessionOptions {
  capacity: number;
  /** One of `READ_MODE_…` and of `RING_POLICY_…`. */
  mode: number;
  policy: number;
  stallMicros: number;
  guardNice?: number;
  receiveBufferBytes: number;
  sendBufferBytes: number;
}

/** One field of a PLACE_ORDER frame in protobuf: see native/core/orders/protobuf_order.hpp. */
export interface ProtobufOrderPart {
  readonly inOrder: boolean;
  readonly field: number;
  /** One of `PART_…` of the layout. */
  readonly kind: number;
  /** Index among {@link ORDER_PLACEHOLDERS}; 0 where the part is fixed. */
  readonly placeholder: number;
  /** The whole field as sent where the value is unset. */
  readonly otherwise: Uint8Array;
}

/** See native/core/stream/treatment.hpp. */
export interface AddonTreatment {
  boardSlot: number;
  /** Which of the counter blocks. */
  counters: number;
  conflateMs: number;
  conflateTrades: boolean;
  /** One of `RING_POLICY_…`. */
  policy: number;
  filter: AddonFilter | undefined;
  bars: AddonBars | undefined;
  book: AddonBook | undefined;
}

/** See native/core/stream/aggregates.hpp. */
export interface AddonBars {
  /** One of `TRADE_FEED_…`, and of `QUOTE_FEED_…`. */
  trades: number;
  quotes: number;
  /** When the ticks begin: milliseconds since 1970. */
  sinceMs: number;
  series: AddonBarSeries[];
}

export interface AddonBarSeries {
  /** One of `BAR_BY_…`, and of `BAR_PRICE_…`. */
  by: number;
  size: number;
  price: number;
  /** An interval without a tick has a bar. */
  carries: boolean;
  /** Late ticks go into the newest closed bar. */
  amends: boolean;
  waitMs: number;
  /** Milliseconds since 1970: start, end, start, end … */
  sessions: Float64Array | undefined;
  memory: Uint8Array;
  run: Uint8Array | undefined;
}

export interface AddonBook {
  memory: Uint8Array;
  depth: number;
  forgivesDeletes: boolean;
  /** Depth goes on as messages, too. */
  passesRecords: boolean;
}

/** See native/core/stream/filter.hpp; bounds that are none are infinite. */
export interface AddonFilter {
  /** Bit `kind` for each that is let through, unsigned. */
  kinds: number;
  priceMin: number;
  priceMax: number;
  minSize: number;
  minPriceChange: number;
  /** One of `OUTLIER_BY_…`. */
  outlierBy: number;
  outlier: number;
  /** Milliseconds since 1970: start, end, start, end … */
  sessions: Float64Array | undefined;
  excludedConditions: string;
  excludePastLimit: boolean;
  excludeUnreported: boolean;
}

/** The addon's class; see {@link NativeSession} for what the methods mean. */
export interface AddonSession {
  connect(
    address: string,
    port: number,
    versions: string,
    connectTimeoutMs: number,
    handshakeTimeoutMs: number,
  ): void;
  /** With a carrier, in the place of {@link connect}: its stream is connected, and the handshake begins. */
  open(versions: string, handshakeTimeoutMs: number): void;
  /** Bytes have arrived. @returns false: some are left, and the carrier is called without bytes when they are read */
  feed(bytes: Uint8Array): boolean;
  /** Nothing more comes. @param errno 0: the gateway has ended it in good order */
  feedEnd(errno: number): void;
  /** The system has what the carrier said was pending. @returns whether nothing waits any more */
  delivered(): boolean;
  /**
   * @param orderId it is an order: new ones leave in the order of their numbers
   * @param isRecorded it passes the gate before orders, with the record in the journal's sheet
   */
  sendText(payload: string, orderId?: number, isRecorded?: boolean): number;
  sendBytes(payload: Uint8Array, orderId?: number, isRecorded?: boolean): number;
  /** Once: orders are written there before their bytes leave. */
  setJournal(journal: AddonJournal): void;
  /** Once, before {@link connect}: every frame is looked at by it. */
  setRisk(gate: AddonRiskGate): void;
  /** Before {@link connect}: only what reads leaves. */
  setReadOnly(): void;
  /** @returns the system's number of the error for which the gate last refused an order; 0: it never did */
  denial(): number;
  setOrderTemplate(between: readonly string[], placeholders: readonly number[]): void;
  setProtobufOrderTemplate(head: Uint8Array, tail: Uint8Array, parts: readonly ProtobufOrderPart[]): void;
  setCancelTemplate(before: Uint8Array, behind: Uint8Array, protobuf: boolean): void;
  cancelOrder(id: number): number;
  /** Encodes and sends what the order sheet holds. */
  placeOrder(): number;
  /** Once, before the first of the following: where order ids come from, and what prepared orders are sent with. */
  openOrders(ids: Uint8Array, sheet: Uint8Array): void;
  /** Of what the order sheet holds. @returns a handle from 1 on; 0: the core has no frame for it */
  prepareOrder(): number;
  dropTemplate(handle: number): void;
  /** Sends what the template sheet holds. */
  sendTemplate(): number;
  /** Arms what the template sheet holds. @returns a handle from 1 on; 0: not open; -1: no frame; -2: denied; -3: no socket that a thread could write to */
  armTemplate(): number;
  /** @returns `ARMED_STATE_…` as it is now; -1: there is none */
  disarm(armed: number, expired: boolean): number;
  /** @returns `ARMED_END_…`, the rest is in the template sheet; -1: it has not fired */
  armedOutcome(armed: number): number;
  forgetArmed(armed: number): void;
  /** The way of the last order and of the last prepared one, up to the system call. */
  rehearse(): void;
  close(): void;
  takeSpill(): Buffer | undefined;
  setRaw(on: boolean): void;
  setBatching(batchMs: number, flushMs: number): void;
  /** Once, before the first {@link treat}: where quotes and counters are written. */
  openDesk(board: Uint8Array, counters: Uint8Array): void;
  /** See native/core/ring/tape.hpp; once, later calls do nothing. */
  setTape(memory: Uint8Array, slots: number): void;
  /** What is done to the records of a request from now on. */
  treat(reqId: number, treatment: AddonTreatment): void;
  /** Nothing any more; what waits is dropped. */
  forget(reqId: number): void;
  /** Something is done with its bars or its book: one of `ORDER_…`, with its numbers. */
  order(reqId: number, order: number, numbers: Float64Array): void;
  /** What was left in the ring has been read: reading goes on. */
  drained(): void;
  stats(): SessionStats | undefined;
}

/** Counters of one connection since it was opened. */
export interface SessionStats {
  /** Bytes and reads from the socket. */
  bytesRead: number;
  reads: number;
  /** Whole frames, and how many of them were hot messages (decoded in C++) or cold ones. */
  frames: number;
  hot: number;
  cold: number;
  /** Hot messages that could not be read, and those with bytes behind their last known field. */
  malformed: number;
  trailing: number;
  /** Times reading stopped because the ring was full. */
  fullRingStops: number;
  /** Ticks replaced by a newer value, dropped, and records that waited outside a full ring. */
  conflated: number;
  dropped: number;
  overflowed: number;
  /** The ring's slots: all, those that are not read yet, and the most that ever were not. */
  ringSlots: number;
  ringUsedSlots: number;
  ringHighWaterSlots: number;
  /** Arrival of the newest bytes, CLOCK_MONOTONIC in µs (the clock of `process.hrtime`). */
  lastReadMicros: number;
  /** Times the guard thread took over from a stalled loop, and the reads it made. */
  guardTakeovers: number;
  guardReads: number;
  /** Bytes and whole frames that went out; bytes with their frames' lengths, those of the handshake among them. */
  bytesSent: number;
  framesSent: number;
  /** Bytes the socket would not take yet: no byte of them has left. */
  unsentBytes: number;
  /** Bytes that the stream of another transport than TCP has, and has not said are with the system. */
  pendingBytes: number;
  /** Bytes that have arrived and were not read yet. */
  unreadBytes: number;
  /** What the system made of the socket options; buffers in bytes. */
  receiveBufferBytes: number;
  sendBufferBytes: number;
  noDelay: boolean;
  keepAlive: boolean;
  /** Arrival stamps come from the kernel. */
  kernelStamps: boolean;
  /** What the system knows of the connection at this moment: Linux, and TCP of our own alone. */
  tcp?: TcpStats;
}

/** `TCP_INFO` of a connection. */
export interface TcpStats {
  /** Smoothed round-trip time of the system's segments, and its variance: nothing of the gateway is in it. */
  rttMicros: number;
  rttVarianceMicros: number;
  /** Segments that were sent again, since it was connected. */
  retransmits: number;
  /** Segments on their way, and how many may be. */
  unackedSegments: number;
  congestionWindowSegments: number;
  /** The largest that is sent. */
  segmentBytes: number;
  /** Bytes that the system has taken and the other side has not acknowledged. */
  unackedBytes: number;
}

/** What became of opening or reading a journal: see native/core/journal/journal_recovery.hpp. */
export interface AddonJournalFound {
  /** One of `JOURNAL_FAULT_…`; what follows it says more. */
  fault: number;
  errno: number;
  processId: number;
  path: string;
  detail: string;
  files: number;
  records: number;
  working: number;
  highWater: number;
  lastArmId: number;
  /** `tail`: one of `JOURNAL_TAIL_…`. */
  damage: { path: string; tail: number; offset: number; lostBytes: number }[];
  /** Records, one behind the other. */
  bytes: Uint8Array;
}

/** Counters of a journal since it was opened. */
export interface JournalStats {
  /** Records appended, and their bytes. */
  records: number;
  bytes: number;
  /** Times the disk was made to have them (fdatasync). */
  syncs: number;
  /** New files begun, and times what is still needed was carried over into one. */
  rotations: number;
  carryOvers: number;
  /** Of both, those that failed: tried again, nothing is lost. */
  failures: number;
  /** Number of the file that is written. */
  file: number;
}

/** The addon's class; src/orders/journal.ts has the meaning. */
export interface AddonJournal {
  open(
    folder: string,
    file: string,
    endpoint: string,
    clientId: number,
    sync: number,
    intervalMs: number,
    rotateBytes: number,
    keepFiles: number,
    keepMs: number,
  ): AddonJournalFound;
  /** Writes the record in the sheet. @returns 0, or the system's number of the error */
  append(): number;
  /** The gate's reservation of ids, where it is due. @returns 0, or the system's number of the error */
  reserve(orderId: number): number;
  stats(): JournalStats;
  /** @returns 0, or the system's number of the error of the last sync */
  close(): number;
}

/** A file that one process at a time has; the system takes it back however the process ends. */
export interface AddonFileLock {
  /**
   * Makes the file where there is none.
   * @returns `errno` 0: it is ours. EWOULDBLOCK (11): `processId` has it, 0 where that is not known
   */
  take(path: string): { errno: number; processId: number };
  release(): void;
}

export interface Addon {
  FileLock: new () => AddonFileLock;
  Journal: new (sheet: Uint8Array) => AddonJournal;
  readJournal(folder: string, file: string, endpoint: string, clientId: number): AddonJournalFound;
  Session: new (
    options: AddonSessionOptions,
    ring: Uint8Array,
    orderSheet: Uint8Array,
    pump: () => void,
    /** Called with bytes that are to go: `CARRIED_…`; without: more may be fed. */
    carrier?: (bytes?: Buffer) => number | undefined,
  ) => AddonSession;
  layout: Record<string, number>;
  orderPlaceholders: readonly string[];
  sheetKinds: readonly number[];
  denyCodes: readonly { name: string; measured: string; unit: string; limit: string }[];
  riskLimits: readonly { name: string; unit: string; index: number; initial: number }[];
  riskScopeLimits: readonly { name: string; unit: string; index: number; initial: number }[];
  riskNames: Readonly<Record<string, readonly string[]>>;
  RiskGate: new (name: string) => AddonRiskGate;
  /** Bytes from the start of the array to the next address the ring may begin at. */
  alignOffset(memory: Uint8Array): number;
}

/** The folder of the package: where `build/` and `prebuilds/` are, for `src` and `dist` alike. */
export const packageRoot = resolve(__dirname, "../..");

let addon: Addon | undefined;

/** Names the binary to load, in place of looking for one. */
const BINARY_VARIABLE = "IBKR_NATIVE_BINARY";

/**
 * The native addon: the binary that `IBKR_NATIVE_BINARY` names, else a local build if there is one, otherwise the
 * prebuilt binary for this platform.
 * @throws IBKRError `ERR_IBKR_NATIVE_MISSING` with the one command that builds it, `ERR_IBKR_NATIVE_UNLOADABLE` with the
 * system's reason if it refuses what was found, `ERR_IBKR_NATIVE_LAYOUT` if it belongs to another version,
 * `ERR_IBKR_OPTION` if `IBKR_NATIVE_BINARY` names no file.
 */
export function loadAddon(): Addon {
  addon ??= checkLayout(load(binaryPath()));
  return addon;
}

function load(path: string): Addon {
  try {
    // Not the `require` of this file: a bundler would try to take the binary into the bundle.
    return createRequire(__filename)(path) as Addon;
  } catch (cause) {
    const reason = ((cause as Error).message.split("\n", 1)[0] ?? "").replace(`${path}: `, "");
    throw new IBKRError(
      "ERR_IBKR_NATIVE_UNLOADABLE",
      `the native binary was found but cannot be loaded: ${path}: ${reason}. ` +
        "Build one for this system with: npx ibkr-native build (needs cmake and a C++20 compiler, no network).",
      { cause },
    );
  }
}

function binaryPath(): string {
  const named = process.env[BINARY_VARIABLE];
  if (named !== undefined && named !== "") return checkedBinary(named);
  try {
    return nodeGypBuild.resolve(packageRoot);
  } catch (cause) {
    const libc = existsSync("/etc/alpine-release") ? "musl" : "glibc";
    const platform = `${process.platform}-${process.arch}${process.platform === "linux" ? ` (${libc})` : ""}`;
    const where = join(packageRoot, "prebuilds");
    throw new IBKRError(
      "ERR_IBKR_NATIVE_MISSING",
      `no native binary for ${platform}, Node ${process.version} in ${where}. ` +
        "Build it from source with: npx ibkr-native build (needs cmake and a C++20 compiler, no network).",
      { cause },
    );
  }
}

/** @returns the whole path: `require` would look for a relative one beside this file */
function checkedBinary(named: string): string {
  const path = resolve(named);
  if (path.endsWith(".node") && isFile(path)) return path;
  throw refused(
    `${BINARY_VARIABLE} (environment variable)`,
    named,
    "the path of a file that exists and ends in .node",
  );
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false; // not there, or not to be reached: a loop of links, a part of the path that is no folder
  }
}

const indexed = ({ name, index }: { name: string; index: number }) => `${index} ${name}`;

/** A binary of another version lays its records out differently: better no data than wrong data. */
function checkLayout(candidate: Addon): Addon {
  const mine: Record<string, unknown> = {
    ...LAYOUT,
    ORDER_PLACEHOLDERS: ORDER_PLACEHOLDERS.join(),
    SHEET_KINDS: SHEET_KINDS.join(),
    DENY_CODES: DENY_CODES.map(({ name }) => name).join(),
    RISK_LIMITS: [...RISK_LIMITS, ...RISK_SCOPE_LIMITS].map(indexed).join(),
    RISK_NAMES: JSON.stringify(RISK_NAMES),
  };
  const binary: Record<string, unknown> = {
    ...candidate.layout,
    ORDER_PLACEHOLDERS: candidate.orderPlaceholders?.join(),
    SHEET_KINDS: candidate.sheetKinds?.join(),
    DENY_CODES: candidate.denyCodes?.map(({ name }) => name).join(),
    RISK_LIMITS: candidate.riskLimits?.concat(candidate.riskScopeLimits).map(indexed).join(),
    RISK_NAMES: JSON.stringify(candidate.riskNames),
  };
  for (const name of new Set([...Object.keys(mine), ...Object.keys(binary)])) {
    if (mine[name] === binary[name]) continue;
    throw new IBKRError(
      "ERR_IBKR_NATIVE_LAYOUT",
      `the native binary does not fit this version of the package: ${name} is ` +
        `${binary[name]} in the binary and ${mine[name]} here. Rebuild it: npx ibkr-native build.`,
    );
  }
  return candidate;
}
