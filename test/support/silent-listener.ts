import { type ChildProcess, spawn } from "node:child_process";
import { connect, type Socket } from "node:net";

/** Listens with the smallest backlog and then never accepts: once it is full, a connect gets no answer at all. */
const CHILD = `
const server = require("node:net").createServer();
server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
  require("node:fs").writeSync(1, String(server.address().port) + "\\n");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 15000);
});`;

export class SilentListener {
  private constructor(
    readonly port: number,
    private readonly child: ChildProcess,
    private readonly fillers: Socket[],
  ) {}

  static async start(): Promise<SilentListener> {
    const child = spawn(process.execPath, ["-e", CHILD], { stdio: ["ignore", "pipe", "inherit"] });
    const port = await new Promise<number>((resolve) =>
      child.stdout.once("data", (data) => resolve(Number(data))),
    );
    // The queue takes the backlog and one more; these wait in it.
    const fillers = [1, 2].map(() => connect(port, "127.0.0.1").on("error", () => {}));
    await Promise.all(fillers.map((s) => new Promise((resolve) => s.once("connect", resolve))));
    return new SilentListener(port, child, fillers);
  }

  stop(): void {
    for (const socket of this.fillers) socket.destroy();
    this.child.kill("SIGKILL");
  }
}
