import { describe, expect, test } from "vitest";
import { IBKRConfig } from "../../src/config/config.js";
import { configNames } from "../../src/config/config-options.js";
import { VARIABLES } from "../../src/config/variables.js";
import { cleansUp, fileOf, merged, nested, SAMPLES } from "./config-stage.js";

cleansUp();

const SOURCES = ["arguments", "variable", "file"] as const;
type Source = (typeof SOURCES)[number];
type Given = Partial<Record<Source, unknown>>;

const hasVariable = (name: string) => name in VARIABLES;

/** What else has to be said for an option to make sense. */
function beside(name: string): object {
  if (name.startsWith("simulation.")) return { environment: "simulation" };
  if (name.startsWith("wireLog.") && name !== "wireLog.file") return { wireLog: { file: "/w.log" } };
  return name.startsWith("journal.") && name !== "journal.folder" ? { journal: { folder: "/j" } } : {};
}

/** The option, given by these sources. */
async function entryOf(name: string, given: Given) {
  const others = beside(name);
  const options = merged(others, given.arguments === undefined ? {} : nested(name, given.arguments));
  const env: NodeJS.ProcessEnv = {};
  if (given.variable !== undefined) env[VARIABLES[name][0]] = String(given.variable);
  if (given.file !== undefined) env["IBKR_CONFIG"] = fileOf("ibkr.json", nested(name, given.file));
  const config = await IBKRConfig.load(options, env);
  const { value, source, overridden } = config.explain().entries[name];
  return { value, source, overridden: overridden.map((other) => [other.source, other.value]) };
}

/** Account ids are redacted where they are explained. */
const shown = (name: string, value: unknown) =>
  name === "account" ? String(value).replace(/(\w\w)\d+(\d\d)/, "$1***$2") : value;

test("every option has samples", () => {
  const names = Object.keys(SAMPLES).filter((name) => name !== "simulation.tickIntervalMs");
  expect(names.toSorted()).toEqual([...configNames().options.keys()].toSorted());
});

describe.each(Object.keys(SAMPLES))("%s", (name) => {
  const [first, second] = SAMPLES[name];
  const sources = SOURCES.filter((source) => source !== "variable" || hasVariable(name)).filter(
    // No variable says that money may be real, and none need say so twice.
    (source) => name !== "confirmLive" || source !== "variable",
  );

  test.each(sources)("of %s goes before the default", async (source) => {
    for (const value of SAMPLES[name])
      expect(await entryOf(name, { [source]: value })).toEqual({
        value: shown(name, value),
        source,
        overridden: [],
      });
  });

  const pairs = sources.flatMap((strong, i) => sources.slice(i + 1).map((weak) => [strong, weak] as const));
  test.each(pairs)("of %s goes before that of %s, which is told of", async (strong, weak) => {
    for (const [wins, loses] of [
      [first, second],
      [second, first],
    ])
      expect(await entryOf(name, { [strong]: wins, [weak]: loses })).toEqual({
        value: shown(name, wins),
        source: strong,
        overridden: [[weak, shown(name, loses)]],
      });
  });

  if (hasVariable(name))
    test("of all three: the first wins", async () => {
      const given = { arguments: first, variable: second, file: second };
      expect(await entryOf(name, given)).toMatchObject({ value: shown(name, first), source: "arguments" });
    });
});

test("options of a section come from several sources", async () => {
  const config = fileOf("ibkr.json", {
    live: { pnl: false, account: false },
    journal: { folder: "/j", keepFiles: 1 },
  });
  const { values } = await IBKRConfig.load({ config, live: { account: true }, journal: { keepMs: 5 } }, {});
  expect(values.live).toEqual({ positions: true, account: true, pnl: false });
  expect(values.journal).toMatchObject({ folder: "/j", keepFiles: 1, keepMs: 5 });
});

test.each<[NodeJS.ProcessEnv, object]>([
  [{ IBKR_HOST: "a", IB_HOST: "b" }, { host: "a" }],
  [{ IBKR_HOST: "", IB_HOST: "b" }, { host: "b" }],
  [{ IBKR_PORT: "", IB_PORT: "" }, { port: 4002 }],
  [{ IBKR_READ_ONLY: "1" }, { readOnly: true }],
  [{ IBKR_READ_ONLY: "False" }, { readOnly: false }],
  // Somebody else's.
  [{ IBKR_PASSWORD: "x", IBKR_ACCOUNTS: "x", IBKR_PORT_2: "1", IBKR_NATIVE_BINARY: "y" }, { port: 4002 }],
])("variables %o say %o", (env, values) => {
  expect(IBKRConfig.fromEnv(env).values).toMatchObject(values);
});

describe("a port goes with its environment:", () => {
  const file = () =>
    fileOf("ibkr.json", { environment: "live", port: 7496, account: "U1", confirmLive: true });

  test("a stronger source that names another one leaves it aside", async () => {
    const config = await IBKRConfig.load({ environment: "paper", account: "DU1" }, { IBKR_CONFIG: file() });
    expect(config.values).toMatchObject({ environment: "paper", port: 4002 });
    expect(config.explain().entries["port"]).toMatchObject({
      ...{ source: "environment", place: "paper" },
      overridden: [{ source: "file", value: 7496 }],
    });
  });

  test("a variable does not take a program that says paper to another port", async () => {
    const { values } = await IBKRConfig.load({ environment: "paper" }, { IBKR_PORT: "4001" });
    expect(values.port).toBe(4002);
  });

  test("one of the same source, or a stronger one, counts", async () => {
    expect((await IBKRConfig.load({}, { IBKR_CONFIG: file() })).values.port).toBe(7496);
    expect((await IBKRConfig.load({ port: 1 }, { IBKR_ENVIRONMENT: "paper" })).values.port).toBe(1);
    expect(IBKRConfig.fromEnv({ IBKR_PORT: "2" }).values.port).toBe(2);
  });

  test("a simulation leaves weaker hosts and ports aside", async () => {
    const { values } = await IBKRConfig.load(
      { environment: "simulation" },
      { IBKR_PORT: "4001", IBKR_HOST: "a" },
    );
    expect([values.host, values.port]).toEqual([undefined, undefined]);
  });
});

test("what is said of a simulation is left aside where a stronger source names another environment", async () => {
  const config = fileOf("ibkr.json", { environment: "simulation", simulation: { seed: 7 } });
  const { values } = await IBKRConfig.load({ config }, { IBKR_ENVIRONMENT: "paper" });
  expect([values.environment, values.simulation]).toEqual(["paper", undefined]);
});
