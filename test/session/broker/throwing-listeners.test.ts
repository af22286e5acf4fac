import { afterEach, beforeEach, expect, test } from "vitest";
import { resolveOptions } from "../../../src/api/options.js";
import { SecType } from "../../../src/index.js";
import { SessionBroker } from "../../../src/session/broker/session-broker.js";
import { Session } from "../../../src/session/session.js";
import { turn } from "../../support/collect.js";
import { ScriptedGateway } from "../../support/scripted-gateway.js";
import { Uncaught } from "../../support/uncaught.js";

const AAPL = { symbol: "AAPL", secType: SecType.STK, exchange: "SMART", currency: "USD" };

let uncaught: Uncaught;
let gateway: ScriptedGateway;

beforeEach(async () => {
  uncaught = new Uncaught();
  gateway = await ScriptedGateway.start();
});
afterEach(async () => {
  await gateway.stop();
  await turn();
  await turn();
  uncaught.end();
});

test("listeners of a broker that throw cost neither connect() nor each other anything", async () => {
  const broker = new SessionBroker(new Session(resolveOptions({ port: gateway.port })));
  const states: string[] = [];
  broker.on("state", (state) => {
    throw new Error(`state ${state}`);
  });
  broker.on("state", (state) => states.push(state));
  await broker.connect();
  expect(broker.state).toBe("ready");
  const refused: number[] = [];
  for (const n of [1, 2]) {
    broker.feed.subscribe(
      { kind: "quotes", contract: AAPL },
      {
        refused: () => {
          refused.push(n);
          throw new Error(`refused ${n}`);
        },
      },
    );
  }
  gateway.peer.socket.resetAndDestroy();
  await gateway.until(() => states.includes("down"));
  expect(refused).toEqual([1, 2]);
  expect(states).toEqual(["connecting", "ready", "down"]);
  await broker.connect();
  await broker.close();
  await turn();
  await turn();
  expect(uncaught.messages.slice(0, 5)).toEqual([
    "state connecting",
    "state ready",
    "refused 1",
    "refused 2",
    "state down",
  ]);
});
