import { execFile, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { getPriority } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, test } from "vitest";

const ROOT = join(__dirname, "..", "..", "..");
const MAIN = join(ROOT, "dist", "cli", "main.js");
const CAPTURE = join("test", "fixtures", "captures", "quote_stream_genericticks.txt");
const OTHER_VERSION = join("test", "fixtures", "captures", "market_data_sv206_live.txt");

interface Ended {
  code: number | null;
  output: string;
  errors: string;
}

/** Without what a user's environment would say about gateways and colours. */
function environment(): NodeJS.ProcessEnv {
  const { IBKR_HOST: _host, IBKR_PORT: _port, NO_COLOR: _color, FORCE_COLOR: _force, ...rest } = process.env;
  return rest;
}

function node(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      args,
      { cwd: ROOT, env: environment(), timeout: 18_000 },
      (_error, output, errors) => resolve({ code: child.exitCode, output, errors }),
    );
  });
}

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

beforeAll(() => {
  if (!existsSync(MAIN))
    throw new Error(`${MAIN} is missing: npm run build makes it, npm test does so first`);
});

describe.concurrent("npm run demo, as a user runs it", () => {
  test("streams, trades and measures against a simulated gateway of its own", async ({ expect }) => {
    const { code, output, errors } = await node(MAIN, "demo", "--seconds", "2");
    expect(errors).toBe("");
    expect(output).not.toContain("\x1b");
    expect(output).toMatch(
      /^ibkr-native · simulated gateway at 127\.0\.0\.1:\d+ · server version \d+ · account DU/m,
    );
    expect(output).toMatch(/order 1 {2}BUY 300 AAPL LMT \d+\.\d\d {2}\(bracket: entry\)/);
    expect(output).toMatch(/order 1 {2}Filled, 300 filled at \d+\.\d+ on average/);
    expect(output).toMatch(/order 4 {2}Cancelled/);
    for (const symbol of ["AAPL", "MSFT", "SPY", "QQQ"]) {
      expect(output).toMatch(new RegExp(`^${symbol} +[\\d,]+ +\\d+\\.\\d\\d +\\d+\\.\\d\\d `, "m"));
    }
    const ticks = Number(/20 symbols, ([\d,]+) ticks in/.exec(output)?.[1].replaceAll(",", ""));
    expect(ticks).toBeGreaterThan(1_000);
    expect(output).toMatch(/^ {2}tick: arrival to handler +[\d,]+( +[\d.]+ (µs|ms|s)){4}$/m);
    // How many samples two seconds have, and with them which percentiles, is up to the machine.
    expect(output).toMatch(
      /^ {2}order: placeOrder\(\) to status +[\d,]+( +([\d.]+ (µs|ms|s)|–)){3} +[\d.]+ (µs|ms|s)$/m,
    );
    expect(output).toMatch(/^ {2}tick: what remains is/m);
    expect(output).toMatch(/^ {2}order 1 +BOT +\d+ +AAPL +\d+\.\d\d +NASDAQ +\d+\.\d\d USD/m);
    expect(output).toContain("none: the account is flat");
    expect(output).not.toContain("Problems");
    expect(code).toBe(0);
  }, 20_000);

  test("ends its gateway when it is interrupted", async ({ expect }) => {
    const child = spawn(process.execPath, [MAIN, "demo", "--seconds", "60", "--symbols", "AAPL"], {
      cwd: ROOT,
      env: environment(),
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    await new Promise<void>((resolve) => {
      child.stdout.on("data", (chunk) => {
        output += chunk;
        if (/^ibkr-native · simulated/m.test(output)) resolve();
      });
      child.once("exit", () => resolve());
    });
    const [gateway] = childrenOf(child.pid as number);
    if (process.platform === "linux") expect(getPriority(gateway)).toBeGreaterThan(getPriority(child.pid));
    const code = await new Promise((resolve) => {
      child.once("exit", resolve);
      child.kill("SIGINT");
    });
    expect(code).toBe(130);
    expect(output).toContain("interrupted: tidying up");
    expect(output).toContain("Summary");
    // Elsewhere than on Linux nothing lists a process's children; then only the demo's own end is seen.
    if (process.platform === "linux") {
      expect(gateway).toBeGreaterThan(0);
      expect(isAlive(gateway)).toBe(false);
    }
  }, 20_000);

  test("plays a captured conversation, and shows what was in it", async ({ expect }) => {
    const { code, output, errors } = await node(MAIN, "demo", "--replay", CAPTURE);
    expect(errors).toBe("");
    const row = output.split("\n").find((line) => line.startsWith("AAPL"));
    expect(row?.trim().split(/\s{2,}/)).toEqual([
      ...["AAPL", "160", "308.48", "308.51", "120", "308.49", "-1.85", "-0.60 %"],
      ...["313.59", "308.21", "386,500", "11"],
    ]);
    expect(output).toContain("played        21 of 21 frames");
    expect(output).toContain("Displaying delayed market data. (10167)");
    expect(output).not.toContain("Problems");
    expect(code).toBe(0);
  }, 20_000);

  test.for<[string[], string]>([
    [["--replay", "nowhere.txt"], '--replay "nowhere.txt" cannot be read: there is no such file'],
    [["--replay", "package.json"], "package.json is no capture: line 1: a handshake line has to come first"],
    [
      ["--replay", OTHER_VERSION],
      "server version 206; the client speaks 100 to 193 (text) and 213 to 226 (protobuf)",
    ],
    [["--port", "1"], "no connection to gateway at 127.0.0.1:1: "],
  ])("%j fails with 1 and a reason", async ([argv, message], { expect }) => {
    const { code, errors } = await node(MAIN, "demo", ...argv);
    expect(errors).toContain(message);
    expect(code).toBe(1);
  });
});

describe.concurrent("the examples run and end by themselves", () => {
  const expected: Record<string, RegExp[]> = {
    "drop-in.mjs": [
      /^AAPL \d+(\.\d+)? \/ \d+\.\d+$/m,
      /^order 1: Filled, 100 filled, 0 remaining, average \d+\.\d+$/m,
      /^commission 1 USD$/m,
    ],
    "simulated.mjs": [
      /^order 1: Filled after \d+ steps/m,
      /^order 2: Filled after \d+ steps/m,
      /^the gateway's log has \d+ executions$/m,
    ],
    "stream.mjs": [/^QQQ +\d+\.\d\d \/ \d+\.\d\d {2}[1-9]\d* ticks$/m, /^[1-9]\d+ ticks, \d+ a second/m],
  };

  test("there is an expectation for each", ({ expect }) => {
    expect(readdirSync(join(ROOT, "examples")).filter((name) => name.endsWith("js"))).toEqual(
      Object.keys(expected),
    );
  });

  test.for(Object.entries(expected))("%s", async ([name, patterns], { expect }) => {
    const { code, output, errors } = await node(join("examples", name));
    expect(errors).toBe("");
    for (const pattern of patterns) expect(output).toMatch(pattern);
    expect(code).toBe(0);
  });
});

/** Compiles the examples in TypeScript; once for all tests that run them. */
let compiling: Promise<Ended> | undefined;
async function compiled(): Promise<void> {
  compiling ??= node(join("node_modules", "typescript", "bin", "tsc"), "-p", "examples");
  const { output, code } = await compiling;
  if (code !== 0) throw new Error(output);
}

describe("examples/basic-trading.ts", () => {
  beforeAll(compiled);

  test("trades, and ends by itself", async ({ expect }) => {
    const { code, output, errors } = await node(join("build", "examples", "basic-trading.js"));
    expect(errors).toBe("");
    for (const line of [
      /^DU0000001: 1000000\.00 USD$/m,
      /^AAPL is contract 265598, listed on NASDAQ$/m,
      /^order \d+ is working$/m,
      /^filled: 100 at \d+\.\d\d, commission 1\.00$/m,
      /^position 100 at \d+\.\d\d$/m,
      /^ERR_IBKR_UNKNOWN_CONTRACT \(gateway's 200\), retryable: false$/m,
      /^closed: filled$/m,
    ])
      expect(output).toMatch(line);
    expect(code).toBe(0);
  });
});

describe.concurrent("examples of strategies", () => {
  beforeAll(compiled);

  const report = (name: string) => new RegExp(`^${name} +\\d+ +\\d+ +(-|\\d+%) +\\d+\\.\\d\\d `, "m");
  const isFlat = /^account +\d+ +-?[\d,.]+ +0\.00 +0\.00$/m;

  test("mean-reversion.ts trades, ends flat, and shows what it has made", async ({ expect }) => {
    const options = ["--symbols", "AAPL,MSFT", "--seconds", "4", "--sample-ms", "20"];
    const { code, output, errors } = await node(join("build", "examples", "mean-reversion.js"), ...options);
    expect(errors).toBe("");
    expect(output).toMatch(
      /^(AAPL|MSFT): buys at \d+(\.\d+)?, which is below \d+\.\d\d; sells at \d+(\.\d+)?$/m,
    );
    expect(output).toMatch(/^(AAPL|MSFT): BOT \d+ at \d+(\.\d+)?$/m);
    expect(output).toMatch(report("mean-reversion"));
    expect(output).toMatch(isFlat);
    expect(code).toBe(0);
  });

  test("news-trigger.ts shows headlines, answers some, and ends flat", async ({ expect }) => {
    const { code, output, errors } = await node(
      join("build", "examples", "news-trigger.js"),
      "--seconds",
      "1",
    );
    expect(errors).toBe("");
    expect(output).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z [A-Z-]+ APPLE INC: .+$/m);
    // Which ones there are depends on the day: of all of them there may be none that a rule knows.
    const placed = [...output.matchAll(/^[A-Z]+: (BUY|SELL) 50 at \d+(\.\d+)?$/gm)];
    if (placed.length > 0) expect(output).toMatch(report("news"));
    else expect(output).toContain("No trades, and nothing is held.");
    expect(output).toMatch(/^\d+ headlines$/m);
    expect(code).toBe(0);
  });
});

describe.concurrent("examples/market-data-stream.ts", () => {
  const PROGRAM = join("build", "examples", "market-data-stream.js");
  const QUOTES = /^AAPL +live +\d+\.\d\d +\d+\.\d\d +\d+\.\d\d +[1-9]\d* +[\d,]+ +[\d,]+ /m;

  beforeAll(compiled);

  test("writes plain lines into a file, and ends by itself", async ({ expect }) => {
    const { code, output, errors } = await node(PROGRAM, "--seconds", "1.5", "--symbols", "AAPL,MSFT");
    expect(errors).toBe("");
    expect(output).toMatch(QUOTES);
    expect(output).toMatch(/^total +ready +[1-9]\d* +[1-9][\d,]* +[1-9][\d,]* +[\d,]+ +[1-9][\d,]* +0$/m);
    expect(output).toMatch(/^received [\d,]+, delivered [\d,]+, batches [1-9]\d*, lines 2 of 100$/m);
    expect(output).toMatch(/^ring: [\d,]+ of 16,384 slots in use, [\d,]+ at the most, full 0 times/m);
    expect(output).not.toContain("\x1b");
    expect(code).toBe(0);
  });

  test("draws over its table on a terminal", async ({ expect }) => {
    const terminal = `Object.assign(process.stdout, { isTTY: true, columns: 150 }); require("./${PROGRAM}")`;
    const { code, output, errors } = await node(
      "-e",
      terminal,
      "--",
      "--seconds",
      "1.5",
      "--symbols",
      "AAPL",
    );
    expect(errors).toBe("");
    // Up to the first line of what stands there: as many lines as there were.
    const UP = new RegExp(`${"\x1b"}\\[\\d+A`, "g");
    expect(output.split(UP).length).toBeGreaterThan(2);
    expect(output.replaceAll(UP, "")).toMatch(QUOTES);
    expect(code).toBe(0);
  });

  test.for([
    [["--port", "1"], "127.0.0.1:1"],
    [["--port", "70000"], "port is 70000 (allowed: an integer from 1 to 65535)"],
    [["--profile", "fast"], 'profile is "fast" (allowed: '],
    [["--seconds", "0"], "--seconds is 0 (allowed: a number above 0)"],
  ] as [string[], string][])("%j fails with 1 and a reason", async ([argv, message], { expect }) => {
    const { code, errors } = await node(PROGRAM, ...argv);
    expect(errors).toContain(message);
    expect(code).toBe(1);
  });
});

/** Processes that a process has started; none where the system has no /proc. */
function childrenOf(pid: number): number[] {
  try {
    const list = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    return list.trim().split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
