import { expect, test } from "vitest";
import { IBKRDataStream } from "../../src/stream/data-stream.js";
import { VirtualClock } from "../../src/time/virtual-clock.js";
import { ScriptedBroker } from "../support/scripted-broker.js";

test("streams over one feed have no slot of its board in common", () => {
  const clock = new VirtualClock();
  const broker = new ScriptedBroker(clock);
  const subscribe = (symbol: string) =>
    new IBKRDataStream(broker, { clock }).subscribe({ symbol, secType: "STK" } as never);
  const [aapl, msft] = [subscribe("AAPL"), subscribe("MSFT")];
  const slots = broker.asked.map(({ treatment }) => treatment.boardSlot);
  expect(new Set(slots).size).toBe(2);
  broker.tick(broker.asked[0].id, { values: [10, 1] });
  broker.tick(broker.asked[1].id, { values: [20, 1] });
  expect([aapl.quote.bid, msft.quote.bid]).toEqual([10, 20]);
});
