import { describe, expect, test } from "vitest";
import { ErrorCode, EventName, IBApi } from "../../src/index.js";
import { malformedFrames } from "../dialect/oracle/malformed-frames.js";
import { textFrames } from "../dialect/oracle/text-frames.js";
import { listen, once, ready } from "../support/collect.js";
import { text } from "../support/frames.js";
import { ScriptedGateway } from "../support/scripted-gateway.js";
import { testSeed } from "../support/seeded-random.js";
import { decodeEachWithStock, type StockEvent } from "../support/stock-decoder.js";

/** Connects at a server version, plays payloads and returns every event between two markers. */
async function play(serverVersion: number, payloads: readonly Buffer[]): Promise<unknown[][]> {
  const gateway = await ScriptedGateway.start({ version: serverVersion });
  const ib = await ready(new IBApi({ port: gateway.port }));
  const events: unknown[][] = [];
  listen(ib, EventName.all, (name, args) => events.push([name, ...(args as unknown[])]));
  const end = once(ib, EventName.currentTime);
  gateway.peer.send(...payloads, text(49, 1, 12345));
  await end;
  ib.disconnect();
  await gateway.stop();
  events.pop();
  return events;
}

const seed = testSeed("hot differential", 20261122);

describe("hot text messages raise stock's events", () => {
  // Every gate has versions on both sides of it in here; the rest of the range differs in nothing.
  const versions = [100, 108, 109, 130, 131, 132, 145, 146, 155, 156, 157, 176, 187, 193];
  test.each(versions)("server version %i", async (serverVersion) => {
    const frames = textFrames({
      seed: seed + serverVersion,
      serverVersions: [serverVersion],
      perLayout: 40,
      olderMessageVersions: true,
    });
    const expected: StockEvent[] = decodeEachWithStock(
      serverVersion,
      frames.map((f) => f.payload),
    ).flat();
    const got = await play(
      serverVersion,
      frames.map((f) => f.payload),
    );
    expect(got.length).toBeGreaterThan(100);
    expect(got).toEqual(expected);
  });
});

describe("malformed hot text messages", () => {
  test.each([100, 146, 193])(
    "are reported with their bytes and end nothing, server version %i",
    async (version) => {
      const frames = malformedFrames({ seed: seed + version, serverVersions: [version], perLayout: 3 });
      const gateway = await ScriptedGateway.start({ version });
      const ib = await ready(new IBApi({ port: gateway.port }));
      const stock = decodeEachWithStock(
        version,
        frames.map((f) => f.payload),
      );
      const events: unknown[][] = [];
      listen(ib, EventName.all, (name, args) => events.push([name, ...(args as unknown[])]));
      for (const [i, frame] of frames.entries()) {
        if (frame.payload.length === 0) continue; // a length of zero ends the connection: connection.test.ts
        events.length = 0;
        const end = once(ib, EventName.currentTime);
        gateway.peer.send(frame.payload, text(49, 1, 12345));
        await end;
        events.pop();
        const errors = events.filter(([name]) => name === EventName.error);
        const about = `${frame.kind}: ${frame.detail}`;
        if (frame.kind === "invalid-utf8") {
          expect(events, about).toEqual(stock[i]);
          continue;
        }
        if (errors.length === 0) {
          // Read all the same (a garbage field that is a number to both): then as stock reads it.
          expect(events, about).toEqual(stock[i]);
          continue;
        }
        expect(errors.length, about).toBe(1);
        const [, error, code, id] = errors[0] as [string, Error, number, number];
        expect(id).toBe(ErrorCode.NO_VALID_ID);
        if (code === ErrorCode.BAD_MESSAGE) {
          expect(error.message, about).toContain(frame.payload.subarray(0, 1024).toString("hex"));
          if (events.length > 1) expect(frame.kind, about).toBe("extra-fields");
        } else {
          expect([ErrorCode.UNKNOWN_ID], about).toContain(code);
        }
      }
      expect(ib.isConnected).toBe(true);
      expect(ib.stats?.malformed).toBeGreaterThan(10);
      ib.disconnect();
      await gateway.stop();
    },
  );
});
