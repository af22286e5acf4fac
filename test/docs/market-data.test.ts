import { beforeEach, describe, expect, test } from "vitest";
import { FeedKind } from "../../src/broker/feed-kind.js";
import { FILTER_REASONS } from "../../src/broker/feed-treatment.js";
import { brokerPlan, connectRules } from "../../src/connect/connect-options.js";
import { connectBroker } from "../../src/connect/connected-broker.js";
import { IBKRDataStream as ConnectedStream } from "../../src/connect/data-stream.js";
import * as contracts from "../../src/domain/contracts.js";
import type { Contract } from "../../src/domain/stock-types.js";
import { engineRules } from "../../src/native/options.js";
import { seriesOptions } from "../../src/stream/bar-options.js";
import { IBKRDataStream } from "../../src/stream/data-stream.js";
import { depthOptions } from "../../src/stream/depth-options.js";
import { PROFILES } from "../../src/stream/profile.js";
import type { StreamBar } from "../../src/stream/stream-bar.js";
import { resolveStreamOptions, streamRules } from "../../src/stream/stream-options.js";
import { KIND_NAMES, resolveSubscribeOptions, subscribeRules } from "../../src/stream/subscribe-options.js";
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

  test.each([
    [0, seriesOptions().shape],
    [1, depthOptions().shape],
  ])("the parts of bars and of depth has all of them: %i", (n, shape) => {
    const parts = [
      "| option of a series | default | unit, range | meaning |",
      "| option of depth | default | unit, range | meaning |",
    ];
    const table = proseOf(PAGE).split(parts[n])[1].split("\n\n", 1)[0];
    const names = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    expect(names.toSorted()).toEqual(Object.keys(shape).toSorted());
  });

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
      const { dataType, ...defaults } = resolveSubscribeOptions({}, 0, 0);
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

describe("the examples of policies of bars", () => {
  const [, section] = read(PAGE).split("### Policies of bars\n");
  const examples = [...section.split("\n### ", 1)[0].matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(
    ([, code]) => code,
  );
  const MARKS = ["first", "last", "gap", "amended", "corrected", "carried", "short"] as const;
  const DAY = "2026-01-05T";
  const clockOf = (ms: number) => new Date(ms).toISOString().slice(11, 19);

  const told = (bar: StreamBar) =>
    [
      clockOf(bar.startMs),
      ...(["open", "high", "low", "close"] as const).flatMap((name) => [name, bar[name].toFixed(2)]),
      ...["volume", String(bar.volume)],
      ...MARKS.filter((name) => bar[name]),
    ].join(" ");

  test("show every mark and every loss", () => {
    const shown = examples.join("\n");
    for (const word of [...MARKS, "late", "outside"]) expect(shown).toMatch(new RegExp(`// .*\\b${word}\\b`));
    expect(examples.length).toBeGreaterThan(9);
  });

  test.each(examples)("%s", async (code) => {
    const clock = new VirtualClock({ start: Date.parse(`${DAY}14:30:00Z`) });
    const broker = new ScriptedBroker(clock);
    broker.makesBars = true;
    const stream = new IBKRDataStream(broker, { clock, conflateMs: 0 });
    const happened: string[] = [];
    /** The trades', whatever else was asked for. */
    const line = () => broker.standing.find(({ request }) => request.kind === "tickByTick") ?? broker.newest;
    let sub: Subscription | undefined;
    const spied = {
      subscribe: (...args: Parameters<IBKRDataStream["subscribe"]>) => {
        sub = stream.subscribe(...args);
        sub.on("bar", (bar) => happened.push(told(bar)));
        return sub;
      },
    };
    const losses = () => {
      const { bars } = line();
      return { late: bars[0].losses().late, outside: bars[0].losses().outside };
    };
    const market = {
      at: (time: string) => Date.parse(`${DAY}${time}Z`),
      time: (time: string) => {
        clock.advanceTo(market.at(time));
        broker.closeBars();
      },
      trade: (price: number, size: number, time: string) =>
        broker.tick(line().id, {
          ...{ kind: FeedKind.TRADE, values: [market.at(time) / 1_000, price, size], texts: ["ARCA", ""] },
        }),
      interrupted: () => {
        broker.flush();
        broker.upstream("lost");
        broker.upstream("restored");
      },
      reconnect: () => {
        broker.flush();
        broker.become("down");
        broker.become("ready");
      },
    };
    let before = { late: 0, outside: 0 };
    let checks = 0;
    const check = (expected: string) => {
      checks += 1;
      broker.flush();
      const now = losses();
      for (const name of ["late", "outside"] as const)
        happened.push(...Array(Math.max(0, now[name] - before[name])).fill(name));
      before = now;
      expect(happened.splice(0).join(", ") || "nothing").toBe(expected);
    };
    const checked = code.replace(/; \/\/ (.*)$/gm, (_all, what) => `; check(${JSON.stringify(what)});`);
    const contract = { symbol: "AAPL", secType: "STK" } as Contract;
    new Function("stream", "market", "contract", "check", checked)(spied, market, contract, check);
    expect(checks).toBe(code.match(/; \/\/ /g)?.length);
    broker.flush();
    expect(happened).toEqual([]);
    sub?.close();
  });
});

const EXAMPLES = [
  ...read(PAGE)
    .split("## Filters")[1]
    .split("\n## ")[0]
    .matchAll(/^```ts\n([\s\S]*?)^```/gm),
].map(([, code]) => code);
const OUTCOME = /; \/\/ (comes|left out: (\w+))$/;

test("the kinds of a filter are all named", () => {
  const [, list] = proseOf(PAGE).split("Kinds, by name: ");
  const named = [...list.split(". ", 1)[0].matchAll(/`(\w+)`/g)].map(([, name]) => name);
  expect(named).toEqual(Object.keys(KIND_NAMES));
});

test("the table of messages has every kind that comes in a batch", () => {
  const [, table] = proseOf(PAGE).split("| kind | has |");
  const rows = [...table.split("\n\n", 1)[0].matchAll(/^\| (`[A-Z].*?) \|/gm)].map(([, names]) => names);
  const named = rows.flatMap((names) => [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name));
  // Depth goes into the book and comes as its notice.
  const coming = Object.keys(FeedKind).filter((name) => !name.startsWith("DEPTH"));
  expect(named.sort()).toEqual(coming.sort());
});

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
