import { beforeEach, describe, expect, test } from "vitest";
import { FeedKind } from "../../src/broker/feed-kind.js";
import { FILTER_REASONS } from "../../src/broker/feed-treatment.js";
import { brokerPlan, connectRules } from "../../src/connect/connect-options.js";
import { connectBroker } from "../../src/connect/connected-broker.js";
import { IBKRDataStream as ConnectedStream } from "../../src/connect/data-stream.js";
import * as contracts from "../../src/domain/contracts.js";
import type { Contract } from "../../src/domain/stock-types.js";
import { engineRules } from "../../src/native/options.js";
import { IBKRDataStream } from "../../src/stream/data-stream.js";
import { PROFILES } from "../../src/stream/profile.js";
import { resolveStreamOptions, streamRules } from "../../src/stream/stream-options.js";
import { resolveSubscribeOptions, subscribeRules } from "../../src/stream/subscribe-options.js";
import type { Subscription } from "../../src/stream/subscription.js";
import { VirtualClock } from "../../src/time/virtual-clock.js";
import { ScriptedBroker } from "../support/scripted-broker.js";
import { proseOf, read } from "./pages.js";

const PAGE = "docs/market-data.md";

/** Rows of the n-th table of options: names and defaults. */
function optionsOf(n: number): [name: string, value: string][] {
  const table = proseOf(PAGE).split("| option | default | unit, range | meaning |")[n].split("\n\n", 1)[0];
  return [...table.matchAll(/^\| `(\w+)` \| (.+?) \|/gm)].map(([, name, value]) => [name, value]);
}

const shown = (value: unknown) =>
  typeof value === "number"
    ? value.toLocaleString("en-US")
    : typeof value === "string"
      ? `\`"${value}"\``
      : String(value);

describe("the table of", () => {
  const stream = optionsOf(1);
  const subscribe = optionsOf(2);

  test("a stream's options has all of them", () => {
    expect(stream.map(([name]) => name).toSorted()).toEqual(Object.keys(streamRules().shape).toSorted());
  });

  test.each(stream.filter(([, value]) => /^[\d`]/.test(value)))(
    "a stream's options: %s is %s",
    (name, value) => {
      expect(value).toBe(shown(resolveStreamOptions({})[name as "lines"]));
    },
  );

  test("a subscription's options has all of them", () => {
    expect(subscribe.map(([name]) => name).toSorted()).toEqual(
      Object.keys(subscribeRules().shape).toSorted(),
    );
  });

  test.each(subscribe.filter(([, value]) => /^(\d|`|true|false)/.test(value)))(
    "a subscription's options: %s is %s",
    (name, value) => {
      const { dataType, ...defaults } = resolveSubscribeOptions({}, 0);
      const all: Record<string, unknown> = { ...defaults, marketDataType: dataType === 1 ? "live" : "" };
      expect(value).toBe(shown(all[name]));
    },
  );

  test("profiles", () => {
    const rows = [...proseOf(PAGE).matchAll(/^\| `([\w-]+)` \| (\d+) \| (\d+) \| ([\d,]+) \|/gm)].map(
      ([, name, conflateMs, batchMs, slots]) => [name, +conflateMs, +batchMs, +slots.replaceAll(",", "")],
    );
    expect(rows).toEqual(
      Object.entries(PROFILES).map(([name, { conflateMs, batchMs, ringCapacity }]) => [
        ...[name, conflateMs, batchMs, ringCapacity],
      ]),
    );
  });
});

