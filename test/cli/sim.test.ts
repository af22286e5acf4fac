import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventName } from "@stoqey/ib";
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
    [["--host", "203.0.113.1"], "203.0.113.1"],
  ])("%j fails with 1", async (argv, message) => {
    const errors = capture(process.stderr);
    expect(await main(["sim", "--port", "0", ...argv])).toBe(1);
    expect(errors.text).toMatch(/^ibkr-native sim: /);
    expect(errors.text).toContain(message);
  });
});
