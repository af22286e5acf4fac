import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventName } from "@stoqey/ib";
import { afterEach, describe, expect, test, vi } from "vitest";
import { main } from "../../src/cli/main.js";
import { run } from "../../src/cli/sim.js";
import { AAPL, StockClient } from "../sim/support/harness.js";

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
  const ended = run(argv);
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

  test.each([
    [["--port", "http"], '--port is "http" (allowed: a number)'],
    [["--port", "99999"], "port is 99999"],
    [["--server-version", "227"], "serverVersion is 227"],
    [["--rate=-1"], "--rate is -1"],
    [["--colour"], "Unknown option '--colour'"],
    [["--replay", "nowhere.txt"], "nowhere.txt"],
  ])("%j is refused with 1", async (argv, message) => {
    const errors = capture(process.stderr);
    expect(await run(argv.includes("--port") ? argv : [...argv, "--port", "0"])).toBe(1);
    expect(errors.text).toContain(message);
  });

  test("--help lists the options", async () => {
    const output = capture(process.stdout);
    expect(await main(["sim", "--help"])).toBe(0);
    for (const option of ["--port", "--host", "--server-version", "--seed", "--rate", "--log", "--flood"]) {
      expect(output.text).toContain(option);
    }
  });
});

describe("ibkr-native", () => {
  test("--version is the package's, --help names the commands", async () => {
    const output = capture(process.stdout);
    expect(await main(["--version"])).toBe(0);
    const { version } = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8"));
    expect(output.text).toBe(`${version}\n`);
    expect(await main(["--help"])).toBe(0);
    expect(output.text).toMatch(/sim .*\n.*demo .*\n.*build /);
  });

  test.each([[[]], [["dance"]]])("%j is refused with 2", async (argv) => {
    const errors = capture(process.stderr);
    expect(await main(argv)).toBe(2);
    expect(errors.text).toContain("allowed: sim, demo, build");
  });
});
