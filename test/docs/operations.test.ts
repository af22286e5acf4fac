import { expect, test } from "vitest";
import { CLIENT_METRICS } from "../../src/connect/client-metrics.js";
import { read } from "./pages.js";

const page = read("docs/operations.md");
const service = read("examples/service.ts");

test("docs/operations.md names metrics that there are", () => {
  const known = new Set(
    Object.values(CLIENT_METRICS)
      .flat()
      .map(({ name }) => name),
  );
  const named = [...page.matchAll(/\bibkr_[a-z_]+\b/g)].map(([name]) => name);
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});

test("its exit codes, variables and paths are those of examples/service.ts", () => {
  const codes = [...service.matchAll(/^const [A-Z_]+ = (\d\d);$/gm)].map(([, code]) => code);
  expect(codes).toEqual(["75", "78"]);
  for (const code of codes) expect(page).toContain(`\n| ${code} | `);
  const variables = [...service.matchAll(/^\/\/ ([A-Z]+_[A-Z_]+) +[a-z1]/gm)].map(([, name]) => name);
  expect(variables).toEqual(["METRICS_PORT", "METRICS_HOST", "GIVE_UP_SECONDS", "CANCEL_ON_STOP"]);
  for (const name of variables) expect(service).toMatch(new RegExp(`process\\.env|${name} =`));
  for (const name of ["METRICS_PORT", "GIVE_UP_SECONDS", "CANCEL_ON_STOP"]) expect(page).toContain(name);
  for (const path of ["/metrics", "/healthz"]) {
    expect(service).toContain(`"${path}"`);
    expect(page).toContain(path);
  }
});
