import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { IBKRConfig } from "../../src/config/config.js";
import { cleansUp, fileOf, refusalOf } from "./config-stage.js";

cleansUp();

const OPTIONS = { profile: "low-latency", clientId: 7, live: { pnl: false } };

const FORMS: readonly (readonly [name: string, content: string])[] = [
  ["ibkr.json", JSON.stringify({ $schema: "./schema.json", ...OPTIONS }, null, "\t")],
  ["ibkr.yaml", "# a comment\nprofile: low-latency\nclientId: 7\nlive:\n  pnl: false\n"],
  ["ibkr.YML", "{ profile: low-latency, clientId: 0x7, live: { pnl: false } }"],
  ["ibkr.cjs", `module.exports = ${JSON.stringify(OPTIONS)};`],
  ["ibkr.mjs", `export default ${JSON.stringify(OPTIONS)};`],
  ["ibkr.js", `module.exports = () => (${JSON.stringify(OPTIONS)});`],
  [
    "ibkr.ts",
    `import { basename } from "node:path";
     enum Profile { Fast = "low-latency" }
     interface Part { readonly clientId: number }
     const part: Part = { clientId: basename("/a/seven").length + 2 };
     export default async (): Promise<object> => ({ profile: Profile.Fast, ...part, live: { pnl: false } });`,
  ],
  ["ibkr.mts", `export default ${JSON.stringify(OPTIONS)} as const satisfies object;`],
  ["ibkr.cts", `const options: object = ${JSON.stringify(OPTIONS)};\nexport = options;`],
];

describe.each(FORMS)("%s", (name, content) => {
  test("says what the others say, and where", async () => {
    const file = fileOf(name, content);
    const config = await IBKRConfig.fromFile(file);
    expect(config.values).toMatchObject(OPTIONS);
    expect(config.file).toBe(file);
    const { source, place } = config.explain().entries["clientId"];
    expect([source, place]).toEqual(["file", expect.stringMatching(new RegExp(`^${name}(:\\d+)?$`))]);
    // A loader leaves nothing beside the program's files.
    expect(readdirSync(dirname(file))).toEqual([basename(file)]);
  });
});

test("a module that has changed is read anew", async () => {
  const file = fileOf("ibkr.ts", "export default { clientId: 1 as number };");
  expect((await IBKRConfig.fromFile(file)).values.clientId).toBe(1);
  const { writeFileSync } = await import("node:fs");
  writeFileSync(file, "export default { clientId: 2 as number };");
  expect((await IBKRConfig.fromFile(file)).values.clientId).toBe(2);
});

test("names of files in it are relative to its folder; those of arguments are left as they are", async () => {
  const file = fileOf(
    "ibkr.yaml",
    "environment: simulation\njournal: state\nsimulation: { replay: a/b.csv, scenario: /c.yaml }\n",
  );
  const { values } = await IBKRConfig.fromFile(file);
  expect(values.journal?.folder).toBe(join(dirname(file), "state"));
  expect(values.simulation).toMatchObject({ replay: join(dirname(file), "a/b.csv"), scenario: "/c.yaml" });
  expect((await IBKRConfig.load({ config: file, journal: "mine" }, {})).values.journal?.folder).toBe("mine");
});

test("an empty file says nothing", async () => {
  expect((await IBKRConfig.fromFile(fileOf("ibkr.yaml", "# nothing\n"))).values).toEqual(
    IBKRConfig.fromEnv({}).values,
  );
});

describe("a file is refused with its line:", () => {
  test.each<[name: string, content: string, message: string]>([
    [
      "ibkr.yaml",
      "host: a\nport: 70000\n",
      "ibkr.yaml:2: port is 70000 (allowed: an integer from 1 to 65535)",
    ],
    [
      "ibkr.json",
      '{\n  "port":\n 4002,\n\n  "prot": 1\n}',
      "ibkr.json:5: prot is not known (allowed: host, port, ",
    ],
    [
      "ibkr.yaml",
      "live:\n  positions: true\n  pnl: 1\n",
      "ibkr.yaml:3: live.pnl is 1 (allowed: true or false)",
    ],
    [
      "ibkr.yaml",
      "live:\n  pnll: true\n",
      "ibkr.yaml:2: live.pnll is not known (allowed: positions, account, pnl): did you",
    ],
    ["ibkr.yaml", "\nport:\n", "ibkr.yaml:2: port is null (allowed: "],
    [
      "ibkr.yaml",
      "host: a\nlive: 3\n",
      "ibkr.yaml:2: live is 3 (allowed: an object with positions, account, pnl)",
    ],
    [
      "ibkr.yaml",
      "environment: live\naccount: DU1234567\n",
      'ibkr.yaml:2: account is "DU***67" (allowed: an account of real',
    ],
    ["ibkr.yaml", "config: other.yaml\n", "ibkr.yaml:1: config is not known (allowed: "],
    ["ibkr.yaml", "- port\n", 'ibkr.yaml is ["port"] (allowed: an object with host, port, '],
    ["ibkr.mjs", "export default { port: 0 };", "ibkr.mjs: port is 0 (allowed: "],
  ])("%s with %j", async (name, content, message) => {
    const refusal = await refusalOf(() => IBKRConfig.fromFile(fileOf(name, content)));
    expect(refusal).toMatchObject({ code: "ERR_IBKR_OPTION", message: expect.stringContaining(message) });
  });

  test.each<[name: string, content: string, message: string | RegExp]>([
    ["ibkr.yaml", "a: 1\nb: [1\n", /^ibkr\.yaml:\d is not YAML: /],
    ["ibkr.yaml", "port: 1\nport: 2\n", "ibkr.yaml:2 is not YAML: Map keys must be unique"],
    ["ibkr.yaml", "port: !secret 1\n", /^ibkr\.yaml:1 is not YAML: Unresolved tag/],
    ["ibkr.yaml", "host: *nowhere\n", /^ibkr\.yaml(:1)? is not YAML: Unresolved alias/],
    ["ibkr.json", '{ "port": 1, "port": 2 }', "ibkr.json:1 is not JSON: Map keys must be unique"],
    ["ibkr.json", '{\n  "port": 1,\n}', /^ibkr\.json:3 is not JSON: /],
    ["ibkr.json", '{\n  "port": 1', /^ibkr\.json:2 is not JSON: /],
    ["ibkr.ts", "export default {", /^configuration ".*ibkr\.ts" cannot be loaded: /],
    ["ibkr.mjs", 'throw new Error("no");', /^configuration ".*ibkr\.mjs" cannot be loaded: no$/],
  ])("%s with %j, which is not of its form", async (name, content, message) => {
    const refusal = await refusalOf(() => IBKRConfig.fromFile(fileOf(name, content)));
    expect(refusal).toMatchObject({ code: "ERR_IBKR_FILE", message: expect.stringMatching(message) });
  });

  test.each(["json", "yaml", "mjs", "ts"])("a file that is not there (.%s)", async (ending) => {
    expect(await refusalOf(() => IBKRConfig.fromFile(`/no/such/ibkr.${ending}`))).toMatchObject({
      code: "ERR_IBKR_FILE",
      message: `configuration "/no/such/ibkr.${ending}" cannot be read: there is no such file or folder (ENOENT)`,
    });
  });
});
