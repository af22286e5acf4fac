import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { IBKRClient } from "../../src/connect/client.js";
import { CLIENT_METRICS } from "../../src/connect/client-metrics.js";
import * as contracts from "../../src/domain/contracts.js";
import * as orders from "../../src/domain/orders.js";
import { PROMETHEUS_CONTENT_TYPE, prometheusText } from "../../src/metrics/prometheus.js";
import { atEnd, cleansUp, clientAt, simulated } from "../client/client-stage.js";

cleansUp();

const FOLDER = join(__dirname, "../../examples/monitoring");
const has = (program: string) => spawnSync(program, ["--version"]).error === undefined;
const hasPrometheus = has("promtool") && has("prometheus");
if (!hasPrometheus)
  console.log("skipped: Prometheus is not installed (Debian: prometheus), its tools judge nothing");

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly targets?: readonly { readonly expr: string }[];
}
const dashboard = JSON.parse(readFileSync(join(FOLDER, "dashboard.json"), "utf8")) as {
  panels: readonly Panel[];
};
const expressions = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
const alerts = readFileSync(join(FOLDER, "alerts.yml"), "utf8");

const AAPL = contracts.stock("AAPL");

async function busyClient(): Promise<IBKRClient> {
  const client = await clientAt(await simulated(), {});
  await client.stream.subscribe(AAPL).ready;
  await client.placeOrder(AAPL, orders.market("BUY", 10)).done();
  await client.contractDetails(contracts.stock("NOSUCH")).catch(() => {});
  return client;
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "ibkr-monitoring-"));
  atEnd(() => rmSync(made, { recursive: true }));
  return made;
}

describe("dashboard and alert rules", () => {
  const known = new Set(
    Object.values(CLIENT_METRICS)
      .flat()
      .flatMap(({ name, kind }) =>
        kind === "histogram" ? ["bucket", "sum", "count"].map((part) => `${name}_${part}`) : [name],
      ),
  );
  const namesIn = (text: string) => [...text.matchAll(/\bibkr_[a-z_]+/g)].map(([name]) => name);

  test("ask for metrics that there are", () => {
    const asked = [...expressions.flatMap(namesIn), ...namesIn(alerts)];
    expect(asked.filter((name) => !known.has(name))).toEqual([]);
    expect(new Set(asked).size).toBeGreaterThan(25);
  });

  test("have a remedy in docs/operations.md for each alert", () => {
    const page = readFileSync(join(__dirname, "../../docs/operations.md"), "utf8");
    const names = [...alerts.matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});

describe.skipIf(!hasPrometheus)("promtool", () => {
  const promtool = (args: readonly string[], options: object = {}) =>
    execFileSync("promtool", args, { encoding: "utf8", cwd: FOLDER, stdio: "pipe", ...options });

  test("finds nothing to say about the metrics", async () => {
    const client = await busyClient();
    const { status, stderr, stdout } = spawnSync("promtool", ["check", "metrics"], {
      input: prometheusText(client),
      encoding: "utf8",
    });
    expect([status, stdout, stderr]).toEqual([0, "", ""]);
  });

  test("takes the rules and the configuration, and the rules' own tests pass", () => {
    expect(promtool(["check", "rules", "alerts.yml"])).toContain("SUCCESS");
    expect(promtool(["check", "config", "prometheus.yml"])).toContain("SUCCESS");
    promtool(["test", "rules", "alerts.test.yml"]);
  });

  test("takes what the dashboard asks for", () => {
    const file = join(folder(), "dashboard.yml");
    const rules = expressions.map((expr, i) => ({
      record: `panel:${i}`,
      expr: expr.replaceAll("$__rate_interval", "5m").replaceAll("$instance", ".*"),
    }));
    writeFileSync(file, JSON.stringify({ groups: [{ name: "dashboard", rules }] }));
    expect(promtool(["check", "rules", file])).toContain(`SUCCESS: ${expressions.length} rules found`);
  });
});

describe.skipIf(!hasPrometheus)("a real Prometheus", () => {
  async function freePort(): Promise<number> {
    const server = createTcpServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    return port;
  }

  interface Answer {
    readonly data: {
      readonly result: readonly { metric: Record<string, string>; value: [number, string] }[];
    };
  }

  test("scrapes a client, and answers with what it counts", { timeout: 30_000 }, async () => {
    const client = await busyClient();
    const server = createServer((_request, response) => {
      response.setHeader("Content-Type", PROMETHEUS_CONTENT_TYPE);
      response.end(prometheusText(client));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    atEnd(() => {
      server.closeAllConnections();
      server.close();
    });
    const target = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const data = folder();
    const config = join(data, "prometheus.yml");
    writeFileSync(
      config,
      JSON.stringify({
        global: { scrape_interval: "200ms", evaluation_interval: "200ms" },
        rule_files: [join(FOLDER, "alerts.yml")],
        scrape_configs: [{ job_name: "ibkr", static_configs: [{ targets: [target] }] }],
      }),
    );
    const port = await freePort();
    const listen = `--web.listen-address=127.0.0.1:${port}`;
    const args = [`--config.file=${config}`, `--storage.tsdb.path=${join(data, "data")}`, listen];
    const child = spawn("prometheus", [...args, "--log.level=error"], { stdio: "ignore" });
    const ended = once(child, "exit");
    atEnd(async () => {
      child.kill("SIGKILL");
      await ended;
    });
    const query = async (expr: string): Promise<number | undefined> => {
      try {
        const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expr)}`;
        const { data } = (await (await fetch(url)).json()) as Answer;
        return data.result.length === 0 ? undefined : Number(data.result[0].value[1]);
      } catch {
        return undefined; // it is starting
      }
    };
    const until = async (expr: string): Promise<number> => {
      for (;;) {
        const value = await query(expr);
        if (value !== undefined) return value;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };
    expect(await until('up{job="ibkr"} == 1')).toBe(1);
    expect(await until("ibkr_orders_placed_total")).toBe(1);
    expect(await until('ibkr_fills_total{of="own"}')).toBe(1);
    expect(await until('ibkr_gateway_codes_total{code="200"}')).toBe(1);
    expect(await until('ibkr_operation_errors_total{operation="contractDetails"}')).toBe(1);
    // Between two bounds Prometheus guesses: ours are at most 2.5 times apart.
    const p50 = await until(
      'histogram_quantile(0.5, ibkr_operation_seconds_bucket{operation="ticket.done"})',
    );
    const ours = client.stats().operations["ticket.done"].latency.p50 / 1e9;
    expect(p50 / ours).toBeGreaterThan(0.39);
    expect(p50 / ours).toBeLessThan(2.6);
    client.placeOrder(AAPL, orders.market("BUY", 10));
    expect(await until("ibkr_orders_placed_total == 2")).toBe(2);
    const rules = (await (await fetch(`http://127.0.0.1:${port}/api/v1/rules`)).json()) as {
      data: { groups: { rules: { health: string; lastError?: string }[] }[] };
    };
    const all = rules.data.groups.flatMap((group) => group.rules);
    expect(all.length).toBeGreaterThan(10);
    expect(all.filter(({ lastError }) => lastError)).toEqual([]);
  });
});