describe("connecting", () => {
  const [, section] = read(PAGE).split("## Connecting\n");
  const [text] = section.split("\n## ", 1);
  const table = [...text.matchAll(/^\| `(\w+)` \| (.+?) \|/gm)].map(([, name, value]) => [name, value]);

  test("the table has every option that is neither the stream's nor the engine's", () => {
    const others = [...Object.keys(streamRules().shape), ...Object.keys(engineRules())];
    const own = Object.keys(connectRules().shape).filter((name) => !others.includes(name));
    expect(table.map(([name]) => name).toSorted()).toEqual(own.toSorted());
  });

  test.each(table.filter(([, value]) => /^\d+$/.test(value)))("%s is %s", (name, value) => {
    expect(value).toBe(String(brokerPlan({}, {}).session[name as "clientId"]));
  });

  test.each([
    [0, /^AAPL \d+(\.\d+)? \d+(\.\d+)?$/],
    [1, /^broker ready$/],
  ])("example %i runs", async (n, said) => {
    const examples = [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code]) => code);
    expect(examples).toHaveLength(2);
    const lines: string[] = [];
    const names = { IBKRDataStream: ConnectedStream, connectBroker, contracts };
    const console = { log: (...words: unknown[]) => lines.push(words.join(" ")) };
    const run = new Function(
      ...Object.keys(names),
      "console",
      `return (async () => {${examples[n]}})();`,
    ) as (...values: unknown[]) => Promise<void>;
    await run(...Object.values(names), console);
    expect(lines).toEqual([expect.stringMatching(said)]);
  });
});

const EXAMPLES = [
  ...read(PAGE)
    .split("## Filters")[1]
    .split("\n## ")[0]
    .matchAll(/^```ts\n([\s\S]*?)^```/gm),
].map(([, code]) => code);
const OUTCOME = /; \/\/ (comes|left out: (\w+))$/;

describe("the examples of filters", () => {
  let clock: VirtualClock;
  let broker: ScriptedBroker;
  beforeEach(() => {
    clock = new VirtualClock();
    broker = new ScriptedBroker(clock);
  });

  /** What the examples call the gateway. */
  const market = () => {
    const price = (field: number) => (value: number, size: number) =>
      broker.tick(broker.newest.id, { kind: FeedKind.PRICE, field, values: [value, size] });
    return {
      ...{ bid: price(1), ask: price(2), last: price(4) },
      rtTrade: (value: number, size: number) =>
        broker.tick(broker.newest.id, {
          ...{ kind: FeedKind.STRING, field: 48, values: [], texts: [`${value};${size};1;1;1;true`] },
        }),
      trade: (value: number, size: number, { conditions = "", pastLimit = false, unreported = false }) =>
        broker.tick(broker.newest.id, {
          ...{ kind: FeedKind.TRADE, values: [1, value, size], texts: ["ARCA", conditions] },
          attribs: (pastLimit ? 1 : 0) | (unreported ? 2 : 0),
        }),
      step: (size: number) => broker.newest.listener.minTick?.(size),
      time: (iso: string) => clock.advanceTo(Date.parse(iso)),
    };
  };

  test("show every reason", () => {
    const reasons = EXAMPLES.flatMap((code) =>
      code.split("\n").flatMap((line) => OUTCOME.exec(line)?.[2] ?? []),
    );
    expect(new Set(reasons)).toEqual(new Set(FILTER_REASONS));
  });

  test.each(EXAMPLES)("%s", (code) => {
    const stream = new IBKRDataStream(broker, { clock, conflateMs: 0 });
    const contract = { symbol: "AAPL", secType: "STK" } as Contract;
    const subscriptions: Subscription[] = [];
    const spied = {
      subscribe: (...args: Parameters<IBKRDataStream["subscribe"]>) => {
        subscriptions.push(stream.subscribe(...args));
      },
    };
    /** Calls `check` behind each message with what the page says of it. */
    const checked = code.replace(
      new RegExp(OUTCOME, "gm"),
      (_all, what) => `; check(${JSON.stringify(what)});`,
    );
    let messages = 0;
    const check = (what: string) => {
      messages += 1;
      const { received, delivered, filtered } = subscriptions[0].stats();
      const out = FILTER_REASONS.flatMap((reason) =>
        Array(filtered[reason] - before.filtered[reason]).fill(reason),
      );
      expect(received).toBe(messages);
      expect([
        ...Array(delivered - before.delivered).fill("comes"),
        ...out.map((reason) => `left out: ${reason}`),
      ]).toEqual([what]);
      before = { delivered, filtered: { ...filtered } };
    };
    let before = { delivered: 0, filtered: Object.fromEntries(FILTER_REASONS.map((reason) => [reason, 0])) };
    new Function("stream", "market", "contract", "check", checked)(spied, market(), contract, check);
    expect(messages).toBeGreaterThan(1);
  });
});
