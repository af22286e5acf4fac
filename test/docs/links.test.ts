import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";
import { anchorsOf, codeOf, isShipped, isThere, linksOf, PAGES, quotesOf, read } from "./pages.js";

/** The top of the repository, as far as a page may name what is in it. */
const PATH = /^(?:src|native|test|bench|docs|examples|prebuilds|\.ci|\.github)\/[\w.*{},/-]+$/;

/** Made by a build or a run, or by a machine of another kind: not in the repository. */
const MADE = /^(?:bench\/results|prebuilds\/.+)/;

describe.each(PAGES)("%s", (page) => {
  test("links lead to files and headings that exist", () => {
    for (const target of linksOf(page)) {
      const [file, anchor] = target.split("#");
      const path = file === "" ? page : normalize(join(dirname(page), file));
      expect(isThere(path), `${target} in ${page}`).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(path), `${target} in ${page}`).toContain(anchor);
    }
  });

  test("paths in backticks exist", () => {
    for (const quoted of quotesOf(page)) {
      if (!PATH.test(quoted) || MADE.test(quoted)) continue;
      expect(isThere(quoted), `\`${quoted}\` in ${page}`).toBe(true);
    }
  });

  test("scripts of npm exist", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    for (const text of [...quotesOf(page), codeOf(page)]) {
      for (const [command, name] of text.matchAll(/npm run ([\w:-]+)/g)) {
        expect(Object.keys(scripts), `\`${command}\` in ${page}`).toContain(name);
      }
    }
  });
});

test.each(PAGES.filter(isShipped))("%s is shipped, and links only to what is shipped", (page) => {
  for (const target of linksOf(page)) {
    const [file] = target.split("#");
    const path = file === "" ? page : normalize(join(dirname(page), file));
    expect(isShipped(path), `${target} in ${page}`).toBe(true);
  }
});

test("the checks see links, paths and scripts", () => {
  expect(linksOf("README.md")).toContain("docs/drop-in.md");
  expect(quotesOf("docs/architecture.md").filter((quoted) => PATH.test(quoted)).length).toBeGreaterThan(10);
  expect(isThere("src/no-such-folder")).toBe(false);
  expect(isThere("src/*/no-such-file.ts")).toBe(false);
  expect(isShipped("test/docs/links.test.ts")).toBe(false);
  expect(isShipped("docs/protocol.md")).toBe(true);
  expect(anchorsOf("docs/protocol.md")).toContain("21-handshake");
});
