import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type ConnectedBroker, connectBroker } from "../../src/index.js";
import { HAS_OPENSSL, has } from "../support/tls/certificates.js";
import { ended, freePort, listens } from "../support/tls/terminators.js";
import { ROOT, read } from "./pages.js";

const FOLDER = "examples/gateways";
const HAS_HAPROXY = has("haproxy", ["-v"]);
const missing = [...(HAS_HAPROXY ? [] : ["haproxy"]), ...(HAS_OPENSSL ? [] : ["openssl"])].join(", ");
if (missing !== "") console.log(`skipped: the gateways of ${FOLDER} (${missing} is not installed)`);

interface Service {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly command?: readonly string[];
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly networks?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
}
const compose = parse(read(`${FOLDER}/compose.yaml`), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
};
const gateways = ["gateway1", "gateway2"] as const;

describe("examples/gateways/compose.yaml", () => {
  const { services, networks } = compose;

  test("has two gateways that only haproxy reaches, and haproxy on the loopback", () => {
    expect(Object.keys(services)).toEqual(["gateway1", "gateway2", "haproxy"]);
    for (const name of gateways)
      expect(services[name]).toMatchObject({ networks: ["inside"], image: "ibkr-native-sim" });
    expect(networks["inside"]).toEqual({ internal: true });
    expect(gateways.flatMap((name) => services[name]?.ports ?? [])).toEqual([]);
    expect(services["haproxy"]?.ports?.every((port) => port.startsWith("127.0.0.1:"))).toBe(true);
  });

  test("names files that are there", () => {
    const { context, dockerfile } = services["gateway1"]?.build ?? { context: "", dockerfile: "" };
    expect(existsSync(join(ROOT, FOLDER, context, dockerfile))).toBe(true);
    const mounted = Object.values(services).flatMap(({ volumes = [] }) =>
      volumes.map((one) => one.split(":")[0]),
    );
    expect(mounted.filter((file) => file !== "./certificates")).toEqual(["./haproxy.cfg"]);
    expect(existsSync(join(ROOT, FOLDER, "haproxy.cfg"))).toBe(true);
    const copied = [...read(`${FOLDER}/Dockerfile`).matchAll(/^COPY (?!--from)(.+) \S+$/gm)];
    const sources = copied.flatMap(([, files]) => files.split(" "));
    expect(sources.length).toBeGreaterThan(5);
    expect(sources.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  test("asks a gateway for its handshake, and hears nothing of one that is none", async () => {
    const [, program, flag, script] = services["gateway1"]?.healthcheck?.test ?? [];
    expect([program, flag]).toEqual(["node", "-e"]);
    const gateway = await startGateway(["sim", "--port", "0"]);
    const run = (port: number) => {
      try {
        execFileSync(process.execPath, ["-e", (script as string).replace("4002", String(port))]);
        return 0;
      } catch (error) {
        return (error as { status: number }).status;
      }
    };
    const answered = run(gateway.port);
    await ended(gateway.child);
    expect([answered, run(gateway.port)]).toEqual([0, 1]);
  });
});

/** As the service does, on a port that the system chooses. */
async function startGateway(args: readonly string[]): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, [join(ROOT, "dist/cli/main.js"), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: child.stdout as NonNullable<typeof child.stdout> })) {
    const port = Number(/listening on 127\.0\.0\.1:(\d+)/.exec(line)?.[1]);
    if (port > 0) return { child, port };
  }
  throw new Error("it did not say where it listens");
}

