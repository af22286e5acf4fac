import { format } from "node:util";
import { expect, vi } from "vitest";
import { fail, type JestFunction, runJestFunction, type UncaughtGuard } from "./jest-functions.js";

/** Jest's globals for one of stock's test files, on top of vitest. */

export type Hook = "beforeAll" | "beforeEach" | "afterEach" | "afterAll";

export interface JestTest {
  type: "test";
  name: string;
  /** The names of the describe blocks around it. */
  path: readonly string[];
  /** Milliseconds after which `run` fails. */
  timeout: number;
  /** The file itself skips it. */
  skipped: boolean;
  run: () => Promise<void>;
}

export interface JestHook {
  kind: Hook;
  timeout: number;
  run: () => Promise<void>;
}

/** A describe block, or a whole file. */
export interface JestBlock {
  type: "block";
  name: string;
  hooks: JestHook[];
  items: (JestTest | JestBlock)[];
}

/** The part of a module registry that `jest` reaches. */
export interface MockableModules {
  mock(request: string, factory: () => unknown): void;
  unmock(request: string): void;
  reset(): void;
}

/** Jest's default, in milliseconds. */
const DEFAULT_TIMEOUT = 5_000;

/** The title of a row of `test.each`: as many arguments as it has placeholders. */
function rowTitle(title: string, row: unknown[]): string {
  const placeholders = title.match(/%[sdifjoOp]/g)?.length ?? 0;
  return format(title.replaceAll("%p", "%j"), ...row.slice(0, placeholders));
}

/** An object whose other members are an error that says what the harness lacks, not an undefined function. */
function onlyThese<T extends object>(name: string, members: T): T {
  return new Proxy(members, {
    get(target, key, receiver) {
      if (typeof key === "string" && !(key in target)) {
        throw new Error(
          `${name}.${key} is not one of those the harness has: ${Object.keys(target).join(", ")}`,
        );
      }
      return Reflect.get(target, key, receiver);
    },
  });
}

/**
 * @param root Gets the file's tests, hooks and describe blocks while the file runs.
 * @param guard Attributes uncaught errors to them.
 * @param modules Returns the registry the file is loaded with, for `jest.doMock` and `jest.resetModules`.
 */
export function jestGlobals(
  root: JestBlock,
  guard: UncaughtGuard,
  modules: () => MockableModules,
): Record<string, unknown> {
  let timeout = DEFAULT_TIMEOUT;
  let block = root;
  let path: readonly string[] = [];

  const describeBlock = (name: string, body: () => void) => {
    const [outer, outerPath] = [block, path];
    block = { type: "block", name, hooks: [], items: [] };
    path = [...path, name];
    outer.items.push(block);
    try {
      body();
    } finally {
      block = outer;
      path = outerPath;
    }
  };

  const add = (name: string, fn: JestFunction, args: unknown[], ms = timeout, skipped = false) => {
    const run = () => runJestFunction(fn, args, ms, guard);
    block.items.push({ type: "test", name, path, timeout: ms, skipped, run });
  };
  const skip = (name: string, fn: JestFunction) => add(name, fn, [], timeout, true);
  const each = (table: readonly unknown[]) => (title: string, fn: JestFunction, ms?: number) => {
    for (const entry of table) {
      const row = Array.isArray(entry) ? entry : [entry];
      add(rowTitle(title, row), fn, row, ms);
    }
  };
  const test = Object.assign((name: string, fn: JestFunction, ms?: number) => add(name, fn, [], ms), {
    each,
    skip,
  });

  const hook =
    (kind: Hook) =>
    (fn: JestFunction, ms = timeout) => {
      block.hooks.push({ kind, timeout: ms, run: () => runJestFunction(fn, [], ms, guard) });
    };

  const jest = {
    fn: vi.fn,
    spyOn: vi.spyOn,
    clearAllMocks: () => vi.clearAllMocks(),
    doMock: (request: string, factory: () => unknown) => modules().mock(request, factory),
    unmock: (request: string) => modules().unmock(request),
    resetModules: () => modules().reset(),
    setTimeout: (ms: number) => {
      timeout = ms;
    },
  };

  return {
    describe: describeBlock,
    test,
    it: test,
    xtest: skip,
    xit: skip,
    beforeAll: hook("beforeAll"),
    beforeEach: hook("beforeEach"),
    afterEach: hook("afterEach"),
    afterAll: hook("afterAll"),
    expect,
    jest: onlyThese("jest", jest),
    fail,
  };
}
