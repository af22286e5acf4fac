import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import type { IBKRError } from "../../src/domain/ibkr-error.js";

const folders: string[] = [];

/** In each file that uses {@link fileOf}. */
export function cleansUp(): void {
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });
}

/** A file in a folder of its own. */
export function fileOf(name: string, content: string | object): string {
  const folder = mkdtempSync(join(tmpdir(), "ibkr-config-"));
  folders.push(folder);
  const file = join(folder, name);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

/** What a call throws or rejects with. */
export async function refusalOf(call: () => unknown): Promise<IBKRError> {
  try {
    await call();
  } catch (error) {
    return error as IBKRError;
  }
  throw new Error("it was not refused");
}

/** `live.pnl` as an object of options has it. */
export function nested(name: string, value: unknown): object {
  const [section, part] = name.split(".");
  return part === undefined ? { [section]: value } : { [section]: { [part]: value } };
}

/** Objects of options as one. */
export function merged(...all: readonly object[]): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, value] of all.flatMap((one) => Object.entries(one))) {
    const before = out[name];
    const both = typeof value === "object" && typeof before === "object";
    out[name] = both ? { ...before, ...value } : value;
  }
  return out;
}

/** Two values that each option may have, neither of them its default. */
export const SAMPLES: Readonly<Record<string, readonly [unknown, unknown]>> = {
  host: ["gateway.example", "::1"],
  port: [7497, 7496],
  allowedHosts: [["10.0.0.0/8"], ["localhost", "::1"]],
  clientId: [7, 8],
  maxReqPerSec: [9, 11],
  maxServerVersion: [193, 213],
  readMode: ["spin", "thread"],
  ringPolicy: ["conflate", "drop-oldest"],
  ringCapacity: [128, 256],
  stallMicros: [200, 300],
  guardNice: [5, 6],
  receiveBufferBytes: [4096, 8192],
  sendBufferBytes: [4096, 8192],
  keepWarmMs: [3, 4],
  connectTimeoutMs: [1, 2],
  handshakeTimeoutMs: [1, 2],
  environment: ["simulation", "paper"],
  confirmLive: [true, false],
  readOnly: [true, false],
  logLevel: ["debug", "warn"],
  "logging.connection": ["warn", "silent"],
  "logging.orders": ["info", "trace"],
  "logging.operations": ["debug", "error"],
  "logging.data": ["fatal", "warn"],
  "wireLog.file": ["/a.log", "/b.log"],
  "wireLog.maxBytes": [65_536, 131_072],
  "wireLog.maxFiles": [1, 2],
  timeoutMs: [5, 6],
  account: ["DU1234567", "DF7654321"],
  requestTimeoutMs: [5, 6],
  "live.positions": [false, true],
  "live.account": [false, true],
  "live.pnl": [false, true],
  profile: ["low-latency", "high-throughput"],
  conflateMs: [1, 2],
  batchMs: [1, 2],
  lines: [20, 40],
  tickByTickLines: [1, 2],
  depthLines: [1, 2],
  silenceMs: [0, 5_000],
  retryMs: [100, 200],
  reconnectFirstMs: [1, 2],
  reconnectMostMs: [1, 2],
  clientIdWaitMs: [1, 2],
  reconcileTimeoutMs: [1, 2],
  prefix: ["me", "you"],
  username: ["me", "you"],
  commissionTimeoutMs: [0, 1],
  "features.protobuf": [false, true],
  "journal.folder": ["/a", "/b"],
  risk: [{ maxOrderNotional: 50_000 }, { maxDailyLoss: 2_000 }],
  "journal.fsync": ["always", "never"],
  "journal.fsyncIntervalMs": [1, 2],
  "journal.rotateBytes": [4096, 8192],
  "journal.keepFiles": [1, 2],
  "journal.keepMs": [1, 2],
  "simulation.seed": [7, 8],
  "simulation.replay": ["/a.csv", "/b.csv"],
  "simulation.speed": [2, 0.5],
  // Of the simulated gateway's own.
  "simulation.tickIntervalMs": [5, 6],
};
