import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../docs/pages.js";

test("every source map that is shipped has its source in it: `src` is not shipped", () => {
  const dist = join(ROOT, "dist");
  const maps = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".js.map"),
  );
  expect(maps.length).toBeGreaterThan(100);
  const empty = maps.filter((name) => {
    const { sources, sourcesContent } = JSON.parse(readFileSync(join(dist, name), "utf8")) as {
      sources: string[];
      sourcesContent?: (string | null)[];
    };
    return sources.length === 0 || sources.some((_, i) => !sourcesContent?.[i]);
  });
  expect(empty).toEqual([]);
});
