import type { Socket } from "node:net";
import type { Clock, Timer } from "../../time/clock.js";
import { frameIdOf } from "../wire/frame-id.js";
import { FrameReader, frame } from "../wire/framer.js";
import type { Leg, Step } from "./capture.js";
import { requestIdOf, withMappedId } from "./request-ids.js";

/** How one connection's replay went. */
export interface ReplaySummary {
  /** All steps were played. */
  complete: boolean;
  framesSent: number;
  /** Requests of the capture that came, and those that did not within the patience. */
  requestsMatched: number;
  requestsMissed: number;
  /** Why the client was refused; empty when it was not. */
  refusal: string;
}

export interface PlayPace {
  speed: number;
  frameIntervalMs: number;
  patienceMs: number;
  clock: Clock;
}

const API_PREFIX = "API\0";
const START_API = 71;

/** Plays one connection of a capture to one client. */
export class Player {
  private readonly reader = new FrameReader();
  private state: "prefix" | "version" | "start" | "play" | "done" = "prefix";
  private next = 0;
  /** Frames of the client the capture has not asked for yet, oldest first. */
  private readonly received: Buffer[] = [];
  /** Request ids of the capture and what this client uses in their place. */
  private readonly ids = new Map<number, number>();
  private timer: Timer | undefined;
  private waited = false;
  private paused = false;
  private framesSent = 0;
  private requestsMatched = 0;
  private requestsMissed = 0;
  private refusal = "";

  constructor(
    private readonly socket: Socket,
    private readonly leg: Leg,
    private readonly pace: PlayPace,
  ) {
    socket.on("data", (chunk) => this.receive(chunk));
  }

  summary(): ReplaySummary {
    return {
      complete: this.next === this.leg.steps.length,
      framesSent: this.framesSent,
      requestsMatched: this.requestsMatched,
      requestsMissed: this.requestsMissed,
      refusal: this.refusal,
    };
  }

  stop(): void {
    this.timer?.stop();
    this.state = "done";
  }

  private receive(chunk: Buffer): void {
    if (this.state === "done") return;
    this.reader.push(chunk);
    try {
      while (this.advance());
    } catch (error) {
      this.refuse((error as Error).message);
    }
  }

  private advance(): boolean {
    if (this.state === "prefix") {
      const prefix = this.reader.take(API_PREFIX.length);
      if (prefix === undefined) return false;
      if (prefix.toString("latin1") !== API_PREFIX) {
        this.refuse('the connection does not begin with "API\\0"');
        return false;
      }
      this.state = "version";
      return true;
    }
    const payload = this.reader.next();
    if (payload === undefined || this.isDone()) return false;
    if (this.state === "version") this.handshake(payload.toString("latin1"));
    else if (this.state === "start") this.awaitStart(payload);
    else {
      this.received.push(Buffer.from(payload));
      this.play();
    }
    return true;
  }

  private isDone(): boolean {
    return this.state === "done";
  }

  private handshake(offer: string): void {
    const { serverVersion, connectionTime } = this.leg;
    const match = /^v(\d+)(?:\.\.(\d+))?/.exec(offer);
    const high = Number(match?.[2] ?? match?.[1]);
    // The version is said even to a client that does not offer it: that is how it can tell its user what is wrong.
    this.socket.write(frame(Buffer.from(`${serverVersion}\0${connectionTime}\0`)));
    if (!(high >= serverVersion)) {
      this.refuse(
        `the capture has server version ${serverVersion}, the client offers ${JSON.stringify(offer)}`,
      );
      return;
    }
    this.state = "start";
  }

  private awaitStart(payload: Buffer): void {
    if (frameIdOf(payload, this.leg.serverVersion).baseId !== START_API) return;
    this.state = "play";
    this.play();
  }

  /** Plays steps until one has to wait. */
  private play(): void {
    if (this.paused) return;
    while (this.state === "play" && this.next < this.leg.steps.length) {
      const step = this.leg.steps[this.next];
      if (step.kind === "client") {
        if (!this.take(step)) return;
      } else if (this.mustPause(step)) {
        return;
      } else {
        this.perform(step);
      }
      this.waited = false;
      this.next += 1;
    }
  }

  /** Whether the request of the capture has come (or is not waited for any longer). */
  private take(step: Step & { kind: "client" }): boolean {
    const { serverVersion } = this.leg;
    const wanted = frameIdOf(step.payload, serverVersion).baseId;
    const index = this.received.findIndex((payload) => frameIdOf(payload, serverVersion).baseId === wanted);
    if (index < 0) return this.outOfPatience();
    this.timer?.stop();
    this.timer = undefined;
    const [payload] = this.received.splice(index, 1);
    this.requestsMatched += 1;
    const captured = requestIdOf(step.payload, serverVersion);
    const sent = requestIdOf(payload, serverVersion);
    if (captured !== undefined && sent !== undefined) this.ids.set(captured, sent);
    return true;
  }

  private outOfPatience(): boolean {
    if (this.waited) {
      this.requestsMissed += 1;
      return true;
    }
    const { patienceMs, clock } = this.pace;
    if (this.timer === undefined && Number.isFinite(patienceMs)) {
      this.timer = clock.after(patienceMs, () => {
        this.timer = undefined;
        this.waited = true;
        this.play();
      });
    }
    return false;
  }

  /** Starts the pause a step needs before it; false when it needs none or has had it. */
  private mustPause(step: Step): boolean {
    const { speed, frameIntervalMs, clock } = this.pace;
    const recorded = step.kind === "sleep" ? step.ms : step.kind === "disconnect" ? 0 : frameIntervalMs;
    const ms = recorded / speed;
    if (this.waited || !(ms > 0)) return false;
    this.paused = true;
    this.timer = clock.after(ms, () => {
      this.timer = undefined;
      this.paused = false;
      this.waited = true;
      this.play();
    });
    return true;
  }

  private perform(step: Step): void {
    if (step.kind === "disconnect") {
      this.stop();
      this.socket.end();
    } else if (step.kind === "server" || step.kind === "chunks") {
      const bytes = frame(withMappedId(step.payload, this.leg.serverVersion, this.ids));
      this.framesSent += 1;
      if (step.kind === "server") this.socket.write(bytes);
      else this.writeChunks(bytes, step.sizes);
    }
  }

  private writeChunks(bytes: Buffer, sizes: readonly number[]): void {
    let start = 0;
    for (const size of sizes) {
      if (start < bytes.length) this.socket.write(bytes.subarray(start, start + size));
      start += size;
    }
    if (start < bytes.length) this.socket.write(bytes.subarray(start));
  }

  private refuse(reason: string): void {
    this.refusal = reason;
    this.stop();
    this.socket.end();
  }
}
