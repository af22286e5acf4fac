import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { resolveOptions } from "../../../src/api/options.js";
import type { FeedBatch, FeedSubscription } from "../../../src/broker/feed.js";
import { FeedKind } from "../../../src/broker/feed-kind.js";
import type { FeedCounts, FeedTreatment } from "../../../src/broker/feed-treatment.js";
import type { GreekValues, QuoteValues } from "../../../src/domain/quote.js";
import type { Contract } from "../../../src/domain/stock-types.js";
import { SessionBroker } from "../../../src/session/broker/session-broker.js";
import { Session } from "../../../src/session/session.js";
import { monotonicMicros } from "../../../src/time/monotonic.js";
import { VirtualClock } from "../../../src/time/virtual-clock.js";
import { text } from "../../support/frames.js";
import { asTrade, type PlainMessage } from "../../support/plain-feed/plain-message.js";
import { PlainDesk } from "../../support/plain-feed/plain-treatment.js";
import { textOf, type WireMessage } from "../../support/plain-feed/plain-wire.js";
import { feedTreatment, wireMessage } from "../../support/plain-feed/wire-arbitraries.js";
import { holdsAsync } from "../../support/property.js";
import { ScriptedGateway } from "../../support/scripted-gateway.js";
import { Signal } from "../../support/signal.js";

/*
 * The desk of the core, from the socket to the batches, beside the plain model. Time has no part in it: what is conflated
 * waits until its treatment changes, and a message that is no tick brings along what came before it.
 */

