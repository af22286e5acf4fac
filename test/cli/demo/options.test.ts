import { Command } from "commander";
import { describe, expect, test, vi } from "vitest";
import {
  DEFAULT_SYMBOLS,
  type DemoOptions,
  type DemoValues,
  OPTIONS,
  resolveDemo,
} from "../../../src/cli/demo/options.js";
import { main } from "../../../src/cli/main.js";

function parseOptions(argv: readonly string[], env: NodeJS.ProcessEnv): DemoOptions {
  const command = new Command("demo");
  for (const option of OPTIONS) command.addOption(option);
  return resolveDemo(command.parse(argv, { from: "user" }).opts<DemoValues>(), env);
}

describe("ibkr-native demo: the command line", () => {
  test("defaults to a simulated gateway, 20 symbols, the loop, no trading elsewhere", () => {
    expect(parseOptions([], {})).toEqual({
      target: { kind: "simulator" },
      seconds: undefined,
      symbols: DEFAULT_SYMBOLS,
      readMode: "loop",
      clientId: 77,
      trade: false,
    });
    expect(new Set(DEFAULT_SYMBOLS).size).toBe(20);
  });

  test.each([
    [["--port", "7497"], {}, { kind: "gateway", host: undefined, port: 7497 }],
    [["--host", "gw"], {}, { kind: "gateway", host: "gw", port: undefined }],
    [[], { IBKR_HOST: "gw" }, { kind: "gateway", host: undefined, port: undefined }],
    [[], { IBKR_PORT: "4001" }, { kind: "gateway", host: undefined, port: undefined }],
    [[], { IBKR_HOST: "", IBKR_PORT: "" }, { kind: "simulator" }],
    [["--replay", "x.txt"], { IBKR_PORT: "4001" }, { kind: "replay", file: "x.txt" }],
  ])("%j with %j connects to %j", (argv, env, target) => {
    expect(parseOptions(argv, env).target).toEqual(target);
  });

  test("symbols are upper case, once each", () => {
    expect(parseOptions(["--symbols", "aapl, msft,AAPL,brk b"], {}).symbols).toEqual([
      "AAPL",
      "MSFT",
      "BRK B",
    ]);
  });

  test.each([
    [["--seconds", "soon"], '--seconds is "soon" (allowed: a number from 1 to 86400'],
    [["--seconds", "0"], "--seconds is 0 (allowed: a number from 1 to 86400"],
    [["--seconds", ""], '--seconds is "" (allowed'],
    [["--symbols", "AAPL,,MSFT"], '--symbols is "AAPL,,MSFT" (allowed: symbols of 1 to 12'],
    [["--symbols", Array.from({ length: 101 }, (_, i) => `S${i}`).join()], "(allowed: 1 to 100 symbols)"],
    [["--read-mode", "fast"], '--read-mode is "fast" (allowed: loop, spin, thread'],
    [["--port", "70000"], "--port is 70000 (allowed: an integer from 1 to 65535"],
    [["--port", "4002.5"], "--port is 4002.5 (allowed: an integer"],
    [["--host", ""], '--host is "" (allowed: a host name'],
    [["--client-id", "one"], '--client-id is "one" (allowed: an integer from 0 to 2147483647'],
    [["--trade"], "--trade is for a gateway: name it with --host or --port"],
    [["--replay", "x", "--trade"], "--trade and --replay exclude each other"],
    [["--replay", "x", "--port", "1"], "--port and --replay exclude each other"],
    [["--colour"], "--colour is not known (allowed: "],
    [["AAPL"], '"AAPL" is not known'],
  ])("%j is refused with 2", async (argv, message) => {
    const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    try {
      expect(await main(["demo", ...argv])).toBe(2);
      expect(write.mock.calls.map(([text]) => text).join("")).toContain(message);
    } finally {
      write.mockRestore();
    }
  });
});
