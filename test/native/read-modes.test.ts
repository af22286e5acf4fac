import { afterEach, describe, expect, test } from "vitest";
import { EventName, IBApi, type IBApiOptions, type ReadMode, type RingPolicy } from "../../src/index.js";
import { once, ready, turn } from "../support/collect.js";
import { framed, text } from "../support/frames.js";
import { ScriptedGateway } from "../support/scripted-gateway.js";

let cleanup: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanup.reverse()) await step();
  cleanup = [];
});

async function connected(options: IBApiOptions) {
  const gateway = await ScriptedGateway.start();
  const ib = await ready(new IBApi({ port: gateway.port, ...options }));
  cleanup.push(
    () => gateway.stop(),
    () => {
      if (ib.isConnected) ib.disconnect();
    },
  );
  return { gateway, ib };
}

/** Keeps the event loop busy: no callback runs meanwhile. */
function stall(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

const modes: ReadMode[] = ["loop", "spin", "thread"];

describe.each(modes)("read mode %s", (readMode) => {
  test("delivers a long stream whole and in order, with cold messages in their places", async () => {
    const { gateway, ib } = await connected({ readMode });
    const count = 200_000;
    let expected = 0;
    let disorder = 0;
    const marks: string[] = [];
    ib.onTick((tick) => {
      if (tick.size !== expected++) disorder++;
    });
    ib.on(EventName.tickSnapshotEnd, (id: number) => marks.push(`${id}:${expected}`));
    const end = once(ib, EventName.currentTime);
    for (let i = 0; i < count; ) {
      const frames: Buffer[] = [];
      for (const stop = Math.min(count, i + 5000); i < stop; i++) frames.push(text(2, 6, 1, 8, i));
      frames.push(text(57, 1, i));
      gateway.peer.send(...frames);
      if (gateway.peer.socket.writableLength > 1 << 20)
        await new Promise((r) => gateway.peer.socket.once("drain", r));
    }
    gateway.peer.send(text(49, 1, 1));
    await end;
    expect(expected).toBe(count);
    expect(disorder).toBe(0);
    expect(marks).toEqual(
      Array.from({ length: count / 5000 }, (_, i) => `${(i + 1) * 5000}:${(i + 1) * 5000}`),
    );
    expect(ib.stats?.hot).toBe(count);
  });
});

describe("a loop that is busy", () => {
  test("the guard thread reads meanwhile: ticks carry the time they arrived, not the time they were seen", async () => {
    const { gateway, ib } = await connected({ readMode: "loop" });
    const received: number[] = [];
    ib.onTick((tick) => received.push(tick.receivedMicros));
    const end = once(ib, EventName.currentTime);
    gateway.peer.send(text(2, 6, 1, 8, 1), text(49, 1, 1));
    await end;
    // In the kernel's hands before the loop stalls; nothing but the guard can take it while it does.
    gateway.peer.send(text(2, 6, 1, 8, 2));
    await turn();
    stall(100);
    const stalledUntil = Number(process.hrtime.bigint() / 1000n);
    const again = once(ib, EventName.currentTime);
    gateway.peer.send(text(49, 1, 1));
    await again;
    expect(received.length).toBe(2);
    expect(received[1]).toBeLessThan(stalledUntil);
  });
});

describe("a string too long for the ring", () => {
  test("arrives whole, and so does the large frame behind it", async () => {
    const { gateway, ib } = await connected({ ringCapacity: 64 });
    const long = "ratio=".repeat(500);
    const xml = "<x/>".repeat(1000);
    const strings: string[] = [];
    ib.on(EventName.tickString, (_id, _field, value) => strings.push(value as string));
    ib.on(EventName.scannerParameters, (got) => strings.push(got));
    const end = once(ib, EventName.currentTime);
    gateway.peer.send(
      text(46, 6, 1, 47, long),
      text(19, 1, xml),
      text(46, 6, 1, 45, "short"),
      text(49, 1, 1),
    );
    await end;
    expect(strings).toEqual([long, xml, "short"]);
  });
});

/** Records of the smallest ring. */
const RING = 64;

describe("a ring that is full", () => {
  /** Sends ticks of one field while JavaScript stalls, with an order status among them; returns what arrived. */
  async function overfill(ringPolicy: RingPolicy) {
    const { gateway, ib } = await connected({ readMode: "thread", ringCapacity: RING, ringPolicy });
    const seen: (number | string)[] = [];
    ib.on(EventName.tickSize, (_id, _field, size) => seen.push(size as number));
    ib.on(EventName.orderStatus, (id: number) => seen.push(`order ${id}`));
    const end = once(ib, EventName.currentTime);
    const ticks = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => text(2, 6, 1, 8, from + i));
    gateway.peer.send(
      ...ticks(0, 500),
      text(3, 7, "Submitted", 0, 1, 0, 1007, 0, 0, 0, "", 0),
      ...ticks(500, 1000),
    );
    await turn();
    stall(50);
    gateway.peer.send(text(49, 1, 1));
    await end;
    const stats = ib.stats;
    return { seen, stats };
  }

  const cases = modes.flatMap((mode) =>
    (["backpressure", "conflate", "drop-oldest"] as const).map((policy) => [mode, policy] as const),
  );
  test.each(cases)(
    "read mode %s, %s: the last record comes although the gateway says nothing more",
    async (readMode, ringPolicy) => {
      const { gateway, ib } = await connected({ readMode, ringCapacity: RING, ringPolicy });
      const end = once(ib, EventName.orderStatus);
      const closed = once(ib, EventName.disconnected);
      const ticks = Array.from({ length: 3000 }, (_, i) => text(2, 6, 1, 8, i));
      gateway.peer.send(...ticks, text(3, 7, "Submitted", 0, 1, 0, 1007, 0, 0, 0, "", 0));
      expect((await end)[0]).toBe(7);
      gateway.peer.socket.end(Buffer.concat(ticks.map(framed)));
      await closed;
    },
  );

  test("backpressure: reading stops, nothing is lost", async () => {
    const { seen, stats } = await overfill("backpressure");
    const expected = [...Array(500).keys(), "order 7", ...Array.from({ length: 500 }, (_, i) => 500 + i)];
    expect(seen).toEqual(expected);
    expect(stats?.fullRingStops).toBeGreaterThan(0);
    expect([stats?.dropped, stats?.conflated]).toEqual([0, 0]);
    expect(stats?.ringHighWaterSlots).toBeGreaterThan(0.75 * (stats?.ringSlots ?? Infinity));
    expect(stats?.ringUsedSlots).toBeLessThanOrEqual(stats?.ringHighWaterSlots ?? 0);
  });

  test("conflate: the newest value wins, and none overtakes an order status", async () => {
    const { seen, stats } = await overfill("conflate");
    const at = seen.indexOf("order 7");
    expect(stats?.conflated).toBeGreaterThan(0);
    expect(seen.length + (stats?.conflated ?? 0)).toBe(1001);
    expect(seen[at - 1]).toBe(499);
    expect(seen.at(-1)).toBe(999);
    expect(seen.filter((s) => typeof s === "number")).toEqual(
      seen.filter((s) => typeof s === "number").sort((a, b) => (a as number) - (b as number)),
    );
  });

  test("drop-oldest: the oldest waiting ticks go, the order status stays", async () => {
    const { seen, stats } = await overfill("drop-oldest");
    expect(stats?.dropped).toBeGreaterThan(0);
    expect(seen.length + (stats?.dropped ?? 0)).toBe(1001);
    const ticks = seen.filter((s) => typeof s === "number");
    expect(ticks).toEqual([...ticks].sort((a, b) => a - b));
    // A ring's worth waits behind the full ring, the order status among it: the newest are all there.
    expect(ticks.slice(-(RING - 1))).toEqual(
      Array.from({ length: RING - 1 }, (_, i) => 1000 - (RING - 1) + i),
    );
    // The order status stayed, in its place.
    const at = seen.indexOf("order 7");
    expect(at).toBeGreaterThan(-1);
    expect(seen.slice(0, at).every((s) => (s as number) < 500)).toBe(true);
    expect(seen.slice(at + 1).every((s) => (s as number) >= 500)).toBe(true);
  });
});
