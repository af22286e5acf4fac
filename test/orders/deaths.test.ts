import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, expect, test } from "vitest";
import { type ExecutionRecord, type LogEntry, SimulatedGateway } from "../../src/sim/index.js";
import { SeededRandom, testSeed } from "../support/seeded-random.js";

/** `npm run campaign -- orders --seeds N`: each seed is one gateway that dies, and in a quarter of them the client as well. */
const CAMPAIGN = process.env["CAMPAIGN_SEEDS"];
const SEEDS = Number(CAMPAIGN ?? 8);
const ORDERS = 10;
const PLACE_ORDER = 3;
const PROTOBUF = 200;

const first = testSeed("orders and deaths", 1);

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** When the way to the gateway dies: after so many bytes of the nth order's frame, or so many ms after the first order. */
interface Death {
  readonly nth: number;
  readonly afterBytes: number;
  readonly afterMs: number | undefined;
}

/** Stands between client and gateway, and kills both connections at the moment that it was given, once. */
class DeadlyProxy {
  deaths = 0;
  orderFrames = 0;
  /** How often the client has sent each order, whatever became of it behind. */
  readonly sent = new Map<string, number>();
  /** Of the frame that it died in; 0: it did not die in one. */
  frameBytes = 0;
  private readonly server: Server;
  private readonly pairs = new Set<readonly [Socket, Socket]>();

  constructor(
    private readonly port: number,
    private readonly death: Death,
  ) {
    this.server = createServer((client) => this.accept(client));
  }

  async listen(): Promise<number> {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    return (this.server.address() as AddressInfo).port;
  }

  kill(): void {
    this.deaths++;
    for (const [client, gateway] of this.pairs) {
      client.resetAndDestroy();
      // What was forwarded arrives: the bytes had left.
      gateway.end();
    }
    this.pairs.clear();
  }

  async close(): Promise<void> {
    for (const pair of this.pairs) for (const socket of pair) socket.destroy();
    this.server.close();
    await once(this.server, "close");
  }

  private accept(client: Socket): void {
    const gateway = connect(this.port, "127.0.0.1");
    const pair = [client, gateway] as const;
    this.pairs.add(pair);
    for (const socket of pair) socket.setNoDelay(true).on("error", () => {});
    gateway.on("data", (bytes) => this.pairs.has(pair) && client.write(bytes));
    gateway.on("close", () => client.destroy());
    client.on("close", () => {
      this.pairs.delete(pair);
      gateway.end();
    });
    let rest = Buffer.alloc(0);
    let isFirst = true;
    client.on("data", (bytes) => {
      if (!this.pairs.has(pair)) return;
      rest = Buffer.concat([rest, bytes]);
      if (isFirst) {
        // "API\0" stands before the first frame.
        if (rest.length < 8) return;
        gateway.write(rest.subarray(0, 4));
        rest = rest.subarray(4);
        isFirst = false;
      }
      while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(0)) {
        const frame = rest.subarray(0, 4 + rest.readUInt32BE(0));
        rest = rest.subarray(frame.length);
        if (!this.forward(frame, gateway)) return;
      }
    });
  }

  /** False: it has died. */
  private forward(frame: Buffer, gateway: Socket): boolean {
    const { death } = this;
    if (isPlaceOrder(frame)) {
      const nth = ++this.orderFrames;
      const [ref = ""] = /deaths:[0-9A-Z]{26}/.exec(frame.toString("latin1")) ?? [];
      this.sent.set(ref, (this.sent.get(ref) ?? 0) + 1);
      if (nth === 1 && death.afterMs !== undefined) setTimeout(() => this.kill(), death.afterMs);
      if (nth === death.nth && death.afterMs === undefined) {
        this.frameBytes = frame.length;
        gateway.write(frame.subarray(0, death.afterBytes % (frame.length + 1)));
        this.kill();
        return false;
      }
    }
    gateway.write(frame);
    return true;
  }
}

function isPlaceOrder(frame: Buffer): boolean {
  const payload = frame.subarray(4);
  if (payload.length < 4) return false;
  return payload.readUInt32BE(0) === PROTOBUF + PLACE_ORDER || payload.toString("latin1", 0, 2) === "3\0";
}

