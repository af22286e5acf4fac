import { afterEach, describe, expect, test } from "vitest";
import { EventName, IBApi, type IBApiOptions, type ReadMode } from "../../src/index.js";
import { listen, once, ready } from "../support/collect.js";
import { text } from "../support/frames.js";
import { ScriptedGateway } from "../support/scripted-gateway.js";

let cleanup: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanup.reverse()) await step();
  cleanup = [];
});

const MODES: ReadMode[] = ["loop", "spin", "thread"];
const TICKS = 5_000;
/** Room for all of them in the kernel: a reset discards what has not left the sender. */
const ROOM = { receiveBufferBytes: 4 << 20 };

async function connected(options: IBApiOptions) {
  const gateway = await ScriptedGateway.start();
  const ib = await ready(new IBApi({ port: gateway.port, ...ROOM, ...options }));
  const errors: string[] = [];
  ib.on(EventName.error, (error, code) => errors.push(`${code} ${error.message.split(" ", 2).join(" ")}`));
  let ticks = 0;
  ib.onTick(() => ticks++);
  cleanup.push(
    () => gateway.stop(),
    () => {
      if (ib.isConnected) ib.disconnect();
    },
  );
  const stream = (count = TICKS) =>
    gateway.peer.send(...Array.from({ length: count }, (_, i) => text(2, 6, 1, 8, i)));
  return { gateway, ib, errors, stream, ticks: () => ticks };
}

describe.each(MODES)(
  "what has arrived is delivered whatever ended the connection, in mode %s",
  (readMode) => {
    test("a reset", async () => {
      const { gateway, ib, errors, stream, ticks } = await connected({ readMode });
      const gone = once(ib, EventName.disconnected);
      stream();
      gateway.peer.socket.resetAndDestroy();
      await gone;
      expect(ticks()).toBe(TICKS);
      expect(errors).toEqual(["502 read ECONNRESET"]);
    });

    test("a reset that a request runs into", async () => {
      const { gateway, ib, errors, stream, ticks } = await connected({ readMode });
      const gone = once(ib, EventName.disconnected);
      stream();
      gateway.peer.socket.resetAndDestroy();
      ib.reqCurrentTime();
      ib.reqCurrentTime();
      await gone;
      expect(ticks()).toBe(TICKS);
      // What became of the requests comes first; the true reason of the end is among the rest.
      expect(errors.some((e) => /^502 read (ECONNRESET|EPIPE)$/.test(e))).toBe(true);
      expect(errors.filter((e) => e.includes("EBADF"))).toEqual([]);
    });

    test("an end in good order", async () => {
      const { gateway, ib, errors, stream, ticks } = await connected({ readMode });
      const gone = once(ib, EventName.disconnected);
      stream();
      gateway.peer.socket.end();
      await gone;
      expect(ticks()).toBe(TICKS);
      expect(errors).toEqual([]);
    });

    test("more than the ring holds, and a reset", async () => {
      const { gateway, ib, errors, stream, ticks } = await connected({ readMode, ringCapacity: 64 });
      const gone = once(ib, EventName.disconnected);
      stream();
      gateway.peer.socket.resetAndDestroy();
      await gone;
      expect(ticks()).toBe(TICKS);
      expect(errors).toEqual(["502 read ECONNRESET"]);
    });

    test("a reset while the loop is busy: a cold message among the last is delivered, too", async () => {
      const { gateway, ib, stream, ticks } = await connected({ readMode });
      const gone = once(ib, EventName.disconnected);
      let at = -1;
      ib.once(EventName.currentTime, () => {
        at = ticks();
      });
      stream();
      gateway.peer.send(text(49, 1, 1));
      gateway.peer.socket.resetAndDestroy();
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30);
      await gone;
      expect([ticks(), at]).toEqual([TICKS, TICKS]);
    });

    test("disconnect() in the middle of the last messages delivers no more", async () => {
      const { gateway, ib, stream, ticks } = await connected({ readMode });
      const gone = once(ib, EventName.disconnected);
      let after = 0;
      listen(ib, EventName.tickSize, () => {
        if (ib.isConnected) ib.disconnect();
        else after++;
      });
      stream();
      gateway.peer.socket.resetAndDestroy();
      await gone;
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(after).toBe(0);
      expect(ticks()).toBe(1);
    });
  },
);
