import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { main } from "../../../src/cli/main.js";

const COMMANDS = ["sim", "demo", "build", "record"];
const { version } = JSON.parse(readFileSync(join(__dirname, "../../../package.json"), "utf8"));

afterEach(() => vi.restoreAllMocks());

async function outcome(argv: readonly string[]): Promise<{ code: number; output: string; errors: string }> {
  const seen = { output: "", errors: "" };
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    seen.output += String(chunk);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
    seen.errors += String(chunk);
    return true;
  });
  return { code: await main(argv), ...seen };
}

const everyWay = COMMANDS.flatMap((name) => [
  [name, "--help"],
  [name, "-h"],
  ["help", name],
]);

describe("help", () => {
  test.each([[["--help"]], [["-h"]], [["help"]]])("%j names the commands", async (argv) => {
    const { code, output, errors } = await outcome(argv);
    expect([code, errors]).toEqual([0, ""]);
    for (const name of COMMANDS) expect(output).toMatch(new RegExp(`^  ${name} .*\\w`, "m"));
  });

  test.each(everyWay)("%s %s lists the command's options", async (...argv) => {
    const name = argv[0] === "help" ? argv[1] : argv[0];
    const { code, output, errors } = await outcome(argv);
    expect([code, errors]).toEqual([0, ""]);
    expect(output).toContain(`Usage: ibkr-native ${name} [options]`);
    expect(output).toMatch(/^ {2}-h, --help /m);
  });

  test.each([
    [
      "sim",
      "port host server-version seed rate accounts cash reference-data lines max-requests log log-quotes",
    ],
    ["sim", "scenario clock start ticks sessions fill-probability slippage username read-only allow"],
    ["sim", "flood flood-ticks flood-rate replay speed verbose"],
    ["demo", "seconds symbols read-mode replay host port client-id trade"],
    ["record", "gateway out listen host"],
    ["build", "uv-dir"],
  ])("of %s has --%s", async (name, options) => {
    const { output } = await outcome([name, "--help"]);
    for (const option of options.split(" ")) expect(output).toMatch(new RegExp(`^  --${option} `, "m"));
  });
});

test.each([
  [["--version"]],
  [["-v"]],
  [["-V"]],
  ...COMMANDS.flatMap((name) => [[[name, "--version"]], [[name, "-v"]], [[name, "-V"]]]),
])("%j is the package's version", async (argv) => {
  expect(await outcome(argv)).toEqual({ code: 0, output: `${version}\n`, errors: "" });
});