interface ToldTicket {
  readonly orderId: number;
  readonly orderRef: string;
  readonly status: string;
  readonly filled: number;
  readonly executions: readonly [execId: string, shares: number][];
  readonly commissions: number;
  readonly error?: string;
}

interface Told {
  readonly ready?: true;
  readonly restored?: number;
  readonly placed?: true;
  readonly order?: string;
  readonly tickets?: readonly ToldTicket[];
  readonly fills?: number;
  readonly journalError?: string;
  readonly failed?: string;
}

/** One life of the client, in a process of its own. */
class Life {
  readonly told: Told[] = [];
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;
  private look: () => void = () => {};

  constructor(given: object) {
    this.child = spawn(process.execPath, [join(__dirname, "campaign-client.cjs"), JSON.stringify(given)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    cleanups.push(() => this.child.kill("SIGKILL"));
    this.ended = once(this.child, "close");
    this.ended.then(() => this.look());
    createInterface({ input: this.child.stdout as NodeJS.ReadableStream }).on("line", (line) => {
      this.told.push(JSON.parse(line));
      this.look();
    });
  }

  /** Resolves with what says so, or undefined where it ended before. */
  async until(wanted: (told: Told) => boolean): Promise<Told | undefined> {
    for (;;) {
      const found = this.told.find(wanted);
      if (found !== undefined) return found;
      const failed = this.told.find((told) => told.failed !== undefined);
      if (failed !== undefined) throw new Error(failed.failed);
      if (this.child.exitCode !== null || this.child.signalCode !== null) return undefined;
      await new Promise<void>((resolve) => {
        this.look = resolve;
      });
    }
  }

  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.ended;
  }

  async finish(): Promise<Told> {
    this.child.stdin?.write("end\n");
    const last = await this.until(({ tickets }) => tickets !== undefined);
    await this.ended;
    if (last === undefined) throw new Error("the client ended without a word");
    return last;
  }
}

/** What the exchange knows of each order, by its orderRef. */
class ExchangeLog {
  readonly placed = new Map<string, number>();
  readonly ids = new Map<number, number>();
  readonly idOf = new Map<string, number>();
  /** Order ids of what the gateway did not take: an armed order's id may come late, and then it is a used one (103). */
  readonly refused = new Set<number>();
  readonly statuses = new Map<string, string>();
  readonly executions = new Map<string, Map<string, number>>();

  /** For {@link LogOptions.onEntry}. */
  readonly take = ({ kind, name, body }: LogEntry): void => {
    if (kind === "response" && name === "error") this.refused.add((body as { id: number }).id);
    if (kind !== "request" || name !== "placeOrder") return;
    const { orderId, order } = body as { orderId: number; order: { orderRef?: string } };
    const { orderRef = "" } = order;
    this.idOf.set(orderRef, orderId);
    this.placed.set(orderRef, (this.placed.get(orderRef) ?? 0) + 1);
    this.ids.set(orderId, (this.ids.get(orderId) ?? 0) + 1);
  };

