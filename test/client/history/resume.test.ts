import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import {
  type HistoryBar,
  type HistoryChunk,
  HistoryDownload,
  HistoryPacer,
} from "../../../src/client/history/index.js";
import { AAPL, codeOf, MINUTES, NOW, stage } from "../../support/history/history-stage.js";
import { holdsAsync } from "../../support/property.js";

describe("a download with a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "resume-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  let count = 0;

  test("is continued by the next one, with its plan, its end and its pace, wherever the first one ended", async () => {
    const plain = await stage("sessions", NOW, { schedule: true }).load({ ...MINUTES, duration: "40 D" });
    const property = fc.asyncProperty(
      fc.integer({ min: 0, max: 26 }),
      fc.integer({ min: 0, max: 690 }),
      async (ended, gapSeconds) => {
        count += 1;
        const resume = join(folder, `${count}.jsonl`);
        const { clock, gateway, load } = stage("sessions", NOW, { schedule: true });
        const options = { ...MINUTES, duration: "40 D", resume, retries: 0 };
        gateway.mishap = (nth) => (nth === ended ? "timeout" : undefined);
        const first: HistoryBar[] = [];
        const failed = await codeOf(
          (async () => {
            for await (const chunk of load(options)) first.push(...chunk.bars);
          })(),
        );
        expect(failed).toBe(ended === 0 ? "resolved" : "ERR_IBKR_TIMEOUT");
        gateway.mishap = () => undefined;
        const asked = gateway.requests.length;
        // Another process: its pacer knows nothing but the file.
        await new Promise<void>((resolve) => clock.after(gapSeconds * 1000 + 1, resolve));
        const pacer = new HistoryPacer({ clock });
        const chunks: HistoryChunk[] = [];
        for await (const chunk of new HistoryDownload(gateway, pacer, AAPL, {
          ...options,
          reconnectWithinMs: 86_400_000,
        }))
          chunks.push(chunk);
        const stored = chunks.filter(({ isStored }) => isStored).flatMap(({ bars }) => bars);
        expect(stored).toEqual(first);
        const again = chunks.flatMap(({ bars }) => bars);
        expect(again).toEqual(plain);
        expect(gateway.requests.length - asked).toBe(chunks.filter(({ isStored }) => !isStored).length);
        expect(gateway.violations).toEqual([]);
      },
    );
    await holdsAsync("resumed histories", property, { numRuns: 12, fallback: 3 });
  });

  test("of another history is refused before anything is asked", async () => {
    const resume = join(folder, "other.jsonl");
    const { gateway, load } = stage();
    await load({ ...MINUTES, resume });
    const asked = gateway.requests.length;
    expect(await codeOf(load({ ...MINUTES, resume, barSize: "1d" }))).toBe("ERR_IBKR_FILE");
    expect(await codeOf(load({ ...MINUTES, resume, duration: "11 D" }))).toBe("ERR_IBKR_FILE");
    expect(gateway.requests.length).toBe(asked);
  });

  test("of days has their dates and zone again", async () => {
    const resume = join(folder, "days.jsonl");
    const { gateway, load } = stage();
    const options = { barSize: "1d", duration: "3 Y", resume };
    const bars = await load(options);
    expect(bars[0]).toMatchObject({ date: expect.stringMatching(/^\d{8}$/), timeZone: "US/Eastern" });
    const asked = gateway.requests.length;
    expect(await load(options)).toEqual(bars);
    expect(gateway.requests.length).toBe(asked);
  });
});
