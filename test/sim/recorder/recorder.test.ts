import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventName, OrderAction, OrderType } from "@stoqey/ib";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { main } from "../../../src/cli/main.js";
import { Recorder, ReplayServer } from "../../../src/sim/index.js";
import { AccountMask } from "../../../src/sim/recorder/masking.js";
import { parseCapture } from "../../../src/sim/replay/capture.js";
import { AAPL, Bench, StockClient } from "../../support/sim/harness.js";

const CAPTURES = join(__dirname, "..", "..", "fixtures", "captures");
const bench = new Bench();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "record-"));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await bench.end();
  rmSync(folder, { recursive: true });
});

const buy = { action: OrderAction.BUY, totalQuantity: 100, orderType: OrderType.MKT, transmit: true };

async function record(body: (port: number) => Promise<void>): Promise<string> {
  const gateway = await bench.gateway({ accounts: ["DU7654321", "U1234567"] });
  const file = join(folder, "capture.txt");
  const recorder = await Recorder.start({ gateway: { host: "127.0.0.1", port: gateway.port }, file });
  await body(recorder.port);
  await recorder.stop();
  return file;
}

describe("the recorder", () => {
  test("writes a conversation that plays again, with account ids masked throughout", async () => {
    const file = await record(async (port) => {
      const client = await StockClient.connect(port, 3);
      client.api.placeOrder(1, AAPL, { ...buy, account: "U1234567" });
      await client.settle();
      client.api.reqPositions();
      await client.next(EventName.positionEnd);
      expect(client.all(EventName.position)[0][0]).toBe("U1234567");
      client.api.disconnect();
      await client.next(EventName.disconnected);
      await vi.waitFor(() => expect(readFileSync(file0(), "utf8")).toContain("disconnect"));
    });
    const text = readFileSync(file, "utf8");
    const [leg] = parseCapture(text);
    expect(leg.serverVersion).toBe(193);
    expect(leg.steps.at(-1)?.kind).toBe("disconnect");
    const payloads = leg.steps.flatMap((step) =>
      "payload" in step ? [step.payload.toString("latin1")] : [],
    );
    expect(payloads.some((payload) => /DU7654321|U1234567/.test(payload))).toBe(false);
    expect(payloads.some((payload) => payload.includes("DU0000001,U0000002"))).toBe(true);

    const replay = await ReplayServer.start({ file, speed: Number.POSITIVE_INFINITY });
    const again = await StockClient.connect(replay.port, 3);
    again.api.placeOrder(1, AAPL, buy);
    again.api.reqCurrentTime();
    await again.next(EventName.currentTime);
    again.api.reqPositions();
    await again.next(EventName.positionEnd);
    expect(again.all(EventName.position)[0][0]).toBe("U0000002");
    expect(again.all(EventName.orderStatus).at(-1)?.[1]).toBe("Filled");
    expect(again.decodeErrors()).toEqual([]);
    again.api.disconnect();
    await replay.stop();
  });

  const file0 = (): string => join(folder, "capture.txt");

  test("puts connections after one another into one file, those at the same time into another", async () => {
    const file = await record(async (port) => {
      const one = await StockClient.connect(port, 1);
      const two = await StockClient.connect(port, 2);
      for (const client of [one, two]) client.api.disconnect();
      await vi.waitFor(() => expect(readFileSync(file0(), "utf8")).toContain("disconnect"));
      const three = await StockClient.connect(port, 3);
      three.api.disconnect();
      await vi.waitFor(() => expect(readFileSync(file0(), "utf8").match(/^disconnect$/gm)?.length).toBe(2));
    });
    expect(parseCapture(readFileSync(file, "utf8")).length).toBe(2);
    expect(parseCapture(readFileSync(join(folder, "capture-2.txt"), "utf8")).length).toBe(1);
  });

  test("records the same frames of a protobuf conversation that were played to it", async () => {
    const original = join(CAPTURES, "grounded_bootstrap.txt");
    const replay = await ReplayServer.start({ file: original, speed: Number.POSITIVE_INFINITY });
    const file = file0();
    const recorder = await Recorder.start({ gateway: { host: "127.0.0.1", port: replay.port }, file });
    const raw = await bench.raw(recorder.port);
    raw.handshake("v100..225");
    await raw.until("the handshake", () => raw.frames.length === 1);
    raw.socket.write(Buffer.from("000000060000010f0801", "hex"));
    await raw.until("the bootstrap", () => raw.frames.length === 6);
    raw.socket.destroy();
    await vi.waitFor(() => expect(readFileSync(file, "utf8")).toContain("disconnect"));
    await recorder.stop();
    await replay.stop();
    const frames = (text: string): string[] =>
      parseCapture(text)[0].steps.flatMap((s) => (s.kind === "server" ? [s.payload.toString("hex")] : []));
    const [mine, theirs] = [frames(readFileSync(file, "utf8")), frames(readFileSync(original, "utf8"))];
    const mask = new AccountMask();
    expect(mine).toEqual(theirs.map((hex) => mask.mask(Buffer.from(hex, "hex"), 225).toString("hex")));
    expect(mine.length).toBe(5);
  });

  test("a gateway that is not there closes the client and is told, and the recorder lives on", async () => {
    const file = file0();
    const told: string[] = [];
    const recorder = await Recorder.start({
      gateway: { host: "127.0.0.1", port: 1 },
      file,
      onError: ({ code, message }) => told.push(`${code} ${message}`),
    });
    for (let i = 0; i < 2; i++) {
      const raw = await bench.raw(recorder.port);
      raw.handshake("v100..193");
      await raw.until("the end", () => raw.closed);
    }
    await recorder.stop();
    expect(readFileSync(file, "utf8")).toBe("");
    const line = "no connection to the gateway 127.0.0.1:1: nobody listens there (ECONNREFUSED)";
    expect(told).toEqual([`ERR_IBKR_CONNECT ${line}`, `ERR_IBKR_CONNECT ${line}`]);
  });

  test.each([
    [{ port: 70_000 }, "port is 70000"],
    [{ gateway: { host: "h", port: 0 } }, "gateway.port is 0"],
  ])("%j is refused", async (options, message) => {
    const start = Recorder.start({ gateway: { host: "127.0.0.1", port: 1 }, file: file0(), ...options });
    await expect(start).rejects.toThrow(message);
  });
});

