import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventName, OrderAction, OrderType } from "@stoqey/ib";
import { afterEach, describe, expect, test, vi } from "vitest";
import { main } from "../../src/cli/main.js";
import { AAPL, StockClient } from "../support/sim/harness.js";

const CAPTURE = join(__dirname, "..", "fixtures", "captures", "current_time_live.txt");

afterEach(() => vi.restoreAllMocks());

/** What goes to a standard stream while the mock stands. */
function capture(stream: NodeJS.WriteStream): { text: string } {
  const seen = { text: "" };
  vi.spyOn(stream, "write").mockImplementation((chunk) => {
    seen.text += String(chunk);
    return true;
  });
  return seen;
}

/** Runs the command until `body` is done, then ends it as SIGTERM would. */
async function running(argv: string[], body: (line: string) => Promise<void>): Promise<number> {
  const output = capture(process.stdout);
  const before = new Set(process.listeners("SIGTERM"));
  const ended = main(["sim", ...argv]);
  await vi.waitFor(() => expect(output.text).toContain("\n"));
  await body(output.text);
  for (const listener of process.listeners("SIGTERM")) {
    if (!before.has(listener)) listener("SIGTERM");
  }
  return ended;
}

describe("ibkr-native sim", () => {
  test("prints one line when ready, serves, writes its log and ends with 0", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sim-"));
    const file = join(folder, "log.jsonl");
    const argv = ["--port", "0", "--seed", "42", "--server-version", "187", "--rate", "100", "--log", file];
    const code = await running(argv, async (line) => {
      expect(line).toMatch(
        /^simulated gateway listening on 127\.0\.0\.1:\d+ \(server version 187, seed 42\)\n$/,
      );
      const client = await StockClient.connect(Number(/:(\d+) /.exec(line)?.[1]));
      expect(client.all(EventName.server)[0][0]).toBe(187);
      client.api.reqMktData(1, AAPL, "", true, false);
      await client.next(EventName.tickSnapshotEnd);
      client.api.disconnect();
    });
    expect(code).toBe(0);
    const entries = readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(entries.filter((e) => e.kind === "request").map((e) => e.name)).toEqual([
      "startApi",
      "reqMktData",
    ]);
    expect(entries.find((e) => e.name === "tickSnapshotEnd")).toMatchObject({
      kind: "response",
      client: 1,
      body: { reqId: 1 },
    });
    rmSync(folder, { recursive: true });
  });

  test("plays a capture", async () => {
    const code = await running(["--port", "0", "--replay", CAPTURE], async (line) => {
      expect(line).toMatch(/^replay server listening on 127\.0\.0\.1:\d+ \(server version 225\)\n$/);
    });
    expect(code).toBe(0);
  });

  test("--verbose prints connections, requests and orders in lines, and no ticks", async () => {
    const printed = capture(process.stdout);
    const before = new Set(process.listeners("SIGTERM"));
    const ended = main(["sim", "--port", "0", "--verbose", "--rate", "50"]);
    await vi.waitFor(() => expect(printed.text).toContain("\n"));
    const client = await StockClient.connect(Number(/:(\d+) /.exec(printed.text)?.[1]));
    client.api.reqMktData(1, AAPL, "233", false, false);
    await client.next(EventName.tickSize);
    client.api.reqContractDetails(2, { ...AAPL, symbol: "NOSUCH" });
    const order = { action: OrderAction.BUY, orderType: OrderType.LMT, totalQuantity: 100, lmtPrice: 250 };
    client.api.placeOrder(5, AAPL, { ...order, transmit: true });
    await client.next(EventName.execDetails);
    client.api.placeOrder(6, AAPL, { ...order, orderType: OrderType.STP, lmtPrice: 0, transmit: true });
    client.api.placeOrder(7, AAPL, { ...order, lmtPrice: 100, transmit: true });
    client.api.cancelOrder(7);
    await vi.waitFor(() => expect(printed.text).toContain("order 7 is cancelled"));
    client.api.disconnect();
    await vi.waitFor(() => expect(printed.text).toContain("disconnected"));
    for (const listener of process.listeners("SIGTERM")) if (!before.has(listener)) listener("SIGTERM");
    expect(await ended).toBe(0);
    const [listening, ...lines] = printed.text.trimEnd().split("\n");
    expect(listening).toMatch(/^simulated gateway listening/);
    for (const line of lines) expect(line).toMatch(/^\d\d:\d\d:\d\d\.\d{3} {2}\S/);
    const texts = lines.map((line) => line.slice("00:00:00.000  ".length));
    expect(texts.slice(0, 3)).toEqual([
      "connected from 127.0.0.1",
      expect.stringMatching(/^offers v\d+\.\.\d+: server version \d+$/),
      "startApi clientId=1",
    ]);
    for (const expected of [
      "client 1  notice 2104 Market data farm connection is OK:usfarm",
      "client 1  reqMktData reqId=1 AAPL STK SMART USD genericTickList=233",
      "client 1  reqContractData reqId=2 NOSUCH STK SMART USD",
      "client 1  error for 2: 200 No security definition has been found for the request",
      "client 1  placeOrder 5: BUY 100 AAPL STK SMART USD LMT 250 DAY",
      "client 1  order 5 is Filled: BUY 100 AAPL LMT 250 DAY, 100 filled",
      expect.stringMatching(/^order 5 traded: BOT \d+ @ 1\d\d\.\d\d on \w+$/),
      "client 1  error for 6: 321 Error validating request.-'order' : cause - stop price is missing",
      "client 1  cancelOrder orderId=7",
      "client 1  order 7 is cancelled",
      "client 1  disconnected",
    ])
      expect(texts).toContainEqual(expected);
    expect(printed.text).not.toMatch(/tickPrice|tickSize|\[object|undefined|NaN/);
  });

  test("--verbose says how each connection of a replay went", async () => {
    const printed = capture(process.stdout);
    const before = new Set(process.listeners("SIGTERM"));
    const ended = main(["sim", "--port", "0", "--replay", CAPTURE, "--verbose"]);
    await vi.waitFor(() => expect(printed.text).toContain("\n"));
    const socket = connect(Number(/:(\d+) /.exec(printed.text)?.[1]), "127.0.0.1");
    const offer = Buffer.from("v100..187");
    socket.write(Buffer.concat([Buffer.from("API\0"), Buffer.from([0, 0, 0, offer.length]), offer]));
    socket.resume();
    await vi.waitFor(() => expect(printed.text).toMatch(/^connection ended: .*187.*$/m));
    for (const listener of process.listeners("SIGTERM")) if (!before.has(listener)) listener("SIGTERM");
    expect(await ended).toBe(0);
  });

  test("a clock at N times real time trades as much faster", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sim-"));
    const [scenario, log] = [join(folder, "s.json"), join(folder, "l.jsonl")];
    writeFileSync(scenario, JSON.stringify({ watch: ["AAPL"], actions: [{ at: "60s", stop: true }] }));
    capture(process.stdout);
    const argv = ["--port", "0", "--clock", "600x", "--scenario", scenario, "--log", log, "--log-quotes"];
    expect(await main(["sim", ...argv])).toBe(0);
    expect(readFileSync(log, "utf8").match(/"quote"/g)?.length).toBeGreaterThan(200);
    rmSync(folder, { recursive: true });
  });

  test.each([
    [["--replay", "nowhere.txt"], "nowhere.txt"],
    [["--scenario", "nowhere.json"], "nowhere.json"],
    [["--ticks", "nowhere.csv"], "nowhere.csv"],
    [["--reference-data", "nowhere.json"], "nowhere.json"],
    [
      ["--log", "nowhere/log.jsonl"],
      'log "nowhere/log.jsonl" cannot be written: there is no such file or folder',
    ],
    [["--host", "203.0.113.1"], "203.0.113.1"],
  ])("%j fails with 1", async (argv, message) => {
    const errors = capture(process.stderr);
    expect(await main(["sim", "--port", "0", ...argv])).toBe(1);
    expect(errors.text).toMatch(/^ibkr-native sim: /);
    expect(errors.text).toContain(message);
  });
});
