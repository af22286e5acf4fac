// What stands in front of the feed: stunnel or haproxy, with TLS or as a plain hop.

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const haproxy = (ssl) => ({
  program: "haproxy",
  version: ["-v"],
  args: (file) => ["-f", file],
  config: (own, port, { both }) => `global
  maxconn 16
defaults
  mode tcp
  timeout connect 5s
  timeout client 1h
  timeout server 1h
listen feed
  bind 127.0.0.1:${own}${ssl ? ` ssl crt ${both}` : ""}
  server one 127.0.0.1:${port}
`,
});

const KINDS = {
  "haproxy-tcp": haproxy(false),
  "haproxy-tls": haproxy(true),
  "stunnel-tls": {
    program: "stunnel4",
    version: ["-version"],
    args: (file) => [file],
    config: (own, port, { cert, key }) => `foreground = yes
debug = err
pid =
syslog = no

[feed]
accept = 127.0.0.1:${own}
connect = 127.0.0.1:${port}
cert = ${cert}
key = ${key}
socket = l:TCP_NODELAY=1
socket = r:TCP_NODELAY=1
`,
  },
};

/** A certificate of nobody but itself, which clients take by its fingerprint. */
function certificate(folder) {
  const [cert, key, both] = ["cert.pem", "key.pem", "both.pem"].map((name) => join(folder, name));
  const named = ["-subj", "/CN=bench", "-days", "2", "-nodes", "-keyout", key, "-out", cert];
  execFileSync(
    "openssl",
    [...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"], ...named],
    { stdio: "pipe" },
  );
  writeFileSync(both, readFileSync(cert, "utf8") + readFileSync(key, "utf8"), { mode: 0o600 });
  const shown = execFileSync("openssl", ["x509", "-in", cert, "-noout", "-fingerprint", "-sha256"]);
  return { cert, key, both, fingerprint: `${shown}`.split("=")[1].trim() };
}

function mustBeThere(program, args) {
  try {
    execFileSync(program, args, { stdio: "ignore" });
  } catch {
    throw new Error(`skipped: ${program} is not installed`);
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * What listens on `port` is a feed of one client: nobody may look whether the way there is open. A terminator with TLS
 * connects only behind a handshake; the plain hop has its own start to tell.
 */
async function listens(child, own) {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    const inUse = await new Promise((resolve) => {
      const probe = createServer();
      probe.once("error", () => resolve(true));
      probe.listen({ port: own, host: "127.0.0.1", exclusive: true }, () =>
        probe.close(() => resolve(false)),
      );
    });
    if (inUse) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Starts one before a feed. @returns its port, the fingerprint of its certificate, and what ends it */
export async function startTerminator(kind, port) {
  const { program, version, args, config } = KINDS[kind];
  mustBeThere(program, version);
  mustBeThere("openssl", ["version"]);
  const folder = mkdtempSync(join(tmpdir(), "ibkr-bench-tls-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const made = certificate(folder);
    const own = await freePort();
    const file = join(folder, "config");
    writeFileSync(file, config(own, port, made));
    const child = spawn(program, args(file), { stdio: "ignore" });
    const closed = new Promise((resolve) => child.once("close", resolve));
    const stop = async () => {
      child.kill("SIGKILL");
      await closed;
      remove();
    };
    await listens(child, own);
    return { port: own, fingerprint: made.fingerprint, stop };
  } catch (error) {
    remove();
    throw error;
  }
}