  listen(gateway: SimulatedGateway): void {
    const { exchange } = gateway;
    exchange.on("order", (order) => {
      this.statuses.set(order.fields.orderRef ?? "", order.status);
    });
    exchange.on("execution", ({ order, execution }: ExecutionRecord) => {
      const ref = order.fields.orderRef ?? "";
      const known = this.executions.get(ref) ?? new Map<string, number>();
      known.set(String(execution.execId), Number(execution.shares));
      this.executions.set(ref, known);
    });
  }
}

/** The client's words that say the same as the exchange's. */
const SAME: Readonly<Record<string, readonly string[]>> = {
  Filled: ["filled"],
  Submitted: ["working"],
  PreSubmitted: ["held"],
  Cancelled: ["cancelled"],
};

const NEVER_THERE = ["not-sent", "unknown"];

test.each(Array.from({ length: SEEDS }, (_, n) => first + n))(
  "gateway and client die, and no order is sent twice, none is lost, every ticket is true (seed %i)",
  async (seed) => {
    const random = new SeededRandom(seed);
    const inFrame = seed % 2 === 1;
    const clientDies = seed % 4 === 0;
    const version = random.pick([193, 226]);
    const death: Death = {
      nth: random.int(1, 8),
      afterBytes: (seed - 1) >> 1,
      afterMs: inFrame ? undefined : random.below(30),
    };
    const log = new ExchangeLog();
    const gateway = await SimulatedGateway.start({
      seed,
      tickIntervalMs: 5,
      log: { onEntry: log.take },
    });
    cleanups.push(() => gateway.stop());
    log.listen(gateway);
    const proxy = new DeadlyProxy(gateway.port, death);
    const port = await proxy.listen();
    cleanups.push(() => proxy.close());
    const folder = mkdtempSync(join(tmpdir(), "ibkr-deaths-"));
    cleanups.push(() => rmSync(folder, { recursive: true }));

    const given = { port, folder, version, seed };
    let life = new Life({ ...given, orders: ORDERS });
    const named = new Set<string>();
    const remember = () => {
      for (const { order } of life.told) if (order !== undefined) named.add(order);
    };
    if (clientDies) {
      // A moment that is anywhere in what it does.
      await life.until(({ ready }) => ready === true);
      const orders = random.int(0, ORDERS);
      await life.until(
        ({ placed }) =>
          placed === true || life.told.filter(({ order }) => order !== undefined).length >= orders,
      );
      if (random.chance(0.5)) await new Promise((resolve) => setTimeout(resolve, random.below(20)));
      await life.kill();
      remember();
      life = new Life({ ...given, orders: 0 });
    }
    await life.until(({ placed }) => placed === true);
    const { tickets = [], journalError } = await life.finish();
    remember();
    expect(journalError).toBeUndefined();

    // Never twice.
    for (const [ref, times] of proxy.sent) expect([ref, times]).toEqual([ref, 1]);
    for (const [ref, times] of log.placed) expect([ref, times]).toEqual([ref, 1]);
    for (const [id, times] of log.ids) expect([id, times]).toEqual([id, 1]);
    // Every order of the exchange has its ticket, and that is true.
    const byRef = new Map(tickets.map((ticket) => [ticket.orderRef, ticket]));
    expect(byRef.size).toBe(tickets.length);
    for (const ref of log.placed.keys()) {
      const ticket = byRef.get(ref);
      const status = log.statuses.get(ref);
      const isRefused = status === undefined && log.refused.has(log.idOf.get(ref) as number);
      // A refusal that was said into a dead connection is heard by nobody, and asked of nobody.
      const allowed = isRefused ? ["rejected", "unknown"] : (SAME[status ?? ""] ?? []);
      expect(allowed, `${ref} is ${status} at the exchange`).toContain(ticket?.status);
    }
    // Executions: none lost, none twice.
    for (const { orderRef, executions, filled } of tickets) {
      const expected = [...(log.executions.get(orderRef) ?? [])].sort();
      expect([...executions].sort()).toEqual(expected);
      expect(filled).toBe(expected.reduce((sum, [, shares]) => sum + shares, 0));
    }
    for (const ref of log.executions.keys()) expect(byRef.has(ref)).toBe(true);
    // What the exchange has never heard of is shown so.
    for (const { orderRef, status } of tickets)
      if (!log.placed.has(orderRef)) expect(NEVER_THERE).toContain(status);
    if (CAMPAIGN !== undefined) {
      const counts = new Map<string, number>();
      for (const { status } of tickets) counts.set(status, (counts.get(status) ?? 0) + 1);
      const how = inFrame
        ? `byte ${death.afterBytes % (proxy.frameBytes + 1)} of ${proxy.frameBytes}`
        : `${death.afterMs} ms`;
      console.log(
        `seed ${seed}: version ${version}, ${how}${clientDies ? ", kill -9" : ""}, deaths ${proxy.deaths}, ` +
          `named ${named.size}, at the exchange ${log.placed.size}, ${JSON.stringify(Object.fromEntries(counts))}`,
      );
    }
  },
  60_000,
);
