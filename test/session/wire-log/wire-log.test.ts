import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { IBKRClient } from "../../../src/connect/client.js";
import * as contracts from "../../../src/domain/contracts.js";
import type { IBKRError } from "../../../src/domain/ibkr-error.js";
import * as orders from "../../../src/domain/orders.js";
import { decodeWireLog, type WireLogEntry } from "../../../src/session/wire-log/decode-wire-log.js";
import { WireLogFile } from "../../../src/session/wire-log/wire-log-file.js";
import { frameLine } from "../../../src/session/wire-log/wire-log-line.js";
import { atEnd, cleansUp, clientAt, refusalOf, simulated, told } from "../../client/client-stage.js";

cleansUp();

const AAPL = contracts.stock("AAPL");
const ACCOUNTS = ["DU1234567", "TRADER77"];

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "wire-log-"));
  atEnd(() => rmSync(made, { recursive: true }));
  return made;
}

async function entriesOf(file: string, options?: { older?: boolean }): Promise<WireLogEntry[]> {
  const entries: WireLogEntry[] = [];
  for await (const entry of decodeWireLog(file, options)) entries.push(entry);
  return entries;
}

async function work(client: IBKRClient): Promise<void> {
  await client.stream.subscribe(AAPL, { trades: true }).ready;
  await client.placeOrder(AAPL, orders.market("BUY", 10)).done();
  const far = client.placeOrder(AAPL, { ...orders.limit("BUY", 10, 1), account: "TRADER77" });
  await far.acknowledged();
  far.cancel();
  await far.done();
  await client.contractDetails(contracts.stock("NOSUCH")).catch(() => {});
}

describe.each([193, 226])("a wire log, server version %i", (maxServerVersion) => {
  test("has every frame, both ways, as the gateway's own log has them, and no account id", async () => {
    const names = { request: 0, response: 0 };
    const sim = await simulated({
      accounts: ACCOUNTS,
      log: {
        keep: 0,
        onEntry: ({ kind }) => {
          if (kind !== "event") names[kind]++;
        },
      },
    });
    const file = join(folder(), "wire.log");
    const client = await clientAt(sim, { maxServerVersion, wireLog: { file } });
    await work(client);
    await client.serverTimeMs();
    const { totals } = client.stats();
    await client.close();
    const entries = await entriesOf(file);
    const [ins, outs] = ["in", "out"].map((way) => entries.filter((entry) => entry.way === way));
    expect(ins.length).toBeGreaterThanOrEqual(totals.frames);
    expect(outs.length).toBeGreaterThanOrEqual(totals.framesSent);
    expect(outs.length).toBe(names.request);
    expect(entries[0]).toMatchObject({
      way: "note",
      note: expect.stringContaining(`server version ${maxServerVersion}`),
    });
    expect(entries.at(-1)).toMatchObject({ way: "note", note: "disconnected" });
    for (const { message, note, way } of entries)
      if (way !== "note") expect([message, note]).toEqual([expect.stringMatching(/^[A-Z_]+$/), undefined]);
    const text = readFileSync(file, "utf8");
    const shown = text + JSON.stringify(entries);
    for (const id of ACCOUNTS) expect(shown).not.toContain(id);
    for (const [bytes] of text.matchAll(/(?<="bytes":")[^"]+/g))
      for (const id of ACCOUNTS) expect(Buffer.from(bytes, "base64").includes(id)).toBe(false);
    expect(shown).toContain("DU*****67");
    const micros = entries.map((entry) => entry.micros);
    expect(micros).toEqual(micros.toSorted((a, b) => a - b));
  });

  test("is decoded to what a program hears", async () => {
    const sim = await simulated({ accounts: ACCOUNTS });
    const file = join(folder(), "wire.log");
    const client = await clientAt(sim, { maxServerVersion, wireLog: { file } });
    const heard: unknown[][] = [];
    client.api.on("all" as never, ((name: string, args: unknown[]) => heard.push([name, ...args])) as never);
    await work(client);
    await client.serverTimeMs();
    await client.close();
    const events = (await entriesOf(file)).flatMap((entry) => entry.events);
    const cold = ["openOrder", "execDetails", "nextValidId", "managedAccounts", "commissionReport"];
    const hot = maxServerVersion === 193 ? ["tickPrice", "tickSize", "orderStatus"] : [];
    for (const wanted of [...cold, ...hot]) {
      const logged = events.filter(([name]) => name === wanted).map((event) => JSON.stringify(event));
      const told = heard.filter(([name]) => name === wanted).map((event) => JSON.stringify(event));
      expect([wanted, logged.length > 0]).toEqual([wanted, true]);
      // What came before somebody listened is in the log alone; account ids are masked there.
      const plain = told.map((event) =>
        event.replaceAll("DU1234567", "DU*****67").replaceAll("TRADER77", "TR****77"),
      );
      expect(logged).toEqual(expect.arrayContaining(plain));
    }
    const prices = (await entriesOf(file)).filter(({ message }) => message === "TICK_PRICE");
    expect(prices.length).toBeGreaterThan(2);
    for (const { fields, events } of prices) {
      if (maxServerVersion === 193) expect(events[0][0]).toBe("tickPrice");
      else expect(fields).toMatchObject({ reqId: expect.any(Number), price: expect.any(Number) });
    }
    const out = (await entriesOf(file)).filter(({ message }) => message === "PLACE_ORDER");
    expect(out.length).toBe(2);
    expect(JSON.stringify(out[0].fields)).toContain("AAPL");
    expect(events).toContainEqual([
      "error",
      expect.stringContaining("No security definition"),
      200,
      expect.any(Number),
    ]);
  });
});

