// Frames that go to the socket past everything that JavaScript knows of requests: the core looks at each.
import { afterEach, describe, expect, test } from "vitest";
import { resolveOptions } from "../../src/api/options.js";
import { IBKRClient } from "../../src/connect/index.js";
import type { DialectHost } from "../../src/dialect/dialect.js";
import { ProtobufFrames } from "../../src/dialect/protobuf/protobuf-frames.js";
import { TextDialect } from "../../src/dialect/text/text-dialect.js";
import { stock } from "../../src/domain/contracts.js";
import { limit } from "../../src/domain/orders.js";
import type { Order } from "../../src/domain/stock-types.js";
import { Sent } from "../../src/native/sent.js";
import { SessionBroker } from "../../src/session/broker/session-broker.js";
import type { Connection } from "../../src/session/connection.js";
import { Session } from "../../src/session/session.js";
import { SimulatedGateway } from "../../src/sim/index.js";
import { ScriptedGateway } from "../support/scripted-gateway.js";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function until(isSo: () => boolean): Promise<void> {
  const endMs = performance.now() + 5_000;
  while (!isSo()) {
    if (performance.now() > endMs) throw new Error("it did not become so within 5 s");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function write(connection: Connection, payload: string | Uint8Array): Sent {
  return typeof payload === "string" ? connection.sendText(payload) : connection.sendBytes(payload);
}

/** Ids of what changes orders or settings, is seen by others, or is no id at all. */
const CHANGING: readonly number[] = [3, 4, 14, 15, 19, 21, 58, 65, 66, 69, 72, 73, 109];
const exists = (id: number) => (id >= 1 && id <= 25) || (id >= 49 && id <= 59) || (id >= 61 && id <= 109);

describe.each([193, 226])("server version %i", (version) => {
  test("a raw order is judged by what it says, and one that cannot be read does not leave", async () => {
    const gateway = await SimulatedGateway.start({ seed: 1 });
    ends.push(() => gateway.stop());
    const client = await IBKRClient.connect({
      ...{ host: "127.0.0.1", port: gateway.port, clientId: 1, maxServerVersion: version },
      risk: { maxOrderNotional: 50_000, collarPercent: Number.POSITIVE_INFINITY },
    });
    ends.push(() => client.close());
    const aapl = await client.qualify(stock("AAPL"));
    const { connection: session } = (client as unknown as { own: { connection: Session } }).own;
    const connection = session.connection as Connection;
    const host = { serverVersion: version, emitError: () => {} } as unknown as DialectHost;
    const dialect = version > 200 ? new ProtobufFrames(host) : new TextDialect(host);
    const frameOf = (id: number, order: unknown) =>
      dialect.encode("placeOrder", [id, aapl, order as Order])[0].payload;
    const placed = () => gateway.log.entries().filter(({ name }) => name === "placeOrder").length;
    await until(() => client.risk.snapshot().state === "ACTIVE");
    const small = frameOf(100, limit("BUY", 5, 100));
    const large = frameOf(101, limit("BUY", 501, 100));
    expect(write(connection, large)).toBe(Sent.DENIED);
    const bytes = typeof large === "string" ? Buffer.from(large) : Buffer.from(large);
    expect(connection.sendBytes(new Uint8Array(bytes.subarray(0, bytes.length / 2)))).toBe(Sent.DENIED);
    expect(write(connection, small)).toBe(Sent.WHOLE);
    await until(() => placed() === 1);
    expect(client.risk.snapshot()).toMatchObject({ ordersToday: 1 });
  });

  test("readOnly: of all ids only those that read reach the wire", async () => {
    const gateway = await ScriptedGateway.start({ version: () => version });
    ends.push(() => gateway.stop());
    const options = resolveOptions({ port: gateway.port, maxServerVersion: version });
    const session = new Session({ ...options, readOnly: true });
    const broker = new SessionBroker(session);
    ends.push(() => broker.close());
    await broker.connect();
    const connection = session.connection as Connection;
    const { peer } = gateway;
    const before = peer.received.length;
    const sent: number[] = [];
    for (let id = 0; id <= 199; id++) {
      const head = Buffer.alloc(8);
      head.writeInt32BE(version > 200 ? 200 + id : id);
      const result =
        version > 200 ? connection.sendBytes(new Uint8Array(head)) : connection.sendText(`${id}\0`);
      expect([id, result]).toEqual([id, exists(id) && !CHANGING.includes(id) ? Sent.WHOLE : Sent.READ_ONLY]);
      if (result === Sent.WHOLE) sent.push(id);
    }
    await until(() => peer.received.length - before === sent.length);
    const idOf = (frame: Buffer) =>
      version > 200 ? frame.readInt32BE() - 200 : Number(frame.toString().split("\0")[0]);
    expect(peer.received.slice(before).map(idOf)).toEqual(sent);
  });

  test("an armed order is judged by who reads the socket, when it fires", async () => {
    const gateway = await SimulatedGateway.start({ seed: 1 });
    ends.push(() => gateway.stop());
    const client = await IBKRClient.connect({
      ...{ host: "127.0.0.1", port: gateway.port, clientId: 1, maxServerVersion: version, conflateMs: 0 },
      risk: { maxOrderQuantity: 10 },
    });
    ends.push(() => client.close());
    const aapl = await client.qualify(stock("AAPL"));
    const subscription = client.stream.subscribe(aapl);
    await subscription.ready;
    const denied: string[] = [];
    client.risk.on("denied", ({ denyCode }) => denied.push(denyCode));
    await until(() => subscription.quote.ask !== undefined);
    const price = Math.round((subscription.quote.ask as number) * 90) / 100;
    const template = client.prepareOrder(stock("AAPL"), limit("BUY", 10, price));
    const { connection: session } = (client as unknown as { own: { connection: Session } }).own;
    const { slots } = session.desk as unknown as { slots: Map<number, number> };
    const [boardSlot] = slots.values();
    const when = { boardSlot, field: "ask", op: ">", price: 0 } as const;
    const large = await template.arm({ when, quantity: 11 }).ended;
    expect(large).toMatchObject({ state: "fired", disposition: "unsent" });
    const small = template.arm({ when });
    expect(await small.ended).toMatchObject({ state: "fired", disposition: "written" });
    await (await small.ticket)?.acknowledged({ timeoutMs: 5_000 });
    await until(() => denied.length > 0);
    expect(denied).toEqual(["MAX_QUANTITY"]);
    expect(gateway.log.entries().filter(({ name }) => name === "placeOrder")).toHaveLength(1);
  });
});
