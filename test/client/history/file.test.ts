import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { HistoryBar } from "../../../src/client/history/history-bar.js";
import {
  HistoryFile,
  type HistoryHead,
  type StoredWindow,
} from "../../../src/client/history/history-file.js";
import { pacedRequest } from "../../../src/client/history/index.js";
import type { Contract } from "../../../src/domain/stock-types.js";
import { SeededRandom, testSeed } from "../../support/seeded-random.js";

const CONTRACT = { symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" } as Contract;
const HEAD: HistoryHead = {
  ...{ contract: CONTRACT, barSize: "1 min", whatToShow: "TRADES", regularHoursOnly: true },
  range: { duration: "2 Y" },
};
const PLAN = { startMs: 0, endMs: 600_000, timeZone: "US/Eastern" };
const ASKED = pacedRequest({ contract: CONTRACT, duration: "60 S", barSize: "1 min", whatToShow: "TRADES" });

const folder = mkdtempSync(join(tmpdir(), "history-"));
let count = 0;
const newPath = () => join(folder, `${count++}.jsonl`);
afterAll(() => rmSync(folder, { recursive: true }));

function windowOf(i: number): StoredWindow {
  const bars: HistoryBar[] = [0, 1, 2].map((k) => ({
    timeMs: i * 180_000 + k * 60_000,
    ...{ open: 0.1 + i, high: 1e-9, low: -37.63, close: 1 / 3, volume: 2 ** 53, count: 0 },
    wap: k === 1 ? undefined : 0.30000000000000004,
  }));
  return { fromMs: i * 180_000, untilMs: (i + 1) * 180_000, bars: i === 1 ? [] : bars };
}

async function write(path: string, windows: number): Promise<void> {
  const file = await HistoryFile.open(path, HEAD);
  await file.writePlan(PLAN);
  for (let i = 0; i < windows; i++) {
    await file.writeAsked(ASKED, 1_000 + i);
    await file.writeBars(windowOf(i));
  }
  await file.close();
}

async function read(path: string, head = HEAD) {
  const file = await HistoryFile.open(path, head);
  const windows: StoredWindow[] = [];
  if (file.plan !== undefined) for await (const window of file.stored()) windows.push(window);
  await file.close();
  return { file, windows };
}

const refusal = (path: string, head = HEAD) =>
  read(path, head).then(
    () => "none",
    (error) => [error.code, error.message],
  );

describe("a file of a history", () => {
  test("has what was written, to the last bit", async () => {
    const path = newPath();
    await write(path, 3);
    const { file, windows } = await read(path);
    expect(windows).toEqual([0, 1, 2].map(windowOf));
    expect(file).toMatchObject({ windows: 3, bars: 6, untilMs: 540_000, plan: PLAN });
    expect(file.lastBar).toEqual(windowOf(2).bars.at(-1));
    expect(file.asked.map(({ atMs, request }) => [atMs, request])).toEqual(
      [1_000, 1_001, 1_002].map((atMs) => [atMs, ASKED]),
    );
  });

  test("cut off at any byte, has the windows that are whole, and goes on behind them", async () => {
    const path = newPath();
    await write(path, 3);
    const whole = readFileSync(path);
    const headEnd = whole.indexOf(10) + 1;
    for (let cut = headEnd; cut < whole.length; cut += 7) {
      writeFileSync(path, whole.subarray(0, cut));
      const { file, windows } = await read(path);
      const lines = whole.subarray(0, cut).toString().split("\n").slice(0, -1);
      expect(windows).toHaveLength(lines.filter((line) => line.startsWith('{"kind":"bars"')).length);
      const again = await HistoryFile.open(path, HEAD);
      if (again.plan === undefined) await again.writePlan(PLAN);
      for (let i = file.windows; i < 3; i++) await again.writeBars(windowOf(i));
      await again.close();
      expect((await read(path)).windows).toEqual([0, 1, 2].map(windowOf));
    }
  });

  test("with a byte that is not as it was written is refused, but for the last line, which is cut", async () => {
    const path = newPath();
    await write(path, 3);
    const whole = readFileSync(path);
    const lastLine = whole.subarray(0, whole.length - 1).lastIndexOf(10) + 1;
    const random = new SeededRandom(testSeed("damaged bytes", 1));
    for (let i = 0; i < 200; i++) {
      const at = Math.floor(random.next() * (whole.length - 1));
      const damaged = Buffer.from(whole);
      damaged[at] ^= 1 << Math.floor(random.next() * 7);
      writeFileSync(path, damaged);
      const outcome = await refusal(path);
      // Without the line feed before it, the last line is two.
      if (at >= lastLine - 1) expect((await read(path)).windows, `byte ${at}`).toEqual([0, 1].map(windowOf));
      else expect(outcome, `byte ${at}`).toEqual(["ERR_IBKR_FILE", expect.stringContaining(path)]);
    }
  });

  test.each([
    ["contract", { ...HEAD, contract: { ...CONTRACT, symbol: "MSFT" } }],
    ["barSize", { ...HEAD, barSize: "1 day" }],
    ["whatToShow", { ...HEAD, whatToShow: "BID" }],
    ["regularHoursOnly", { ...HEAD, regularHoursOnly: false }],
    ["range", { ...HEAD, range: { duration: "1 Y" } }],
  ])("of another %s is refused, and stays as it is", async (name, head) => {
    const path = newPath();
    await write(path, 1);
    const before = readFileSync(path);
    expect(await refusal(path, head)).toEqual([
      "ERR_IBKR_FILE",
      expect.stringContaining(`history: ${name} is`),
    ]);
    expect(readFileSync(path)).toEqual(before);
  });

  test("is the same one, in whatever order a contract's members are", async () => {
    const path = newPath();
    await write(path, 1);
    const contract = Object.fromEntries(Object.entries(CONTRACT).toReversed());
    expect(
      (await read(path, { ...HEAD, contract: { ...contract, strike: undefined } })).windows,
    ).toHaveLength(1);
  });

  test("that is something else is refused, and stays as it is; an empty one is begun", async () => {
    const path = newPath();
    writeFileSync(path, "time,open\n1,2\n");
    expect(await refusal(path)).toEqual(["ERR_IBKR_FILE", `${path}: it is no file of a history`]);
    writeFileSync(path, "notes");
    expect(await refusal(path)).toEqual(["ERR_IBKR_FILE", `${path}: it is no file of a history`]);
    expect(readFileSync(path, "utf8")).toBe("notes");
    truncateSync(path, 0);
    expect((await read(path)).file.windows).toBe(0);
  });

  test("in a folder that is not there is refused with the system's reason", async () => {
    const path = join(folder, "nowhere", "a.jsonl");
    expect(await refusal(path)).toEqual(["ERR_IBKR_FILE", expect.stringContaining("ENOENT")]);
  });

  test("that another process writes to is left to it", async () => {
    const path = newPath();
    const [one, other] = [await HistoryFile.open(path, HEAD), await HistoryFile.open(path, HEAD)];
    await one.writePlan(PLAN);
    await expect(other.writePlan(PLAN)).rejects.toMatchObject({
      code: "ERR_IBKR_FILE",
      message: `${path}: another process writes to it`,
    });
    await Promise.all([one.close(), other.close()]);
    expect((await read(path)).file.plan).toMatchObject(PLAN);
  });

  test("with a window that does not continue the one before is refused", async () => {
    const path = newPath();
    await write(path, 2);
    const lines = readFileSync(path, "utf8").split("\n");
    appendFileSync(path, `${lines.find((line) => line.startsWith('{"kind":"bars"'))}\n`);
    expect(await refusal(path)).toEqual(["ERR_IBKR_FILE", expect.stringContaining("does not continue")]);
  });
});
