import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import type { UncaughtGuard } from "./jest-functions.js";
import { type JestBlock, type JestTest, jestGlobals } from "./jest-globals.js";
import { STOCK_TESTS, StockModules, type StockModulesOptions } from "./stock-modules.js";

/** The test files that ship in @stoqey/ib, and what is in them. */

/** All of stock's test files, relative to its unit folder, with `/` between folders. */
export function stockTestFiles(): string[] {
  return readdirSync(STOCK_TESTS, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.js"))
    .map((file) => file.replaceAll(sep, "/"))
    .sort();
}

/** The files set and delete environment variables; as in jest, each sees only its own. */
function processWithOwnEnvironment(): NodeJS.Process {
  const env = { ...process.env };
  return new Proxy(process, {
    get: (target, key) => {
      if (key === "env") return env;
      const value = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Stock's logger writes every farm notice: that is wanted only when a failure is looked into. */
function quietConsole(): Console {
  const nothing = () => {};
  return { ...console, log: nothing, info: nothing, warn: nothing, error: nothing, debug: nothing };
}

/**
 * Loads a stock file, which makes its tests known but does not run them.
 *
 * @param file One of {@link stockTestFiles}.
 * @param guard Attributes uncaught errors to the tests; to be installed while they run.
 */
export function collectStockFile(
  file: string,
  guard: UncaughtGuard,
  options: Partial<StockModulesOptions> = {},
): JestBlock {
  const root: JestBlock = { type: "block", name: file, hooks: [], items: [] };
  const globals = {
    ...jestGlobals(root, guard, () => modules),
    process: processWithOwnEnvironment(),
    console: process.env.STOQEY_SUITE_VERBOSE === "1" ? console : quietConsole(),
    ...options.globals,
  };
  const modules: StockModules = new StockModules({ ...options, globals });
  modules.load(join(STOCK_TESTS, file));
  return root;
}

/** All tests of a block and of the blocks in it. */
export function testsOf(block: JestBlock): JestTest[] {
  return block.items.flatMap((item) => (item.type === "block" ? testsOf(item) : [item]));
}

/** The name of a test in server-bound.json. */
export function testKey(file: string, test: Pick<JestTest, "path" | "name">): string {
  return [file, ...test.path, test.name].join(" > ");
}

export interface ServerBound {
  /** The version of @stoqey/ib it was measured with. */
  stoqeyVersion: string;
  /** The tests that fail without a gateway, or end well but try to connect to one. */
  tests: string[];
  /** Those of them that end well: a refused connection looks to them like the end of a conversation. */
  passWithoutServer: string[];
}

/** server-bound.json; README.md says how it was measured. */
export function readServerBound(): ServerBound {
  return JSON.parse(readFileSync(join(__dirname, "server-bound.json"), "utf8")) as ServerBound;
}
