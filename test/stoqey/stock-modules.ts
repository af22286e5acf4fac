import { existsSync, readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import net, { type NetConnectOpts } from "node:net";
import { basename, dirname, join, sep } from "node:path";
import { compileFunction, constants } from "node:vm";

const nativeRequire = createRequire(__filename);
const STOCK_ROOT = dirname(nativeRequire.resolve("@stoqey/ib/package.json"));
export const STOCK_DIST = join(STOCK_ROOT, "dist");
export const STOCK_TESTS = join(STOCK_DIST, "tests", "unit");

/** Our compiled package. */
export const OUR_ENTRY = join(__dirname, "..", "..", "dist", "index.js");

const STOCK_ENTRY = join(STOCK_DIST, "index.js");
/** The deep modules through which stock's tests and tools reach IBApi and IBApiNext. */
const CLASS_MODULES = ["api/api.js", "api-next/index.js", "api-next/api-next.js"].map((path) =>
  join(STOCK_DIST, path),
);
/** Whose imports are redirected. Stock's library itself, which ours extends, keeps its own. */
const REDIRECTED_IMPORTERS = ["tests", "tools"].map((folder) => join(STOCK_DIST, folder) + sep);

/** Stock's package ships without the config folder that its configuration tests read: ours stands in for it. */
const STOCK_CONFIGURATION = join(STOCK_DIST, "common", "configuration.js");
const STOCK_SOCKET = join(STOCK_DIST, "core", "io", "socket.js");
const STOCK_CONFIG_FOLDER = join(STOCK_ROOT, "config");
const CONFIG_FOLDER = join(__dirname, "config");

/** Tests that play events of requests by their numbers, without a gateway. */
const NUMBERED_TESTS = join(STOCK_TESTS, "api-next") + sep;

type Exports = Record<string, unknown>;
interface LoadedModule {
  exports: Exports;
}

function nativeModule(id: string): Exports {
  return nativeRequire(id) as Exports;
}

/** `node:fs`, with the config files stock looks for. */
function fsWithConfig(): Exports {
  const readConfig = (path: string, ...rest: [BufferEncoding]) =>
    readFileSync(dirname(path) === STOCK_CONFIG_FOLDER ? join(CONFIG_FOLDER, basename(path)) : path, ...rest);
  return { ...nativeModule("node:fs"), readFileSync: readConfig };
}

export interface StockModulesOptions {
  /**
   * The compiled package that a test gets when it imports stock's index, and whose classes it gets from the modules of
   * IBApi and IBApiNext. Without it, stock is tested itself.
   */
  ourEntry?: string;
  /** Names the loaded modules see as globals: `describe`, `expect`, `console` … */
  globals: Readonly<Record<string, unknown>>;
  /** Called when stock (not our package) opens a socket. */
  onConnect?: () => void;
}

/**
 * A module registry of its own for one of stock's test files, as jest gives it: fresh copies of stock's modules (and of our
 * compiled package), where `fs` and the like can be mocked without touching other tests.
 * Packages outside these two, and native addons, come from Node's own registry.
 */
export class StockModules {
  private loaded = new Map<string, LoadedModule>();
  private mocks = new Map<string, () => unknown>();
  private counting: { of: Exports; exports: Exports } | undefined;

  constructor(private readonly options: StockModulesOptions) {
    const { ourEntry } = options;
    if (ourEntry !== undefined && !existsSync(ourEntry)) {
      throw new Error(
        `${ourEntry} is not there: run "npm run build" first, or set STOQEY_SUITE_TARGET=stock`,
      );
    }
  }

  /** Runs a file (once per registry) and returns its exports. */
  load(file: string): Exports {
    const known = this.loaded.get(file);
    if (known) return known.exports;
    const module: LoadedModule = { exports: {} };
    this.loaded.set(file, module);
    const names = Object.keys(this.options.globals);
    const run = compileFunction(
      readFileSync(file, "utf8"),
      ["exports", "require", "module", "__filename", "__dirname", ...names],
      { filename: file, importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER },
    ) as (...args: unknown[]) => void;
    try {
      run(
        module.exports,
        this.requireFrom(file),
        module,
        file,
        dirname(file),
        ...Object.values(this.options.globals),
      );
    } catch (error) {
      this.loaded.delete(file);
      throw error;
    }
    return module.exports;
  }

  /** `jest.doMock`: from now on `request` is what the factory returns. */
  mock(request: string, factory: () => unknown): void {
    this.mocks.set(mockKey(request), factory);
  }

  unmock(request: string): void {
    this.mocks.delete(mockKey(request));
  }

  /** `jest.resetModules`: the next import of a module runs it again. */
  reset(): void {
    this.loaded.clear();
  }

  private requireFrom(importer: string): (request: string) => unknown {
    const native = createRequire(importer);
    return Object.assign((request: string) => this.require(importer, request, native), {
      resolve: native.resolve,
    });
  }

  private require(importer: string, request: string, native: NodeRequire): unknown {
    const mock = this.mocks.get(mockKey(request));
    if (mock) return mock();
    if (isBuiltin(request)) {
      if (importer === STOCK_CONFIGURATION && mockKey(request) === "fs") return fsWithConfig();
      if (importer === STOCK_SOCKET && mockKey(request) === "net") return this.watchedNet();
      return native(request);
    }
    const file = native.resolve(request);
    if (!this.isLocal(file)) return native(request);
    const { ourEntry } = this.options;
    if (ourEntry !== undefined && REDIRECTED_IMPORTERS.some((folder) => importer.startsWith(folder))) {
      if (file === STOCK_ENTRY) {
        const ours = this.load(ourEntry);
        return importer.startsWith(NUMBERED_TESTS) ? this.countingAsStock(ours) : ours;
      }
      if (CLASS_MODULES.includes(file)) return withClassesOf(this.load(ourEntry), this.load(file));
    }
    return this.load(file);
  }

  /** The package as tests need it that write stock's request numbers 1, 2, 3 down: ours begin elsewhere. */
  private countingAsStock(ours: Exports): Exports {
    if (this.counting?.of !== ours) {
      const Next = ours.IBApiNext as typeof import("@stoqey/ib").IBApiNext;
      class IBApiNext extends Next {
        private stockNumber = 1;
        override get nextReqId(): number {
          return this.stockNumber++;
        }
      }
      this.counting = { of: ours, exports: { ...ours, IBApiNext } };
    }
    return this.counting.exports;
  }

  private watchedNet(): Exports {
    const connect = (options: NetConnectOpts, listener: () => void) => {
      this.options.onConnect?.();
      return net.connect(options, listener);
    };
    return { ...nativeModule("node:net"), connect };
  }

  /** Files that are loaded anew: JavaScript of stock's and of our compiled package. */
  private isLocal(file: string): boolean {
    const { ourEntry } = this.options;
    const folders = ourEntry === undefined ? [STOCK_DIST] : [STOCK_DIST, dirname(ourEntry)];
    return file.endsWith(".js") && folders.some((folder) => file.startsWith(folder + sep));
  }
}

function withClassesOf(ours: Exports, stock: Exports): Exports {
  const replaced = ["IBApi", "IBApiNext"].filter((name) => name in stock);
  return { ...stock, ...Object.fromEntries(replaced.map((name) => [name, ours[name]])) };
}

function mockKey(request: string): string {
  return request.replace(/^node:/, "");
}
