import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { DIFFERING_TESTS, expectDifference } from "./deliberate-differences.js";
import { fail, type JestFunction, runJestFunction, UncaughtGuard } from "./jest-functions.js";
import { type JestBlock, jestGlobals } from "./jest-globals.js";
import { collectStockFile, readServerBound, stockTestFiles, testKey, testsOf } from "./stock-files.js";
import { STOCK_DIST, StockModules } from "./stock-modules.js";
import { suiteSettings } from "./suite-settings.js";

/** The harness itself: it has to fail where jest fails, or stock's tests prove nothing. */

async function run(fn: JestFunction, args: unknown[] = [], timeout = 2_000): Promise<void> {
  const guard = new UncaughtGuard();
  guard.install();
  try {
    await runJestFunction(fn, args, timeout, guard);
  } finally {
    guard.remove();
  }
}

type Done = (reason?: unknown) => void;
const withDone =
  (body: (done: Done) => unknown): JestFunction =>
  (done) =>
    body(done as Done);

describe("a function of a test", () => {
  test("ends when it returns, or when its promise does", async () => {
    await run(() => {});
    let ended = false;
    await run(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      ended = true;
    });
    expect(ended).toBe(true);
  });

  test("fails by an exception, a rejected promise and fail()", async () => {
    const thrower = () => {
      throw new Error("thrown");
    };
    await expect(run(thrower)).rejects.toThrow("thrown");
    await expect(run(async () => thrower())).rejects.toThrow("thrown");
    await expect(run(() => fail("by name"))).rejects.toThrow("failed: by name");
  });

  test("that takes done ends when done is called", async () => {
    let ended = false;
    const later: JestFunction = withDone((done) => {
      setTimeout(() => {
        ended = true;
        done();
      }, 5);
    });
    await run(later);
    expect(ended).toBe(true);
  });

  test("fails by done(reason), by done twice, and by a time limit", async () => {
    await expect(run(withDone((done) => done("[1] refused")))).rejects.toThrow("failed: [1] refused");
    await expect(run(withDone((done) => done(new Error("as it is"))))).rejects.toThrow("as it is");
    const twice = withDone((done) => {
      done();
      done();
    });
    await expect(run(twice)).rejects.toThrow("done() was called a second time");
    await expect(
      run(
        withDone(() => {}),
        [],
        20,
      ),
    ).rejects.toThrow("did not end within 20 ms");
  });

  test("takes done behind the arguments of its row", async () => {
    const seen: unknown[] = [];
    const fn: JestFunction = (a, b, done) => {
      seen.push(a, b);
      (done as Done)();
    };
    await run(fn, [1, 2]);
    expect(seen).toEqual([1, 2]);
  });

  test("fails by an error that nobody catches: in a timer, in a promise, and one turn after done", async () => {
    const inTimer = withDone(() => {
      setTimeout(() => {
        throw new Error("in a timer");
      }, 1);
    });
    await expect(run(inTimer)).rejects.toThrow("in a timer");
    const inPromise = withDone(() => {
      void Promise.reject(new Error("in a promise"));
    });
    await expect(run(inPromise)).rejects.toThrow("in a promise");
    const afterDone = withDone((done) => {
      process.nextTick(() => {
        throw new Error("after done");
      });
      done();
    });
    await expect(run(afterDone)).rejects.toThrow("after done");
  });
});

describe("the guard", () => {
  test("keeps errors between functions, and gives the listeners back", async () => {
    const before = process.listeners("uncaughtException");
    const guard = new UncaughtGuard();
    guard.install();
    try {
      setTimeout(() => {
        throw new Error("stray");
      }, 1);
      await vi.waitFor(() => expect(guard.strays).toHaveLength(1));
    } finally {
      guard.remove();
    }
    expect(guard.strays).toEqual([new Error("stray")]);
    expect(process.listeners("uncaughtException")).toEqual(before);
  });
});

describe("jest's globals", () => {
  // biome-ignore lint/complexity/noBannedTypes: the globals are of many kinds of function
  type Globals = Record<string, Function & Record<string, Function>>;

  function collect(body: (globals: Globals) => void, modules = {}): JestBlock {
    const root: JestBlock = { type: "block", name: "file", hooks: [], items: [] };
    const registry = { mock: vi.fn(), unmock: vi.fn(), reset: vi.fn(), ...modules };
    body(jestGlobals(root, new UncaughtGuard(), () => registry) as Globals);
    return root;
  }

  test("collect tests with their blocks, rows, time limits and skips", () => {
    const root = collect((g) => {
      g.describe("outer", () => {
        g.jest.setTimeout(20_000);
        g.beforeEach(() => {});
        g.describe("inner", () => g.it("one", () => {}));
        g.test("two", () => {}, 7);
        g.test.each([["a", 1], "b"])("row %s", () => {});
        g.xit("skipped", () => {});
      });
    });
    expect(testsOf(root).map((t) => [...t.path, t.name, t.timeout, t.skipped])).toEqual([
      ["outer", "inner", "one", 20_000, false],
      ["outer", "two", 7, false],
      ["outer", "row a", 20_000, false],
      ["outer", "row b", 20_000, false],
      ["outer", "skipped", 20_000, true],
    ]);
    expect(root.items[0]).toMatchObject({ hooks: [{ kind: "beforeEach" }] });
  });

  test("name what jest has and the harness has not", () => {
    collect((g) => expect(() => g.jest.useFakeTimers).toThrow("jest.useFakeTimers is not one of those"));
  });
});

