import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterEach, expect, test } from "vitest";
import { EventName, IBApi } from "../../src/index.js";
import { once } from "../support/collect.js";

const workers: Worker[] = [];
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.terminate();
});

async function gatewayPort(greetAfterMs = 0): Promise<number> {
  const worker = new Worker(join(__dirname, "worker-gateway.cjs"), { workerData: { greetAfterMs } });
  workers.push(worker);
  return new Promise((resolve) => worker.once("message", resolve));
}

function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Errors of a connect that JavaScript blocks for longer than the time-outs, before or after it. */
async function connectWhileBusy(before: number, after: number, greetAfterMs = 0): Promise<string[]> {
  const port = await gatewayPort(greetAfterMs);
  const ib = new IBApi({ port, connectTimeoutMs: 100, handshakeTimeoutMs: 100 });
  const errors: string[] = [];
  ib.on(EventName.error, (error) => errors.push(error.message));
  const over = Promise.race([once(ib, EventName.nextValidId), once(ib, EventName.disconnected)]);
  block(before);
  ib.connect();
  block(after);
  await over;
  if (ib.isConnected) ib.disconnect();
  return errors;
}

test("a healthy connect is no time-out because JavaScript was busy before it", async () => {
  expect(await connectWhileBusy(300, 0)).toEqual([]);
});

test("a healthy connect is no time-out because JavaScript was busy after it", async () => {
  expect(await connectWhileBusy(0, 300)).toEqual([]);
});

test("an answer to the handshake that came while JavaScript was busy counts", async () => {
  const port = await gatewayPort();
  const ib = new IBApi({ port, connectTimeoutMs: 1000, handshakeTimeoutMs: 100 });
  const errors: string[] = [];
  ib.on(EventName.error, (error) => errors.push(error.message));
  const over = Promise.race([once(ib, EventName.nextValidId), once(ib, EventName.disconnected)]);
  ib.connect();
  // Blocks again and again while the handshake is going on.
  const busy = setInterval(() => block(250), 1);
  await over;
  clearInterval(busy);
  if (ib.isConnected) ib.disconnect();
  expect(errors).toEqual([]);
});

test("a gateway that answers too late is one", async () => {
  const errors = await connectWhileBusy(0, 0, 1_000);
  expect(errors).toHaveLength(1);
  expect(errors[0]).toContain("did not answer the handshake within 100 ms");
});
