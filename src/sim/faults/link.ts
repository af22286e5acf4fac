import type { Socket } from "node:net";
import type { Clock, Timer } from "../../time/clock.js";
import type { Random } from "../market/random.js";
import type { CutFault, DelayFault, MergeFault, SlowReaderFault, SplitFault } from "./fault.js";

/** What the faults in force mean for one connection. */
export interface LinkConditions {
  /** Nothing is answered and nothing is handled. */
  frozen: boolean;
  /** Names of messages that are not sent at all. */
  muted: ReadonlySet<string> | undefined;
  delay?: DelayFault;
  split?: SplitFault;
  merge?: MergeFault;
  slowReader?: SlowReaderFault;
  cuts: CutCounter[];
  duplicates: { messages: ReadonlySet<string>; times: number }[];
  late: { messages: ReadonlySet<string>; ms: number }[];
}

/** Counts the messages a cut waits for. */
export interface CutCounter {
  readonly fault: CutFault;
  seen: number;
  /** The cut was made; it makes no other. */
  done(): void;
}

interface Outgoing {
  bytes: Buffer;
  /** When it may leave, by the gateway's clock. */
  due: number;
  /** How the connection ends behind it. */
  ending?: "end" | "reset";
}

/** The way of one connection's bytes to its socket: straight on, or as the faults in force have it. */
export class Link {
  conditions: LinkConditions | undefined;
  private readonly queue: Outgoing[] = [];
  /** Frames of this turn, for one write. */
  private gathered: Buffer[] = [];
  private pieces: Outgoing[] = [];
  private timer: Timer | undefined;
  private mergeTimer: Timer | undefined;
  private readonly lateTimers = new Set<Timer>();
  private waitingBytes = 0;
  private ended = false;

