import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { IBKRConfig } from "../../src/config/config.js";
import { configNames } from "../../src/config/config-options.js";
import { configSchema, optionFacts } from "../../src/config/json-schema.js";
import { IBKRClient } from "../../src/connect/client.js";
import { nested, SAMPLES } from "../config/config-stage.js";
import { read } from "./pages.js";

const { renderPage } = createRequire(__filename)("../../native/tools/write-config-doc.cjs") as {
  renderPage(facts: ReturnType<typeof optionFacts>, profiles: typeof IBKRConfig.profiles): string;
};

test("docs/configuration.md is what the rules say: npm run build:ts writes it", () => {
  expect(read("docs/configuration.md")).toBe(renderPage(optionFacts(), IBKRConfig.profiles));
});

test("its program runs", async () => {
  const [, code] = /^```ts\n([\s\S]*?)^```/m.exec(read("docs/configuration.md")) as RegExpExecArray;
  const printed: string[] = [];
  const scope = { IBKRClient, IBKRConfig, console: { log: (what: unknown) => printed.push(String(what)) } };
  const program = new Function(
    ...Object.keys(scope),
    `return (async () => {${code.replace(/^import .*$/gm, "")}})();`,
  );
  await program(...Object.values(scope));
  expect(printed).toEqual([expect.stringMatching(/^conflateMs +10 +profile low-latency$/m)]);
});

describe("the schema for editors", () => {
  const schema = JSON.parse(read("schema/ibkr-config.schema.json"));
  const judge = z.fromJSONSchema(schema);
  const accepts = (options: object) => judge.safeParse(options).success;
  const names = [...configNames().options.keys()];

  test("is what the rules say: npm run build:ts writes it", () => {
    expect(schema).toEqual(configSchema());
  });

  test.each(names)("%s: takes what the rules take, and refuses what they refuse", (name) => {
    const rule = configNames().options.get(name) as z.ZodType;
    const values = [...SAMPLES[name], "", "x", -1, 0, 0.5, 1, 1e300, true, null, [], {}];
    for (const value of values) {
      // Texts that are numbers, and what the rules say in code, are the rules' alone.
      const isRules = rule.safeParse(value).success;
      const isSchemas = accepts(nested(name, value));
      if (isRules) expect([value, isSchemas]).toEqual([value, true]);
      if (!isSchemas) expect([value, isRules]).toEqual([value, false]);
    }
    expect(values.filter((value) => !accepts(nested(name, value))).length).toBeGreaterThan(3);
  });

  test("knows names, and the journal's short form", () => {
    expect(accepts({ $schema: "./x.json", journal: "state", simulation: { tickIntervalMs: 5 } })).toBe(true);
    for (const wrong of [
      { prot: 1 },
      { live: { pnll: true } },
      { features: { warp: true } },
      { journal: { x: 1 } },
    ])
      expect(accepts(wrong)).toBe(false);
  });

  test("describes every option", () => {
    const properties = schema.properties as Record<
      string,
      { properties?: object; anyOf?: { properties?: object }[] }
    >;
    for (const name of names) {
      const [section, part] = name.split(".");
      const of = properties[section];
      const inside = of.anyOf === undefined ? of.properties : of.anyOf[1].properties;
      const option = part === undefined ? of : (inside as Record<string, object>)[part];
      expect(option).toMatchObject({ description: expect.stringMatching(/^[A-Z].*Allowed: .+\.$/s) });
    }
  });
});
