import { describe, expect, test } from "vitest";
import { resolveOptions } from "../../src/api/options.js";
import { engineRules } from "../../src/native/options.js";
import { proseOf } from "./pages.js";

/** The rows of the table of options: names in the first column, defaults in the second. */
function optionsIn(page: string): Map<string, string> {
  const [, table] = proseOf(page).split("| option | default | meaning |");
  const rows = table.split("\n\n", 1)[0].matchAll(/^\| (`.+?`) \| (.+?) \|/gm);
  return new Map(
    [...rows].flatMap(([, names, value]) =>
      names.split(", ").map((name) => [name.replaceAll("`", ""), value] as const),
    ),
  );
}

describe("docs/drop-in.md", () => {
  const documented = optionsIn("docs/drop-in.md");
  const { engine, maxServerVersion } = resolveOptions({}, {});
  const defaults: Record<string, unknown> = {
    ...{ maxServerVersion, journal: undefined, risk: undefined, transport: "tcp", allowedHosts: undefined },
  };
  for (const name of Object.keys(engineRules()) as (keyof typeof engine)[]) defaults[name] = engine[name];

  test("names every option beyond stock's", () => {
    expect([...documented.keys()].toSorted()).toEqual(Object.keys(defaults).toSorted());
  });

  test.each([...documented])("%s: the default is %s", (name, value) => {
    const shown = defaults[name];
    if (shown === undefined) {
      expect(value).toBe("none");
      return;
    }
    expect(value).toBe(typeof shown === "string" ? `\`"${shown}"\`` : Number(shown).toLocaleString("en-US"));
  });
});
