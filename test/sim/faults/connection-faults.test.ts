import { EventName, OrderAction, OrderType } from "@stoqey/ib";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Fault } from "../../../src/sim/index.js";
import { AAPL, Bench, type RawClient } from "../../support/sim/harness.js";
import { rawClient, requests, stage, stageWithClient } from "../../support/sim/stage.js";

const bench = new Bench();
afterEach(() => bench.end());

const buy = { action: OrderAction.BUY, totalQuantity: 100, orderType: OrderType.MKT, transmit: true };

/** Bytes of what comes from now on. */
function bytesOf(raw: RawClient): Buffer[] {
  const chunks: Buffer[] = [];
  raw.socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  return chunks;
}

const CURRENT_TIME_REQUEST = [49, 1] as const;
const lengthOf = (chunks: Buffer[]): number => chunks.reduce((sum, chunk) => sum + chunk.length, 0);

describe("cut", () => {
  test.each([0, 1, 4, 9])("closes the connection after byte %i of a message", async (afterBytes) => {
    const { gateway } = await stage(bench);
    const raw = await rawClient(bench, gateway);
    const chunks = bytesOf(raw);
    gateway.fault({ kind: "cut", message: "currentTime", afterBytes });
    raw.send(...CURRENT_TIME_REQUEST);
    await raw.until("the end", () => raw.closed);
    expect(lengthOf(chunks)).toBe(afterBytes);
  });

  test("waits for the nth message, and happens once", async () => {
    const { gateway } = await stage(bench);
    const raw = await rawClient(bench, gateway);
    const cut = gateway.fault({ kind: "cut", message: "currentTime", nth: 2, afterBytes: 3 });
    raw.send(...CURRENT_TIME_REQUEST);
    await raw.until("the first answer", () => raw.messages(49).length === 1);
    expect(cut.active).toBe(true);
    raw.send(...CURRENT_TIME_REQUEST);
    await raw.until("the end", () => raw.closed);
    expect(cut.active).toBe(false);
    const other = await rawClient(bench, gateway, 8);
    other.send(...CURRENT_TIME_REQUEST);
    await other.until("the answer", () => other.messages(49).length === 1);
  });

  test("reaches the handshake too", async () => {
    const { gateway } = await stage(bench);
    gateway.fault({ kind: "cut", message: "handshake", afterBytes: 6 });
    const raw = await bench.raw(gateway.port);
    const chunks = bytesOf(raw);
    raw.handshake("v100..193");
    await raw.until("the end", () => raw.closed);
    expect(lengthOf(chunks)).toBe(6);
  });
});

describe("reset", () => {
  test("resets the connections of one client id and leaves the others", async () => {
    const { gateway } = await stage(bench);
    const [one, two] = [await rawClient(bench, gateway, 1), await rawClient(bench, gateway, 2)];
    const errors: string[] = [];
    one.socket.on("error", (error: NodeJS.ErrnoException) => errors.push(error.code ?? ""));
    gateway.fault({ kind: "reset", clientId: 1 });
    await one.until("the reset", () => one.closed);
    expect(errors).toEqual(["ECONNRESET"]);
    two.send(...CURRENT_TIME_REQUEST);
    await two.until("the answer", () => two.messages(49).length === 1);
    await vi.waitFor(() => expect(gateway.clientIds).toEqual([2]));
  });
});

describe("half-open", () => {
  test("a gateway that accepts and never answers, until the fault ends", async () => {
    const { gateway } = await stage(bench);
    const fault = gateway.fault({ kind: "half-open", connections: "new" });
    const raw = await bench.raw(gateway.port);
    raw.handshake("v100..193");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([raw.frames.length, raw.closed]).toEqual([0, false]);
    fault.stop();
    await raw.until("the handshake", () => raw.frames.length === 1);
  });

  test("a connection that stops answering; new ones work", async () => {
    const { gateway, clock } = await stage(bench);
    const raw = await rawClient(bench, gateway);
    gateway.fault({ kind: "half-open", connections: "current", forMs: 30_000 });
    raw.send(...CURRENT_TIME_REQUEST);
    const other = await rawClient(bench, gateway, 8);
    other.send(...CURRENT_TIME_REQUEST);
    await other.until("the answer", () => other.messages(49).length === 1);
    expect(raw.messages(49)).toEqual([]);
    clock.advance(30_000);
    await raw.until("the answer", () => raw.messages(49).length === 1);
  });
});

describe("delay", () => {
  test("everything comes late and in order", async () => {
    const { gateway, clock } = await stage(bench);
    const raw = await rawClient(bench, gateway);
    gateway.fault({ kind: "delay", ms: 500, jitterMs: 200 });
    for (let i = 0; i < 5; i++) raw.send(8, 1, 1);
    raw.send(...CURRENT_TIME_REQUEST);
    await vi.waitFor(() =>
      expect(requests(gateway).filter((name) => name === "reqCurrentTime").length).toBe(1),
    );
    clock.advance(499);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const before = raw.frames.length;
    expect(raw.messages(49)).toEqual([]);
    clock.advance(201);
    await raw.until("the last answer", () => raw.messages(49).length === 1);
    expect(raw.frames.slice(before).map((f) => Number.parseInt(f.toString(), 10))).toEqual([
      9, 9, 9, 9, 9, 49,
    ]);
  });
});

