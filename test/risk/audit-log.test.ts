import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type AuditEvent, auditLine } from "../../src/risk/audit-entry.js";
import { AuditLog, type AuditOptions } from "../../src/risk/audit-log.js";
import { readAudit } from "../../src/risk/audit-reading.js";
import { VirtualClock } from "../../src/time/virtual-clock.js";
import { stateFolder } from "./state-bench.js";

const note = (text: string): AuditEvent => ({ kind: "note", text });
const DECISION: AuditEvent = {
  kind: "decision",
  code: "MAX_QUANTITY",
  scope: "account:DU1",
  measured: 101,
  limit: 100,
  order: {
    orderId: 7,
    isChange: false,
    orderRef: "acme:1",
    conId: 1,
    side: "BUY",
    type: "LMT",
    quantity: 101,
  },
  quote: { bid: 9.5, ask: 10, ageMs: 3 },
};

async function entriesOf(folder: string): Promise<object[]> {
  const entries: object[] = [];
  for await (const entry of readAudit(folder)) entries.push(entry);
  return entries;
}

async function numbersOf(folder: string): Promise<unknown[]> {
  return (await entriesOf(folder)).map((entry) => ("n" in entry ? entry.n : entry));
}

const open = (folder: string, options: AuditOptions = {}, troubled?: (problem?: string) => void) => {
  const clock = new VirtualClock({ start: 1_000 });
  return { clock, log: new AuditLog(folder, options, clock, troubled) };
};

describe("entries", () => {
  test("are read as they were appended: numbered, with their time and the limits' version", async () => {
    const folder = stateFolder();
    const { log, clock } = open(folder);
    expect(log.append(3, DECISION)).toBe(1);
    clock.advance(5);
    log.append(4, note("ä\n"));
    await log.close();
    expect(await entriesOf(folder)).toEqual([
      { n: 1, atMs: 1000, limitsVersion: 3, ...DECISION },
      { n: 2, atMs: 1005, limitsVersion: 4, ...note("ä\n") },
    ]);
    expect(log.stats()).toMatchObject({ entries: 2, batches: 1, syncs: 1, pending: 0, lost: 0, failures: 0 });
  });

  test("have numbers that JSON has not as texts", () => {
    const order = { ...(DECISION as { order: object }).order, quantity: Number.NaN, limitPrice: -1 / 0 };
    const line = auditLine(1, 2, 3, { ...DECISION, measured: 1 / 0, order } as AuditEvent);
    expect(JSON.parse(line)).toMatchObject({
      measured: "Infinity",
      order: { quantity: "NaN", limitPrice: "-Infinity" },
    });
  });

  test("of a second process go on behind those of the first, in numbers and in files", async () => {
    const folder = stateFolder();
    for (const text of ["first", "second"]) {
      const { log } = open(folder);
      log.append(0, note(text));
      await log.close();
    }
    expect(await numbersOf(folder)).toEqual([1, 2]);
    expect(readdirSync(folder)).toEqual(["audit-000001.jsonl"]);
  });

  test("go into a new file before one is too large, and the newest files are kept", async () => {
    const folder = stateFolder();
    const { log } = open(folder, { rotateBytes: 4096, keepFiles: 3 });
    const text = "x".repeat(1500);
    for (let i = 0; i < 12; i++) {
      log.append(0, note(text));
      await log.flush();
    }
    expect(readdirSync(folder)).toEqual(["audit-000004.jsonl", "audit-000005.jsonl", "audit-000006.jsonl"]);
    for (const file of readdirSync(folder)) expect(statSync(join(folder, file)).size).toBeLessThan(4096);
    expect(await numbersOf(folder)).toEqual([7, 8, 9, 10, 11, 12]);
    expect(log.stats()).toMatchObject({ rotations: 5, entries: 12 });
    await log.close();
    expect(log.append(0, note("late"))).toBe(0);
    expect(log.stats()).toMatchObject({ lost: 1 });
  });

  test("wait flushMs for each other, and are synced within fsyncIntervalMs though nothing follows", async () => {
    const folder = stateFolder();
    const { log, clock } = open(folder, { flushMs: 20, fsyncIntervalMs: 500 });
    const turn = async (ms: number) => {
      clock.advance(ms);
      await log["writing"];
      await new Promise(setImmediate);
    };
    log.append(0, note("a"));
    log.append(0, note("b"));
    await turn(19);
    expect(log.stats()).toMatchObject({ entries: 0, pending: 2 });
    await turn(1);
    await expect.poll(() => log.stats()).toMatchObject({ entries: 2, pending: 0, batches: 1, syncs: 1 });
    log.append(0, note("c"));
    await turn(20);
    await expect.poll(() => log.stats()).toMatchObject({ entries: 3, batches: 2, syncs: 1 });
    await expect
      .poll(async () => {
        await turn(500);
        return log.stats().syncs;
      })
      .toBe(2);
    await log.close();
    expect(clock.pending).toBe(0);
  });

  test.each([
    ["always", 2],
    ["never", 0],
  ] as const)("are synced as fsync %s says", async (fsync, syncs) => {
    const { log } = open(stateFolder(), { fsync });
    log.append(0, note("a"));
    await log.flush();
    log.append(0, note("b"));
    await log.close();
    expect(log.stats()).toMatchObject({ batches: 2, syncs });
  });
});

