import { EventName } from "@stoqey/ib";
import { afterEach, describe, expect, test, vi } from "vitest";
import { AAPL, Bench } from "../../support/sim/harness.js";

const bench = new Bench();
afterEach(() => bench.end());

describe("a flood", () => {
  test("sends exactly the ticks planned, to all requests in turn, then their snapshot ends", async () => {
    const gateway = await bench.gateway({ flood: { afterRequests: 3, ticks: 20_000 } });
    const raw = await bench.raw(gateway.port);
    raw.handshake("v100..193");
    raw.send(71, 2, 1, "");
    for (const reqId of [5, 6, 7]) {
      raw.send(
        1,
        11,
        reqId,
        265598,
        "AAPL",
        "STK",
        "",
        0,
        "",
        "",
        "SMART",
        "",
        "USD",
        "",
        "",
        0,
        "",
        0,
        0,
        "",
      );
    }
    await raw.until("the ends", () => raw.frames.at(-1)?.toString() === "57\x001\x007\x00");
    const ticks = raw.messages(1);
    expect(ticks.length).toBe(20_000);
    const perRequest = [5, 6, 7].map((reqId) => ticks.filter((f) => f[2] === String(reqId)).length);
    expect(Math.max(...perRequest) - Math.min(...perRequest)).toBeLessThanOrEqual(4);
    expect(ticks.filter((fields) => fields.length !== 7)).toEqual([]);
    expect(raw.messages(57).map((f) => f[2])).toEqual(["5", "6", "7"]);
  });

  test("started by the API resolves when it is written, and other clients have the walk again", async () => {
    const gateway = await bench.gateway();
    const done = gateway.flood({ afterRequests: 1, ticks: 1000, ticksPerSecond: 100_000 });
    const client = await bench.client(gateway, 1);
    client.api.reqMktData(1, AAPL, "", false, false);
    const result = await done;
    expect(result.ticks).toBe(1000);
    await client.next(EventName.tickSnapshotEnd);
    expect(client.all(EventName.tickPrice).length).toBe(1000);
    expect(client.decodeErrors()).toEqual([]);
    const second = await bench.client(gateway, 2);
    second.api.reqMktData(1, AAPL, "", false, false);
    await second.settle();
    expect(second.all(EventName.tickPrice).length).toBe(7);
  });

  test("does not pile up for a client that does not read", async () => {
    const gateway = await bench.gateway({ flood: { afterRequests: 1, ticks: 2_000_000 } });
    const raw = await bench.raw(gateway.port);
    raw.handshake("v100..193");
    raw.send(71, 2, 1, "");
    await raw.until("nextValidId", () => raw.messages(9).length === 1);
    raw.socket.pause();
    raw.send(1, 11, 5, 265598, "AAPL", "STK", "", 0, "", "", "SMART", "", "USD", "", "", 0, "", 0, 0, "");
    await new Promise((resolve) => setTimeout(resolve, 150));
    // Two million ticks are about 60 MB; only what the sockets hold may have been taken out of the block.
    expect(gateway.log.entries().some((entry) => entry.name === "flood")).toBe(false);
    expect(process.memoryUsage().arrayBuffers).toBeLessThan(20_000_000);
    raw.socket.destroy();
    await vi.waitFor(() => expect(gateway.log.entries().map((entry) => entry.name)).toContain("flood"));
  });
});
