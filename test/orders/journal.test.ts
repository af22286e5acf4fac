import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { JOURNAL_FILE_HEADS_BYTES, JOURNAL_OFFSET_BYTES } from "../../src/native/layout.js";
import { OrderJournal } from "../../src/orders/journal.js";
import { readJournal } from "../../src/orders/journal-contents.js";
import type { JournaledOrder, JournalRecord } from "../../src/orders/journal-record.js";
import { testSeed } from "../support/seeded-random.js";

let folder: string;
let open: OrderJournal[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ibkr-journal-"));
});
afterEach(() => {
  for (const journal of open) journal.close();
  open = [];
  rmSync(folder, { recursive: true });
});

const name = () => ({ folder, endpoint: "127.0.0.1:4002", clientId: 7 });
const FIRST = "orders-127.0.0.1_4002-7.000001.journal";

function begin(options: Partial<ConstructorParameters<typeof OrderJournal>[0]> = {}): OrderJournal {
  const journal = new OrderJournal({ ...name(), ...options });
  open.push(journal);
  return journal;
}

const ORDER: JournaledOrder = {
  orderRef: "acme:01J9ZZ8Q4M6T2V3X5Y7W8A9B0C",
  conId: 265598,
  symbol: "AAPL",
  secType: "STK",
  exchange: "SMART",
  currency: "USD",
  account: "DU1234567",
  action: "BUY",
  orderType: "LMT",
  timeInForce: "DAY",
  quantity: 100,
  limitPrice: 187.25,
};

/** As one text: compared much faster than objects. */
const shown = (records: Iterable<JournalRecord>) => JSON.stringify([...records]);

/** One record of every kind, as it is read back; times count from 1. */
const EVERY: readonly JournalRecord[] = [
  {
    kind: "sessionBegin",
    timeMicros: 1,
    program: "ibkr-native",
    processId: process.pid,
    serverVersion: 222,
    nextOrderId: 5,
  },
  { kind: "idBlock", timeMicros: 2, highWater: 1000 },
  { kind: "intent", timeMicros: 3, orderId: 5, modify: false, order: ORDER },
  { kind: "sent", timeMicros: 4, orderId: 5, disposition: "written" },
  { kind: "acknowledged", timeMicros: 5, orderId: 5, permId: 1987654321 },
  {
    kind: "status",
    timeMicros: 6,
    orderId: 5,
    permId: 1987654321,
    status: { status: "Submitted", whyHeld: "locate", filled: 0, remaining: 100 },
  },
  {
    kind: "intent",
    timeMicros: 7,
    orderId: 5,
    modify: true,
    order: { ...ORDER, quantity: "0.123456789012345678", held: true, outsideRth: true, hidden: true },
  },
  {
    kind: "denied",
    timeMicros: 8,
    orderId: 5,
    modify: true,
    end: { status: "ERR_IBKR_DENIED", reason: "too large" },
  },
  {
    kind: "armed",
    timeMicros: 9,
    armId: 1,
    order: { orderRef: "acme:Zürich 株" },
    trigger: { field: "ask", operator: "<=", price: 187, expiresMs: 1_800_000_000_000 },
  },
  { kind: "fired", timeMicros: 10, orderId: 6, armId: 1, triggerPrice: 187, quotePrice: 186.98 },
  {
    kind: "armed",
    timeMicros: 11,
    armId: 2,
    order: { orderRef: "r" },
    trigger: { field: "bid", operator: ">=", price: 1 },
  },
  { kind: "disarmed", timeMicros: 12, armId: 2, reason: "expired" },
  {
    kind: "fill",
    timeMicros: 13,
    orderId: 5,
    permId: 1987654321,
    fill: {
      execId: "0000e0d5.01.01",
      side: "BOT",
      exchange: "ARCA",
      time: "20261128 11:00:00 US/Eastern",
      account: "DU1234567",
      quantity: 100,
      price: 187.2,
      cumulativeQuantity: 100,
      averagePrice: 187.2,
    },
  },
  {
    kind: "commission",
    timeMicros: 14,
    orderId: 5,
    commission: {
      execId: "0000e0d5.01.01",
      currency: "USD",
      commission: 1.0125,
      realizedPnl: -3.5,
      yield: 0,
    },
  },
  {
    kind: "done",
    timeMicros: 15,
    orderId: 5,
    permId: 1987654321,
    end: { status: "Filled", filled: 100, averagePrice: 187.2 },
  },
  { kind: "cancelRequested", timeMicros: 16, orderId: 6 },
  { kind: "unknown", timeMicros: 17, orderId: 6, reason: "the connection broke" },
  {
    kind: "denied",
    timeMicros: 18,
    orderId: 7,
    modify: false,
    end: { status: "ERR_IBKR_DENIED", gatewayCode: 201 },
  },
  { kind: "reconcileBegin", timeMicros: 19 },
  { kind: "reconcileEnd", timeMicros: 20, openOrders: 2, executions: 1, unknown: 0 },
  { kind: "sessionEnd", timeMicros: 21, reason: "close" },
];

