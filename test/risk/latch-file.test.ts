import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  clearLatch,
  isLatchPulled,
  LATCH_FILE,
  LatchWatch,
  pullLatch,
  readLatch,
} from "../../src/risk/latch-file.js";
import { VirtualClock } from "../../src/time/virtual-clock.js";
import { NOON, stateFolder } from "./state-bench.js";

const PULL = { reason: "fat finger", operator: "ann" };

describe("the latch is pulled", () => {
  test("with who and why, which are read as they were given; a second pull is one more line", () => {
    const folder = stateFolder();
    expect(readLatch(folder)).toBeUndefined();
    expect(pullLatch(folder, PULL, NOON)).toEqual({ isRecorded: true });
    pullLatch(folder, { reason: "line\nbreak", operator: "bob" }, NOON + 1);
    expect(isLatchPulled(folder)).toBe(true);
    expect(readLatch(folder)?.pulls).toEqual([
      { ...PULL, atMs: NOON },
      { reason: "line\nbreak", operator: "bob", atMs: NOON + 1 },
    ]);
  });

  test("by hand as well: an empty file is a stop, and a line that is no record is its reason", () => {
    const folder = stateFolder();
    writeFileSync(join(folder, LATCH_FILE), "");
    expect(readLatch(folder)?.pulls).toMatchObject([{ reason: "the file STOP", operator: "unknown" }]);
    writeFileSync(join(folder, LATCH_FILE), 'call me\n{"reason":1}\n');
    expect(readLatch(folder)?.pulls).toMatchObject([{ reason: "call me" }, { reason: '{"reason":1}' }]);
  });

  test("where the system refuses the file that is an error, and where it refuses the reason it is not", () => {
    const folder = stateFolder();
    expect(() => pullLatch(join(folder, "none"), PULL)).toThrow(
      expect.objectContaining({
        code: "ERR_IBKR_FILE",
        message: expect.stringContaining("the latch file") as string,
      }),
    );
    mkdirSync(join(folder, LATCH_FILE));
    expect(() => pullLatch(folder, PULL)).toThrow("it is a folder");
    expect(() => readLatch(folder)).toThrow("it is a folder");
    expect(isLatchPulled(folder)).toBe(true);
  });

  test("and is in force where the disk has no room for the reason", () => {
    const folder = stateFolder();
    // A limit of no bytes a file: the system makes it, and writes nothing into it.
    const script = `
      process.on("SIGXFSZ", () => {});
      const { pullLatch } = require(${JSON.stringify(join(__dirname, "../../dist/risk/latch-file.js"))});
      process.stdout.write(JSON.stringify(pullLatch(${JSON.stringify(folder)}, { reason: "r", operator: "o" })));`;
    const run = spawnSync("/bin/sh", ["-c", 'ulimit -f 0; exec "$0" -e "$1"', process.execPath, script]);
    expect(run.stderr.toString()).toBe("");
    expect(run.stdout.toString()).toBe('{"isRecorded":false}');
    expect(isLatchPulled(folder)).toBe(true);
  });

  test.each([
    [{ ...PULL, reason: "" }, 'reason is "" (allowed: a text of 1 to 1,000 characters)'],
    [{ ...PULL, operator: "o".repeat(201) }, /^operator is "o+… \(allowed: a name of 1 to 200 characters\)$/],
    [{ ...PULL, by: "x" }, "by is not known (allowed: reason, operator)"],
  ])("not by %j", (pull, message) => {
    const folder = stateFolder();
    expect(() => pullLatch(folder, pull)).toThrow(message);
    expect(isLatchPulled(folder)).toBe(false);
  });
});

describe("the latch is cleared", () => {
  test("where it says what whoever resumes has read", () => {
    const folder = stateFolder();
    pullLatch(folder, PULL, NOON);
    expect(clearLatch(folder, readLatch(folder))).toBe(true);
    expect(readdirSync(folder)).toEqual([]);
    expect(clearLatch(folder, undefined)).toBe(true);
  });

  test("but not where it was pulled again since: both pulls stay", () => {
    const folder = stateFolder();
    pullLatch(folder, PULL, NOON);
    const known = readLatch(folder);
    pullLatch(folder, { reason: "again", operator: "bob" }, NOON + 1);
    expect(clearLatch(folder, known)).toBe(false);
    expect(clearLatch(folder, undefined)).toBe(false);
    expect(readLatch(folder)?.pulls).toHaveLength(2);
  });

  test("by a process that is killed before it is done it stays pulled", () => {
    const folder = stateFolder();
    writeFileSync(join(folder, "STOP.leaving"), `${JSON.stringify({ ...PULL, atMs: NOON })}\n`);
    const known = readLatch(folder);
    expect(known?.pulls).toEqual([{ ...PULL, atMs: NOON }]);
    pullLatch(folder, { reason: "again", operator: "bob" }, NOON + 1);
    expect(clearLatch(folder, known)).toBe(false);
    expect(clearLatch(folder, readLatch(folder))).toBe(true);
    expect(readLatch(folder)).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("the latch is noticed", () => {
  test("at the next look, once, and again after a resume", () => {
    const folder = stateFolder();
    const clock = new VirtualClock();
    let pulls = 0;
    const watch = new LatchWatch(folder, () => pulls++, clock);
    clock.advance(1000);
    expect(pulls).toBe(0);
    pullLatch(folder, PULL);
    clock.advance(50);
    clock.advance(1000);
    expect(pulls).toBe(1);
    rmSync(join(folder, LATCH_FILE));
    watch.reset();
    clock.advance(1000);
    expect(pulls).toBe(1);
    pullLatch(folder, PULL);
    clock.advance(50);
    expect(pulls).toBe(2);
    watch.stop();
    watch.reset();
    clock.advance(1000);
    expect(pulls).toBe(2);
  });

  test("when the system tells of it, before the next look", async () => {
    const folder = stateFolder();
    const clock = new VirtualClock(); // stands still: no look
    let watch: LatchWatch | undefined;
    const pulled = new Promise<void>((resolve) => {
      watch = new LatchWatch(folder, resolve, clock);
    });
    pullLatch(folder, PULL);
    await expect(pulled).resolves.toBeUndefined();
    watch?.stop();
  });

  test("also where there is no folder yet that could be watched", () => {
    const folder = join(stateFolder(), "later");
    const clock = new VirtualClock();
    let pulls = 0;
    const watch = new LatchWatch(folder, () => pulls++, clock);
    mkdirSync(folder);
    pullLatch(folder, PULL);
    clock.advance(50);
    expect(pulls).toBe(1);
    watch.stop();
  });
});