  constructor(
    private readonly socket: Socket,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  /** Bytes that have not been handed to the system. */
  get queued(): number {
    return this.waitingBytes + this.socket.writableLength;
  }

  /** Whether what the client sends has to wait as well. */
  get frozen(): boolean {
    return this.conditions?.frozen === true;
  }

  send(name: string, bytes: Buffer): void {
    if (this.ended) return;
    const { conditions } = this;
    if (conditions === undefined) this.pass({ bytes, due: 0 });
    else this.sendFaulty(name, bytes, conditions);
  }

  /** The faults in force have changed. */
  update(conditions: LinkConditions | undefined): void {
    this.conditions = conditions;
    if (conditions?.slowReader === undefined) this.socket.resume();
    this.pump();
  }

  /** Slows reading down after a chunk, if a fault says so. */
  noteRead(bytes: number): void {
    const slow = this.conditions?.slowReader;
    if (slow === undefined) return;
    this.socket.pause();
    this.clock.after((1000 * bytes) / slow.bytesPerSecond, () => {
      if (!this.ended) this.socket.resume();
    });
  }

  /** Sends what is waiting and ends the connection. */
  end(): void {
    if (this.ended) return;
    const last = this.pieces.at(-1) ?? this.queue.at(-1);
    if (last !== undefined && !this.frozen) {
      last.ending ??= "end";
      return;
    }
    this.mergeTimer?.stop();
    this.flush();
    this.close("end");
  }

  /** Ends the connection at once with RST. */
  reset(): void {
    this.close("reset");
  }

  /** The connection is gone: nothing is sent any more. */
  stop(): void {
    this.ended = true;
    this.timer?.stop();
    this.mergeTimer?.stop();
    for (const timer of this.lateTimers) timer.stop();
  }

  private sendFaulty(name: string, bytes: Buffer, conditions: LinkConditions): void {
    if (conditions.muted?.has(name)) return;
    const late = conditions.late.find(({ messages }) => messages.has(name));
    if (late === undefined) {
      this.deliver(name, bytes, conditions);
      return;
    }
    const timer = this.clock.after(late.ms, () => {
      this.lateTimers.delete(timer);
      this.deliver(name, bytes, conditions);
    });
    this.lateTimers.add(timer);
  }

  private deliver(name: string, bytes: Buffer, conditions: LinkConditions): void {
    const times = conditions.duplicates.find(({ messages }) => messages.has(name))?.times ?? 1;
    for (let i = 0; i < times && !this.ended; i++) {
      const cut = conditions.cuts.find(({ fault }) => fault.message === undefined || fault.message === name);
      if (cut !== undefined && ++cut.seen === (cut.fault.nth ?? 1)) {
        cut.done();
        const ending = cut.fault.how ?? "end";
        this.pass({ bytes: bytes.subarray(0, cut.fault.afterBytes), due: this.dueTime(), ending });
      } else {
        this.pass({ bytes, due: this.dueTime() });
      }
    }
  }

  private dueTime(): number {
    const delay = this.conditions?.delay;
    if (delay === undefined) return 0;
    const jitter = delay.jitterMs === undefined ? 0 : this.random.next() * delay.jitterMs;
    return this.clock.now() + delay.ms + jitter;
  }

  /** Keeps the order: what has no delay waits behind what has. */
  private pass(outgoing: Outgoing): void {
    if (this.queue.length === 0 && outgoing.due === 0 && !this.frozen) {
      this.emit(outgoing);
      return;
    }
    this.queue.push(outgoing);
    this.waitingBytes += outgoing.bytes.length;
    this.pump();
  }

  private pump(): void {
    this.timer?.stop();
    this.timer = undefined;
    while (this.queue.length > 0 && !this.frozen && !this.ended) {
      const [first] = this.queue;
      const left = first.due - this.clock.now();
      if (left > 0) {
        this.timer = this.clock.after(left, () => this.pump());
        return;
      }
      this.queue.shift();
      this.waitingBytes -= first.bytes.length;
      this.emit(first);
    }
  }

  private emit(outgoing: Outgoing): void {
    const { conditions } = this;
    if (conditions?.split !== undefined || this.pieces.length > 0) {
      this.emitPieces(outgoing, conditions?.split?.bytes ?? outgoing.bytes.length);
      return;
    }
    this.gather(outgoing.bytes);
    if (outgoing.ending !== undefined) {
      this.flush();
      this.close(outgoing.ending);
    }
  }

  /** Gathers the frames of one turn, or of as long as a fault says, into one write. */
  private gather(bytes: Buffer): void {
    if (this.gathered.length === 0) {
      const merge = this.conditions?.merge;
      if (merge === undefined) queueMicrotask(() => this.flush());
      else this.mergeTimer = this.clock.after(merge.ms, () => this.flush());
    }
    this.gathered.push(bytes);
  }

  private flush(): void {
    const waiting = this.gathered;
    if (waiting.length === 0) return;
    this.gathered = [];
    if (!this.socket.writable) return;
    this.socket.write(waiting.length === 1 ? waiting[0] : Buffer.concat(waiting));
  }

  /** One piece a turn, so that the system does not put them together again. */
  private emitPieces({ bytes, ending }: Outgoing, size: number): void {
    this.flush();
    const idle = this.pieces.length === 0;
    for (let start = 0; start < bytes.length; start += size) {
      this.pieces.push({ bytes: bytes.subarray(start, start + size), due: 0 });
    }
    if (ending !== undefined) this.pieces.push({ bytes: Buffer.alloc(0), due: 0, ending });
    if (idle) setImmediate(() => this.nextPiece());
  }

  private nextPiece(): void {
    const piece = this.pieces.shift();
    if (piece === undefined || this.ended) return;
    if (piece.bytes.length > 0 && this.socket.writable) this.socket.write(piece.bytes);
    if (piece.ending !== undefined) this.close(piece.ending);
    else if (this.pieces.length > 0) setImmediate(() => this.nextPiece());
  }

  private close(how: "end" | "reset"): void {
    this.stop();
    if (how === "end") this.socket.end();
    else this.socket.resetAndDestroy();
  }
}