function write(journal: OrderJournal, record: JournalRecord): void {
  const { timeMicros: t, orderId: id = 0, armId: arm = 0, permId = 0 } = record;
  switch (record.kind) {
    case "sessionBegin":
      journal.sessionBegin(t, record.program, record.serverVersion, record.nextOrderId);
      break;
    case "sessionEnd":
      journal.sessionEnd(t, record.reason);
      break;
    case "idBlock":
      journal.idBlock(t, record.highWater);
      break;
    case "intent":
      journal.intent(t, id, record.order, record.modify);
      break;
    case "armed":
      journal.armed(t, arm, record.order, record.trigger);
      break;
    case "fired":
      journal.fired(t, arm, id, record.triggerPrice, record.quotePrice);
      break;
    case "disarmed":
      journal.disarmed(t, arm, record.reason);
      break;
    case "sent":
      journal.sent(t, id, record.disposition);
      break;
    case "acknowledged":
      journal.acknowledged(t, id, permId);
      break;
    case "status":
      journal.status(t, id, permId, record.status);
      break;
    case "fill":
      journal.fill(t, id, permId, record.fill);
      break;
    case "commission":
      journal.commission(t, id, record.commission);
      break;
    case "cancelRequested":
      journal.cancelRequested(t, id);
      break;
    case "unknown":
      journal.unknown(t, id, record.reason);
      break;
    case "done":
      journal.done(t, id, permId, record.end);
      break;
    case "denied":
      journal.denied(t, id, record.end, record.modify);
      break;
    case "reconcileBegin":
      journal.reconcileBegin(t);
      break;
    case "reconcileEnd":
      journal.reconcileEnd(t, record.openOrders ?? 0, record.executions ?? 0, record.unknown ?? 0);
      break;
  }
}

function writeAll(records: readonly JournalRecord[]): void {
  const journal = new OrderJournal(name());
  for (const record of records) write(journal, record);
  expect(journal.stats().records).toBe(records.length);
  journal.close();
}

describe("records", () => {
  test("of every kind come back as they were written, while the journal is open and after", () => {
    const journal = begin();
    for (const record of EVERY) write(journal, record);
    expect([...readJournal(name()).records()]).toEqual(EVERY);
    journal.close();
    expect([...readJournal(name()).records()]).toEqual(EVERY);
  });

  test("of orders are there when the journal is opened again, with marks and counts", () => {
    writeAll(EVERY);
    const { recovered } = begin();
    expect([...recovered.records()]).toEqual(
      EVERY.filter(({ orderId, armId }) => orderId !== undefined || armId !== undefined),
    );
    expect(recovered).toMatchObject({
      files: 1,
      recordCount: EVERY.length,
      working: 1,
      highWater: 1000,
      lastArmId: 2,
      damage: [],
    });
  });

  test("with any values come back with every bit", () => {
    const number = fc.option(fc.double({ noNaN: true }), { nil: undefined });
    const some = fc.option(fc.string({ unit: "binary", minLength: 1, maxLength: 40 }), { nil: undefined });
    const order = fc.record(
      {
        orderRef: fc.string({ unit: "binary", maxLength: 60 }),
        symbol: some,
        account: some,
        right: some,
        goodTillDate: some,
        limitPrice: number,
        strike: number,
        cashQuantity: number,
        conId: fc.integer(),
        quantity: fc.oneof(fc.double({ noNaN: true }), fc.bigInt().map(String)),
      },
      { requiredKeys: ["orderRef"] },
    );
    const seed = testSeed("journal records", 20260824);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 2 ** 31 - 1 }), order), { maxLength: 20 }),
        (orders) => {
          for (const file of readdirSync(folder)) rmSync(join(folder, file));
          const journal = new OrderJournal({ ...name(), fsync: "never" });
          for (const [id, values] of orders) journal.intent(id, id, values);
          journal.close();
          const expected = orders.map(([id, values]) => {
            return {
              kind: "intent",
              timeMicros: id,
              orderId: id,
              modify: false,
              order: JSON.parse(
                JSON.stringify(values, (_, v) =>
                  Object.is(v, -0) ? "-0" : v === Infinity ? "+inf" : v === -Infinity ? "-inf" : v,
                ),
              ),
            };
          });
          const found = [...readJournal(name()).records()].map((record) =>
            JSON.parse(
              JSON.stringify(record, (_, v) =>
                Object.is(v, -0) ? "-0" : v === Infinity ? "+inf" : v === -Infinity ? "-inf" : v,
              ),
            ),
          );
          expect(found).toEqual(expected);
        },
      ),
      { seed, numRuns: 60 },
    );
  });

  test("a long reason is cut between two characters, a long orderRef or execId is refused", () => {
    const journal = begin();
    journal.unknown(1, 1, `${"a".repeat(1023)}é`);
    journal.unknown(2, 1, "é".repeat(600));
    expect([...readJournal(name()).records()]).toMatchObject([
      { reason: "a".repeat(1023) },
      { reason: "é".repeat(512) },
    ]);
    expect(() => journal.intent(1, 2, { orderRef: "é".repeat(513) })).toThrow(
      /^orderRef is .*at most 1024 bytes/,
    );
    expect(() => journal.fill(1, 2, 0, { execId: "x".repeat(1025) })).toThrow(
      expect.objectContaining({ code: "ERR_IBKR_ARGUMENT" }),
    );
    expect(journal.stats().records).toBe(2);
  });
});

