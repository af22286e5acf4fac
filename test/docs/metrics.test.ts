import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { CLIENT_METRICS } from "../../src/connect/client-metrics.js";
import { CHANNELS } from "../../src/metrics/channels.js";
import { cleansUp, clientAt, simulated } from "../client/client-stage.js";
import { read } from "./pages.js";

cleansUp();

const { withTables } = createRequire(__filename)("../../native/tools/write-metrics-doc.cjs") as {
  withTables(page: string, tables: typeof CLIENT_METRICS): string;
};
const page = read("docs/metrics.md");

/** First cells of the table below a heading. */
function firstCells(heading: string): string[] {
  const [, section] = page.split(`\n## ${heading}\n`);
  const [table] = section.split("\n## ", 1);
  return [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
}

test("docs/metrics.md has every metric: npm run build:ts writes its tables", () => {
  expect(withTables(page, CLIENT_METRICS)).toBe(page);
});

test("it has every part of stats(), and every channel", async () => {
  const client = await clientAt(await simulated());
  expect(firstCells("`client.stats()`").toSorted()).toEqual(Object.keys(client.stats()).toSorted());
  expect(firstCells("Channels")).toEqual(Object.keys(CHANNELS).map((key) => `ibkr:${key}`));
});

test("names are as Prometheus has them: units in full, _total of counters alone", () => {
  const rows = Object.values(CLIENT_METRICS).flat();
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
  for (const { name, kind, help, labels, scale } of rows) {
    expect(name).toMatch(/^ibkr(_[a-z]+)+$/);
    expect([name, name.endsWith("_total")]).toEqual([name, kind === "counter"]);
    expect([name, name.endsWith("_seconds") && scale !== undefined]).toEqual([name, kind === "histogram"]);
    expect(name).not.toMatch(/_(ms|micros|millis|minutes|kb)\b/);
    expect(help).toMatch(/^[A-Z0-9].*\.$/);
    for (const label of labels) expect(label).toMatch(/^[a-z]+$/);
  }
});