describe.skipIf(missing !== "")("the topology of compose.yaml, as processes of this machine", () => {
  const children: ChildProcess[] = [];
  const brokers: ConnectedBroker[] = [];
  let folder: string;
  let config: string;
  const ports = new Map<string, number>();
  let running: Awaited<ReturnType<typeof startGateway>>[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "ibkr-gateways-"));
    execFileSync(join(ROOT, FOLDER, "make-certificates.sh"), [folder, "DNS:gateways.test"]);
    running = await Promise.all(
      gateways.map((name) => {
        const command = compose.services[name]?.command ?? [];
        const own = new Map([
          ["0.0.0.0", "127.0.0.1"],
          ["4002", "0"],
        ]);
        return startGateway(command.map((word) => own.get(word) ?? word));
      }),
    );
    children.push(...running.map(({ child }) => child));
    config = read(`${FOLDER}/haproxy.cfg`).replaceAll("/certificates", folder);
    for (const [i, name] of gateways.entries()) {
      const port = await freePort();
      ports.set(name, port);
      config = config
        .replace(`:844${i + 1}`, `127.0.0.1:${port}`)
        .replace(`${name}:4002`, `127.0.0.1:${running[i]?.port}`);
    }
    const file = join(folder, "haproxy.cfg");
    writeFileSync(file, config);
    const haproxy = spawn("haproxy", ["-f", file], { stdio: "ignore" });
    children.push(haproxy);
    for (const port of ports.values()) expect(await listens(haproxy, port)).toBe(true);
  });
  afterEach(async () => {
    for (const broker of brokers.splice(0)) await broker.close();
  });
  afterAll(async () => {
    for (const child of children) await ended(child);
    rmSync(folder, { recursive: true, force: true });
  });

  async function broker(name: string, more: object = {}): Promise<ConnectedBroker> {
    const [ca, cert, key] = ["ca.crt", "client.crt", "client.key"].map((file) => join(folder, file));
    const transport = { kind: "tls", ca, cert, key, ...more } as const;
    const connected = await connectBroker({ port: ports.get(name), transport, handshakeTimeoutMs: 3_000 });
    brokers.push(connected);
    return connected;
  }

  test("haproxy takes the file as it is, but for where certificates are", () => {
    const file = join(folder, "checked.cfg");
    writeFileSync(file, read(`${FOLDER}/haproxy.cfg`).replaceAll("/certificates", folder));
    expect(() => execFileSync("haproxy", ["-c", "-f", file], { stdio: "pipe" })).not.toThrow();
  });

  test("each port leads to its gateway, for clients with a certificate", async () => {
    for (const name of gateways) {
      const connected = await broker(name, { servername: "gateways.test" });
      expect(connected.accounts.names).toEqual(["DU0000001"]);
      expect(await connected.lookups.serverTimeMs()).toBeGreaterThan(0);
    }
    await expect(broker("gateway1", { cert: undefined, key: undefined })).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_IBKR_(TLS|HANDSHAKE|CONNECTION_LOST)$/),
    });
  });

  test("a gateway that is killed takes its own connections with it, and no others", async () => {
    const [first, second] = [await broker("gateway1"), await broker("gateway2")];
    const down = new Promise((resolve) => first.on("state", resolve));
    await ended((running[0] as (typeof running)[0]).child);
    expect(await down).toBe("down");
    expect(await second.lookups.serverTimeMs()).toBeGreaterThan(0);
    // It stays down: haproxy says so at once, and does not send it to the other one.
    await expect(broker("gateway1")).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_IBKR_(TLS|HANDSHAKE|CONNECTION_LOST)$/),
    });
  });

  test("certificates are made once, and only their owner reads the keys", () => {
    const before = readFileSync(join(folder, "server.pem"), "utf8");
    execFileSync(join(ROOT, FOLDER, "make-certificates.sh"), [folder]);
    expect(readFileSync(join(folder, "server.pem"), "utf8")).toBe(before);
    const names = execFileSync("openssl", [
      "x509",
      "-in",
      join(folder, "server.crt"),
      "-noout",
      "-text",
    ]).toString();
    expect(names).toMatch(/DNS:localhost, IP Address:127\.0\.0\.1, DNS:gateways\.test/);
    const modes = execFileSync("ls", ["-l", folder]).toString();
    expect(modes.match(/^-\S+ .*\.(?:key|pem)$/gm)?.every((line) => line.startsWith("-rw------- "))).toBe(
      true,
    );
  });
});
