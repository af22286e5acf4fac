import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";

const DIST = join(__dirname, "..", "..", "dist");
/** What only some commands and files need. */
const LATER = [
  ...["@bufbuild/protobuf", "@opentelemetry/api", "commander", "csv-parse", "jiti", "picocolors", "pino"],
  ...["prom-client", "yaml", "zod"],
];

beforeAll(() => {
  if (!existsSync(DIST))
    throw new Error(`${DIST} is missing: npm run build makes it, npm test does so first`);
});

/** Packages, and folders of the simulator, that are loaded once a program has run. */
function loadedBy(program: string): string[] {
  const report = `
    const names = Object.keys(require.cache).map((file) => /node_modules[\\\\/]((?:@[^\\\\/]+[\\\\/])?[^\\\\/]+)/.exec(file)?.[1] ?? /dist[\\\\/]sim\\b/.exec(file)?.[0]);
    process.stdout.write("\\nLOADED " + JSON.stringify([...new Set(names)].filter(Boolean)));`;
  const output = execFileSync(process.execPath, ["-e", `${program};${report}`], {
    cwd: DIST,
    encoding: "utf8",
  });
  return JSON.parse(output.slice(output.lastIndexOf("LOADED ") + "LOADED ".length));
}

const among = (names: readonly string[]) => names.filter((name) => LATER.includes(name));

test("importing the package loads neither what only its command line needs nor what the first option and message load", () => {
  const loaded = loadedBy('require("./index.js")');
  expect(loaded).toContain("@stoqey/ib");
  expect(among(loaded)).toEqual([]);
});

test("importing the package loads no simulator", () => {
  expect(loadedBy('require("./index.js")').filter((name) => name.startsWith("dist"))).toEqual([]);
});

test("importing the simulator loads no other package", () => {
  expect(loadedBy('require("./sim/index.js")')).toEqual([join("dist", "sim")]);
});

test("adapters of metrics load neither prom-client nor OpenTelemetry", () => {
  for (const adapter of ["prometheus", "opentelemetry"])
    expect(loadedBy(`require("./metrics/${adapter}.js")`)).toEqual([]);
});

test("the first client loads the validator", () => {
  expect(among(loadedBy('new (require("./index.js").IBApi)({ port: 4002 })'))).toEqual(["zod"]);
});

test("a tick file is what loads the CSV parser", () => {
  expect(among(loadedBy('require("./sim/index.js").parseTickFile("1,AAPL,bid,1,1")'))).toEqual(["csv-parse"]);
});

test("help loads neither the client nor the simulator", () => {
  const loaded = loadedBy('require("./cli/main.js").main(["help", "demo"])');
  expect(among(loaded)).toEqual(["commander"]);
  expect(loaded).not.toContain("@stoqey/ib");
});
