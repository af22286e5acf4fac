import { afterAll, afterEach, beforeAll, beforeEach, describe, test } from "vitest";
import { deliberateDifference, expectDifference } from "./deliberate-differences.js";
import { UncaughtGuard } from "./jest-functions.js";
import type { JestBlock, JestTest } from "./jest-globals.js";
import { collectStockFile, readServerBound, stockTestFiles, testKey, testsOf } from "./stock-files.js";
import { OUR_ENTRY } from "./stock-modules.js";
import { type SuiteSettings, suiteSettings } from "./suite-settings.js";

/** Stock's tests, defined as tests of this run. */

/** Nobody listens there: the JS-only tests are not to reach a gateway that happens to run on this machine. */
const NO_SERVER = { host: "127.0.0.1", port: 1 };
const HOOKS = { beforeAll, beforeEach, afterEach, afterAll };
/** Tests end at their own time limit; vitest's is only there for a harness that does not see to it. */
const TIMEOUT_MARGIN = 5_000;
const SKIP_REASON = "needs a gateway: set STOQEY_SUITE_SERVER=host:port";

/** Points stock's configuration, and our defaults, at the server, or at nothing. */
function configureServer({ host, port }: { host: string; port: number }, account?: string): void {
  // Stock's configuration tests expect other files where CI or CIRCLECI says that they run in their authors' CI.
  Object.assign(process.env, { CI: "", CIRCLECI: "" });
  Object.assign(process.env, { IB_HOST: host, IB_PORT: `${port}`, IBKR_HOST: host, IBKR_PORT: `${port}` });
  if (account !== undefined) process.env.IB_TEST_ACCOUNT = account;
}

class StockFile {
  private readonly guard = new UncaughtGuard();
  private readonly root: JestBlock;
  private connects = 0;

  constructor(
    private readonly name: string,
    private readonly settings: SuiteSettings,
    private readonly serverBound: ReadonlySet<string>,
  ) {
    this.root = collectStockFile(name, this.guard, {
      ourEntry: settings.target === "ours" ? OUR_ENTRY : undefined,
      onConnect: () => {
        this.connects++;
      },
    });
  }

  define(): void {
    const skipped = testsOf(this.root).filter((t) => this.needsServer(t));
    if (skipped.length > 0) {
      console.log(`skipped (${SKIP_REASON}): ${this.name}: ${skipped.map((t) => t.name).join(" · ")}`);
    }
    describe(`${this.name} against ${this.settings.target}`, () => {
      beforeAll(() => this.guard.install());
      afterAll(() => {
        this.guard.remove();
        const { strays } = this.guard;
        if (strays.length > 0) throw new AggregateError(strays, `uncaught between the tests of ${this.name}`);
      });
      this.defineBlock(this.root);
    });
  }

  private defineBlock(block: JestBlock): void {
    for (const hook of block.hooks) HOOKS[hook.kind](hook.run, hook.timeout + TIMEOUT_MARGIN);
    for (const item of block.items) {
      if (item.type === "block") describe(item.name, () => this.defineBlock(item));
      else this.defineTest(item);
    }
  }

  private defineTest(item: JestTest): void {
    if (item.skipped) {
      test.skip(item.name);
      return;
    }
    if (this.needsServer(item)) {
      test.skip(`${item.name} [${SKIP_REASON}]`);
      return;
    }
    const limit = { timeout: item.timeout + TIMEOUT_MARGIN };
    const difference =
      this.settings.target === "ours" ? deliberateDifference(testKey(this.name, item)) : undefined;
    if (difference) {
      test(`${item.name} [differs: ${difference.reason}]`, limit, () =>
        expectDifference(difference, item.run),
      );
    } else {
      test(item.name, limit, this.settings.measure ? () => this.measure(item) : item.run);
    }
  }

  private needsServer(item: JestTest): boolean {
    const { server, measure } = this.settings;
    return !server && !measure && this.serverBound.has(testKey(this.name, item));
  }

  private async measure(item: JestTest): Promise<void> {
    try {
      await item.run();
      if (this.connects > 0) throw new Error("ends well without a server, but tried to connect to one");
    } finally {
      this.connects = 0;
    }
  }
}

/**
 * Defines the tests of the stock files that `belongs` selects, run against the package that the settings name: by
 * default what the environment says.
 *
 * Those that need a gateway run when the settings have one; else they are skipped, and the reason is printed.
 */
export function defineStockSuite(
  belongs: (file: string) => boolean,
  settings: SuiteSettings = suiteSettings(),
): void {
  const serverBound = settings.measure ? new Set<string>() : new Set(readServerBound().tests);
  configureServer(settings.server ?? NO_SERVER, settings.account);
  for (const file of stockTestFiles().filter(belongs)) new StockFile(file, settings, serverBound).define();
}
