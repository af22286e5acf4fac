import { getSystemErrorName } from "node:util";
import { check } from "../domain/check.js";
import { IBKRError } from "../domain/ibkr-error.js";
import { reasonOf } from "../domain/system-error.js";
import * as layout from "../native/layout.js";
import { type AddonJournalFound, loadAddon } from "../native/load.js";
import { integer, oneOf, text } from "../validation/rules.js";
import { lazily, z } from "../validation/zod.js";
import { recordsIn } from "./journal-reading.js";
import type { JournalRecord } from "./journal-record.js";

/** When records are made to outlive a failure of power: before each call returns, by a thread of its own, or not at all. */
export type JournalFsync = "always" | "interval" | "never";

export interface JournalOptions {
  /** The folder of its files; it has to be there. */
  readonly folder: string;
  /** The gateway, `HOST:PORT`: with the client id the journal's name. At most 280 bytes. */
  readonly endpoint: string;
  readonly clientId: number;
  /** Default `interval`. */
  readonly fsync?: JournalFsync | undefined;
  /** Of `interval`: 1 to 60,000 ms, default 20. What a failure of power takes is what was written since. */
  readonly fsyncIntervalMs?: number | undefined;
  /** A new file is begun when one has as many: 4,096 to 2^40, default 64 MiB. */
  readonly rotateBytes?: number | undefined;
  /** Files that are not needed any more and kept for people: 0 to 1,000,000, default 8. */
  readonly keepFiles?: number | undefined;
  /** Orders that are over are carried over for as long: 0 to 10 years, default 8 days (a gateway tells of 7 days' executions). */
  readonly keepMs?: number | undefined;
}

const DAY_MS = 86_400_000;
const FSYNCS = ["always", "interval", "never"] as const;

const nameRules = lazily(() => ({
  folder: text("a folder"),
  endpoint: text(`HOST:PORT of at most ${layout.JOURNAL_MAX_ENDPOINT_BYTES} bytes`).refine(
    (endpoint) => Buffer.byteLength(endpoint) <= layout.JOURNAL_MAX_ENDPOINT_BYTES,
    { error: `HOST:PORT of at most ${layout.JOURNAL_MAX_ENDPOINT_BYTES} bytes` },
  ),
  clientId: integer(0, 0x7fffffff),
}));
const nameSchema = lazily(() => z().strictObject(nameRules()));

/** How the journal is written, and where. */
export const journalFileRules = lazily(() => ({
  folder: nameRules().folder,
  fsync: oneOf(FSYNCS).default("interval"),
  fsyncIntervalMs: integer(1, 60_000).default(20),
  rotateBytes: integer(4096, 2 ** 40).default(64 * 2 ** 20),
  keepFiles: integer(0, 1_000_000).default(8),
  keepMs: integer(0, 3650 * DAY_MS).default(8 * DAY_MS),
}));

export const journalOptions = lazily(() => z().strictObject({ ...nameRules(), ...journalFileRules() }));

/** A part of a file that could not be read. */
export interface JournalDamage {
  readonly path: string;
  /** `torn`: the beginning of one record, as a process or machine leaves it that stops. `damaged`: anything else. */
  readonly kind: "torn" | "damaged";
  /** The first byte that is not good, and how many there are from it on; zeros that are room for more do not count. */
  readonly offset: number;
  readonly lostBytes: number;
}

/** What was in the journal before. */
export interface JournalContents {
  readonly files: number;
  /** Records in all files, and orders that are not over. */
  readonly recordCount: number;
  readonly working: number;
  /** Every order id in use, or reserved, is below; 0 where there is none. */
  readonly highWater: number;
  /** The highest id of an armed order; 0 where there is none. */
  readonly lastArmId: number;
  readonly damage: readonly JournalDamage[];
  /** Made anew for each call, in order. */
  records(): Generator<JournalRecord, void, undefined>;
}

/** What the names of a journal's files begin with; two endpoints with one name are told apart by what is in them. */
export function journalFileName(endpoint: string, clientId: number): string {
  return `orders-${endpoint.replaceAll(/[^A-Za-z0-9.-]/g, "_").slice(0, 100)}-${clientId}`;
}

/** What the system said, in words where there are some. */
export function systemReason(errno: number): string {
  const code = getSystemErrorName(-errno);
  return reasonOf({ code, message: `${code} (${errno})` });
}

/** @throws IBKRError for the fault, if there is one */
export function contentsOf(found: AddonJournalFound, folder: string): JournalContents {
  const path = JSON.stringify(found.path);
  switch (found.fault) {
    case layout.JOURNAL_FAULT_NONE:
      break;
    case layout.JOURNAL_FAULT_LOCKED: {
      const who = found.processId > 0 ? `process ${found.processId}` : "another process";
      throw new IBKRError("ERR_IBKR_JOURNAL_LOCKED", `the journal is in use: ${who} holds ${path}`);
    }
    case layout.JOURNAL_FAULT_FOREIGN:
      throw new IBKRError("ERR_IBKR_JOURNAL_FOREIGN", `${path} has the name of a journal's file and is none`);
    case layout.JOURNAL_FAULT_OTHER_NAME:
      throw new IBKRError("ERR_IBKR_JOURNAL_FOREIGN", `${path} is the journal of ${found.detail}`);
    case layout.JOURNAL_FAULT_NEWER: {
      const message = `${path} was written by a newer version of this package (format ${found.detail}; known is ${layout.JOURNAL_VERSION})`;
      throw new IBKRError("ERR_IBKR_JOURNAL_FOREIGN", message);
    }
    default: {
      const message = `the journal in ${JSON.stringify(folder)} cannot be opened: ${path}: ${systemReason(found.errno)}`;
      throw new IBKRError("ERR_IBKR_JOURNAL_OPEN", message);
    }
  }
  const { bytes } = found;
  return {
    files: found.files,
    recordCount: found.records,
    working: found.working,
    highWater: found.highWater,
    lastArmId: found.lastArmId,
    damage: found.damage.map(({ path, tail, offset, lostBytes }) => {
      return { path, kind: tail === layout.JOURNAL_TAIL_TORN ? "torn" : "damaged", offset, lostBytes };
    }),
    records: () => recordsIn(bytes),
  };
}

/**
 * All records of a journal, without opening it: another process may be writing it.
 * @throws IBKRError `ERR_IBKR_OPTION`, `ERR_IBKR_JOURNAL_OPEN`, `ERR_IBKR_JOURNAL_FOREIGN`
 */
export function readJournal(name: Pick<JournalOptions, "folder" | "endpoint" | "clientId">): JournalContents {
  const { folder, endpoint, clientId } = check(nameSchema(), name);
  const found = loadAddon().readJournal(folder, journalFileName(endpoint, clientId), endpoint, clientId);
  return contentsOf(found, folder);
}
