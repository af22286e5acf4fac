import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { beforeAll, describe, expect, test } from "vitest";
import type { SimulatedGateway } from "../../src/sim/index.js";
import { atEnd, cleansUp, simulated } from "../client/client-stage.js";

cleansUp();

const ROOT = join(__dirname, "../..");
let program: string;

beforeAll(() => {
  const out = join(ROOT, "build", `examples-${process.pid}`);
  const tsc = join(ROOT, "node_modules/.bin/tsc");
  execFileSync(tsc, ["-p", "examples/tsconfig.json", "--outDir", out], { cwd: ROOT, stdio: "pipe" });
  program = join(out, "service.js");
  return () => rmSync(out, { recursive: true });
}, 60_000);

type Line = Readonly<Record<string, unknown>>;

/** The service as a process, with what it says. */
class Service {
  readonly lines: Line[] = [];
  errors = "";
  readonly ended: Promise<number | null>;
  private readonly waiting = new Set<() => void>();

  constructor(readonly child: ChildProcess) {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on("line", (line) => {
      this.lines.push(JSON.parse(line) as Line);
      for (const look of this.waiting) look();
    });
    child.stderr?.on("data", (text) => {
      this.errors += text;
    });
    this.ended = once(child, "close").then(([code]) => code as number | null);
  }

  said(message: string, fields: Line = {}): Promise<Line> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = this.lines.find(
          (line) =>
            line["msg"] === message && Object.entries(fields).every(([name, value]) => line[name] === value),
        );
        if (found === undefined) return;
        this.waiting.delete(look);
        resolve(found);
      };
      this.waiting.add(look);
      void this.ended.then((code) => reject(new Error(`it has ended with ${code}: ${this.errors}`)));
      look();
    });
  }
}

function start(config: object, env: Record<string, string> = {}): Service {
  const folder = mkdtempSync(join(tmpdir(), "ibkr-service-"));
  const file = join(folder, "service.json");
  writeFileSync(file, JSON.stringify(config));
  const child = spawn(process.execPath, [program, file], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"] ?? "", METRICS_PORT: "0", ...env },
  });
  const service = new Service(child);
  atEnd(async () => {
    child.kill("SIGKILL");
    await service.ended;
    rmSync(folder, { recursive: true });
  });
  return service;
}

const configOf = ({ port }: SimulatedGateway) => ({
  ...{ port, clientId: 9, logLevel: "info", reconnectFirstMs: 20, reconnectMostMs: 100 },
});

describe("examples/service.ts", () => {
  test("serves metrics and health, says what it does without account ids, and ends in order on SIGTERM", async () => {
    const sim = await simulated();
    const service = start(configOf(sim));
    const { port } = await service.said("metrics and health are served");
    await service.said("quote");
    const url = `http://127.0.0.1:${port}`;
    const metrics = await fetch(`${url}/metrics`);
    expect(metrics.headers.get("content-type")).toContain("text/plain; version=0.0.4");
    expect(await metrics.text()).toMatch(/^ibkr_gateway_state\{state="READY"\} 1$/m);
    const health = await fetch(`${url}/healthz`);
    expect([health.status, await health.text()]).toEqual([200, "ready\n"]);
    expect((await fetch(`${url}/other`)).status).toBe(404);
    service.child.kill("SIGTERM");
    expect(await service.ended).toBe(0);
    expect(service.errors).toBe("");
    const said = service.lines.map(({ msg }) => msg);
    expect(said).toEqual(
      expect.arrayContaining(["starting", "ready", "subscription", "stopping", "stopped"]),
    );
    expect(JSON.stringify(service.lines)).not.toMatch(/DU\d{4}/);
  });

  test("is told to be unhealthy while its gateway is away, and goes on when it is back", async () => {
    const sim = await simulated();
    const service = start(configOf(sim));
    const { port } = await service.said("metrics and health are served");
    await service.said("quote");
    const fault = sim.fault({ kind: "upstream-lost" });
    await service.said("upstream lost");
    const health = await fetch(`http://127.0.0.1:${port}/healthz`);
    expect([health.status, await health.text()]).toEqual([503, "interrupted\n"]);
    fault.stop();
    await service.said("ready", { before: "UPSTREAM_LOST" });
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  });

  test("ends with 75, for its supervisor to start it again, where the gateway stays away", async () => {
    const sim = await simulated();
    const service = start(configOf(sim), { GIVE_UP_SECONDS: "0.3" });
    await service.said("quote");
    await sim.stop();
    expect(await service.ended).toBe(75);
    expect(service.lines.map(({ msg }) => msg)).toEqual(
      expect.arrayContaining(["down", "stopping", "stopped"]),
    );
  });

  test("ends with 75 where there is no gateway to begin with, and with 78 for options that no restart mends", async () => {
    const sim = await simulated();
    const { port } = sim;
    await sim.stop();
    const without = start({ port, timeoutMs: 2_000 });
    expect(await without.ended).toBe(75);
    expect(without.errors).toMatch(/^ERR_IBKR_CONNECT: /);
    const wrong = start({ port: "http" });
    expect(await wrong.ended).toBe(78);
    expect(wrong.errors).toMatch(/^ERR_IBKR_OPTION: service\.json(:\d+)?: port is "http"/);
  });
});