test("without one nothing is different: orders take the fast path, no frame is shown", async () => {
  const client = await clientAt(await simulated());
  const { interest } = client["own"].connection.observers;
  expect([interest.frames, interest.received, interest.sent]).toEqual([false, false, false]);
});

test("goes on across connections, and behind what the file had", async () => {
  const sim = await simulated();
  const file = join(folder(), "wire.log");
  for (const _ of [1, 2]) {
    const client = await clientAt(sim, { wireLog: { file } });
    const back = told(
      (listener) => client.on("state", listener),
      (state) => state === "ready",
    );
    sim.fault({ kind: "reset" });
    await back;
    await client.close();
  }
  const notes = (await entriesOf(file)).filter(({ way }) => way === "note").map(({ note }) => note);
  const connected = expect.stringMatching(/^connected, server version 226/);
  expect(notes).toEqual([1, 2, 3, 4].flatMap(() => [connected, "disconnected"]));
});

describe("a file", () => {
  const line = (n: number) =>
    `${JSON.stringify({ micros: n, way: "note", version: 226, note: "x".repeat(n % 900) })}\n`;
  const bytesIn = (at: string) =>
    readdirSync(at).reduce((sum, name) => sum + statSync(join(at, name)).size, 0);

  test.each([1, 2, 3])(
    "and its older ones, %i in all, stay within their cap; the newest lines are kept",
    async (maxFiles) => {
      const at = folder();
      const file = join(at, "wire.log");
      const log = new WireLogFile({ file, maxBytes: 65_536, maxFiles }, (error) =>
        expect(error).toBeUndefined(),
      );
      for (let n = 0; n < 3_000; n++) {
        log.add(line(n));
        if (n % 100 === 0)
          for (const name of readdirSync(at))
            expect(statSync(join(at, name)).size).toBeLessThanOrEqual(65_536);
      }
      log.close();
      expect(readdirSync(at).length).toBe(maxFiles);
      expect(bytesIn(at)).toBeLessThanOrEqual(65_536 * maxFiles);
      const kept = (await entriesOf(file)).map(({ micros }) => micros);
      expect(kept).toEqual(Array.from({ length: kept.length }, (_, i) => 3_000 - kept.length + i));
      expect(kept.length).toBeGreaterThan(60 * maxFiles);
      const newest = (await entriesOf(file, { older: false })).map(({ micros }) => micros);
      expect(newest).toEqual(kept.slice(-newest.length));
    },
  );

  test("that cannot be written is refused by its name, and one that fails later is told once, and costs nothing", async () => {
    const at = folder();
    const client = () => simulated().then((sim) => clientAt(sim, { wireLog: { file: at } }));
    expect(await refusalOf(client)).toMatchObject({
      code: "ERR_IBKR_FILE",
      message: expect.stringContaining("wireLog.file"),
    });
    const failures: IBKRError[] = [];
    const log = new WireLogFile({ file: "/dev/full", maxBytes: 65_536, maxFiles: 2 }, (error) =>
      failures.push(error),
    );
    log.add(line(1));
    log.flush();
    log.add(line(2));
    log.close();
    expect(failures.map(({ code, message }) => [code, message])).toEqual([
      ["ERR_IBKR_FILE", expect.stringContaining("/dev/full")],
    ]);
  });

  test("is written at the end of the turn of the event loop, whole lines at a time", async () => {
    const file = join(folder(), "wire.log");
    const log = new WireLogFile({ file, maxBytes: 65_536, maxFiles: 2 }, () => {});
    log.add(line(1));
    log.add(line(2));
    expect(statSync(file).size).toBe(0);
    await new Promise((resolve) => setImmediate(resolve));
    expect(readFileSync(file, "utf8")).toBe(line(1) + line(2));
    log.close();
  });

  test("whose last line was cut is read up to there; one that is no wire log is refused by its line", async () => {
    const file = join(folder(), "wire.log");
    writeFileSync(file, `${line(1)}${line(2)}{"micros":3,"way":"no`);
    expect((await entriesOf(file)).map(({ micros }) => micros)).toEqual([1, 2]);
    writeFileSync(file, `${line(1)}nothing\n${line(2)}`);
    expect(await refusalOf(() => entriesOf(file))).toMatchObject({
      code: "ERR_IBKR_FILE",
      message: expect.stringMatching(/wire\.log:2 is no line of a wire log$/),
    });
    writeFileSync(file, "hello\n");
    expect(await refusalOf(() => entriesOf(file))).toMatchObject({ code: "ERR_IBKR_FILE" });
    expect(await refusalOf(() => entriesOf(`${file}.none`))).toMatchObject({ code: "ERR_IBKR_FILE" });
  });
});

describe("a frame that is too long for its file", () => {
  test.each([
    ["text", 178, Buffer.from(`4\0${"\u0001".repeat(300_000)}\0`)],
    ["protobuf", 226, Buffer.concat([Buffer.from([0, 0, 0, 204]), Buffer.alloc(300_000, 1)])],
  ] as const)("is cut, and its length told: %s", async (_kind, version, payload) => {
    const made = frameLine(1, "in", payload, version, 65_536);
    expect(Buffer.byteLength(made)).toBeLessThanOrEqual(65_536);
    const file = join(folder(), "wire.log");
    writeFileSync(file, made);
    expect(await entriesOf(file)).toMatchObject([
      { message: "ERR_MSG", wholeBytes: payload.length, events: [] },
    ]);
  });
});

test("bytes that are no message are kept, and said to be none", async () => {
  const file = join(folder(), "wire.log");
  const noise = Buffer.concat([Buffer.from([0, 0, 0, 204]), Buffer.from([0xff, 0xff, 0xff])]);
  writeFileSync(file, frameLine(1, "in", noise, 226, 65_536));
  const [entry] = await entriesOf(file);
  expect(entry.note).toMatch(/\S/);
  expect(readFileSync(file, "utf8")).toContain(noise.toString("base64"));
});
