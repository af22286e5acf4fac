// Gateway and client die, at every byte of an order's frame and at random moments: `npm run campaign -- orders --seeds N`.
// The exchange is this process, with everything that it knows of orders. The gateway's front is another one, which is killed
// (SIGKILL) and started again on its port; so is the client, in a quarter of the runs, from its journal.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { type ExecutionRecord, type LogEntry, SimulatedGateway } from "../../src/sim/index.js";
import { SeededRandom, testSeed } from "../support/seeded-random.js";
import { live } from "./campaign-client.cjs";

const CAMPAIGN = process.env["CAMPAIGN_SEEDS"];
const SEEDS = Number(CAMPAIGN ?? 8);
const ORDERS = 10;
/** Runs wait for timers and processes most of the time: so many at once. */
const AT_ONCE = 8;
/** No run takes nearly as long. */
const RUN_MS = 60_000;

const first = testSeed("orders and deaths", 1);

/** When the gateway's front dies: after so many bytes of the nth order's frame, or so many ms after the first order. */
interface Death {
  readonly nth: number;
  readonly afterBytes: number;
  readonly afterMs: number | undefined;
}

/** Lines of a process that may die at any moment. */
class Lines {
  readonly all: string[] = [];
  readonly ended: Promise<unknown>;
  hasEnded = false;
  private look: () => void = () => {};

  constructor(readonly child: ChildProcess) {
    this.ended = once(child, "close").then(() => {
      this.hasEnded = true;
      this.look();
    });
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on("line", (line) => {
      this.all.push(line);
      this.look();
    });
  }

  /** Waits for the next line, or the end. */
  async more(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.look = resolve;
    });
  }
}

/** The gateway's process, and the next one when it has died. */
class Front {
  port = 0;
  deaths = 0;
  /** Of the frame that it died in, and how many of its bytes went on; zeros: it did not die in one. */
  frame: readonly [bytes: number, went: number] = [0, 0];
  /** How often the client has sent each order, whatever became of it behind. */
  readonly sent = new Map<string, number>();
  private lines: Lines | undefined;
  private isOver = false;
  private again: Promise<void> = Promise.resolve();

  constructor(
    private readonly upstream: number,
    private readonly death: Death,
  ) {}

  async start(isAgain = false): Promise<void> {
    const { nth, afterBytes, afterMs } = this.death;
    const dies = isAgain || afterMs !== undefined ? 0 : nth;
    const args = [join(__dirname, "gateway-front.cjs"), this.port, this.upstream, dies, afterBytes];
    const child = spawn(process.execPath, args.map(String), { stdio: ["ignore", "pipe", "inherit"] });
    const lines = new Lines(child);
    this.lines = lines;
    lines.ended.then(() => {
      if (this.isOver) return;
      this.deaths++;
      this.again = this.start(true);
    });
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on("line", (line) => {
      const [what, ...values] = line.split(" ");
      if (what === "died") this.frame = [Number(values[0]), Number(values[1])];
      if (what !== "order") return;
      const [ref = ""] = values;
      const isFirst = this.sent.size === 0;
      this.sent.set(ref, (this.sent.get(ref) ?? 0) + 1);
      if (isFirst && afterMs !== undefined && !isAgain) setTimeout(() => child.kill("SIGKILL"), afterMs);
    });
    while (!lines.all.some((line) => line.startsWith("port ")) && !lines.hasEnded) await lines.more();
    this.port = Number(lines.all.find((line) => line.startsWith("port "))?.slice(5) ?? 0);
  }

  async stop(): Promise<void> {
    await this.again;
    this.isOver = true;
    this.lines?.child.kill("SIGKILL");
    await this.lines?.ended;
  }
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

/** One life of the client: in this process, or in one of its own, which can be killed. */
interface Life {
  readonly told: readonly Told[];
  /** Resolves with what says so, or undefined where it ended before. */
  until(wanted: (told: Told) => boolean): Promise<Told | undefined>;
  /** Ends it in order. @returns its last words */
  finish(): Promise<Told>;
}

class LifeHere implements Life {
  readonly told: Told[] = [];
  private readonly ended: Promise<void>;
  private failure: unknown;
  private hasEnded = false;
  private end: () => void = () => {};
  private look: () => void = () => {};