describe("chunks", () => {
  test("split: messages come in pieces", async () => {
    const { gateway } = await stage(bench);
    const raw = await rawClient(bench, gateway);
    const chunks = bytesOf(raw);
    gateway.fault({ kind: "split", bytes: 1 });
    raw.send(...CURRENT_TIME_REQUEST);
    await raw.until("the answer", () => raw.messages(49).length === 1);
    expect(chunks.length).toBeGreaterThan(3);
  });

  test("merge: messages of several turns come in one lump", async () => {
    const { gateway, clock } = await stage(bench);
    const raw = await rawClient(bench, gateway);
    const chunks = bytesOf(raw);
    gateway.fault({ kind: "merge", ms: 100 });
    for (let i = 1; i <= 4; i++) {
      raw.send(...CURRENT_TIME_REQUEST);
      await vi.waitFor(() =>
        expect(requests(gateway).filter((name) => name === "reqCurrentTime").length).toBe(i),
      );
    }
    expect(chunks).toEqual([]);
    clock.advance(100);
    await raw.until("the answers", () => raw.messages(49).length === 4);
    expect(chunks.length).toBe(1);
  });
});

describe("slow reader", () => {
  test("reads at the rate it says, so that what the client sends piles up", async () => {
    const { gateway, clock } = await stage(bench);
    const raw = await rawClient(bench, gateway);
    gateway.fault({ kind: "slow-reader", bytesPerSecond: 1000 });
    raw.send(...CURRENT_TIME_REQUEST);
    await raw.until("the first answer", () => raw.messages(49).length === 1);
    raw.send(...CURRENT_TIME_REQUEST);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(raw.messages(49).length).toBe(1);
    clock.advance(9);
    await raw.until("the second answer", () => raw.messages(49).length === 2);
  });
});

describe("order messages", () => {
  test("duplicate: order statuses and executions come twice", async () => {
    const { gateway, client } = await stageWithClient(bench);
    gateway.fault({ kind: "duplicate" });
    client.api.placeOrder(1, AAPL, buy);
    await client.settle();
    const statuses = client.all(EventName.orderStatus).map(([, status]) => status);
    expect(statuses).toEqual(["Submitted", "Submitted", "Filled", "Filled"]);
    const executions = client.all(EventName.execDetails).map(([, , e]) => (e as { execId: string }).execId);
    expect([executions.length, new Set(executions).size]).toEqual([2, 1]);
  });

  test("late: other messages overtake them", async () => {
    const { gateway, clock, client } = await stageWithClient(bench);
    gateway.fault({ kind: "late", messages: ["executionData"], ms: 2000 });
    client.api.placeOrder(1, AAPL, buy);
    await client.settle();
    expect(client.all(EventName.commissionReport).length).toBe(1);
    expect(client.all(EventName.execDetails)).toEqual([]);
    clock.advance(2000);
    await client.next(EventName.execDetails);
  });
});

describe("faults", () => {
  test("for one client id do not concern the others", async () => {
    const { gateway } = await stage(bench);
    gateway.fault({ kind: "half-open", clientId: 1 });
    const two = await rawClient(bench, gateway, 2);
    const one = await bench.raw(gateway.port);
    one.handshake("v100..193");
    await one.until("the handshake", () => one.frames.length === 1);
    one.send(71, 2, 1, "");
    two.send(...CURRENT_TIME_REQUEST);
    await two.until("the answer", () => two.messages(49).length === 1);
    await vi.waitFor(() => expect(gateway.clientIds).toContain(1));
    expect(one.frames.length).toBe(1);
  });

  test("stand in the log with their begin and end", async () => {
    const { gateway } = await stage(bench);
    gateway.fault({ kind: "delay", ms: 5 }).stop();
    const names = gateway.log.entries().map(({ name, body }) => [name, (body as { kind: string }).kind]);
    expect(names.slice(-2)).toEqual([
      ["fault", "delay"],
      ["faultEnded", "delay"],
    ]);
  });

  test.each([
    [{ kind: "earthquake" }, /fault\.kind is "earthquake" \(allowed: cut, reset, /],
    [{ kind: "delay" }, /fault\.ms is undefined \(allowed: a number from 0 on\)/],
    [{ kind: "delay", ms: "5" }, /fault\.ms is "5" \(allowed: a number from 0 on\)/],
    [{ kind: "cut", afterBytes: -1 }, /fault\.afterBytes is -1 \(allowed: an integer from 0 on\)/],
    [
      { kind: "cut", afterBytes: 1, message: "tickPrise" },
      /fault\.message is "tickPrise" \(allowed: handshake, /,
    ],
    [{ kind: "reset", forMs: 5 }, /fault\.forMs is not known \(allowed: kind, clientId\)/],
    [null, /fault is null/],
  ])("%j is refused", async (fault, message) => {
    const { gateway } = await stage(bench);
    expect(() => gateway.fault(fault as unknown as Fault)).toThrow(message);
  });
});
