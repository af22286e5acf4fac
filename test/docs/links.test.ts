import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";
import { anchorsOf, codeOf, isShipped, isThere, linksOf, PAGES, quotesOf, read } from "./pages.js";

/** The top of the repository, as far as a page may name what is in it. */
const PATH = /^(?:src|native|test|bench|docs|examples|prebuilds|\.ci|\.github)\/[\w.*{},/-]+$/;

/** Made by a build or a run, or by a machine of another kind: not in the repository. */
const MADE = /^(?:bench\/results|prebuilds\/.+)/;

/** The file or folder a link leads to, relative to the repository. */
function targetOf(page: string, link: string): string {
  const [file] = link.split("#");
  return file === "" ? page : normalize(join(dirname(page), file));
}

function leadsSomewhere(page: string, link: string): boolean {
  const [, anchor] = link.split("#");
  const target = targetOf(page, link);
  return isThere(target) && (anchor === undefined || anchorsOf(target).has(anchor));
}

describe.each(PAGES)("%s", (page) => {
  test("links lead to files and headings that exist", () => {
    expect(linksOf(page).filter((link) => !leadsSomewhere(page, link))).toEqual([]);
  });

  test("paths in backticks exist", () => {
    const paths = quotesOf(page).filter((quoted) => PATH.test(quoted) && !MADE.test(quoted));
    expect(paths.filter((path) => !isThere(path))).toEqual([]);
  });

  test("scripts of npm exist", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const texts = [...quotesOf(page), codeOf(page)].join("\n");
    const names = [...texts.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name);
    expect(names.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});

test.each(PAGES.filter(isShipped))("%s is shipped, and links only to what is shipped", (page) => {
  expect(linksOf(page).filter((link) => !isShipped(targetOf(page, link)))).toEqual([]);
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
