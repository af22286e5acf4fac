import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { IBKRError } from "../../../src/domain/ibkr-error.js";
import { Recorder, ReplayServer, SimulatedGateway } from "../../../src/sim/index.js";

let folder: string;
let taken: Server;
let port: number;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "start-"));
  mkdirSync(join(folder, "a-folder"));
  writeFileSync(join(folder, "ticks.csv"), "time,symbol,kind,price,size\n1,AAPL,bid,high,1\n");
  writeFileSync(join(folder, "other.csv"), "1,ZZZ,bid,10,1\n");
  writeFileSync(join(folder, "capture.txt"), "jump\n");
  writeFileSync(join(folder, "bad.json"), "{");
  taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  port = (taken.address() as { port: number }).port;
});
afterAll(async () => {
  await new Promise((resolve) => taken.close(resolve));
  rmSync(folder, { recursive: true });
});

const gateway = { host: "127.0.0.1", port: 1 };

/** The error with which something does not start. */
async function refusal(start: () => Promise<{ stop(): Promise<void> }>): Promise<IBKRError> {
  const outcome = await start().then(
    async (started) => {
      await started.stop();
      return new Error("it started");
    },
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(IBKRError);
  return outcome as IBKRError;
}

describe("a file that cannot be used is named, with what is wrong", () => {
  const NONE = "there is no such file or folder (ENOENT)";
  test.each<[string, (file: string) => Promise<{ stop(): Promise<void> }>, string, string]>([
    [
      "scenario",
      (scenario) => SimulatedGateway.start({ scenario }),
      "nowhere.yaml",
      `cannot be read: ${NONE}`,
    ],
    [
      "scenario",
      (scenario) => SimulatedGateway.start({ scenario }),
      "a-folder",
      "cannot be read: it is a folder",
    ],
    ["tick file", (ticks) => SimulatedGateway.start({ ticks }), "nowhere.csv", `cannot be read: ${NONE}`],
    ["reference data", (referenceData) => SimulatedGateway.start({ referenceData }), "nowhere.json", NONE],
    [
      "log",
      (file) => SimulatedGateway.start({ log: { file } }),
      "no/log.jsonl",
      `cannot be written: ${NONE}`,
    ],
    [
      "log",
      (file) => SimulatedGateway.start({ log: { file } }),
      "a-folder",
      "written: it is a folder (EISDIR)",
    ],
    ["capture", (file) => ReplayServer.start({ file }), "nowhere.txt", `cannot be read: ${NONE}`],
    ["capture", (file) => Recorder.start({ file, gateway }), "no/capture.txt", `cannot be written: ${NONE}`],
  ])("%s", async (what, start, name, reason) => {
    const file = join(folder, name);
    const { code, message } = await refusal(() => start(file));
    expect(code).toBe("ERR_IBKR_FILE");
    expect(message).toContain(`${what} ${JSON.stringify(file)} `);
    expect(message).toContain(reason);
  });

  test.each<[(file: string) => Promise<{ stop(): Promise<void> }>, string, string]>([
    [(ticks) => SimulatedGateway.start({ ticks }), "ticks.csv", 'line 2: price is "high" (allowed: a number'],
    [(file) => ReplayServer.start({ file }), "capture.txt", "line 1: a handshake line has to come first"],
    [(referenceData) => SimulatedGateway.start({ referenceData }), "bad.json", ": "],
  ])("a line of it too", async (start, name, reason) => {
    const { code, message } = await refusal(() => start(join(folder, name)));
    expect(code).toBe("ERR_IBKR_FILE");
    expect(message).toContain(`${join(folder, name)}${reason.startsWith(":") ? "" : " "}${reason}`);
  });

  test("a symbol of a tick file that does not exist", async () => {
    const { message } = await refusal(() => SimulatedGateway.start({ ticks: join(folder, "other.csv") }));
    expect(message).toBe('symbol of the tick file is "ZZZ" (allowed: a contract that exists)');
  });
});

describe("a port that cannot be had is named, with what is wrong", () => {
  const servers: [string, (at: { port: number; host?: string }) => Promise<{ stop(): Promise<void> }>][] = [
    ["a gateway", (at) => SimulatedGateway.start(at)],
    [
      "a replay",
      (at) => ReplayServer.start({ ...at, text: 'handshake {"server_version":200,"connection_time":"x"}' }),
    ],
    ["a recorder", (at) => Recorder.start({ ...at, gateway, file: join(folder, "out.txt") })],
  ];

  test.each(servers)("in use: %s", async (_, start) => {
    const { code, message } = await refusal(() => start({ port }));
    expect(code).toBe("ERR_IBKR_LISTEN");
    expect(message).toBe(
      `cannot listen on 127.0.0.1:${port}: the port is in use (allowed: one that is free, or 0, and the system chooses) (EADDRINUSE)`,
    );
  });

  test.each(servers)("not this machine's: %s", async (_, start) => {
    const { code, message } = await refusal(() => start({ port: 0, host: "203.0.113.1" }));
    expect(code).toBe("ERR_IBKR_LISTEN");
    expect(message).toBe("cannot listen on 203.0.113.1:0: this machine has no such address (EADDRNOTAVAIL)");
  });
});
