import { inspect } from "node:util";
import { expect, test } from "vitest";
import { IBKRClient } from "../../src/connect/client.js";
import * as contracts from "../../src/domain/contracts.js";
import * as orders from "../../src/domain/orders.js";

/** More than this is not read in a terminal. */
const MOST_LINES = 80;
/** What they are made of. */
const INSIDES = /\b(emitter|host|broker|desk|session|waiters|source)\b/;

test("what a program has in hand prints what it has, and not what it is made of", async () => {
  await using client = await IBKRClient.connect({ environment: "simulation" });
  const aapl = await client.qualify(contracts.stock("AAPL"));
  const sub = client.stream.subscribe(aapl, { bars: ["1s"], depth: 5 });
  await sub.ready;
  const ticket = client.placeOrder(aapl, orders.market("BUY", 10));
  await ticket.done();
  await client.pnl.ready();
  const shown: [what: unknown, begins: RegExp][] = [
    [client, /^IBKRClient \{ state: 'ready', tickets: 1 \}$/],
    [client.stream, /^IBKRDataStream \{ state: 'ready', .*subscriptions: 1 \}$/],
    [sub, /^Subscription \{[\s\S]*state: 'live'[\s\S]*quote: Quote \{/],
    [sub.quote, /^Quote \{[\s\S]*bid: \d/],
    [sub.book, /^DepthBook \{[\s\S]*bids: \[/],
    [sub.bars("1s"), /^BarSeries \{[\s\S]*name: '1s'/],
    [ticket, /^OrderTicket \{[\s\S]*status: 'filled'[\s\S]*filledQuantity: 10/],
    [client.positions, /^AllPositions \{[\s\S]*state: 'live'[\s\S]*quantity: 10/],
    [client.accounts, /^Accounts \{[\s\S]*accounts: \[\s+AccountValues/],
    [client.account, /^AccountValues \{[\s\S]*'NetLiquidation USD': '\d/],
    [client.pnl, /^ClientPnl \{[\s\S]*daily: /],
    [client.strategy("trend"), /^Strategy \{ name: 'trend', prefix: 'trend' \}$/],
  ];
  for (const [what, begins] of shown) {
    const text = inspect(what);
    expect(text).toMatch(begins);
    expect(text).not.toMatch(INSIDES);
    expect(text.split("\n").length).toBeLessThan(MOST_LINES);
  }
  expect(JSON.parse(JSON.stringify(sub.book)).bids.length).toBeGreaterThan(0);
});