describe("nothing is lost", () => {
  test("when the process exits at once: what waits is written by flushNow, and twice only in the file", async () => {
    const folder = stateFolder();
    const { log } = open(folder);
    log.append(0, note("a"));
    const writing = log.flush(); // begun, and nobody can know how far it has come
    log.append(0, note("b"));
    expect(log.flushNow()).toBe(true);
    expect(readFileSync(join(folder, "audit-000001.jsonl"), "utf8")).toContain('"text":"b"');
    await writing;
    log.append(0, note("c"));
    await log.close();
    expect(await numbersOf(folder)).toEqual([1, 2, 3]);
  });

  test("when it is killed but the last batch: a line that is cut off is told, and what follows is whole", async () => {
    const folder = stateFolder();
    const { log } = open(folder);
    log.append(0, note("a"));
    await log.close();
    appendFileSync(join(folder, "audit-000001.jsonl"), '{"n":2,"atMs":1,"kind":"no');
    const again = open(folder).log;
    again.append(0, note("b"));
    await again.close();
    expect(await entriesOf(folder)).toMatchObject([
      { n: 1 },
      { kind: "damaged", line: 2, text: '{"n":2,"atMs":1,"kind":"no' },
      { n: 2, text: "b" },
    ]);
  });

  test("when a process with 10,000 entries a second is killed, that was written before", async () => {
    const folder = stateFolder();
    const child = spawn(process.execPath, ["-e", WRITES, DIST, folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [written] = (await once(child.stdout!, "data")) as [Buffer];
    child.kill("SIGKILL");
    await once(child, "exit");
    const entries = await entriesOf(folder);
    const numbers = entries.filter((entry) => "n" in entry).map((entry) => entry.n);
    expect(numbers.length).toBeGreaterThanOrEqual(Number(written.toString().split("\n")[0]));
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, i) => i + 1));
    expect(entries.length - numbers.length).toBeLessThanOrEqual(1);
  });
});

const DIST = join(__dirname, "../../dist/risk/audit-log.js");
const WRITES = `
  const { AuditLog } = require(process.argv[1]);
  const log = new AuditLog(process.argv[2], { flushMs: 1 });
  setInterval(() => {
    for (let i = 0; i < 10; i++) log.append(1, { kind: "note", text: "x".repeat(200) });
    if (log.stats().entries > 500) process.stdout.write(log.stats().entries + "\\n");
  }, 1);`;

const canRaise = spawnSync("prlimit", ["--version"]).status === 0;
if (!canRaise) console.log("no prlimit (util-linux): the full disk that has room again is left out");

