import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";

export const ROOT = resolve(__dirname, "../..");

/** The pages that are written for people, relative to {@link ROOT}. */
export const PAGES: readonly string[] = [".", "docs", "prebuilds", ".github"]
  .filter((folder) => existsSync(join(ROOT, folder)))
  .flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => join(folder, name)))
  .filter((path) => path.endsWith(".md"))
  .sort();

const CODE_BLOCK = /^```[\s\S]*?^```/gm;

/** A page's text without its code blocks; those are in {@link codeOf}. */
export function proseOf(page: string): string {
  return read(page).replace(CODE_BLOCK, "");
}

export function codeOf(page: string): string {
  return (read(page).match(CODE_BLOCK) ?? []).join("\n");
}

export function read(page: string): string {
  return readFileSync(join(ROOT, page), "utf8");
}

/** Targets of links that do not lead out of the repository. */
export function linksOf(page: string): string[] {
  return [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** What stands in backticks. */
export function quotesOf(page: string): string[] {
  return [...proseOf(page).matchAll(/`([^`]+)`/g)].map(([, quoted]) => quoted);
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(page: string): Set<string> {
  const headings = [...proseOf(page).matchAll(/^#+ +(.+)$/gm)].map(([, heading]) => heading);
  return new Set(headings.map(anchorOf));
}

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");
}

/** A file or folder; `*` stands for part of a name, `{a,b}` for one of several. */
export function isThere(path: string): boolean {
  const several = /^([^{]*)\{([^}]*)\}(.*)$/.exec(path);
  if (several !== null) {
    const [, before, names, behind] = several;
    return names.split(",").every((name) => isThere(before + name + behind));
  }
  return below(ROOT, path.split("/"));
}

function below(folder: string, [name, ...rest]: readonly string[]): boolean {
  if (name === undefined || name === "") return existsSync(folder);
  if (!name.includes("*")) return below(join(folder, name), rest);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return false;
  const form = new RegExp(`^${name.replaceAll(".", "\\.").replaceAll("*", ".*")}$`);
  return readdirSync(folder).some((entry) => form.test(entry) && below(join(folder, entry), rest));
}

/** True if `npm pack` takes the file or folder along. */
export function isShipped(path: string): boolean {
  const { files } = JSON.parse(read("package.json")) as { files: string[] };
  const always = ["README.md", "LICENSE", "package.json"];
  return [...always, ...files].some((shipped) => {
    const inside = relative(join(ROOT, shipped), join(ROOT, path));
    return inside === "" || (!inside.startsWith("..") && statSync(join(ROOT, shipped)).isDirectory());
  });
}

/** Source files below a folder of the repository. */
export function sourcesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(?:ts|mts|cts|[cm]js|[ch]pp)$/.test(name))
    .map((name) => join(folder, name));
}
