import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { IBKRClient } from "../../src/connect/client.js";
import { connectBroker } from "../../src/connect/connected-broker.js";
import { SimulatedProcess } from "../../src/connect/simulated-process.js";
import { attendParent, type ChildAnswer, type ParentChannel } from "../../src/connect/simulator-child.js";
import { SimulatedGateway, type SimulatedGatewayOptions, VirtualClock } from "../../src/sim/index.js";
import { Signal } from "../support/signal.js";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** Whether somebody listens there. */
function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

const lives = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("a gateway in a process of its own", () => {
  test("listens, and ends when it is stopped", async () => {
    const gateway = await SimulatedProcess.start({ seed: 7, accounts: ["DU7"] });
    const { pid = 0, port } = gateway;
    expect(pid).not.toBe(process.pid);
    expect([lives(pid), await listens(port)]).toEqual([true, true]);
    await Promise.all([gateway.stop(), gateway.stop()]);
    await gateway.stop();
    expect([lives(pid), await listens(port)]).toEqual([false, false]);
  });

  test("that dies is told of, and is why the client does not come back", async () => {
    const client = await IBKRClient.connect({ environment: "simulation", reconnectFirstMs: 10 });
    ends.push(() => client.close());
    const told: string[] = [];
    const signal = new Signal();
    const hear = () => signal.notify();
    client.on("error", ({ code, message }) => {
      told.push(`${code}: ${message}`);
      hear();
    });
    client.gateway.on("gatewayState", hear);
    const { pid } = (client as unknown as { own: { gateway: SimulatedProcess } }).own.gateway;
    process.kill(pid as number, "SIGKILL");
    const message = "the simulated gateway's process has ended: SIGKILL";
    await signal.until("the end", () => told.some((text) => text.includes(message)));
    await signal.until("why", () => client.gateway.status().lastError?.message === message);
    expect(told).toContain(`ERR_IBKR_CONNECT: ${message}`);
    expect(client.state).not.toBe("ready");
  });

  test("refuses options as the one in this process does", async () => {
    for (const options of [
      { tickIntervalMs: 0 },
      { weather: 1 },
      { maxRequestsPerSecond: Number.POSITIVE_INFINITY, seed: 0.5 },
      { referenceData: "/no/such/file.json" },
    ]) {
      const there = await SimulatedProcess.start(options as SimulatedGatewayOptions).catch((error) => error);
      const here = await SimulatedGateway.start(options as SimulatedGatewayOptions).catch((error) => error);
      expect(there).toMatchObject({ code: here.code, message: here.message, scope: here.scope });
    }
  });

  test("is ended where nobody waits for it any more", async () => {
    const ends = new AbortController();
    const starting = SimulatedProcess.start({}, ends.signal);
    ends.abort(new Error("enough"));
    await expect(starting).rejects.toThrow("enough");
  });

  test("that ends by itself is an error of who waits for it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "ibkr-program-"));
    ends.push(() => rmSync(folder, { recursive: true }));
    const program = join(folder, "ends.cjs");
    writeFileSync(program, "process.exit(3)");
    await expect(SimulatedProcess.start({}, undefined, program)).rejects.toMatchObject({
      code: "ERR_IBKR_CONNECT",
      message: "the simulated gateway's process has ended: exit code 3",
    });
    writeFileSync(program, 'process.kill(process.pid, "SIGKILL")');
    await expect(SimulatedProcess.start({}, undefined, program)).rejects.toThrow("has ended: SIGKILL");
    writeFileSync(
      program,
      'process.once("message", () => process.send({ error: { code: "ERR_IBKR_INTERNAL", message: "odd", scope: "system", stack: "where" } }))',
    );
    await expect(SimulatedProcess.start({}, undefined, program)).rejects.toMatchObject({
      ...{ code: "ERR_IBKR_INTERNAL", message: "odd", stack: "where" },
    });
  });

  test("runs here where it is given a clock or a function of this process", async () => {
    const clock = new VirtualClock({ start: Date.UTC(2026, 0, 5, 15) });
    const seen: string[] = [];
    for (const simulation of [{ clock }, { log: { onEntry: () => seen.push("entry") } }]) {
      const broker = await connectBroker({ environment: "simulation", simulation });
      ends.push(() => broker.close());
      expect(broker.state).toBe("ready");
      expect(process.getActiveResourcesInfo()).toContain("TCPServerWrap");
    }
    expect(seen.length).toBeGreaterThan(0);
  });

  test("ends with a parent that is killed", async () => {
    const program = `
      const { connectBroker } = require(${JSON.stringify(join(__dirname, "../../dist/index.js"))});
      connectBroker({ environment: "simulation" }).then((broker) => {
        console.log(broker.state);
        setInterval(() => {}, 1000);
      });`;
    const parent: ChildProcess = spawn(process.execPath, ["-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    ends.push(() => parent.kill("SIGKILL"));
    const [line] = (await once(parent.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
    expect(String(line)).toContain("ready");
    const child = childOf(parent.pid as number);
    expect(lives(child)).toBe(true);
    parent.kill("SIGKILL");
    await new Signal().until("its end", () => !lives(child));
    expect(lives(child)).toBe(false);
  });
});

/** The process that another one has started. */
function childOf(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return Number(children.split(" ")[0]);
}

describe("the process itself", () => {
  function channel() {
    const events = new EventEmitter();
    const answers: ChildAnswer[] = [];
    const exited = vi.fn();
    const signal = new Signal();
    const own: ParentChannel = Object.assign(events, {
      send: (answer: ChildAnswer) => {
        answers.push(answer);
        signal.notify();
      },
      exit: (code: number) => {
        exited(code);
        signal.notify();
      },
    });
    attendParent(own);
    return { events, answers, exited, signal };
  }

  test("says its port, and ends with its channel", async () => {
    const { events, answers, exited, signal } = channel();
    events.emit("message", { accounts: ["DU7"] });
    await signal.until("an answer", () => answers.length === 1);
    const [answer] = answers;
    const { port } = answer as { port: number };
    expect(await listens(port)).toBe(true);
    events.emit("SIGINT");
    expect(exited).not.toHaveBeenCalled();
    events.emit("disconnect");
    await signal.until("its end", () => exited.mock.calls.length === 1);
    expect(await listens(port)).toBe(false);
  });

  test("ends with its channel also before it was told anything, and where it could not start", async () => {
    const untold = channel();
    untold.events.emit("disconnect");
    await untold.signal.until("its end", () => untold.exited.mock.calls.length === 1);
    const failed = channel();
    failed.events.emit("message", { seed: 0.5 });
    await failed.signal.until("an answer", () => failed.answers.length === 1);
    expect(failed.answers[0]).toMatchObject({ error: { code: "ERR_IBKR_OPTION", scope: "system" } });
    failed.events.emit("disconnect");
    await failed.signal.until("its end", () => failed.exited.mock.calls.length === 1);
    expect(failed.exited).toHaveBeenCalledWith(0);
  });

  test("says on its errors' output that a scenario ended it", async () => {
    const said = vi.spyOn(console, "error").mockImplementation(() => {});
    ends.push(() => said.mockRestore());
    const { events, signal } = channel();
    events.emit("message", { scenario: { actions: [{ at: 0, cancel: { id: 4 } }] } });
    await signal.until("a word", () => said.mock.calls.length === 1);
    expect(said.mock.calls[0]?.[0]).toContain("cancel");
    events.emit("disconnect");
  });
});