describe("where nothing can be written", () => {
  test("entries wait, beyond the most that may they are counted as lost, and it is told when it begins and ends", async () => {
    const folder = stateFolder();
    const told: (string | undefined)[] = [];
    const { log, clock } = open(folder, { mostPendingBytes: 65_536, fsync: "never" }, (p) => told.push(p));
    const path = join(folder, "audit-000001.jsonl");
    mkdirSync(path);
    const text = "x".repeat(1000);
    for (let i = 0; i < 100; i++) log.append(0, note(text));
    await log.flush();
    await log.flush();
    expect(log.flushNow()).toBe(false);
    const { pending, lost, failures, problem } = log.stats();
    expect(pending + lost).toBe(100);
    expect(lost).toBeGreaterThan(30);
    expect(failures).toBe(3);
    expect(problem).toBe("it is a folder (EISDIR)");
    expect(told).toEqual(["it is a folder (EISDIR)"]);

    rmdirSync(path);
    await expect
      .poll(() => {
        clock.advance(100); // it is tried again by itself
        return log.stats().pending;
      })
      .toBe(0);
    log.append(0, note("after"));
    await log.close();
    expect(told).toEqual(["it is a folder (EISDIR)", undefined]);
    const entries = await entriesOf(folder);
    expect(entries.slice(pending)).toMatchObject([
      { kind: "gap", fromN: pending + 1, toN: 100 },
      { n: 101, kind: "lost", count: lost },
      { n: 102, text: "after" },
    ]);
  });

  test.runIf(canRaise)("for want of room, a line that was begun is completed once there is some", () => {
    const folder = stateFolder();
    // A limit of so many bytes a file stands in for a full disk; it is raised by the next process.
    const run = spawnSync(
      "/bin/sh",
      ["-c", 'ulimit -S -f 8; exec "$0" -e "$1" "$2" "$3"', process.execPath, FILLS, DIST, folder],
      { encoding: "utf8" },
    );
    expect(run.stderr).toBe("");
    const { first, second } = JSON.parse(run.stdout) as Record<string, { lost: number; problem?: string }>;
    expect(first.problem).toMatch(/EFBIG|file too large/i);
    expect(second).toMatchObject({ pending: 0, lost: 0 });
    const lines = readFileSync(join(folder, "audit-000001.jsonl"), "utf8").trimEnd().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { n: number }).n)).toEqual(
      Array.from({ length: 100 }, (_, i) => i + 1),
    );
  });

  test("a folder that is not there, or options out of range, are errors at once", () => {
    const folder = join(stateFolder(), "none");
    expect(() => new AuditLog(folder)).toThrow(expect.objectContaining({ code: "ERR_IBKR_FILE" }));
    expect(() => new AuditLog(folder, { flushMs: 0 })).toThrow(
      "flushMs is 0 (allowed: an integer from 1 to 10000)",
    );
    expect(() => new AuditLog(folder, { fsync: "often" as "never" })).toThrow("always, interval, never");
  });
});

const FILLS = `
  process.on("SIGXFSZ", () => {});
  const { execFileSync } = require("node:child_process");
  const { AuditLog } = require(process.argv[1]);
  const log = new AuditLog(process.argv[2]);
  for (let i = 0; i < 100; i++) log.append(1, { kind: "note", text: "x".repeat(200) });
  log.flush().then(async () => {
    const first = log.stats();
    execFileSync("prlimit", ["--fsize=unlimited", "--pid", String(process.pid)]);
    await log.flush();
    process.stdout.write(JSON.stringify({ first, second: log.stats() }));
  });`;

test("a log that cannot be read is an error, and what is no entry is told", async () => {
  const folder = stateFolder();
  await expect(entriesOf(join(folder, "none"))).rejects.toMatchObject({ code: "ERR_IBKR_FILE" });
  writeFileSync(join(folder, "audit-000001.jsonl"), 'null\n{"n":"1"}\n{"n":5,"kind":"begin"}\n');
  expect(await entriesOf(folder)).toMatchObject([
    { kind: "damaged", line: 1 },
    { kind: "damaged", line: 2 },
    { n: 5 },
  ]);
  mkdirSync(join(folder, "audit-000002.jsonl"));
  await expect(entriesOf(folder)).rejects.toMatchObject({ code: "ERR_IBKR_FILE" });
});

test("numbers that begin anew with a process, because files were removed, hide nothing", async () => {
  const folder = stateFolder();
  const lines = [7, 8].map((n) => auditLine(n, 0, 0, note("old")));
  const begin = auditLine(1, 0, 0, { kind: "begin", processId: 1, found: "missing", limits: {} });
  writeFileSync(
    join(folder, "audit-000001.jsonl"),
    [...lines, begin, auditLine(2, 0, 0, note("new"))].join(""),
  );
  expect(await numbersOf(folder)).toEqual([7, 8, 1, 2]);
});