describe("a test file's modules", () => {
  const CONFIGURATION = join(STOCK_DIST, "common", "configuration.js");
  const standInEntry = join(__dirname, "stand-in", "index.js");

  test("are its own, also after a reset", () => {
    const load = () => new StockModules({ globals: {} }).load(CONFIGURATION);
    expect(load()).not.toBe(load());
    const modules = new StockModules({ globals: {} });
    const first = modules.load(CONFIGURATION);
    expect(modules.load(CONFIGURATION)).toBe(first);
    modules.reset();
    expect(modules.load(CONFIGURATION)).not.toBe(first);
  });

  test("can be mocked, with and without node:", () => {
    const modules = new StockModules({ globals: {} });
    const readFileSync = vi.fn(() => '{ "ib_host": "mocked" }');
    modules.mock("node:fs", () => ({ readFileSync }));
    const { get } = modules.load(CONFIGURATION) as { get: () => { client_version?: number } };
    expect(get().client_version).toBeUndefined();
    expect(readFileSync).toHaveBeenCalled();
    modules.unmock("fs");
    modules.reset();
    const real = modules.load(CONFIGURATION) as { get: () => { client_version?: number } };
    expect(real.get().client_version).toBe(66);
  });

  test("give the package under test where stock's index, IBApi or IBApiNext is imported", async () => {
    for (const [file, constructed] of [
      ["api/pnl.test.js", "IBApi"], // the index
      ["api/connect.test.js", "IBApi"], // api/api
      ["api-next/get-current-time.test.js", "IBApiNext"], // the index
    ]) {
      const standIn: string[] = [];
      const guard = new UncaughtGuard();
      const root = collectStockFile(file, guard, { ourEntry: standInEntry, globals: { standIn } });
      const [block] = root.items as JestBlock[];
      const make = block.hooks.find((hook) => hook.kind === "beforeEach") ?? testsOf(block)[0];
      await make.run();
      expect(standIn, file).toContain(constructed);
    }
  });

  test("leave stock its own classes, and the other deep imports stock's", () => {
    const standIn: string[] = [];
    const modules = new StockModules({ ourEntry: standInEntry, globals: { standIn } });
    const ours = modules.load(standInEntry) as typeof import("@stoqey/ib");
    const stock = modules.load(join(STOCK_DIST, "index.js")) as typeof import("@stoqey/ib");
    expect(new ours.IBApi()).toBeInstanceOf(stock.IBApi);
    expect(standIn).toEqual(["IBApi"]);
    new stock.IBApi();
    expect(standIn).toEqual(["IBApi"]);
    const { EventName } = modules.load(join(STOCK_DIST, "api", "data", "enum", "event-name.js"));
    expect(ours.EventName).toBe(EventName);
  });

  test("say what to do when the package under test is not built", () => {
    const ourEntry = join(__dirname, "nowhere", "index.js");
    expect(() => new StockModules({ ourEntry, globals: {} })).toThrow("npm run build");
  });
});

describe("the settings", () => {
  test("have ours and no server as defaults", () => {
    expect(suiteSettings({})).toEqual({ target: "ours", server: undefined, measure: false });
    const env = { STOQEY_SUITE_TARGET: "stock", STOQEY_SUITE_SERVER: "::1:4002" };
    expect(suiteSettings(env)).toEqual({
      target: "stock",
      server: { host: "::1", port: 4002 },
      measure: false,
    });
  });

  test.each([
    [{ STOQEY_SUITE_TARGET: "theirs" }, 'STOQEY_SUITE_TARGET is "theirs"'],
    [{ STOQEY_SUITE_SERVER: "localhost" }, 'STOQEY_SUITE_SERVER is "localhost"'],
    [{ STOQEY_SUITE_SERVER: "localhost:70000" }, "port from 1 to 65535"],
    [{ STOQEY_SUITE_MEASURE: "1" }, "needs STOQEY_SUITE_TARGET=stock"],
  ])("refuse %o", (env, message) => {
    expect(() => suiteSettings(env)).toThrow(message);
  });
});

describe("stock's suite", () => {
  const keys = stockTestFiles().flatMap((file) =>
    testsOf(collectStockFile(file, new UncaughtGuard())).map((t) => testKey(file, t)),
  );
  const { tests: serverBound, passWithoutServer } = readServerBound();

  test("has 153 tests in 59 files, 69 of them server-bound, 84 JS-only", () => {
    expect(stockTestFiles().length).toBe(59);
    expect(keys.length).toBe(153);
    expect(new Set(keys).size).toBe(153);
    expect(serverBound.length).toBe(69);
    expect(keys.filter((key) => !serverBound.includes(key)).length).toBe(84);
  });

  test("has every test that is listed, by that name", () => {
    expect(keys).toEqual(expect.arrayContaining(serverBound));
    expect(serverBound).toEqual(expect.arrayContaining(passWithoutServer));
    expect(keys).toEqual(expect.arrayContaining([...DIFFERING_TESTS]));
  });
});

describe("a deliberate difference", () => {
  const difference = { reason: "so it is", message: /refused/ };

  test("wants its failure, not another one and not success", async () => {
    await expectDifference(difference, () => Promise.reject(new Error("refused (504)")));
    await expect(expectDifference(difference, () => Promise.reject(new Error("other")))).rejects.toThrow(
      "other",
    );
    await expect(expectDifference(difference, () => Promise.resolve())).rejects.toThrow(
      "does not differ any more",
    );
  });
});