describe("masking", () => {
  const text = (...fields: string[]): Buffer => Buffer.from(fields.map((field) => `${field}\0`).join(""));

  test("keeps lengths, letters and everything that is no account", () => {
    const mask = new AccountMask();
    const payload = text("6", "2", "AccountCode", "DU1234567", "", "U7654321");
    expect(mask.mask(payload, 193)).toEqual(text("6", "2", "AccountCode", "DU0000001", "", "U0000002"));
    const other = text("10", "1", "US0378331005", "265598", "DUK", "F", "UBER");
    expect(mask.mask(other, 193)).toEqual(other);
  });

  test("finds accounts within texts, and those of unusual form once they were listed", () => {
    const mask = new AccountMask();
    expect(mask.mask(text("4", "2", "-1", "321", "no account DU1234567 here"), 193)).toEqual(
      text("4", "2", "-1", "321", "no account DU0000001 here"),
    );
    mask.mask(text("15", "1", "XYZ12"), 193);
    expect(mask.mask(text("61", "3", "XYZ12", "AAPL"), 193)).toEqual(text("61", "3", "XYZ02", "AAPL"));
  });

  test("reaches texts deep in protobuf messages and leaves what follows them alone", () => {
    // 3 { 12: "DU123456", 6: "2" }: the tag after the account is itself a digit's character.
    const inner = Buffer.from("62084455313233343536320132", "hex");
    const payload = Buffer.concat([Buffer.from("000000cb08071a", "hex"), Buffer.from([inner.length]), inner]);
    const masked = new AccountMask().mask(payload, 225);
    expect(masked.toString("latin1")).toBe(payload.toString("latin1").replace("DU123456", "DU000001"));
  });
});

describe("ibkr-native record", () => {
  test("prints one line when ready, records, and ends with 0", async () => {
    const gateway = await bench.gateway();
    const output = { text: "" };
    vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
      output.text += String(chunk);
      return true;
    });
    const before = new Set(process.listeners("SIGTERM"));
    const out = join(folder, "cli.txt");
    const argv = ["record", "--listen", "0", "--gateway", `127.0.0.1:${gateway.port}`, "--out", out];
    const ended = main(argv);
    await vi.waitFor(() => expect(output.text).toContain("\n"));
    expect(output.text).toMatch(
      /^recorder listening on 127\.0\.0\.1:\d+ \(gateway 127\.0\.0\.1:\d+, capture .*cli\.txt\)\n$/,
    );
    const client = await StockClient.connect(Number(/:(\d+) \(/.exec(output.text)?.[1]));
    client.api.disconnect();
    await vi.waitFor(() => expect(readFileSync(out, "utf8")).toContain("disconnect"));
    for (const listener of process.listeners("SIGTERM")) if (!before.has(listener)) listener("SIGTERM");
    expect(await ended).toBe(0);
    expect(output.text).toContain("1 connection(s) recorded");
  });
});