describe("a command line that cannot be carried out ends with 2, and says why", () => {
  test.each([
    [[], "a command is missing (allowed: sim, demo, build, record)"],
    [["dance"], 'the command is "dance" (allowed: sim, demo, build, record)'],
    [["help", "dance"], 'the command is "dance" (allowed: sim, demo, build, record)'],
    [["--colour"], "--colour is not known (allowed: --version, --help)"],
    [["--version=2"], "--version has a value (allowed: none)"],
  ])("%j", async (argv, message) => {
    const { code, output, errors } = await outcome(argv);
    expect(errors).toBe(`ibkr-native: ${message}\nibkr-native --help lists the options\n`);
    expect([code, output]).toEqual([2, ""]);
  });

  test.each(COMMANDS)("%s knows its options, and takes nothing else", async (name) => {
    const given = name === "record" ? ["--gateway", "a:1", "--out", "x"] : [];
    const unknown = await outcome([name, ...given, "--colour"]);
    expect(unknown.code).toBe(2);
    expect(unknown.errors).toMatch(
      new RegExp(`^ibkr-native ${name}: --colour is not known \\(allowed: --version, --.*, --help\\)\n`),
    );
    vi.restoreAllMocks();
    const excess = await outcome([name, ...given, "AAPL"]);
    expect(excess.code).toBe(2);
    expect(excess.errors).toMatch(`ibkr-native ${name}: "AAPL" is not known (allowed: options)`);
  });

  test.each([
    ["sim", ["--port", "http"], '--port is "http" (allowed: a number)'],
    ["sim", ["--port", ""], '--port is "" (allowed: a number)'],
    ["sim", ["--port"], "--port has no value (allowed: a number)"],
    ["sim", ["--port", "99999"], "--port is 99999 (allowed: an integer from 0 to 65535)"],
    ["sim", ["--server-version", "227"], "--server-version is 227 (allowed: an integer from 100 to 226)"],
    ["sim", ["--seed", "1.5"], "--seed is 1.5 (allowed: an integer from"],
    ["sim", ["--rate=-1"], "--rate is -1 (allowed: a number above 0)"],
    ["sim", ["--rate", "0"], "--rate is 0 (allowed: a number above 0)"],
    ["sim", ["--accounts", "DU 1"], '--accounts is "DU 1" (allowed: an id of 1 to 20 letters and digits)'],
    ["sim", ["--cash=-5"], "--cash is -5 (allowed: a number from 0 on)"],
    ["sim", ["--lines", "0"], "--lines is 0 (allowed: an integer from 1 to 1000000)"],
    ["sim", ["--max-requests", "0"], "--max-requests is 0 (allowed: a number from 1 on"],
    ["sim", ["--log", ""], '--log is "" (allowed: a file)'],
    ["sim", ["--clock", "slow"], '--clock is "slow" (allowed: real, fast, or for example 10x)'],
    ["sim", ["--clock", "0x"], '--clock is "0x" (allowed: real, fast, or for example 10x)'],
    ["sim", ["--clock", "fast", "--start", "noon"], '--start is "noon" (allowed: for example 2026-01-05T'],
    ["sim", ["--start", "2026-01-05T14:30:00Z"], "(allowed: with --clock fast or Nx)"],
    ["sim", ["--fill-probability", "2"], "--fill-probability is 2 (allowed: a number from 0 to 1)"],
    ["sim", ["--slippage", "0.5"], "--slippage is 0.5 (allowed: an integer from 0 to 1000)"],
    ["sim", ["--username", "a b"], '--username is "a b" (allowed: 1 to 40'],
    ["sim", ["--allow", "here"], '--allow is "here" (allowed: an IPv4 or IPv6 address'],
    ["sim", ["--flood", "0"], "--flood is 0 (allowed: an integer from 1 to 1000000)"],
    ["sim", ["--flood", "1", "--flood-ticks", "0"], "--flood-ticks is 0 (allowed: an integer from 1"],
    ["sim", ["--flood", "1", "--flood-rate", "0"], "--flood-rate is 0 (allowed: a number above 0)"],
    ["sim", ["--replay", "x", "--speed", "0"], "--speed is 0 (allowed: a number above 0)"],
    ["record", ["--out", "x"], "--gateway is missing (allowed: HOST:PORT)"],
    ["record", ["--gateway", "here", "--out", "x"], '--gateway is "here" (allowed: HOST:PORT)'],
    ["record", ["--gateway", "a:0", "--out", "x"], "--gateway is 0 (allowed: an integer from 1 to 65535)"],
    ["record", ["--gateway", "127.0.0.1:4002"], "--out is missing (allowed: a file to write)"],
    ["record", ["--gateway", "a:1", "--out", "x", "--listen", "many"], '--listen is "many" (allowed: an int'],
    [
      "sim",
      ["--replay", "x", "--seed", "7"],
      "--seed is 7 (allowed: without --replay: a capture is played as it",
    ],
    ["sim", ["--replay", "x", "--accounts", "DU1"], '--accounts is ["DU1"] (allowed: without --replay'],
    ["sim", ["--replay", "x", "--read-only"], "--read-only is true (allowed: without --replay"],
    ["sim", ["--replay", "x", "--clock", "fast"], '--clock is "fast" (allowed: without --replay'],
    ["sim", ["--replay", "x", "--log", "y"], '--log is "y" (allowed: without --replay'],
    ["sim", ["--replay", "x", "--flood-ticks", "5"], "--flood-ticks is 5 (allowed: without --replay"],
    ["sim", ["--speed", "2"], "--speed is 2 (allowed: with --replay)"],
    ["sim", ["--flood-ticks", "5"], "--flood-ticks is 5 (allowed: with --flood)"],
    ["sim", ["--flood-rate", "5"], "--flood-rate is 5 (allowed: with --flood)"],
    ["sim", ["--log-quotes"], "--log-quotes is true (allowed: with --log)"],
    ["build", ["--uv-dir", "/nowhere"], '--uv-dir is "/nowhere" (allowed: a folder with uv.h in it)'],
    ["build", ["--uv-dir", ""], '--uv-dir is "" (allowed: a folder)'],
  ])("%s %j", async (name, argv, message) => {
    const { code, errors } = await outcome([name, ...(name === "sim" ? ["--port", "0"] : []), ...argv]);
    expect(errors).toContain(`ibkr-native ${name}: `);
    expect(errors).toContain(message);
    expect(errors).toContain(`ibkr-native ${name} --help lists the options`);
    expect(code).toBe(2);
  });

  test("a variable of the environment is named", async () => {
    vi.stubEnv("IBKR_PORT", "many");
    const { code, errors } = await outcome(["demo"]);
    vi.unstubAllEnvs();
    expect(errors).toMatch(
      /^ibkr-native demo: IBKR_PORT \(environment variable\) is "many" \(allowed: a number\)\n/,
    );
    expect(errors).toContain("ibkr-native demo --help lists the options");
    expect(code).toBe(2);
  });

  test("what fails later ends with 1", async () => {
    const argv = ["record", "--gateway", "127.0.0.1:1", "--out", "/nowhere/x", "--listen", "0"];
    const { code, errors } = await outcome(argv);
    expect(errors).toMatch(/^ibkr-native record: .*\/nowhere\/x/);
    expect(code).toBe(1);
  });
});
