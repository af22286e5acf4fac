import { connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { connectBroker, EventName, IBApi, type IBApiOptions } from "../../src/index.js";
import { proseOf } from "../docs/pages.js";
import { listen, once, ready, turn } from "../support/collect.js";
import { text } from "../support/frames.js";
import { type Script, ScriptedGateway } from "../support/scripted-gateway.js";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Answers for the time, as a gateway does. */
const ECHO: Script = {
  version: 193,
  onFrame: (peer, payload) => {
    if (payload.toString("latin1").startsWith("49\0")) peer.send(text(49, 1, 1_700_000_000));
  },
};

async function begin(script: Script = ECHO, options: IBApiOptions = {}) {
  const gateway = await ScriptedGateway.start(script);
  ends.push(() => gateway.stop());
  const ib = await ready(new IBApi({ port: gateway.port, maxServerVersion: 193, ...options }));
  ends.push(() => ib.isConnected && ib.disconnect());
  const stats = () => {
    const now = ib.stats;
    if (now === undefined) throw new Error("there was a connection");
    return now;
  };
  const echo = async () => {
    const answer = once(ib, EventName.currentTime);
    ib.reqCurrentTime();
    await answer;
  };
  return { gateway, ib, stats, echo };
}

describe("statistics of a connection", () => {
  test("bytes and messages are counted each way, with the handshake's", async () => {
    const { gateway, stats, echo } = await begin();
    await echo();
    const { bytesSent, framesSent, bytesRead, frames } = stats();
    const received = gateway.peer.received.reduce((sum, payload) => sum + 4 + payload.length, 0);
    expect(bytesSent).toBe("API\0".length + 4 + "v100..193".length + received);
    expect(framesSent).toBe(gateway.peer.received.length);
    expect(bytesRead).toBe(gateway.peer.socket.bytesWritten);
    // Next valid id, accounts, time; the handshake's answer is none.
    expect(frames).toBe(3);
  });

  test("each request for the time that is answered is a round trip, whoever asked; before that there is none", async () => {
    const { stats, echo } = await begin();
    expect(stats().roundTripMicros).toMatchObject({ count: 0, max: 0 });
    const before = performance.now();
    for (let i = 0; i < 5; i++) await echo();
    const tookMicros = (performance.now() - before) * 1000;
    const { count, min, max, mean } = stats().roundTripMicros;
    expect(count).toBe(5);
    expect(min).toBeGreaterThan(0);
    expect(max).toBeLessThanOrEqual(tookMicros);
    expect(mean * count).toBeLessThanOrEqual(tookMicros * 1.01);
  });

  test("a gateway that is late shows in them, and one that never answers does not", async () => {
    const { ib, gateway, stats } = await begin({ version: 193 });
    ib.reqCurrentTime();
    await gateway.until(() => gateway.peer.texts.some(([id]) => id === "49"));
    const answer = once(ib, EventName.currentTime);
    const before = performance.now();
    while (performance.now() - before < 5) await turn();
    gateway.peer.send(text(49, 1, 1));
    await answer;
    ib.reqCurrentTime();
    expect(stats().roundTripMicros.count).toBe(1);
    expect(stats().roundTripMicros.min).toBeGreaterThan(5_000);
  });

  test("times of a connection that has ended are no times of the next, whose handshakes count", async () => {
    const { ib, gateway, stats } = await begin({ version: 193 });
    ib.reqCurrentTime();
    await gateway.until(() => gateway.peer.texts.some(([id]) => id === "49"));
    expect(stats().reconnects).toBe(0);
    const gone = once(ib, EventName.disconnected);
    gateway.peer.socket.destroy();
    await gone;
    const ended = stats().uptimeMs;
    await turn();
    expect(stats().uptimeMs).toBe(ended);
    await ready(ib);
    const answer = once(ib, EventName.currentTime);
    gateway.peer.send(text(49, 1, 1));
    await answer;
    expect(stats()).toMatchObject({ reconnects: 1, roundTripMicros: { count: 0 } });
    expect(stats().uptimeMs).toBeGreaterThan(0);
  });

  test("what a gateway does not read waits, and is counted: here, and with the system", async () => {
    const { ib, gateway, stats } = await begin(ECHO, { sendBufferBytes: 4_096 });
    gateway.peer.socket.pause();
    for (let i = 0; i < 40; i++) ib.replaceFA(i, 1, "x".repeat(1 << 20));
    // Until the other side's system takes no more, either.
    while (process.platform === "linux" && stats().tcp?.unackedBytes === 0) await turn();
    const { unsentBytes, pendingBytes, sendBufferBytes } = stats();
    expect(unsentBytes).toBeGreaterThan(1 << 20);
    expect(pendingBytes).toBe(0);
    expect(sendBufferBytes).toBeGreaterThanOrEqual(4_096);
  });

  test("what JavaScript does not take fills the ring, and then waits with the system", async () => {
    const { ib, gateway, stats } = await begin(ECHO, { ringCapacity: 64, readMode: "loop" });
    let seen: ReturnType<typeof stats> | undefined;
    const end = once(ib, EventName.currentTime);
    listen(ib, EventName.tickSize, () => {
      seen ??= stats();
    });
    const frames = Array.from({ length: 5_000 }, (_, i) => text(2, 6, 1, 8, i));
    gateway.peer.send(...frames, text(49, 1, 1));
    await end;
    expect(seen?.ringUsedSlots).toBeGreaterThan(1);
    expect(stats()).toMatchObject({
      ringUsedSlots: expect.any(Number),
      ringHighWaterSlots: 64,
      unreadBytes: 0,
    });
  });

  test.skipIf(process.platform !== "linux")("the system's own figures of the connection", async () => {
    const { stats, echo } = await begin();
    for (let i = 0; i < 10; i++) await echo();
    const { tcp } = stats();
    expect(tcp).toEqual({
      rttMicros: expect.any(Number),
      rttVarianceMicros: expect.any(Number),
      retransmits: 0,
      unackedSegments: expect.any(Number),
      congestionWindowSegments: expect.any(Number),
      segmentBytes: expect.any(Number),
      unackedBytes: expect.any(Number),
    });
    expect(tcp?.rttMicros).toBeGreaterThan(0);
    expect(tcp?.congestionWindowSegments).toBeGreaterThan(0);
    expect(tcp?.segmentBytes).toBeGreaterThan(500);
  });

  test("are there after the end, as they were", async () => {
    const { ib, stats, echo } = await begin();
    await echo();
    const { bytesSent } = stats();
    ib.disconnect();
    expect(stats()).toMatchObject({ bytesSent, transport: "tcp", roundTripMicros: { count: 1 } });
  });

  test("a broker has the same, and says over what it is", async () => {
    const gateway = await ScriptedGateway.start(ECHO);
    ends.push(() => gateway.stop());
    const transport = { kind: "custom", connect: () => connect(gateway.port, "127.0.0.1") } as const;
    const broker = await connectBroker({ transport, maxServerVersion: 193 });
    ends.push(() => broker.close());
    await broker.lookups.serverTimeMs();
    expect(broker.stats).toMatchObject({ transport: "custom", roundTripMicros: { count: 1 }, reconnects: 0 });
    expect(broker.stats).not.toHaveProperty("tcp");
  });

  test("docs/metrics.md has a line for each of them", async () => {
    const { stats } = await begin();
    const page = proseOf("docs/metrics.md");
    const now = stats();
    const names = [...Object.keys(now).filter((name) => name !== "tcp"), ...Object.keys(now.tcp ?? {})];
    const told = new Set(
      [...page.matchAll(/^\| ((?:`[\w.]+`(?:, )?)+) \|/gm)].flatMap(([, cell]) =>
        cell.replaceAll("`", "").split(", "),
      ),
    );
    expect(names.filter((name) => !told.has(name) && !told.has(`tcp.${name}`))).toEqual([]);
  });
});
