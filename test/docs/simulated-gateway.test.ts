import { describe, expect, test } from "vitest";
import { contracts, EventName, IBApi, orders } from "../../src/index.js";
import { SimulatedGateway, VirtualClock } from "../../src/sim/index.js";
import { read } from "./pages.js";

describe("docs/simulated-gateway.md", () => {
  test("the example of a test passes", async () => {
    const section = read("docs/simulated-gateway.md").split("## In a test\n")[1];
    const code = /^```ts\n([\s\S]*?)^```/m.exec(section)?.[1].replace(/^import .*\n/gm, "") ?? "";
    const bodies: (() => Promise<void>)[] = [];
    const scope = {
      ...{ expect, contracts, EventName, IBApi, orders, SimulatedGateway, VirtualClock },
      test: (_name: string, body: () => Promise<void>) => bodies.push(body),
    };
    new Function(...Object.keys(scope), code)(...Object.values(scope));
    expect(bodies).toHaveLength(1);
    await bodies[0]();
  });
});
