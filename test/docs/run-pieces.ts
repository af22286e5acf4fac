import { ContractError } from "../../src/client/contract-error.js";
import { IBKRClient } from "../../src/connect/client.js";
import * as contracts from "../../src/domain/contracts.js";
import { IBKRError } from "../../src/domain/ibkr-error.js";
import * as orders from "../../src/domain/orders.js";
import { read } from "./pages.js";

/** The pieces of TypeScript on a page. */
export const blocksOf = (page: string) =>
  [...read(page).matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code]) => code);
const NAMES = { ContractError, IBKRClient, IBKRError, contracts, orders };

/**
 * Runs pieces of code as one program.
 * @param more names that it knows
 * @returns what it printed, and which piece it began last
 */
export async function run(pieces: readonly string[], more: Readonly<Record<string, unknown>> = {}) {
  const printed: string[] = [];
  const errors: string[] = [];
  let began = -1;
  const scope = {
    ...NAMES,
    ...more,
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
