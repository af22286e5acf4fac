import type { Encoder } from "@stoqey/ib/dist/core/io/encoder";
import { afterEach, expect, test } from "vitest";
import { EventName, IBApi, NativeEventName } from "../../src/index.js";
import { VirtualClock } from "../../src/time/virtual-clock.js";
import { proseOf } from "../docs/pages.js";
import { EXCHANGES } from "../sim/wire/exchanges.js";
import { listen, once, ready } from "../support/collect.js";
import { Bench } from "../support/sim/harness.js";

/** One gateway on a virtual clock, once at the newest version of text and once of protobuf. */

const bench = new Bench();
afterEach(() => bench.end());

const STEP_MS = 500;

type Event = readonly [name: string, ...args: unknown[]];

/** Every request of the protocol to a gateway on a virtual clock, and what IBApi tells of it. */
async function walk(serverVersion: number): Promise<Event[][]> {
  const clock = new VirtualClock();
  const gateway = await bench.gateway({ serverVersion, clock, tickIntervalMs: STEP_MS });
  const ib = await ready(new IBApi({ port: gateway.port, clientId: 1, maxReqPerSec: 1e9 }));
  let events: Event[] = [];
  listen(ib, EventName.all, (name, args) => events.push([name as string, ...(args as unknown[])]));
  const settle = async () => {
    const answered = once(ib, EventName.currentTime);
    ib.reqCurrentTime();
    await answered;
    events.pop();
  };
  const { encoder } = (ib as unknown as { engine: { encoder: Encoder } }).engine;
  const answers: Event[][] = [];
  for (const { text } of EXCHANGES) {
    if (text === undefined) {
      answers.push([]);
      continue;
    }
    text(encoder);
    await settle();
    for (let i = 0; i < 6; i++) {
      clock.advance(STEP_MS);
      await settle();
    }
    answers.push(events);
    events = [];
  }
  ib.disconnect();
  return answers;
}

/** Where two values differ, as paths; a member that only one has is marked with who has it. */
function differences(text: unknown, protobuf: unknown, path = ""): string[] {
  if (typeof text !== "object" || typeof protobuf !== "object" || text === null || protobuf === null)
    return Object.is(text, protobuf) ? [] : [path];
  if (text instanceof Error) return differences(text.message, (protobuf as Error).message, `${path}.message`);
  const [a, b] = [text, protobuf] as Record<string, unknown>[];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) => {
    const at = Array.isArray(a) && path !== "" ? `${path}[]` : `${path}.${key}`;
    if (!(key in a)) return [`${at} protobuf only`];
    if (!(key in b)) return [`${at} text only`];
    return differences(a[key], b[key], at);
  });
}

/** Values that differ, by nature or because gateways send something else. */
const OTHER_VALUES = [
  "completedOrder.0.multiplier",
  "completedOrder.1.displaySize",
  "completedOrder.1.totalQuantity",
  "contractDetails.1.contract.multiplier",
  "execDetails.1.multiplier",
  "headTimestamp.1",
  "openOrder.1.multiplier",
  "openOrder.2.displaySize",
  "openOrder.2.duration",
  "position.1.multiplier",
  "positionMulti.3.multiplier",
  "updatePortfolio.0.multiplier",
  "updatePortfolio.0.primaryExch",
];
/** Events that have more arguments or members in protobuf. */
const MORE = [
  ...["bondContractDetails", "completedOrder", "contractDetails", "error", "execDetails", "info"],
  ...["openOrder", "tickReqParams", "updatePortfolio"],
];

test("the same requests raise the same events at 193 and at 226, but for what docs/protobuf.md names", async () => {
  const [text, protobuf] = [await walk(193), await walk(226)];
  const found = new Set<string>();
  let compared = 0;
  for (const [i, { name }] of EXCHANGES.entries()) {
    const known = protobuf[i].filter(([event]) => event !== NativeEventName.historicalDataEnd);
    expect(
      known.map(([event]) => event),
      name,
    ).toEqual(text[i].map(([event]) => event));
    for (const [j, [event, ...args]] of known.entries()) {
      compared++;
      for (const where of differences(text[i][j].slice(1), args)) found.add(event + where);
    }
  }
  expect(compared).toBeGreaterThan(1_000);
  const all = [...found].toSorted();
  const [inText, inProtobuf] = [" text only", " protobuf only"].map((mark) =>
    all.filter((d) => d.endsWith(mark)),
  );
  expect(inText).toEqual([]);
  expect(all.filter((d) => !d.endsWith(" only"))).toEqual(OTHER_VALUES);
  expect([...new Set(inProtobuf.map((d) => d.split(".")[0]))]).toEqual(MORE);
});

test("docs/protobuf.md names each of these events", () => {
  const [, table] = proseOf("docs/protobuf.md").split("### What differs from text");
  const named = [...table.matchAll(/^\| (`.+?) \|/gm)].flatMap(([, names]) => names.match(/\w+/g) ?? []);
  expect(named).toEqual(expect.arrayContaining([...MORE, ...OTHER_VALUES.map((path) => path.split(".")[0])]));
});
