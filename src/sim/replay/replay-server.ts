import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { check } from "../../domain/check.js";
import { fileError, listenError } from "../../domain/system-error.js";
import { A_CLOCK, type Clock, isClock, realClock } from "../../time/clock.js";
import {
  anyText,
  fields,
  instance,
  notNegative,
  port,
  positiveOrInfinity,
  text,
} from "../../validation/rules.js";
import { lazily } from "../../validation/zod.js";
import { CaptureError, type Leg, parseCapture } from "./capture.js";
import { Player, type PlayPace, type ReplaySummary } from "./player.js";

export type { ReplaySummary } from "./player.js";

/** Options of {@link ReplayServer.start}. Exactly one of `file` and `text` is needed. */
export interface ReplayOptions {
  /** Path of a captured conversation. */
  file?: string;
  /** The conversation itself. */
  text?: string;
  /** TCP port, 0..65535; 0 lets the system choose. Default 0. */
  port?: number;
  /** Address to listen on. Default `127.0.0.1`. */
  host?: string;
  /** How much faster than recorded `sleep` lines and `frameIntervalMs` pass, above 0; `Infinity`: no pauses. Default 1. */
  speed?: number;
  /** Pause before each frame of the server, ms, 0 or more: captures do not say when a frame came. Default 0. */
  frameIntervalMs?: number;
  /**
   * How long to wait for a request of the capture before going on without it, ms, above 0. Default `Infinity`: the
   * client has to send what the captured client sent.
   */
  patienceMs?: number;
  clock?: Clock;
}

const rules = lazily(() =>
  fields({
    file: text().optional(),
    text: anyText().optional(),
    port: port(0).default(0),
    host: text().default("127.0.0.1"),
    speed: positiveOrInfinity().default(1),
    frameIntervalMs: notNegative().default(0),
    patienceMs: positiveOrInfinity().default(Number.POSITIVE_INFINITY),
    clock: instance<Clock>(isClock, A_CLOCK).default(realClock),
  }).refine(({ file, text }) => (file === undefined) !== (text === undefined), {
    error: "exactly one of file and text",
  }),
);

/** Plays a captured conversation to whoever connects, at the capture's server version. */
export class ReplayServer {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private connections = 0;
  private readonly finished: ReplaySummary[] = [];
  private waiting: ((summary: ReplaySummary) => void)[] = [];

  /**
   * @throws CaptureError for a line that cannot be read; IBKRError `ERR_IBKR_OPTION` for an option out of range,
   * `ERR_IBKR_FILE` when the file cannot be read, `ERR_IBKR_LISTEN` when the port cannot be had
   */
  static async start(options: ReplayOptions): Promise<ReplayServer> {
    const { file, text, port, host, ...pace } = check(rules(), options);
    const legs = file === undefined ? parseCapture(text!) : await readCapture(file);
    const server = new ReplayServer(legs, pace);
    await server.listen(port, host);
    return server;
  }

  private constructor(
    private readonly legs: readonly Leg[],
    private readonly pace: PlayPace,
  ) {
    this.server = createServer((socket) => this.accept(socket));
  }

  /** The port it listens on. */
  get port(): number {
    const address = this.server.address();
    return address !== null && typeof address === "object" ? address.port : 0;
  }

  /** Server version of the capture's first connection; a client has to offer at least this. */
  get serverVersion(): number {
    return this.legs[0].serverVersion;
  }

  /** How the connections that have ended went, in the order they ended. */
  get summaries(): readonly ReplaySummary[] {
    return this.finished;
  }

  /** Resolves when the next connection has ended. */
  nextSummary(): Promise<ReplaySummary> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async listen(port: number, host: string): Promise<void> {
    this.server.listen(port, host);
    await once(this.server, "listening").catch((error: unknown) => {
      throw listenError(host, port, error);
    });
  }

  /** Connection n plays the capture's connection n; after the last one it begins again. */
  private accept(socket: Socket): void {
    const leg = this.legs[this.connections++ % this.legs.length];
    this.sockets.add(socket);
    socket.setNoDelay(true);
    const player = new Player(socket, leg, this.pace);
    socket.on("error", () => {
      // "close" follows.
    });
    socket.on("close", () => {
      this.sockets.delete(socket);
      player.stop();
      const summary = player.summary();
      this.finished.push(summary);
      const waiting = this.waiting;
      this.waiting = [];
      for (const resolve of waiting) resolve(summary);
    });
  }
}

async function readCapture(file: string): Promise<Leg[]> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw fileError("capture", file, "read", error);
  });
  try {
    return parseCapture(text);
  } catch (error) {
    throw error instanceof CaptureError ? error.in(file) : error;
  }
}
