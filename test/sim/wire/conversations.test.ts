import { afterEach, describe, expect, test } from "vitest";
import { INCOMING, OUTGOING } from "../../../src/protocol/messages.js";
import type { SimulatedGateway } from "../../../src/sim/index.js";
import { VirtualClock } from "../../../src/time/virtual-clock.js";
import { Bench } from "../../support/sim/harness.js";
import { WireClient } from "../../support/sim/wire-client.js";
import { EXCHANGES, type Exchange } from "./exchanges.js";
import { unknownFields } from "./unknown-fields.js";

/** Every request of the protocol, in every dialect, and what comes back. */

const bench = new Bench();
const clients: WireClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.end();
  await bench.end();
});

/** What stock (193), official clients and others offer; 201 to 226 each move some messages to protobuf. */
const VERSIONS = [
  157, 176, 178, 187, 193, 194, 196, 197, 200, 201, 202, 203, 204, 205, 206, 207, 208, 209, 210, 211, 212,
  213, 214, 215, 219, 221, 224, 225, 226,
];

const STEP_MS = 500;

async function serve(request: Exchange, client: WireClient, gateway: SimulatedGateway, clock: VirtualClock) {
  const mark = client.received.length;
  client.send(request);
  client.send({ name: "REQ_IDS", body: { numIds: 1 }, text: (e) => e.reqIds(1) });
  await client.until(`the end of ${request.name}`, () => client.all("NEXT_VALID_ID", mark).length > 0);
  const seen = (): string[] => client.received.slice(mark).map((m) => m.name);
  // Streams need the market to move; answers of other requests are complete by now.
  for (let i = 0; i < 24 && !inOrder(seen(), request.answer); i++) {
    clock.advance(STEP_MS);
    await client.until("a turn", () => true);
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (!inOrder(seen(), request.answer))
    await client.until(request.answer.join(", "), () => inOrder(seen(), request.answer));
  if (request.error !== undefined) {
    await client.until(`error ${request.error}`, () => client.errors(request.error!, mark).length === 1);
  }
  expect(client.errors(320)).toEqual([]);
  expect(gateway.clientIds).toEqual([1]);
}

/** Whether the wanted names come in this order, with others between them. */
function inOrder(names: readonly string[], wanted: readonly string[]): boolean {
  let at = 0;
  for (const name of names) if (name === wanted[at]) at += 1;
  return at === wanted.length;
}

describe.each(VERSIONS)("server version %i", (version) => {
  test("all requests are understood and answered, each in the form of the version", async () => {
    const clock = new VirtualClock();
    const gateway = await bench.gateway({ serverVersion: version, clock, tickIntervalMs: STEP_MS });
    const client = await WireClient.connect(gateway.port, version);
    clients.push(client);
    expect(client.serverVersion).toBe(version);
    const served = EXCHANGES.filter((e) => version >= (e.since ?? 0));
    for (const request of served) await serve(request, client, gateway, clock);
    for (const message of client.received) {
      const { since } = INCOMING[message.name];
      expect([message.name, message.protobuf]).toEqual([
        message.name,
        since !== undefined && version >= since,
      ]);
      if (message.protobuf) expect([message.name, unknownFields(message)]).toEqual([message.name, []]);
    }
  });
});

test("the table has every request there is, START_API and the cancels of WSH aside", () => {
  const covered = new Set<string>(EXCHANGES.map((e) => e.name));
  const missing = Object.keys(OUTGOING).filter((name) => !covered.has(name));
  expect(missing).toEqual([
    "CANCEL_FUNDAMENTAL_DATA",
    "START_API",
    "CANCEL_WSH_META_DATA",
    "CANCEL_WSH_EVENT_DATA",
  ]);
});
