import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { has, type Pair } from "./certificates.js";

/** What stands in front of a gateway. */
export interface TerminatorOptions {
  /** Of the gateway. */
  readonly port: number;
  readonly certificate: Pair;
  /** Only clients with a certificate of this root. */
  readonly clientCa?: string;
}

export interface Terminator {
  readonly port: number;
  stop(): Promise<void>;
}

export interface TerminatorKind {
  readonly name: string;
  readonly isThere: boolean;
  start(options: TerminatorOptions): Promise<Terminator>;
}

const stunnel: TerminatorKind = {
  name: "stunnel",
  isThere: has("stunnel4", ["-version"]) || has("stunnel", ["-version"]),
  start: (options) =>
    started(options, "stunnel.conf", stunnelConfig, (file) => ["stunnel", [file], "stunnel4"]),
};

const haproxy: TerminatorKind = {
  name: "haproxy",
  isThere: has("haproxy", ["-v"]),
  start: (options) => started(options, "haproxy.cfg", haproxyConfig, (file) => ["haproxy", ["-f", file]]),
};

export const TERMINATORS: readonly TerminatorKind[] = [stunnel, haproxy];

function stunnelConfig({ port, certificate, clientCa }: TerminatorOptions, own: number): string {
  const client = clientCa === undefined ? "" : `CAfile = ${clientCa}\nverifyChain = yes\nrequireCert = yes\n`;
  return `foreground = yes
debug = err
pid =
syslog = no

[gateway]
accept = 127.0.0.1:${own}
connect = 127.0.0.1:${port}
cert = ${certificate.cert}
key = ${certificate.key}
socket = l:TCP_NODELAY=1
socket = r:TCP_NODELAY=1
${client}`;
}

function haproxyConfig({ port, certificate, clientCa }: TerminatorOptions, own: number): string {
  const client = clientCa === undefined ? "" : ` ca-file ${clientCa} verify required`;
  return `global
  maxconn 64
defaults
  mode tcp
  timeout connect 5s
  retries 0
  timeout client 1h
  timeout server 1h
frontend tls
  bind 127.0.0.1:${own} ssl crt ${certificate.both}${client}
  default_backend gateway
backend gateway
  server one 127.0.0.1:${port}
`;
}

async function started(
  options: TerminatorOptions,
  fileName: string,
  config: (options: TerminatorOptions, own: number) => string,
  command: (file: string) => [program: string, args: string[], otherName?: string],
): Promise<Terminator> {
  const folder = mkdtempSync(join(tmpdir(), "ibkr-terminator-"));
  const file = join(folder, fileName);
  for (let attempt = 0; ; attempt++) {
    const port = await freePort();
    writeFileSync(file, config(options, port));
    const [program, args, otherName] = command(file);
    const name = otherName !== undefined && has(otherName, ["-version"]) ? otherName : program;
    const child = spawn(name, args, { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    child.stdout.on("data", (text) => {
      said += text;
    });
    child.stderr.on("data", (text) => {
      said += text;
    });
    const stop = async () => {
      await ended(child);
      rmSync(folder, { recursive: true, force: true });
    };
    if (await listens(child, port)) return { port, stop };
    await stop();
    // Somebody else may have had the port by then.
    if (attempt === 3) throw new Error(`${name} did not start: ${said}`);
  }
}

/** One that is free at this moment: neither of the two can choose one by itself. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Resolves when something listens there, or the process has ended. */
export async function listens(child: ChildProcess, port: number): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (isOpen) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const over = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await over;
}