describe("a damaged file", () => {
  let file: Buffer;
  let ends: number[];
  let good: JournalRecord[];
  beforeEach(() => {
    writeAll(EVERY);
    good = [...readJournal(name()).records()];
    expect(good).toEqual(EVERY);
    file = readFileSync(join(folder, FIRST));
    ends = [JOURNAL_FILE_HEADS_BYTES];
    for (let at = JOURNAL_FILE_HEADS_BYTES; at < file.length; ends.push(at))
      at += file.readUInt32LE(at + JOURNAL_OFFSET_BYTES);
    expect(ends.length).toBe(EVERY.length + 1);
  });
  /** Records that end at or before this byte. */
  const upTo = (byte: number) => good.slice(0, Math.max(0, ends.filter((end) => end <= byte).length - 1));

  test("cut at any byte gives back every complete record before the cut", () => {
    for (let end = 0; end < file.length; end++) {
      writeFileSync(join(folder, FIRST), file.subarray(0, end));
      const contents = readJournal(name());
      expect(shown(contents.records()), `cut at ${end}`).toBe(shown(upTo(end)));
      const torn = end !== 0 && !ends.includes(end);
      expect(
        contents.damage.map(({ kind }) => kind),
        `cut at ${end}`,
      ).toEqual(torn ? ["torn"] : []);
    }
  });

  test("with any byte flipped gives back every record before it, and never a wrong one", () => {
    for (let at = 0; at < file.length; at++) {
      const flipped = Buffer.from(file);
      flipped[at] ^= 1 << (at % 8);
      writeFileSync(join(folder, FIRST), flipped);
      const contents = readJournal(name());
      // The head is there twice.
      const expected = at < JOURNAL_FILE_HEADS_BYTES ? good : upTo(at);
      expect(shown(contents.records()), `flipped at ${at}`).toBe(shown(expected));
    }
  });

  test("opens, says what is lost, and stays as it is", () => {
    const flipped = Buffer.from(file);
    const at = ends[4] + 20;
    flipped[at] ^= 4;
    writeFileSync(join(folder, FIRST), flipped);
    const journal = begin();
    const { damage } = journal.recovered;
    expect(damage).toEqual([
      { path: join(folder, FIRST), kind: "damaged", offset: ends[4], lostBytes: file.length - ends[4] },
    ]);
    journal.acknowledged(30, 5, 9);
    journal.close();
    expect(readFileSync(join(folder, FIRST))).toEqual(flipped);
    const kinds = [...begin().recovered.records()].map(({ kind }) => kind);
    expect(kinds).toEqual(["intent", "sent", "acknowledged"]);
  });
});

