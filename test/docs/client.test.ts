import { describe, expect, test } from "vitest";
import { clientRules } from "../../src/client/client-options.js";
import { IBKRClient } from "../../src/connect/client.js";
import { clientPlan } from "../../src/connect/client-options.js";
import * as contracts from "../../src/domain/contracts.js";
import { IBKRError } from "../../src/domain/ibkr-error.js";
import * as orders from "../../src/domain/orders.js";
import { proseOf, read } from "./pages.js";

const blocksOf = (page: string) =>
  [...read(page).matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code]) => code);
const NAMES = { IBKRClient, IBKRError, contracts, orders };

/** Runs pieces of code as one program. @returns what it printed, and which piece it began last */
async function run(pieces: readonly string[]) {
  const printed: string[] = [];
  const errors: string[] = [];
  let began = -1;
  const scope = {
    ...NAMES,
    console: {
      log: (...words: unknown[]) => printed.push(words.join(" ")),
      error: (...words: unknown[]) => errors.push(words.join(" ")),
    },
    begin: (n: number) => {
      began = n;
    },
  };
  const code = pieces.map((piece, n) => `begin(${n});\n${piece.replace(/^import .*$/gm, "")}`).join("\n");
  const program = new Function(...Object.keys(scope), `return (async () => {${code}})();`);
  try {
    await program(...Object.values(scope));
  } catch (error) {
    throw new Error(`piece ${began} failed: ${(error as Error).message}\n${pieces[began]}`, { cause: error });
  }
  return { printed, errors };
}

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
