import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { extname } from "node:path";
import { check } from "../../domain/check.js";
import { IBKRError } from "../../domain/ibkr-error.js";
import { fileError, listenError, reasonOf } from "../../domain/system-error.js";
import { fields, instance, port, text } from "../../validation/rules.js";
import { lazily } from "../../validation/zod.js";
import { Conversation } from "./conversation.js";
import { AccountMask } from "./masking.js";

/** Options of {@link Recorder.start}. */
export interface RecorderOptions {
  /** TCP port clients connect to, 0..65535; 0 lets the system choose. Default 0. */
  port?: number;
  /** Address to listen on. Default `127.0.0.1`. */
  host?: string;
  /** Where the gateway is. */
  gateway: { host: string; port: number };
  /** The capture; it is created or emptied. */
  file: string;
  /** Called when the gateway cannot be reached: the client's connection is closed then. Default: nobody is told. */
  onError?: (error: IBKRError) => void;
}

const rules = lazily(() =>
  fields({
    port: port(0).default(0),
    host: text().default("127.0.0.1"),
    gateway: fields({ host: text(), port: port(1) }),
    file: text(),
    onError: instance<NonNullable<RecorderOptions["onError"]>>(
      (value) => typeof value === "function",
      "a function",
    ).default(() => () => undefined),
  }),
);

/**
 * A proxy between clients and a gateway that writes what they say as a capture. Bytes pass unchanged; in the capture
 * account ids are masked. Connections after one another go into one file; those at the same time as another one into
 * `name-2.ext`, `name-3.ext` and so on.
 */
export class Recorder {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly outputs: Output[] = [];
  private readonly mask = new AccountMask();
  private legs = 0;

  /**
   * @throws IBKRError `ERR_IBKR_OPTION` for an option out of range, `ERR_IBKR_FILE` when the file cannot be written,
   * `ERR_IBKR_LISTEN` when the port cannot be had
   */
  static async start(options: RecorderOptions): Promise<Recorder> {
    const checked = check(rules(), options);
    try {
      await (await open(checked.file, "w")).close();
    } catch (error) {
      throw fileError("capture", checked.file, "written", error);
    }
    const recorder = new Recorder(checked);
    await recorder.listen();
    return recorder;
  }

  private constructor(private readonly options: Required<RecorderOptions>) {
    // Each side may close its half; the other half goes on until it is closed, too.
    this.server = createServer({ allowHalfOpen: true }, (socket) => this.accept(socket));
  }

  /** The port it listens on. */
  get port(): number {
    const address = this.server.address();
    return address !== null && typeof address === "object" ? address.port : 0;
  }

  /** Connections so far. */
  get connections(): number {
    return this.legs;
  }

  /** Ends all connections and the files. @throws the error of writing one, if there was one. */
  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const output of this.outputs) await output.close();
  }

  private async listen(): Promise<void> {
    const { host, port } = this.options;
    this.server.listen(port, host);
    await once(this.server, "listening").catch((error: unknown) => {
      throw listenError(host, port, error);
    });
  }

  private accept(client: Socket): void {
    const gateway = connect({ ...this.options.gateway, allowHalfOpen: true });
    gateway.once("error", (error) => {
      if (gateway.bytesRead === 0) this.options.onError(this.unreachable(error));
    });
    const output = this.freeOutput();
    output.busy = true;
    const conversation = new Conversation(++this.legs, this.mask, Date.now, (line) => output.write(line));
    let open = 2;
    const done = (socket: Socket): void => {
      this.sockets.delete(socket);
      if (--open > 0) return;
      conversation.end();
      output.busy = false;
    };
    this.join(client, gateway, (chunk) => conversation.client(chunk), done);
    this.join(gateway, client, (chunk) => conversation.server(chunk), done);
  }

  /** Passes on what comes from `source`, its end and its death, as fast as `target` takes it. */
  private join(
    source: Socket,
    target: Socket,
    record: (chunk: Buffer) => void,
    done: (socket: Socket) => void,
  ): void {
    this.sockets.add(source);
    source.setNoDelay(true);
    source.on("data", (chunk) => {
      record(chunk);
      if (!target.write(chunk)) source.pause();
    });
    target.on("drain", () => source.resume());
    source.on("end", () => target.end());
    source.on("error", () => {
      // "close" follows.
    });
    source.on("close", (hadError) => {
      if (hadError) target.destroy();
      else target.end();
      done(source);
    });
  }

  private unreachable(cause: Error): IBKRError {
    const { host, port } = this.options.gateway;
    const message = `no connection to the gateway ${host}:${port}: ${reasonOf(cause)}`;
    return new IBKRError("ERR_IBKR_CONNECT", message, { cause });
  }

  private freeOutput(): Output {
    const free = this.outputs.find((output) => !output.busy);
    if (free !== undefined) return free;
    const { file } = this.options;
    const extension = extname(file);
    const number = this.outputs.length + 1;
    const path =
      number === 1 ? file : `${file.slice(0, file.length - extension.length)}-${number}${extension}`;
    const output = new Output(path);
    this.outputs.push(output);
    return output;
  }
}

/** One file of a capture. */
class Output {
  busy = false;
  private readonly stream: WriteStream;
  private error: Error | undefined;

  constructor(private readonly path: string) {
    this.stream = createWriteStream(path);
    this.stream.on("error", (error) => {
      this.error = error;
    });
  }

  write(line: string): void {
    if (this.error === undefined) this.stream.write(`${line}\n`);
  }

  async close(): Promise<void> {
    if (this.error === undefined) {
      await new Promise<void>((resolve) => this.stream.once("error", () => resolve()).end(() => resolve()));
    }
    if (this.error !== undefined) throw fileError("capture", this.path, "written", this.error);
  }
}