const CONTRACT = { symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" } as Contract;
const SLOTS = 4;
/** Longer than a case takes. */
const LONG_MS = 60_000;

interface Step {
  /** What becomes of the subscription of a slot: treated so, or closed. */
  readonly changes: readonly {
    readonly slot: number;
    readonly treatment?: Omit<FeedTreatment, "boardSlot">;
  }[];
  readonly ticks: readonly { readonly slot: number; readonly message: WireMessage }[];
}

const slot = fc.nat(SLOTS - 1);
const treatment = feedTreatment(LONG_MS);
const opening = fc
  .tuple(...Array.from({ length: SLOTS }, () => treatment))
  .map((all) => all.map((one, n) => ({ slot: n, treatment: one })));
const change = fc.record({ slot, treatment: fc.option(treatment, { nil: undefined, freq: 4 }) });
const ticks = fc.array(fc.record({ slot, message: wireMessage }), { maxLength: 60, size: "max" });
const steps = fc
  .tuple(
    fc.record({ changes: opening, ticks }),
    fc.array(fc.record({ changes: fc.array(change, { maxLength: 4 }), ticks }), {
      maxLength: 4,
      size: "max",
    }),
  )
  .map(([first, rest]): Step[] => [first, ...rest]);

interface Row {
  readonly reqId: number;
  readonly kind: number;
  readonly field: number;
  readonly attribs: number;
  readonly price: number;
  readonly size: number;
  readonly values: readonly number[];
  readonly texts: readonly string[];
}

/** The numbers and texts of a row are as many as the model's message of that place has. */
function rowsOf(batch: FeedBatch, shapeOf: (i: number) => PlainMessage | undefined): Row[] {
  return Array.from({ length: batch.length }, (_, i) => ({
    reqId: batch.reqId(i),
    kind: batch.kind(i),
    field: batch.field(i),
    attribs: batch.kind(i) === FeedKind.STRING ? 0 : batch.attribs(i), // a text has none
    price: batch.price(i),
    size: batch.size(i),
    values: Array.from(shapeOf(i)?.values ?? [], (_value, n) => batch.value(i, n)),
    texts: Array.from(shapeOf(i)?.texts ?? [], (_text, n) => batch.text(i, n)),
  }));
}

/** Times of arrival by themselves: the model's are numbers of messages. */
function plainQuote(quote: QuoteValues) {
  const { bidMicros, askMicros, lastMicros, updatedMicros } = quote;
  const values: Record<string, unknown> = { delayed: quote.delayed };
  for (const name in quote) {
    if (name === "source" || name === "greeks" || name.endsWith("Micros")) continue;
    values[name] = quote[name as keyof QuoteValues];
  }
  for (const name in quote.greeks)
    if (name !== "source") values[`greek ${name}`] = quote.greeks[name as keyof GreekValues];
  return { values, times: [bidMicros, askMicros, lastMicros, updatedMicros] };
}

/** One session and one model, which are told the same. */
class Pair {
  private readonly signal = new Signal();
  private readonly beganMicros = monotonicMicros();
  private readonly model: PlainDesk;
  /** The model's messages have the number in which they were sent for the time of arrival. */
  private sent = 0;
  private readonly messages = new Map<number, PlainMessage>();
  /** When those that were delivered have arrived, by that number. */
  private readonly arrivals = new Map<number, number>();
  private expected: number[][] = [];
  private came: { rows: Row[][]; micros: number[][] } = { rows: [], micros: [] };
  private modelBatches: FeedBatch[] = [];
  private readonly open = new Map<number, FeedSubscription>();
  private readonly counted: { id: number; core: () => FeedCounts; model: () => FeedCounts }[] = [];
  private mark = 0;
  private marked = 0;
  private marker!: FeedSubscription;

  private constructor(
    private readonly gateway: ScriptedGateway,
    readonly broker: SessionBroker,
    private readonly batchMs: number,
  ) {
    this.model = new PlainDesk(new VirtualClock(), (batch) => {
      this.modelBatches.push(batch);
      this.expected.push(Array.from({ length: batch.length }, (_, i) => batch.receivedMicros(i)));
    });
    this.model.setBatching(LONG_MS);
  }

  static async begin(gateway: ScriptedGateway, batchMs: number): Promise<Pair> {
    const options = { port: gateway.port, ringCapacity: 1024, maxReqPerSec: Number.POSITIVE_INFINITY };
    const pair = new Pair(gateway, new SessionBroker(new Session(resolveOptions(options))), batchMs);
    const { feed } = pair.broker;
    feed.setBatching(batchMs);
    feed.onBatch((batch) => pair.take(batch));
    await pair.broker.connect();
    pair.marker = feed.subscribe(
      { kind: "quotes", contract: CONTRACT },
      {
        refused: () => {},
        minTick: (n) => {
          pair.marked = n;
          pair.signal.notify();
        },
      },
    );
    return pair;
  }

  private take(batch: FeedBatch): void {
    // The model is asked first: so its next messages say how many numbers each of these has.
    const before = this.came.rows.flat().length;
    const numbers = this.expected.flat();
    this.came.rows.push(rowsOf(batch, (i) => this.messages.get(numbers[before + i])));
    this.came.micros.push(Array.from({ length: batch.length }, (_, i) => batch.receivedMicros(i)));
  }

  private change({ slot: boardSlot, treatment: changed }: Step["changes"][number]): void {
    const there = this.open.get(boardSlot);
    if (changed === undefined) {
      if (there === undefined) return;
      this.open.delete(boardSlot);
      there.close();
      this.model.remove(there.id);
      return;
    }
    const whole = { ...changed, boardSlot };
    if (there !== undefined) {
      there.treat(whole);
      this.model.treat(there.id, whole);
      return;
    }
    const fresh = this.broker.feed.subscribe(
      { kind: "quotes", contract: CONTRACT },
      { refused: () => {} },
      whole,
    );
    this.open.set(boardSlot, fresh);
    this.counted.push({ id: fresh.id, core: fresh.counts, model: this.model.add(fresh.id, whole) });
  }

  async step({ changes, ticks: all }: Step): Promise<void> {
    for (const one of changes) this.change(one);
    this.model.send();
    await this.settled([]);
    this.compare();

    const payloads: Buffer[] = [];
    for (const { slot: boardSlot, message } of all) {
      const id = this.open.get(boardSlot)?.id;
      if (id === undefined) continue;
      const plain = asTrade({ ...message, reqId: id, receivedMicros: ++this.sent });
      this.messages.set(this.sent, plain);
      this.model.take(plain);
      payloads.push(textOf(id, message));
    }
    this.model.send();
    await this.settled(payloads);
    this.compare();
  }

  private async settled(payloads: Buffer[]): Promise<void> {
    const mark = ++this.mark;
    this.gateway.peer.send(...payloads, text(81, this.marker.id, mark, "", 3));
    await this.signal.until(`mark ${mark}`, () => this.marked === mark);
  }

  private compare(): void {
    const { rows, micros } = this.came;
    const expected = this.modelBatches.map((batch, n) =>
      rowsOf(batch, (i) => this.messages.get(this.expected[n][i])),
    );
    if (this.batchMs > 0) expect(rows).toEqual(expected);
    else expect(rows.flat()).toEqual(expected.flat());
    const arrived = micros.flat();
    this.expected.flat().forEach((number, i) => {
      this.arrivals.set(number, arrived[i]);
    });
    this.came = { rows: [], micros: [] };
    this.expected = [];
    this.modelBatches = [];
    for (const { core, model } of this.counted) expect(core()).toEqual(model());
    for (let n = 0; n < SLOTS; n++) this.compareQuotes(n);
  }

  private compareQuotes(boardSlot: number): void {
    const core = plainQuote(this.broker.feed.board.snapshot(boardSlot));
    const model = plainQuote(this.model.board.snapshot(boardSlot));
    expect(core.values).toEqual(model.values);
    const half = (monotonicMicros() - this.beganMicros) / 2;
    const middle = this.beganMicros + half;
    model.times.forEach((number, n) => {
      const known = number === undefined ? undefined : this.arrivals.get(number);
      if (number === undefined || known !== undefined) expect(core.times[n]).toBe(known);
      // What was not delivered has at least come meanwhile; the kernel's clock is converted, so to some nanoseconds.
      else expect(Math.abs((core.times[n] as number) - middle)).toBeLessThan(half + 1000);
    });
  }
}

let gateway: ScriptedGateway;
beforeAll(async () => {
  gateway = await ScriptedGateway.start();
});
afterAll(() => gateway.stop());

test("board, batches, conflation, filters and counts of the core are those of the plain model", async () => {
  await holdsAsync(
    "the core's desk beside the plain model",
    fc.asyncProperty(fc.constantFrom(0, LONG_MS), steps, async (batchMs, all) => {
      const pair = await Pair.begin(gateway, batchMs);
      try {
        for (const step of all) await pair.step(step);
      } finally {
        await pair.broker.close();
      }
    }),
    { numRuns: 150 },
  );
}, 120_000);