  constructor(given: object) {
    const end = new Promise<void>((resolve) => {
      this.end = resolve;
    });
    const say = (told: Told) => {
      this.told.push(told);
      this.look();
    };
    this.ended = live(given, say, end)
      .catch((error: unknown) => {
        this.failure = error;
      })
      .then(() => {
        this.hasEnded = true;
        this.look();
      });
  }

  async until(wanted: (told: Told) => boolean): Promise<Told | undefined> {
    for (;;) {
      const found = this.told.find(wanted);
      if (found !== undefined) return found;
      if (this.failure !== undefined) throw this.failure;
      if (this.hasEnded) return undefined;
      await new Promise<void>((resolve) => {
        this.look = resolve;
      });
    }
  }

  async finish(): Promise<Told> {
    this.end();
    await this.ended;
    const last = await this.until(({ tickets }) => tickets !== undefined);
    if (last === undefined) throw new Error("the client ended without a word");
    return last;
  }
}

class LifeThere {
  private readonly lines: Lines;

  constructor(given: object) {
    const args = [join(__dirname, "campaign-client.cjs"), JSON.stringify(given)];
    this.lines = new Lines(spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] }));
  }

  get told(): readonly Told[] {
    return this.lines.all.map((line) => JSON.parse(line) as Told);
  }

  async until(isThere: (told: readonly Told[]) => boolean): Promise<void> {
    while (!isThere(this.told) && !this.lines.hasEnded) await this.lines.more();
    const failed = this.told.find(({ failed }) => failed !== undefined);
    if (failed !== undefined) throw new Error(failed.failed);
  }

  async kill(): Promise<void> {
    this.lines.child.kill("SIGKILL");
    await this.lines.ended;
  }
}

/** What the exchange knows of each order, by its orderRef. */
class ExchangeLog {
  readonly placed = new Map<string, number>();
  readonly ids = new Map<number, number>();
  readonly idOf = new Map<string, number>();
  /** What the gateway said of orders that it did not take. */
  readonly refused = new Map<number, number>();
  readonly statuses = new Map<string, string>();
  readonly executions = new Map<string, Map<string, number>>();

