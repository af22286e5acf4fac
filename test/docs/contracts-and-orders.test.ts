import { describe, expect, test, vi } from "vitest";
import * as contracts from "../../src/domain/contracts.js";
import { IBKRError } from "../../src/domain/ibkr-error.js";
import * as orders from "../../src/domain/orders.js";
import { formatPrice, roundPrice } from "../../src/domain/prices.js";
import { EventName, IBApi, type Order } from "../../src/index.js";
import { SimulatedGateway } from "../../src/sim/index.js";
import * as ibTime from "../../src/time/ib-time.js";
import { parseTradingHours } from "../../src/time/trading-hours.js";
import { ready } from "../support/collect.js";
import { read } from "./pages.js";

const BLOCKS = [...read("docs/contracts-and-orders.md").matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(
  ([, code]) => code,
);
const RESULT = /; \/\/ (.+)$/;

/** Code of the page with what it may name. */
function run(code: string, names: Readonly<Record<string, unknown>> = {}): unknown {
  const scope = { contracts, orders, roundPrice, formatPrice, ...times, ...names };
  return new Function(...Object.keys(scope), code)(...Object.values(scope));
}

/** The expressions of a block, each with what its comment says of it. */
function claimsOf(block: string): [expression: string, result: string][] {
  const claims: [string, string][] = [];
  let expression = "";
  for (const line of block.split("\n")) {
    expression += `${line}\n`;
    const result = RESULT.exec(line)?.[1];
    if (result === undefined) continue;
    claims.push([expression.replace(/; \/\/ .*\n$/, ""), result]);
    expression = "";
  }
  return claims;
}

const times = { ...ibTime, parseTradingHours };

type Builder = readonly [name: string, make: unknown];

function functionsOf(space: object, name: string): Builder[] {
  return Object.entries(space)
    .filter(([, value]) => typeof value === "function")
    .map(([member, value]) => [`${name}.${member}`, value]);
}

const CLAIMS = BLOCKS.flatMap(claimsOf);
const PROGRAMS = BLOCKS.filter((block) => claimsOf(block).length === 0);

describe("docs/contracts-and-orders.md", () => {
  test("has two programs, and claims about every builder", () => {
    expect(PROGRAMS.length).toBe(2);
    const page = read("docs/contracts-and-orders.md");
    const claimed = new Set(
      CLAIMS.flatMap(([expression]) => expression.match(/\b(?:contracts|orders)(?:\.\w+)+(?=\()/g) ?? []),
    );
    const builders = [
      ...functionsOf(contracts, "contracts"),
      ...functionsOf(orders, "orders"),
      ...functionsOf(orders.algos, "orders.algos"),
      ...functionsOf(orders.conditions, "orders.conditions"),
    ];
    // Other names of one function are named.
    const first = builders.filter(([, make], i) => builders.findIndex(([, other]) => other === make) === i);
    expect(first.length).toBeGreaterThan(50);
    const isClaimed = ([, make]: Builder) =>
      builders.some(([name, other]) => other === make && claimed.has(name));
    expect(first.filter((builder) => !isClaimed(builder))).toEqual([]);
    expect(builders.map(([name]) => name).filter((name) => !page.includes(name))).toEqual([]);
  });

  test.each(CLAIMS)("%s is %s", (expression, result) => {
    const [, message] = /^throws: (.*)$/.exec(result) ?? [];
    let outcome: unknown;
    try {
      outcome = run(`return (${expression})`);
    } catch (error) {
      outcome = error;
    }
    if (message === undefined) {
      expect(outcome).toEqual(run(`return (${result})`));
      return;
    }
    expect(outcome).toBeInstanceOf(IBKRError);
    expect(outcome).toMatchObject({ code: "ERR_IBKR_ARGUMENT", message });
  });

  test("its first program places its order", async () => {
    const gateway = await SimulatedGateway.start();
    const lines: unknown[][] = [];
    const code = PROGRAMS[0].replace(/^import .*$/m, "").replace("port: 4002", `port: ${gateway.port}`);
    const console = { log: (...line: unknown[]) => lines.push(line) };
    const ib = run(`${code}; return ib;`, { EventName, IBApi, console }) as IBApi;
    await vi.waitFor(() => expect(lines).toContainEqual([1, "Submitted", 0]));
    expect(gateway.exchange.orders.find(1, 1, "simulated")?.fields).toMatchObject({
      lmtPrice: 150,
      tif: "GTC",
    });
    ib.disconnect();
    await gateway.stop();
  });

  test("its bracket is one family at the gateway", async () => {
    const gateway = await SimulatedGateway.start();
    const ib = await ready(new IBApi({ port: gateway.port }));
    const seen = new Map<number, Order>();
    ib.on(EventName.openOrder, (id, _contract, order) => seen.set(id, order));
    run(PROGRAMS[1], { ib, nextId: 7 });
    await vi.waitFor(() => expect([...seen.keys()].sort()).toEqual([7, 8, 9]));
    expect([8, 9].map((id) => seen.get(id)?.parentId)).toEqual([7, 7]);
    ib.disconnect();
    await gateway.stop();
  });
});
