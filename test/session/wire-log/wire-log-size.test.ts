import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { incomingPayload } from "../../../src/protocol/messages.js";
import { decodeWireLog } from "../../../src/session/wire-log/decode-wire-log.js";
import { WireLogFile } from "../../../src/session/wire-log/wire-log-file.js";
import { frameLine } from "../../../src/session/wire-log/wire-log-line.js";
import { SeededRandom, testSeed } from "../../support/seeded-random.js";

const SEEDS = Number(process.env["CAMPAIGN_SEEDS"] ?? 0);
/** `npm run campaign -- wire-log --seeds 1`: a million for each seed. */
const MESSAGES = SEEDS > 0 ? 1_000_000 : 40_000;
const first = testSeed("wire log", 3);
const OPTIONS = SEEDS > 0 ? { maxBytes: 8_388_608, maxFiles: 3 } : { maxBytes: 1_048_576, maxFiles: 3 };
const ACCOUNT = "DU1234567";

/** Mostly ticks, now and then a position with its account, of either dialect. */
function frameOf(random: SeededRandom, version: number): Uint8Array {
  const isPosition = random.chance(0.05);
  const price = random.int(1, 1_000_000) / 100;
  if (version === 226)
    return isPosition
      ? incomingPayload("POSITION_DATA", { account: ACCOUNT, position: "100", avgCost: price })
      : incomingPayload("TICK_PRICE", { reqId: 1, tickType: random.int(1, 9), price });
  const fields = isPosition
    ? [
        "61",
        "3",
        ACCOUNT,
        "265598",
        "AAPL",
        "STK",
        "",
        "0",
        "",
        "",
        "",
        "USD",
        "AAPL",
        "NMS",
        "100",
        `${price}`,
      ]
    : ["1", "6", "1", `${random.int(1, 9)}`, `${price}`, "100", "0"];
  return Buffer.from(fields.map((field) => `${field}\0`).join(""));
}

test.each(Array.from({ length: Math.max(1, SEEDS) }, (_, i) => first + i))(
  `${MESSAGES.toLocaleString("en-US")} messages stay within the cap, and the newest are read again, seed %i`,
  { timeout: 600_000 },
  async (seed) => {
    const random = new SeededRandom(seed);
    const folder = mkdtempSync(join(tmpdir(), "wire-log-size-"));
    try {
      const file = join(folder, "wire.log");
      const log = new WireLogFile({ file, ...OPTIONS }, (error) => expect(error).toBeUndefined());
      const cap = OPTIONS.maxBytes * OPTIONS.maxFiles;
      const bytes = () =>
        readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
      let most = 0;
      const begunMs = performance.now();
      for (let n = 0; n < MESSAGES; n++) {
        const version = random.chance(0.5) ? 226 : 178;
        log.add(frameLine(n, "in", frameOf(random, version), version, OPTIONS.maxBytes));
        if (n % 5_000 === 0) most = Math.max(most, bytes());
      }
      log.close();
      const perMessage = ((performance.now() - begunMs) * 1000) / MESSAGES;
      console.log(`wire log: ${perMessage.toFixed(1)} µs a message, ${most} bytes at the most of ${cap}`);
      expect(Math.max(most, bytes())).toBeLessThanOrEqual(cap);
      for (const name of readdirSync(folder)) {
        expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(OPTIONS.maxBytes);
        expect(readFileSync(join(folder, name), "utf8")).not.toContain(ACCOUNT);
      }
      let next: number | undefined;
      let kept = 0;
      for await (const { micros, note } of decodeWireLog(file)) {
        if (next !== undefined && micros !== next) throw new Error(`${micros} follows ${next - 1}`);
        if (note !== undefined) throw new Error(note);
        next = micros + 1;
        kept++;
      }
      expect(next).toBe(MESSAGES);
      expect(kept).toBeGreaterThan(MESSAGES / 100);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