  /** For {@link LogOptions.onEntry}. */
  readonly take = ({ kind, name, body }: LogEntry): void => {
    if (kind === "response" && name === "error") {
      const { id, errorCode } = body as { id: number; errorCode: number };
      this.refused.set(id, errorCode);
    }
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

/** One run: gateway and client die, and no order is sent twice, none is lost, every ticket is true. @returns how it went */
async function run(seed: number, cleanups: (() => unknown)[]): Promise<string> {
  const random = new SeededRandom(seed);
  const n = (seed - 1) >> 1;
  const inFrame = seed % 2 === 1;
  const clientDies = random.below(4) === 0;
  // Each byte of both dialects in turn.
  const version = n % 2 === 0 ? 193 : 226;
  const death: Death = {
    nth: random.int(1, 5),
    afterBytes: n >> 1,
    afterMs: inFrame ? undefined : random.below(30),
  };
  const log = new ExchangeLog();
  const gateway = await SimulatedGateway.start({ seed, tickIntervalMs: 5, log: { onEntry: log.take } });
  cleanups.push(() => gateway.stop());
  log.listen(gateway);
  const front = new Front(gateway.port, death);
  cleanups.push(() => front.stop());
  await front.start();
  const folder = mkdtempSync(join(tmpdir(), "ibkr-deaths-"));
  cleanups.push(() => rmSync(folder, { recursive: true }));

  const given = { port: front.port, folder, version, seed };
  let orders = ORDERS;
  if (clientDies) {
    // A moment that is anywhere in what it does.
    const there = new LifeThere({ ...given, orders });
    cleanups.push(() => there.kill());
    await there.until((told) => told.some(({ ready }) => ready === true));
    const most = random.int(0, ORDERS);
    await there.until(
      (told) =>
        told.some(({ placed }) => placed === true) ||
        told.filter(({ order }) => order !== undefined).length >= most,
    );
    if (random.chance(0.5)) await new Promise((resolve) => setTimeout(resolve, random.below(20)));
    await there.kill();
    orders = 0;
  }
  const life: Life = new LifeHere({ ...given, orders });
  await life.until(({ placed }) => placed === true);
  const { tickets = [], journalError } = await life.finish();
  expect(journalError).toBeUndefined();

  // Never twice.
  for (const [ref, times] of front.sent) expect([ref, times]).toEqual([ref, 1]);
  for (const [ref, times] of log.placed) expect([ref, times]).toEqual([ref, 1]);
  for (const [id, times] of log.ids) expect([id, times]).toEqual([id, 1]);
  // No order comes under a number that is used up: what fires and what is placed keep their turn.
  for (const [id, code] of log.refused) expect([id, code]).not.toEqual([id, 103]);
  // Every order of the exchange has its ticket, and that is true.
  const byRef = new Map(tickets.map((ticket) => [ticket.orderRef, ticket]));
  const told = tickets.filter(({ status }) => status !== "not-sent");
  expect(new Set(told.map(({ orderRef }) => orderRef)).size).toBe(told.length);
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

  if (inFrame && front.frame[0] > 0) covered[version].add(`${front.frame[1]}`);
  longest[version] = Math.max(longest[version], front.frame[0]);
  totals.deaths += front.deaths;
  totals.kills += clientDies ? 1 : 0;
  totals.orders += log.placed.size;
  const counts = new Map<string, number>();
  for (const { status } of tickets) counts.set(status, (counts.get(status) ?? 0) + 1);
  const how = inFrame ? `byte ${front.frame[1]} of ${front.frame[0]}` : `${death.afterMs} ms`;
  return (
    `version ${version}, ${how}${clientDies ? ", kill -9" : ""}, deaths ${front.deaths}, ` +
    `at the exchange ${log.placed.size}, ${JSON.stringify(Object.fromEntries(counts))}`
  );
}

/** Of the whole campaign: after which bytes of a frame the gateway has died, and how often what happened. */
const covered = { 193: new Set<string>(), 226: new Set<string>() };
const longest = { 193: 0, 226: 0 };
const totals = { deaths: 0, kills: 0, orders: 0 };

test(
  "gateway and client die, and no order is sent twice, none is lost, every ticket is true",
  async () => {
    const failures: string[] = [];
    let next = first;
    const one = async () => {
      while (next < first + SEEDS) {
        const seed = next++;
        const cleanups: (() => unknown)[] = [];
        let watch: NodeJS.Timeout | undefined;
        const late = new Promise<never>((_, reject) => {
          watch = setTimeout(() => reject(new Error(`not over after ${RUN_MS} ms`)), RUN_MS);
        });
        try {
          const how = await Promise.race([run(seed, cleanups), late]);
          if (CAMPAIGN !== undefined) console.log(`seed ${seed}: ${how}`);
        } catch (error) {
          failures.push(`seed ${seed}: ${(error as Error).message}`);
          console.log(failures.at(-1));
        } finally {
          clearTimeout(watch);
          for (const cleanup of cleanups.toReversed()) await cleanup();
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, SEEDS) }, one));
    const bytes = ([193, 226] as const).map(
      (version) =>
        `${covered[version].size} places of frames of up to ${longest[version]} bytes (${version})`,
    );
    console.log(
      `${SEEDS} runs, ${failures.length} failed; the gateway died ${totals.deaths} times, at ${bytes.join(", ")}; ` +
        `the client ${totals.kills} times; ${totals.orders} orders at the exchange`,
    );
    expect(failures).toEqual([]);
  },
  RUN_MS + SEEDS * 5_000,
);
