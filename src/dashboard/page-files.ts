import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** A file of the page. */
export interface PageFile {
  readonly path: string;
  readonly type: string;
}

const HTML = "text/html; charset=utf-8";
const SCRIPT = "text/javascript; charset=utf-8";
const STYLE = "text/css; charset=utf-8";

const own = (name: string, type: string): PageFile => ({ path: join(__dirname, "page", name), type });
/** Of the chart: the package as it is installed, so that nothing comes from elsewhere. */
const chart = (name: string, type: string): PageFile => ({
  path: join(require.resolve("uplot/package.json"), "..", "dist", name),
  type,
});

const SCRIPTS = ["main", "cells", "charts", "format", "panels", "stream", "stop"];

/** Every file that is served, by its path: others are not there, whatever a path says. */
export const PAGE_FILES: ReadonlyMap<string, PageFile> = new Map([
  ["/", own("index.html", HTML)],
  ["/page.css", own("page.css", STYLE)],
  ["/icon.svg", own("icon.svg", "image/svg+xml")],
  ...SCRIPTS.map((name) => [`/${name}.js`, own(`${name}.js`, SCRIPT)] as const),
  ["/uplot.js", chart("uPlot.iife.min.js", SCRIPT)],
  ["/uplot.css", chart("uPlot.min.css", STYLE)],
]);

const kept = new Map<string, Promise<Buffer>>();

/** Read once. */
export function readPageFile({ path }: PageFile): Promise<Buffer> {
  const known = kept.get(path);
  if (known !== undefined) return known;
  const read = readFile(path);
  kept.set(path, read);
  return read;
}
