import { describe, expect, test } from "vitest";
import { clientRules } from "../../src/client/client-options.js";
import { clientPlan } from "../../src/connect/client-options.js";
import { proseOf } from "./pages.js";
import { blocksOf, run } from "./run-pieces.js";

describe("docs/client.md", () => {
  test("its pieces are one program that runs, and prints what they say", async () => {
    const pieces = blocksOf("docs/client.md");
    expect(pieces.length).toBeGreaterThan(12);
    const { printed, errors } = await run(pieces);
    expect(errors).toEqual([]);
    for (const said of [
      /^265598 NASDAQ$/,
      /^ERR_IBKR_AMBIGUOUS_CONTRACT true$/,
      /^written$/,
      /^filled 100 \d+(\.\d+)? 1$/,
      /^100 \d+(\.\d+)?$/,
      /^\d+(\.\d+)? \d+(\.\d+)? USD$/,
      /^DU0000001 \d+/,
      /^text 5 0\.01$/,
      /^ERR_IBKR_NO_SECURITY_DEFINITION 200 request false$/,
      /^connection: ready, now closed$/,
    ])
      expect(printed).toContainEqual(expect.stringMatching(said));
  });

  test("its table of options has all of the client's own", () => {
    const table = proseOf("docs/client.md").split("| option | default | unit, range | meaning |")[1];
    const rows = [...table.matchAll(/^\| `(\w+)` \| (.+?) \|/gm)].map(([, name, value]) => [name, value]);
    expect(rows.map(([name]) => name)).toEqual([...Object.keys(clientRules().shape), "timeoutMs"]);
    const shown = (value: number) => value.toLocaleString("en-US");
    const { requestTimeoutMs } = clientRules().parse({});
    const { timeoutMs } = clientPlan({}, {}).orders.broker.call;
    expect(rows).toContainEqual(["requestTimeoutMs", shown(requestTimeoutMs)]);
    expect(rows).toContainEqual(["timeoutMs", shown(timeoutMs as number)]);
  });
});

test("README's example of the client runs", async () => {
  const pieces = blocksOf("README.md").filter((code) => code.includes("IBKRClient"));
  expect(pieces).toHaveLength(1);
  const { printed, errors } = await run(pieces);
  expect(errors).toEqual([]);
  expect(printed).toEqual([expect.stringMatching(/^filled 100 \d+(\.\d+)?$/)]);
});