describe("a program that is killed", () => {
  test("in the middle of its work loses no record whose call has returned", async () => {
    let last = 0;
    for (let round = 0; round < 4; round++) {
      const child = spawn(process.execPath, [join(__dirname, "journal-child.cjs"), folder, String(last)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      let told = "";
      child.stdout.on("data", (bytes: Buffer) => {
        told += bytes.toString();
        if (told.length > 2000 * (round + 1)) child.kill("SIGKILL");
      });
      const [, signal] = (await once(child, "close")) as [number | null, string | null];
      expect(signal).toBe("SIGKILL");
      const returned = Number(told.slice(0, told.lastIndexOf("\n")).split("\n").at(-1));
      const ids = [...readJournal(name()).records()].map(({ orderId }) => orderId);
      expect(ids).toEqual(Array.from(ids, (_, i) => i + 1));
      expect(ids.length).toBeGreaterThanOrEqual(returned);
      last = ids.length;
    }
    expect(last).toBeGreaterThan(100);
  }, 60_000);
});

describe("errors", () => {
  const codeOf = (code: string, message: RegExp) =>
    expect.objectContaining({ name: "IBKRError", code, message: expect.stringMatching(message) });

  test("ERR_IBKR_JOURNAL_LOCKED has the path and the process", () => {
    begin();
    const path = join(folder, "orders-127.0.0.1_4002-7.lock");
    expect(() => begin()).toThrow(
      codeOf("ERR_IBKR_JOURNAL_LOCKED", new RegExp(`process ${process.pid} holds "${path}"`)),
    );
    expect(begin({ clientId: 8 }).recovered.recordCount).toBe(0);
  });

  test("ERR_IBKR_JOURNAL_OPEN for a folder that is not there, and for one that cannot be written", () => {
    const missing = join(folder, "missing");
    expect(() => begin({ folder: missing })).toThrow(
      codeOf("ERR_IBKR_JOURNAL_OPEN", /there is no such file or folder \(ENOENT\)/),
    );
    expect(() => readJournal({ ...name(), folder: missing })).toThrow(
      codeOf("ERR_IBKR_JOURNAL_OPEN", /ENOENT/),
    );
    chmodSync(folder, 0o555);
    const { geteuid, seteuid } = process;
    const root = geteuid?.() === 0; // who may write everywhere
    try {
      if (root) seteuid?.(65534);
      expect(() => begin()).toThrow(codeOf("ERR_IBKR_JOURNAL_OPEN", /permission is denied \(EACCES\)/));
    } finally {
      if (root) seteuid?.(0);
      chmodSync(folder, 0o755);
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  test("ERR_IBKR_JOURNAL_FOREIGN for a file of somebody else's, and for one of another endpoint", () => {
    writeFileSync(join(folder, FIRST), "x".repeat(1000));
    expect(() => begin()).toThrow(
      codeOf("ERR_IBKR_JOURNAL_FOREIGN", /000001.journal" has the name of a journal's file and is none/),
    );
    rmSync(join(folder, FIRST));
    writeAll(EVERY);
    cpSync(join(folder, FIRST), join(folder, FIRST.replace("-7.", "-9.")));
    expect(() => begin({ clientId: 9 })).toThrow(
      codeOf("ERR_IBKR_JOURNAL_FOREIGN", /is the journal of 127.0.0.1:4002, client id 7/),
    );
  });

  test("ERR_IBKR_JOURNAL_WRITE once it is closed, and for a disk that is full", async () => {
    const journal = begin();
    journal.close();
    expect(() => journal.cancelRequested(1, 1)).toThrow(
      codeOf("ERR_IBKR_JOURNAL_WRITE", /cannot be written: it is closed/),
    );
    // A limit of file sizes stands for the disk: 8 KiB.
    const child = spawn("sh", [
      "-c",
      `ulimit -f 16; exec "$0" "$@"`,
      process.execPath,
      join(__dirname, "journal-child.cjs"),
      folder,
      "0",
    ]);
    let told = "";
    let error = "";
    child.stdout.on("data", (bytes: Buffer) => (told += bytes.toString()));
    child.stderr.on("data", (bytes: Buffer) => (error += bytes.toString()));
    expect(await once(child, "close")).toEqual([3, null]);
    expect(error).toMatch(/^ERR_IBKR_JOURNAL_WRITE the journal in ".*" cannot be written: .*EFBIG/);
    const ids = [...readJournal(name()).records()].map(({ orderId }) => orderId);
    expect(ids.length).toBe(told.trimEnd().split("\n").length);
  });

  test("ERR_IBKR_OPTION names the option, its value and what is allowed", () => {
    expect(() => begin({ rotateBytes: 1 })).toThrow(
      "rotateBytes is 1 (allowed: an integer from 4096 to 1099511627776)",
    );
    expect(() => begin({ endpoint: "x".repeat(281) })).toThrow(
      /^endpoint is .* \(allowed: HOST:PORT of at most 280 bytes\)/,
    );
    expect(existsSync(join(folder, FIRST))).toBe(false);
  });
});
